// Standard input through the machine and out again, byte for byte, with the cat example (QEMU's own emulation, microvm).
import { beforeAll, expect, test } from 'vitest';

import { buildExample } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';

let cat = '';

async function through(input: Buffer): Promise<Buffer> {
  const { bytes, stderr, status } = await asolo(['run', '--accel', 'tcg', '--timeout', '60', cat], { input });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return bytes;
}

/** Bytes of every value in no simple order: the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

beforeAll(async () => {
  cat = await buildExample('cat');
}, 120_000);

test('an empty input ends at once', async () => {
  expect(await through(Buffer.alloc(0))).toHaveLength(0);
});

test('a single byte passes', async () => {
  expect(await through(Buffer.from('x'))).toEqual(Buffer.from('x'));
});

test('lines pass unchanged, the last without its end too', async () => {
  const lines = Buffer.from('one\ntwo\r\n\nlast');
  expect(await through(lines)).toEqual(lines);
});

test('every byte value passes', async () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  expect(await through(all)).toEqual(all);
});

test('bytes that the framing uses pass, at the beginning and the end as well', async () => {
  for (const bytes of [[0x10], [0x10, 0x04], [0x10, 0x10, 0x04, 0x10], [0x04], [0x16, 0x02]]) {
    expect(await through(Buffer.from(bytes))).toEqual(Buffer.from(bytes));
  }
});

test('1 MiB of every byte value passes', async () => {
  const megabyte = noise(1024 * 1024);
  const passed = await through(megabyte);
  expect(passed.length).toBe(megabyte.length);
  expect(passed.equals(megabyte)).toBe(true);
}, 120_000);
