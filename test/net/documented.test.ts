// docs/network.md names a test for each thing it says is supported: the file exists, and the test is in it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { instantiate } from '../support/assembly.ts';
import { writeHostProgram } from '../support/net/host-program.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/network.md'), 'utf8');
const rows = [...text.matchAll(/\| `([\w/-]+\.test\.ts)` ([^|]+) \|$/gm)];

test('every test that the network\'s documentation names is there', () => {
  expect(rows.length).toBeGreaterThan(30);
  const missing = rows.filter(([, file, name]) => {
    const path = join(root, 'test', file!);
    // A quote is escaped in the source of a test.
    return !existsSync(path) || !readFileSync(path, 'utf8').replaceAll('\\\'', '\'').includes(name!);
  });
  expect(missing.map(([row]) => row)).toEqual([]);
});

test('the stack takes the memory that it says', async () => {
  const { exports } = await instantiate(writeHostProgram());
  exports['initialiseFrames']!();
  const before = exports['freeFrames']!();
  exports['initialiseNetwork']!();
  expect(text).toContain(`takes ${(before - exports['freeFrames']!()) * 4} KiB of the kernel's frames`);
});
