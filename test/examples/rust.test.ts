// The example in Rust, compiled where there is a rustc for it, in QEMU, emulated.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildRustServer, hasRust } from '../../examples/http-server-rs/build.ts';
import { answers, fetchPage } from '../support/http.ts';
import { Served } from '../support/served.ts';

const isHere = hasRust();
if (!isHere) console.log('skipped: the example in Rust needs a rustc with the target wasm32-wasip1');

describe.skipIf(!isHere)('a server in Rust', { timeout: 300_000 }, () => {
  let directory = '';
  let server: Served | undefined;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'asolo-rust-'));
    server = await Served.start([buildRustServer(join(directory, 'server.wasm'))]);
    await answers(server);
  }, 290_000);

  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('answers what it has, and says what it has not', async () => {
    const { port } = server!;
    const page = await fetchPage(port, '/');
    expect([page.status, page.body.toString()]).toEqual([200, expect.stringMatching(/^Hello from Rust, connection \d+\n$/)]);
    expect(await fetchPage(port, '/none')).toMatchObject({ status: 404 });
    expect(await fetchPage(port, '/', { method: 'PUT' })).toMatchObject({ status: 405 });
  });
});
