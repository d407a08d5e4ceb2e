// An image of several megabytes: what ring 0 needs on its way up may lie far behind its first page.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asolo } from '../support/asolo.ts';
import { buildImageFrom, type Image } from '../support/image.ts';

const BYTES = 3 << 20;

let image: Image;
beforeAll(async () => {
  image = await buildImageFrom(`(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 64)
    (data (i32.const 0) "${'\\07'.repeat(BYTES)}")
    (func (export "_start")
      (call $exit (i32.add (i32.load8_u (i32.const ${BYTES - 1})) (i32.load8_u (i32.const ${BYTES}))))))`);
}, 300_000);
afterAll(() => image?.remove());

test.each(['microvm', 'q35'])('it boots on %s, and its last byte of data is there', async (machine) => {
  const { status, stderr } = await asolo(['run', image.elf, '--machine', machine, '--accel', 'tcg']);
  expect(stderr).toBe('');
  expect(status).toBe(7);
});
