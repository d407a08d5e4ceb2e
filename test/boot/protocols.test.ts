// One image, every way in: Multiboot and PVH, on each machine, with each accelerator that this host has.
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImageFrom, type Image } from '../support/image.ts';

const HELLO = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00")
  (data (i32.const 16) "hello\\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $exit (i32.const 42))))`;
const MULTIBOOT_MAGIC = Buffer.from([0x02, 0xb0, 0xad, 0x1b]);

let image: Image;
beforeAll(async () => {
  image = await buildImageFrom(HELLO);
  writeFileSync(pvhOnly(), withoutMultiboot(readFileSync(image.elf)));
}, 300_000);
afterAll(() => image?.remove());

const pvhOnly = (): string => `${image.elf}.pvh`;

/** QEMU prefers Multiboot; without the header's magic it takes the PVH note, as Firecracker and Cloud Hypervisor do. */
function withoutMultiboot(elf: Buffer): Buffer {
  const at = elf.indexOf(MULTIBOOT_MAGIC);
  expect(at).toBeGreaterThan(0);
  return Buffer.concat([elf.subarray(0, at), Buffer.alloc(4), elf.subarray(at + 4)]);
}

function usable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

interface Boot {
  elf: string;
  machine: string;
  accel?: string;
  cpu?: string;
  memory?: string;
}

function boot({ elf, machine, accel = 'tcg', cpu = 'max', memory = '64M' }: Boot): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('qemu-system-x86_64', [
    '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio', '-M', machine, '-accel', accel,
    '-cpu', cpu, '-m', memory, '-kernel', elf, '-append', 'unknown words=are ignored',
    '-device', 'isa-debug-exit,iobase=0xf4,iosize=4',
  ], { encoding: 'latin1', input: '', timeout: 60_000 });
  return { status, output: stdout + stderr };
}

const DONE = { status: 2 * 42 + 1, output: 'hello\n' };

describe.each(['microvm', 'q35', 'pc'])('on %s', (machine) => {
  test('the image boots by Multiboot', () => {
    expect(boot({ elf: image.elf, machine })).toEqual(DONE);
  });

  test('the image boots by PVH', () => {
    expect(boot({ elf: pvhOnly(), machine })).toEqual(DONE);
  });

  test.each(['4M', '7M', '2G', '5G'])('with %s of memory', (memory) => {
    expect(boot({ elf: image.elf, machine, memory })).toEqual(DONE);
  });
});

test.skipIf(!usable('/dev/kvm'))('the image boots under KVM', () => {
  // Without arch-capabilities: a software monitor may offer that MSR and then refuse it.
  expect(boot({ elf: image.elf, machine: 'microvm', accel: 'kvm', cpu: 'host,arch-capabilities=off' })).toEqual(DONE);
});

describe('a CPU that cannot run the image gets one line and status 125:', () => {
  test.each([
    ['qemu32', 'asolo: this CPU has no 64-bit mode or no NX bit; Asolo needs both\n'],
    ['max,nx=off', 'asolo: this CPU has no 64-bit mode or no NX bit; Asolo needs both\n'],
    ['Conroe', 'asolo: this CPU is older than x86-64-v2 (no SSE4.2 or POPCNT); with QEMU use -cpu max or -cpu host\n'],
  ])('%s', (cpu, line) => {
    expect(boot({ elf: image.elf, machine: 'microvm', cpu })).toEqual({ status: 2 * 125 + 1, output: line });
  });
});

test('a CPU without SMEP, SMAP and UMIP still runs the image', () => {
  expect(boot({ elf: image.elf, machine: 'microvm', cpu: 'Nehalem,spec-ctrl=off' })).toEqual(DONE);
});

test('a machine that is too small for the application says so in one line', async () => {
  const large = await buildImageFrom('(module (memory (export "memory") 100) (func (export "_start")))');
  const { status, output } = boot({ elf: large.elf, machine: 'microvm', memory: '4M' });
  large.remove();
  expect(output).toMatch(/^asolo: [^\n]*memory[^\n]+\n$/);
  expect(status).toBe(2 * 125 + 1);
});
