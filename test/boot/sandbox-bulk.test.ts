// memory.fill, memory.copy and memory.init with every combination of destination, source and length around the borders of
// memory and segment, and around 2^31 and 2^32, at three sizes of the memory. Expected from the specification's rule: a
// range that ends beyond its end is a trap and changes nothing. docs/sandbox.md
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestMemory } from '../support/digest.ts';
import { buildDriverImage, runDriverImage } from '../support/driver-image.ts';
import { compileWat } from '../support/wat.ts';

const PAGE = 65536;
const SIZES = [1, 32, 33];
const SEGMENT = Array.from({ length: 100 }, (_, i) => i + 100);
const OPERATIONS = ['fill', 'copy', 'init', 'init_dropped', 'init_empty'] as const;
/** [relative to the memory's size, value]. */
const VALUES: readonly [number, number][] = [
  [0, 0], [0, 1], [0, 99], [0, 100], [0, 101], [0, 4095], [1, -101], [1, -100], [1, -1], [1, 0], [1, 1], [0, 2 ** 31 - 1], [0, 2 ** 31], [0, -100], [0, -1],
];
const COUNT = VALUES.length ** 3;

const TEXT = `(module (memory 1)
  (data $segment "${SEGMENT.map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")
  (data $dropped "gone before it is asked for")
  (data $empty "")
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "drop") (data.drop $dropped))
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32) (memory.init $segment (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init_dropped") (param i32 i32 i32) (memory.init $dropped (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init_empty") (param i32 i32 i32) (memory.init $empty (local.get 0) (local.get 1) (local.get 2))))`;

const DRIVER = `
#include "m.h"
static w2c_m m;
static void (*const operations[])(w2c_m*, u32, u32, u32) = {${OPERATIONS.map((name) => `w2c_m_${name}`).join(',')}};
static const u32 values[][2] = {${VALUES.map(([relative, value]) => `{${relative}u,${value >>> 0}u}`).join(',')}};
enum { VALUES = ${VALUES.length}, OPERATIONS = ${OPERATIONS.length} };
static char codes[VALUES * VALUES * VALUES];
static u32 value(u32 i) { return values[i][1] + (values[i][0] ? (u32)asolo_application_bytes : 0); }
static void state(void) {
  say_hex(asolo_application_bytes / 65536, 8);
  for (u32 operation = 0; operation < OPERATIONS; operation++) {
    for (u64 at = 0; at < asolo_application_bytes; at += 4) *(u32*)at = (u32)at * 2654435761u;
    for (u32 i = 0; i < sizeof codes; i++)
      codes[i] = 'a' + ATTEMPT(operations[operation](&m, value(i / VALUES / VALUES), value(i / VALUES % VALUES), value(i % VALUES)));
    say_text(" "), say(codes, sizeof codes), say_text(" "), say_hex(digest_memory(0, asolo_application_bytes), 8);
  }
  say_text("\\n");
}
void drive(void) {
  static const u32 sizes[] = {${SIZES.join(',')}};
  wasm2c_m_instantiate(&m);
  w2c_m_drop(&m);
  for (u32 i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    if (i && w2c_m_grow(&m, sizes[i] - asolo_application_bytes / 65536) == -1u) break;
    state();
  }
}`;

let directory: string;
let output: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-sandbox-'));
  const image = await buildDriverImage(directory, { modules: [{ name: 'm', wasm: await compileWat(TEXT) }], driver: DRIVER });
  const run = await runDriverImage(image);
  output = run.output;
  expect(run.status, output.slice(-2000)).toBe(0);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What the specification says of one operation with all values; changes the bytes as it does. */
function judge(operation: (typeof OPERATIONS)[number], bytes: Uint8Array): string {
  const value = (i: number): number => (VALUES[i]![1] + VALUES[i]![0] * bytes.length) >>> 0;
  const segment = new Uint8Array(operation === 'init' ? SEGMENT : []);
  let codes = '';
  for (let i = 0; i < COUNT; i++) {
    const [to, second, length] = [Math.floor(i / VALUES.length ** 2), Math.floor(i / VALUES.length) % VALUES.length, i % VALUES.length].map(value) as [number, number, number];
    const from = operation === 'fill' ? Infinity : operation === 'copy' ? bytes.length : segment.length;
    const traps = to + length > bytes.length || second + length > from;
    codes += traps ? 'b' : 'a';
    if (traps) continue;
    if (operation === 'fill') bytes.fill(second & 255, to, to + length);
    else if (operation === 'copy') bytes.copyWithin(to, second, second + length);
    else bytes.set(segment.subarray(second, second + length), to);
  }
  return codes;
}

const lines = (): string[][] => output.trimEnd().split('\n').map((line) => line.split(' '));

test('the memory had the sizes that were asked for', () => {
  expect(lines().map(([pages]) => parseInt(pages!, 16))).toEqual(SIZES);
});

test.each(OPERATIONS)('memory.%s stays inside', (operation) => {
  const column = 1 + 2 * OPERATIONS.indexOf(operation);
  for (const line of lines()) {
    const bytes = new Uint8Array(parseInt(line[0]!, 16) * PAGE);
    const words = new Uint32Array(bytes.buffer);
    for (let i = 0; i < words.length; i++) words[i] = Math.imul(i * 4, 2654435761);
    const expected = judge(operation, bytes);
    const wrong = [...expected].findIndex((code, i) => line[column]![i] !== code);
    expect(wrong, `${operation}, ${line[0]} pages, values ${Math.floor(wrong / VALUES.length ** 2)}, ${Math.floor(wrong / VALUES.length) % VALUES.length}, ${wrong % VALUES.length}`).toBe(-1);
    expect(parseInt(line[column + 1]!, 16)).toBe(digestMemory(bytes.buffer));
  }
});
