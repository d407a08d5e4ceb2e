// Tries to leave the linear memories by every load and store, every width, many offsets and addresses, at each border that
// a memory has while it grows: one with 32-bit addresses, one with 64-bit addresses, and three in one module, none of
// which may reach another. What must happen is computed by the specification's rule alone. docs/sandbox.md
// Read first: test/support/sandbox/memory-model.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DIGEST_START, digest, digestMemory } from '../support/digest.ts';
import { buildDriverImage, driverAccelerator, runDriverImage } from '../support/driver-image.ts';
import { driverText, moduleText } from '../support/sandbox/memory-driver.ts';
import { type Attempt, type Layout, PAGE, type Probe, attemptsOf, grown, judge, probesOf } from '../support/sandbox/memory-model.ts';
import { compileWat } from '../support/wat.ts';

let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'asolo-sandbox-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function describeAttempt(probes: readonly Probe[], { probe, relative, value }: Attempt): string {
  const { access, memory, bits, offset, constant } = probes[probe]!;
  return `${access.name} of memory ${memory} offset=${offset} address=${constant ?? `${relative ? 'size + ' : ''}${BigInt.asIntN(bits, value)}`}`;
}

function firstDifference(actual: string, expected: string, probes: readonly Probe[], attempts: readonly Attempt[]): string {
  const i = [...expected].findIndex((code, at) => actual[at] !== code);
  return i < 0 ? 'none' : `${describeAttempt(probes, attempts[i]!)}: ${actual[i]}, not ${expected[i]}`;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
const eights = (text: string): string[] => text.match(/.{8}/g) ?? [];

/** Pages; 32 are a large page of the machine. Then as far as the machine goes. */
const SIZES = [1, 2, 31, 32, 33, 64, 65];
const SMALL = [1, 2, 31, 32, 33];
const FEW = [1, 2, 32, 33];
const RUNS: readonly [string, string, number, readonly number[], Layout][] = [
  ['one memory', '64M', 2, SIZES, [32]],
  ['one memory', '8M', 1, SMALL, [32]],
  ['one memory', '8M', 3, SMALL, [32]],
  ['a memory of 64-bit addresses', '16M', 2, FEW, [64]],
  ['three memories', '32M', 1, FEW, [32, 64, 32]],
  ['two memories, the first of 64-bit addresses,', '16M', 2, SMALL.slice(0, 2), [64, 32]],
];
test.each(RUNS)('no access leaves %s of a machine with %s at -O%i, at any size it has while it grows', async (_, memoryOption, optimize, sizes, layout) => {
  const probes = probesOf(layout);
  const attempts = probes.flatMap(attemptsOf);
  const wasm = await compileWat(moduleText(layout, probes));
  const driver = driverText(layout, probes, attempts, sizes);
  const image = await buildDriverImage(mkdtempSync(join(directory, 'image-')), { modules: [{ name: 'm', wasm }], driver, optimize });
  const accelerator = driverAccelerator();
  const { output, status } = await runDriverImage(image, { memory: memoryOption, accelerator, timeout: 300_000 });
  const lines = output.trimEnd().split('\n').map((line) => line.split(' '));
  expect(status, output.slice(-2000)).toBe(0);
  const bytesOf = ([first]: readonly string[]): number[] => eights(first!).map((word) => parseInt(word, 16));
  expect(lines.slice(0, sizes.length).map(bytesOf)).toEqual(sizes.map((pages) => layout.map((__, k) => (pages + k) * PAGE)));
  expect(lines.length).toBe(sizes.length + 1);
  let memories = layout.map(() => new ArrayBuffer(0));
  for (const line of lines) {
    const [, dirty, codes, sums, digests] = line;
    memories = memories.map((memory, k) => grown(memory, bytesOf(line)[k]!, k));
    const expected = judge(memories, probes, attempts, accelerator === 'tcg');
    expect(dirty).toBe('clean');
    expect(firstDifference(codes!, expected.codes, probes, attempts), `${line[0]} bytes`).toBe('none');
    const wrong = expected.sums.findIndex((sum, i) => sums!.slice(8 * i, 8 * i + 8) !== hex(sum));
    expect(probes[wrong], 'the first that loads a wrong value').toBeUndefined();
    expect(eights(digests!)).toEqual(memories.map((memory) => hex(digestMemory(memory))));
  }
  expect(attempts.length * lines.length).toBeGreaterThan(100_000);
}, 900_000);

test('the digest depends on every word', () => {
  expect(digestMemory(new Uint32Array([1, 2]).buffer)).toBe(digest(digest(DIGEST_START, 1), 2));
});
