// Some nested monitors ignore the I/O permission bitmap. A TSS cut off before its bitmap makes QEMU such a machine.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Debugger } from '../support/gdb-remote.ts';
import { buildImageFrom, type Image } from '../support/image.ts';
import { Guest } from '../support/qemu-monitor.ts';

const TASK_DESCRIPTOR = 0x28n;
const TSS_WITHOUT_BITMAP = 104 - 1;

/** Copies standard input to standard output, and ends with status 9 after the first piece. */
const ECHO = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\25\\00\\00\\00")
  (data (i32.const 16) "thirty-six bytes, more than one FIFO\\n")
  (data (i32.const 64) "\\00\\01\\00\\00\\00\\01\\00\\00")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $read (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 68)))
    (drop (call $write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72)))
    (call $exit (i32.const 9))))`;

let image: Image;
beforeAll(async () => {
  image = await buildImageFrom(ECHO);
}, 300_000);
afterAll(() => image?.remove());

test('ports work all the same: ring 0 carries out what its own list allows', async () => {
  const guest = new Guest(image.elf, { machine: 'microvm', memory: '64M', debug: true });
  const operator = await Debugger.attach(guest.debugPath);
  try {
    await operator.runTo(image.address('long_mode'));
    await operator.write(image.address('gdt') + TASK_DESCRIPTOR, [TSS_WITHOUT_BITMAP, 0]);
    operator.go();
    await guest.untilPrinted('more than one FIFO\n');
    guest.process.stdin!.write('typed\n');
    expect(await guest.status).toBe(2 * 9 + 1);
    expect(guest.output).toBe('thirty-six bytes, more than one FIFO\ntyped\n');
  } finally {
    operator.end();
    guest.end();
  }
});
