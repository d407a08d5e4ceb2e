// Tries to leave the linear memory by every load and store, every width, many offsets and addresses, at each border that
// the memory has while it grows. What must happen is computed here from the specification's rule alone: address + offset
// + width > size is a trap and changes nothing. The guest only tells what happened. docs/sandbox.md
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DIGEST_START, digest, digest64, digestMemory } from '../support/digest.ts';
import { buildDriverImage, driverAccelerator, runDriverImage } from '../support/driver-image.ts';
import { SCALAR, type Probe, VECTOR, probeText } from '../support/sandbox/accesses.ts';
import { compileWat } from '../support/wat.ts';

const PAGE = 65536;
const OUT_OF_BOUNDS = 1;
/** Sizes in pages; 32 pages are a large page of the machine. Then as far as the machine goes. */
const SIZES = [1, 2, 31, 32, 33, 64, 65];
const OFFSETS = [0, 1, 3, 7, 8, 15, 4095, 65535, 65536, 31 * PAGE, 2 ** 21 - 1, 2 ** 21, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 65536, 2 ** 32 - 16, 2 ** 32 - 1];
const CONSTANTS: readonly [number, number][] = [
  [0, 0], [65532, 0], [65535, 0], [65536, 0], [65535, 65535], [2 ** 31 - 1, 1], [2 ** 31, 2 ** 31], [2 ** 32 - 1, 0], [2 ** 32 - 1, 1], [2 ** 32 - 1, 2 ** 32 - 1],
];

interface Attempt {
  probe: number;
  /** The address is the memory's size plus the value, modulo 2^32; else the value. */
  relative: boolean;
  value: number;
}

const probes: Probe[] = [...SCALAR, ...VECTOR].flatMap((access) => [
  ...OFFSETS.map((offset) => ({ access, offset })),
  ...CONSTANTS.map(([constant, offset]) => ({ access, offset, constant })),
]);

/** Addresses at which the access begins or ends around each border, and those that would wrap around into the memory. */
function attemptsOf({ access: { width }, offset, constant }: Probe, probe: number): Attempt[] {
  if (constant !== undefined) return [{ probe, relative: false, value: 0 }];
  const near = [-width - 1, -width, -width + 1, -1, 0, 1];
  const relative = [...near, ...near.map((k) => k - offset), -4096, 4095];
  const absolute = [
    0, 1, 65535, 2 ** 21 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 8, 2 ** 32 - 4, 2 ** 32 - 1,
    ...near.map((k) => k - offset), -offset + 32768, 2 ** 21 - offset - 1, 2 ** 31 - offset, -offset + 4096,
  ];
  const unique = (values: number[]): number[] => [...new Set(values.map((value) => value >>> 0))];
  return [
    ...unique(relative).map((value) => ({ probe, relative: true, value })),
    ...unique(absolute).map((value) => ({ probe, relative: false, value })),
  ];
}

const attempts = probes.flatMap(attemptsOf);
const KINDS = { load: 0, drop: 1, store: 2 };

function driver(): string {
  const name = (i: number): string => `w2c_m_p${i}`;
  return `
#include "m.h"
static w2c_m m;
static const struct { u8 kind; void* function; } probes[] = {${probes.map(({ access }, i) => `{${KINDS[access.kind]},${name(i)}}`).join(',')}};
static const u32 attempts[][2] = {${attempts.map(({ probe, relative, value }) => `{${(probe * 2 + Number(relative)) >>> 0}u,${value}u}`).join(',')}};
enum { COUNT = sizeof attempts / sizeof *attempts, PROBES = sizeof probes / sizeof *probes };
static u32 sums[PROBES];
static char codes[COUNT];
static volatile u64 loaded;
static void try(u32 i, u32 sum) {
  u32 which = attempts[i][0] >> 1, address = attempts[i][1] + (attempts[i][0] & 1 ? (u32)asolo_application_bytes : 0);
  void* function = probes[which].function;
  loaded = 0;
  codes[i] = 'a' + (probes[which].kind == 0 ? ATTEMPT(loaded = ((u64(*)(w2c_m*, u32))function)(&m, address))
    : probes[which].kind == 1 ? ATTEMPT(((void(*)(w2c_m*, u32))function)(&m, address))
    : ATTEMPT(((void(*)(w2c_m*, u32, u64))function)(&m, address, (u64)sum << 32 | ~i)));
}
static void state(u64 before) {
  u64 size = asolo_application_bytes, dirty = 0;
  for (u64 at = before; at < size; at += 8) dirty |= *(u64*)at;
  for (u64 at = before; at < size; at += 4) *(u32*)at = (u32)at * 2654435761u;
  u32 sum = DIGEST_START;
  for (u32 i = 0; i < COUNT; i++) try(i, sum), sums[attempts[i][0] >> 1] = sum = digest64(sum, loaded);
  say_hex(size / 65536, 8), say_text(dirty ? " dirty " : " clean "), say(codes, COUNT), say_text(" ");
  for (u32 i = 0; i < PROBES; i++) say_hex(sums[i], 8);
  say_text(" "), say_hex(digest_memory(0, size), 8), say_text("\\n");
}
void drive(void) {
  static const u32 sizes[] = {${SIZES.join(',')}};
  wasm2c_m_instantiate(&m);
  for (u32 i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    u64 before = i ? asolo_application_bytes : 0;
    if (i && w2c_m_grow(&m, sizes[i] - before / 65536) == -1u) break;
    state(before);
  }
  u64 before = asolo_application_bytes;
  for (u32 step = 1024; step; step /= 2) while (w2c_m_grow(&m, step) != -1u);
  state(before);
}`;
}

let directory: string;
let wasm: Uint8Array;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-sandbox-'));
  wasm = await compileWat(`(module (memory 1)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    ${probes.map(probeText).join('\n')})`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What the specification says of one state of the memory; changes the bytes as the attempts do. */
function judge(memory: ArrayBuffer, emulated: boolean): { codes: string; sums: number[] } {
  const view = new DataView(memory);
  const sums: number[] = [];
  let codes = '';
  let sum = DIGEST_START;
  for (const [i, { probe, relative, value }] of attempts.entries()) {
    const { access, offset, constant } = probes[probe]!;
    const address = constant ?? (value + (relative ? memory.byteLength : 0)) % 2 ** 32;
    const traps = address + offset + access.width > memory.byteLength;
    codes += String.fromCharCode(97 + (traps ? OUT_OF_BOUNDS : 0));
    const stored = (BigInt(sum) << 32n) | BigInt(~i >>> 0);
    if (!traps && access.kind === 'store') access.store(view, address + offset, stored);
    // QEMU's emulation writes a vector as two halves and keeps the first when the second faults. Processors do not.
    const half = traps && emulated && access.name === 'v128.store' && address + offset + 8 <= memory.byteLength;
    if (half) view.setBigUint64(address + offset, stored, true);
    sum = digest64(sum, !traps && access.kind === 'load' ? access.load(view, address + offset) : 0n);
    sums[probe] = sum;
  }
  return { codes, sums };
}

function grown(memory: ArrayBuffer, pages: number): ArrayBuffer {
  const larger = new ArrayBuffer(pages * PAGE);
  new Uint8Array(larger).set(new Uint8Array(memory));
  const words = new Uint32Array(larger);
  for (let i = memory.byteLength / 4; i < words.length; i++) words[i] = Math.imul(i * 4, 2654435761);
  return larger;
}

function firstDifference(actual: string, expected: string): string {
  const i = [...expected].findIndex((code, at) => actual[at] !== code);
  if (i < 0) return 'none';
  const { probe, relative, value } = attempts[i]!;
  const { access, offset, constant } = probes[probe]!;
  return `${access.name} offset=${offset} address=${constant ?? `${relative ? 'size + ' : ''}${value | 0}`}: ${actual[i]}, not ${expected[i]}`;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

const SMALL = [1, 2, 31, 32, 33];
test.each([['64M', 2, SIZES], ['8M', 1, SMALL], ['8M', 3, SMALL]])('no access leaves the memory of a machine with %s at -O%i, at any size it has while it grows', async (memoryOption, optimize, sizes) => {
  const image = await buildDriverImage(mkdtempSync(join(directory, 'image-')), { modules: [{ name: 'm', wasm }], driver: driver(), optimize });
  const accelerator = driverAccelerator();
  const { output, status } = await runDriverImage(image, { memory: memoryOption, accelerator });
  const lines = output.trimEnd().split('\n').map((line) => line.split(' '));
  expect(status, output.slice(-2000)).toBe(0);
  const pages = lines.map(([first]) => parseInt(first!, 16));
  expect(pages.slice(0, sizes.length)).toEqual(sizes);
  let memory = new ArrayBuffer(0);
  for (const [pages, dirty, codes, sums, bytes] of lines) {
    memory = grown(memory, parseInt(pages!, 16));
    const expected = judge(memory, accelerator === 'tcg');
    expect(dirty).toBe('clean');
    expect(firstDifference(codes!, expected.codes), `${memory.byteLength / PAGE} pages`).toBe('none');
    const wrong = expected.sums.findIndex((sum, i) => sums!.slice(8 * i, 8 * i + 8) !== hex(sum));
    expect(probes[wrong], 'the first that loads a wrong value').toBeUndefined();
    expect(bytes).toBe(hex(digestMemory(memory)));
  }
  expect(attempts.length * lines.length).toBeGreaterThan(100_000);
});

test('the digest depends on every word', () => {
  expect(digestMemory(new Uint32Array([1, 2]).buffer)).toBe(digest(digest(DIGEST_START, 1), 2));
});
