// asolo start: the last thing it does is to serve a page. Where there is no terminal it fetches that page itself and ends;
// on one it stays until Ctrl-C.
import net from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asolo } from '../support/asolo.ts';
import { fetchPage } from '../support/http.ts';
import { hasTerminals, onTerminal } from '../support/terminal.ts';

test('it ends with a page that was served, and status 0', async () => {
  const { status, stdout, stderr } = await asolo(['start']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^Serving http:\/\/127\.0\.0\.1:\d+\/ from a machine of 16 MiB, \S+ m?s after its start\nThe page was served: status 200, \S+ KiB, in \S+ m?s\.\n$/m);
}, 290_000);

test('it takes another port where 8080 is taken, and says so', async () => {
  const other = net.createServer();
  // Somebody else may have it already: then it is taken, too.
  await new Promise<void>((resolve) => other.once('error', () => resolve()).listen(8080, '127.0.0.1', resolve));
  const { status, stdout } = await asolo(['start']);
  other.close();
  expect(status).toBe(0);
  expect(stdout).toContain('Port 8080 is taken: another one will do.\n');
  expect(stdout).not.toContain('http://127.0.0.1:8080/');
  expect(stdout).toContain('The page was served: status 200');
}, 290_000);

test.skipIf(!hasTerminals)('on a terminal it serves until Ctrl-C', async () => {
  const program = join(import.meta.dirname, '../../scripts/asolo.mjs');
  const terminal = onTerminal(`node ${program} start`, { env: { CI: '' } });
  let shown = '';
  const ended = new Promise((resolve) => terminal.on('close', resolve));
  const url = new Promise<string>((resolve) => terminal.stdout.on('data', (data: Buffer) => {
    shown += data.toString();
    const found = /Serving (http:\S+\/)[\s\S]*Ctrl-C ends it/.exec(shown);
    if (found) resolve(found[1]!);
  }));
  const served = await Promise.race([url, ended.then(() => { throw new Error(`it ended: ${shown}`); })]);
  const page = await fetchPage(Number(new URL(served).port), '/');
  expect(page.body.toString()).toContain('This page was served by a unikernel.');
  terminal.stdin.write('\x03');
  expect(await ended).toBe(0);
}, 290_000);
