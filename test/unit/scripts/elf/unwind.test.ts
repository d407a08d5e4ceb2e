import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readElf, type Elf } from '../../../../scripts/elf/reader.ts';
import { frameRows, type FrameRow } from '../../../../scripts/elf/unwind.ts';

const SOURCE = `
#define OWN __attribute__((noipa))
OWN int sink(int* p, int a, int b, int c, int d, int e, int f, int g) { return *p + a + b + c + d + e + f + g; }
OWN int leaf(int x) { return x * 3; }
OWN int small(int x) { int v[4] = {x}; return sink(v, 1, 2, 3, 4, 5, 6, 7) + leaf(x); }
OWN int large(int x) { int v[3000]; v[0] = x; return sink(v, 1, 2, 3, 4, 5, 6, 7) + sink(v, 2, 2, 2, 2, 2, 2, 2) * x; }
OWN int early(int x, int* p) { if (x < 3) return p[x] * 77 + p[1] - p[2]; int v[9] = {x}; return sink(v, x, x, x, x, x, x, x); }
OWN int variable(int x) { int* v = __builtin_alloca(x); return sink(v, x, 0, 0, 0, 0, 0, 0) + x; }
int _start(int x) { return small(x) + large(x) + early(x, &x) + variable(x); }
`;

let directory: string;
let elf: Elf;
let rows: FrameRow[];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-unwind-'));
  writeFileSync(join(directory, 'a.c'), SOURCE);
  const flags = ['-O2', '-fomit-frame-pointer', '-maccumulate-outgoing-args', '-fasynchronous-unwind-tables', '-fno-stack-protector', '-fcf-protection=none'];
  execFileSync('gcc', [...flags, '-fno-pie', '-no-pie', '-static', '-nostdlib', 'a.c', '-o', 'a.elf'], { cwd: directory });
  elf = readElf(readFileSync(join(directory, 'a.elf')));
  rows = frameRows(elf);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const at = (address: bigint): number => rows.findLast((row) => row.start <= address)!.bytes;
const symbol = (name: string): { value: bigint; size: number } => elf.symbols.find((s) => s.name === name)!;

/** readelf's own interpretation: where each row begins and what the CFA is there. */
function interpreted(): { start: bigint; end: bigint; bytes: number }[] {
  const text = execFileSync('readelf', ['--debug-dump=frames-interp', join(directory, 'a.elf')], { encoding: 'utf8' });
  const all: { start: bigint; end: bigint; bytes: number }[] = [];
  for (const block of text.split('\n\n')) {
    const end = /pc=[0-9a-f]+\.\.([0-9a-f]+)/.exec(block)?.[1];
    if (!end) continue;
    const lines = [...block.matchAll(/^([0-9a-f]{16}) (\S+)/gm)].map(([, start, cfa]) => ({ start: BigInt(`0x${start}`), cfa: cfa! }));
    lines.forEach(({ start, cfa }, i) => {
      all.push({ start, end: lines[i + 1]?.start ?? BigInt(`0x${end}`), bytes: Number(/^rsp\+(\d+)$/.exec(cfa)?.[1] ?? 0) });
    });
  }
  return all;
}

test('every stretch long enough to hold a call has the frame size that readelf finds', () => {
  const stretches = interpreted().filter(({ start, end }) => end - start >= 5n);
  expect(stretches.length).toBeGreaterThan(8);
  for (const { start, end, bytes } of stretches) expect(at(end - 1n), start.toString(16)).toBe(bytes);
});

test('a leaf has the return address alone', () => {
  expect(at(symbol('leaf').value)).toBe(8);
});

test('a large frame is measured in full', () => {
  const { value, size } = symbol('large');
  expect(at(value + BigInt(size >> 1))).toBeGreaterThan(12000);
});

test('a frame that RSP does not measure is unknown', () => {
  const { value, size } = symbol('variable');
  expect(at(value + BigInt(size >> 1))).toBe(0);
});

test('a function that never moves RSP has one row', () => {
  const { value, size } = symbol('leaf');
  expect(rows.filter((row) => row.start >= value && row.start < value + BigInt(size)).length).toBe(1);
});

test('an image without call frame information has no rows', () => {
  expect(frameRows({ ...elf, sections: elf.sections.filter(({ name }) => name !== '.eh_frame') })).toEqual([]);
});
