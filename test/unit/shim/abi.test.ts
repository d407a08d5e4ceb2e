// The shared page has one layout and three readers: assembler, C and AssemblyScript. They must agree.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** boot.h's name of each field of asolo.h's struct. */
const FIELDS: Record<string, string> = {
  pending: 'SHARED_PENDING',
  protocol: 'SHARED_PROTOCOL',
  information: 'SHARED_INFORMATION',
  entry_cycles: 'SHARED_ENTRY_CYCLES',
  features: 'SHARED_FEATURES',
  faulting: 'SHARED_FAULTING',
  pvclock: 'SHARED_PVCLOCK',
  wall_clock: 'SHARED_WALL_CLOCK',
  vector: 'SHARED_FAULT',
};

let directory: string;
let offsets: Record<string, number>;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-abi-'));
  const fields = [...Object.keys(FIELDS), 'kernel_cycles', 'r15', 'frame_count', 'frames'];
  const prints = fields.map((field) => `printf("${field} %zu\\n", offsetof(asolo_shared_page, ${field}));`).join('\n');
  const source = join(directory, 'offsets.c');
  writeFileSync(source, `#include <stdio.h>\n#include "asolo.h"\nint main(void) {\n${prints}\n}\n`);
  const includes = [`-I${join(root, 'shim')}`, '-idirafter', join(root, 'shim/include')];
  execFileSync('gcc', ['-w', ...includes, source, '-o', join(directory, 'offsets')]);
  const lines = execFileSync(join(directory, 'offsets'), { encoding: 'utf8' }).trim().split('\n');
  offsets = Object.fromEntries(lines.map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('boot.h and asolo.h agree on every field that both know', () => {
  const boot = read('boot/boot.h');
  for (const [field, define] of Object.entries(FIELDS)) {
    const value = new RegExp(`#define ${define}\\s+(0x[0-9a-f]+)`).exec(boot)?.[1];
    expect(Number(value), define).toBe(offsets[field]);
  }
});

test('the fault record has 23 words, then the frames', () => {
  expect(offsets.r15! + 8 - offsets.vector!).toBe(23 * 8);
  expect(offsets.frame_count).toBe(offsets.vector! + 23 * 8);
  expect(offsets.frames).toBe(offsets.frame_count! + 8);
});

test('AssemblyScript uses only offsets that C knows', () => {
  const source = read('assembly/abi/shared-page.ts');
  const used = [...source.matchAll(/SHARED_PAGE \+ (0x[0-9a-f]+)/g)].map((match) => Number(match[1]));
  expect(used.length).toBeGreaterThan(4);
  const known = new Set(Object.values(offsets));
  for (const offset of used) expect(known, `0x${offset.toString(16)}`).toContain(offset);
});

test('docs/shim.md names the same offsets', () => {
  const rows = [...read('docs/shim.md').matchAll(/^\| (0x[0-9a-f]{3}) \| (?:u\d+ )?(\w+)/gm)];
  expect(rows.length).toBe(11);
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  for (const [, offset, name] of rows) {
    if (snake(name!) in offsets) expect(Number(offset), name).toBe(offsets[snake(name!)]);
  }
});
