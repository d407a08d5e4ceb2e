// A browser on a page from the machine: Chromium, headless, loads the site of examples/ from the HTTP server, runs its script,
// and what it then shows is looked at. Skipped where Debian's chromium is not installed: apt-get install chromium
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { which } from '../../scripts/toolchain.ts';
import { answers } from '../support/http.ts';
import { Served } from '../support/served.ts';

const root = join(import.meta.dirname, '../..');
const chromium = which('chromium');

describe.skipIf(!chromium)(chromium ? 'a browser' : 'a browser: chromium is not installed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-browser-'));
  let server: Served;

  beforeAll(async () => {
    server = await Served.start(['--env', 'MACHINE=the machine of a test', '--dir', `${join(root, 'examples/site')}::/:ro`, await buildExample('http-server-as')]);
    await answers(server);
  }, 290_000);

  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** The page as it is after its script has run for five seconds of the browser's own time. */
  function dump(): Promise<string> {
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', `--user-data-dir=${directory}`, '--virtual-time-budget=5000', '--dump-dom'];
    return new Promise((resolve, reject) => {
      execFile(chromium!, [...args, `http://127.0.0.1:${server.port}/`], { timeout: 100_000, maxBuffer: 1 << 20 }, (error, stdout) => (error ? reject(new Error(`chromium failed: ${error.message}`)) : resolve(stdout)));
    });
  }

  test('shows the page of the site, with figures that its script has fetched from the machine', async () => {
    const page = await dump();
    const shown = (id: string): string => new RegExp(`<dd id="${id}">([^<]*)</dd>`).exec(page)?.[1] ?? '';
    expect(page).toContain('<h1>This page was served by a unikernel.</h1>');
    expect(shown('machine')).toBe('the machine of a test');
    expect(shown('language')).toBe('AssemblyScript');
    expect(shown('seconds')).toMatch(/^\d+ s$|^\d+ min \d+ s$/);
    expect(Number(shown('requests'))).toBeGreaterThan(2); // ours, the page and its figures
    expect(Number(shown('connections'))).toBeGreaterThan(0);
    expect(shown('memory')).toMatch(/^[\d,]+ KiB$/);
    expect(page).toContain('The figures come from');
  });
});
