// Virtio devices in QEMU, on every transport and placed in every way that its machines have: an entropy device gives random
// numbers to a processor without the instructions, a console device carries standard output.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImageFrom, type Image } from '../support/image.ts';

/** Ends with the errno of random_get, or 99 if that wrote nothing. */
const APPLICATION = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (func (export "_start") (local $error i32)
    (local.set $error (call $random (i32.const 1024) (i32.const 8)))
    (i32.store (i32.const 0) (i32.const 2048)) (i32.store (i32.const 4) (i32.const 100000))
    (memory.fill (i32.const 2048) (i32.const 120) (i32.const 100000))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (if (i64.eqz (i64.load (i32.const 1024))) (then (call $exit (i32.const 99))))
    (call $exit (local.get $error))))`;
const SAID = 'x'.repeat(100_000);

let image: Image;
let directory: string;
beforeAll(async () => {
  image = await buildImageFrom(APPLICATION);
  directory = mkdtempSync(join(tmpdir(), 'asolo-devices-'));
}, 300_000);
afterAll(() => {
  image?.remove();
  rmSync(directory, { recursive: true, force: true });
});

interface Boot { machine: string; memory?: string; words?: string; devices: string[] }

/** Boots with these devices (`-device` each, but for what begins with a dash); what the console said comes from a file. */
function boot({ machine, memory = '64M', words = '', devices }: Boot): { status: number | null; serial: string; console: string } {
  const path = join(directory, 'console');
  const { status, stdout, stderr } = spawnSync('qemu-system-x86_64', [
    '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio', '-M', machine, '-accel', 'tcg',
    '-cpu', 'max,-rdrand,-rdseed', '-m', memory, '-kernel', image.elf, '-append', words, '-chardev', `file,id=c,path=${path}`,
    '-device', 'isa-debug-exit,iobase=0xf4,iosize=4', ...devices.flatMap((device) => (device.startsWith('-') ? device.split(' ') : ['-device', device])),
  ], { encoding: 'latin1', input: '', timeout: 100_000 });
  return { status, serial: stdout + stderr, console: readFileSync(path, 'latin1') };
}

/** Takes the room below 4 GiB, so that firmware places registers that may lie above there, there: at 0x280000000. */
const ABOVE = 'pci-testdev,membar=2G';
const PORT = 'virtserialport,chardev=c,nr=1';
const MODERN = '-global virtio-mmio.force-legacy=false';
const MMIO = ['virtio-serial-device,bus=virtio-mmio-bus.0', 'virtio-rng-device,bus=virtio-mmio-bus.1', PORT];
const MMIO_WORDS = 'virtio_mmio.device=512@0xfeb00000:5 virtio_mmio.device=512@0xfeb00200:6';
const pci = (options = ''): string[] => [`virtio-rng-pci${options}`, `virtio-serial-pci${options}`, PORT];

test.each<[string, Boot]>([
  ['memory-mapped, named on the command line', { machine: 'microvm,acpi=off', words: MMIO_WORDS, devices: [MODERN, ...MMIO] }],
  ['memory-mapped, found in ACPI, on the second I/O APIC', { machine: 'microvm,acpi=on', devices: [MODERN, ...MMIO] }],
  ['memory-mapped, found in ACPI, on the only I/O APIC', { machine: 'microvm,acpi=on,ioapic2=off', devices: [MODERN, ...MMIO] }],
  ['transitional, on PCI', { machine: 'pc', devices: pci() }],
  ['transitional, on PCI Express', { machine: 'q35', devices: pci() }],
  ['without ACPI', { machine: 'q35', words: 'acpi=off', devices: pci() }],
  ['modern', { machine: 'pc', devices: pci(',disable-legacy=on') }],
  ['without MSI-X on PCI', { machine: 'pc', devices: pci(',vectors=0') }],
  ['without MSI-X on PCI Express', { machine: 'q35', devices: pci(',vectors=0,disable-legacy=on') }],
  ['each behind a root port', { machine: 'q35', devices: ['pcie-root-port,id=a,chassis=1', 'pcie-root-port,id=b,chassis=2', 'virtio-rng-pci,bus=a', 'virtio-serial-pci,bus=b', PORT] }],
  ['behind a bridge', { machine: 'pc', devices: ['pci-bridge,id=a,chassis_nr=1', 'virtio-rng-pci,bus=a,addr=3', 'virtio-serial-pci,bus=a,addr=4', PORT] }],
  ['in a machine with memory above 4 GiB', { machine: 'q35', memory: '5G', devices: pci() }],
  ['with registers above 4 GiB', { machine: 'q35', memory: '5G', devices: [ABOVE, ...pci(',disable-legacy=on')] }],
  ['a console with a port 0 and no numbers', { machine: 'pc', devices: ['virtio-rng-pci', 'virtio-serial-pci,max_ports=1', 'virtconsole,chardev=c'] }],
  ['a console with only port 0 of many', { machine: 'pc', devices: ['virtio-rng-pci', 'virtio-serial-pci', 'virtconsole,chardev=c'] }],
])('devices work: %s', (_name, options) => {
  expect(boot(options)).toEqual({ status: 1, serial: '', console: SAID });
});

/** random_get's ENOTSUP. */
const WITHOUT = { status: 2 * 99 + 1, console: '' };

test('legacy devices are named with the flag that helps, and output goes to COM1', () => {
  const mmio = boot({ machine: 'microvm,acpi=off', words: MMIO_WORDS, devices: MMIO });
  expect(mmio).toMatchObject(WITHOUT);
  expect(mmio.serial).toContain('0xfeb00200 is a legacy one; run QEMU with -global virtio-mmio.force-legacy=false\n');
  expect(mmio.serial.endsWith(SAID)).toBe(true);
  const legacy = boot({ machine: 'pc', devices: pci(',disable-modern=on,disable-legacy=off') });
  expect(legacy).toMatchObject(WITHOUT);
  expect(legacy.serial).toContain('has no modern registers; run QEMU with disable-modern=off on its -device\n');
});

test.each([['microvm,acpi=on,pcie=on', true], ['microvm,acpi=on', false]])('PCI devices that cannot be reached are told of: %s', (machine, isTold) => {
  const { serial, ...rest } = boot({ machine, devices: isTold ? pci() : [] });
  expect(rest).toEqual(WITHOUT);
  expect(serial.includes("PCI devices of this machine cannot be reached; on QEMU's microvm use virtio-mmio devices, not pcie=on\n")).toBe(isTold);
});

test('pci=off leaves PCI alone', () => {
  expect(boot({ machine: 'pc', words: 'pci=off', devices: pci() })).toMatchObject(WITHOUT);
});
