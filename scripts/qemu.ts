// A machine for QEMU, as data: what is wanted -> the arguments. Nothing is started here.
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { AsoloError } from './errors.ts';
import { type VirtioDevice, deviceArguments } from './vm/devices.ts';

export type MachineName = 'microvm' | 'q35' | 'pc';
export type Accelerator = 'kvm' | 'tcg';
export type AcceleratorChoice = 'auto' | Accelerator;
export const MACHINES: readonly MachineName[] = ['microvm', 'q35', 'pc'];
export const ACCELERATORS: readonly AcceleratorChoice[] = ['auto', 'kvm', 'tcg'];

export interface Machine {
  machine: MachineName;
  accelerator: Accelerator;
  memoryBytes: number;
  /** A path, or /dev/fd/N. In Multiboot QEMU puts it in front of the words: it must hold no blank and no quote. */
  kernel: string;
  words: string;
  /** A boot module: the same kinds of path. */
  module?: string;
  /** File descriptors (in QEMU) of the sockets behind COM2 and COM3. */
  com2: number;
  com3: number;
  /** Virtio devices; `words` must have their deviceWords(). */
  devices?: readonly VirtioDevice[];
}

const MACHINE_OPTIONS: Record<MachineName, string> = {
  // No ISA serial of its own, for the three below; a real-time clock for the wall clock; no option ROMs but Multiboot's.
  // Its devices are told to the guest by us (vm/devices.ts): without ACPI tables, and without QEMU's own words, which it
  // would put behind the application's arguments.
  microvm: 'microvm,isa-serial=off,rtc=on,acpi=off,auto-kernel-cmdline=off',
  q35: 'q35',
  pc: 'pc',
};

const CPU: Record<Accelerator, string> = {
  // QEMU cannot set this register inside some virtual machines and then aborts; our guest does not read it.
  kvm: 'host,-arch-capabilities',
  tcg: 'max',
};

/** The three serial ports. COM2 and COM3 are written to only; 5 to 12 are the interrupts of microvm's virtio slots. */
const SERIALS = [
  { id: 'com1', iobase: '0x3f8', irq: 4 },
  { id: 'com2', iobase: '0x2f8', irq: 3 },
  { id: 'com3', iobase: '0x3e8', irq: 13 },
] as const;

export function qemuArguments(machine: Machine): string[] {
  const backends: Record<string, string> = {
    com1: 'stdio,id=com1,signal=off',
    com2: `socket,id=com2,fd=${machine.com2}`,
    com3: `socket,id=com3,fd=${machine.com3}`,
  };
  return [
    '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot',
    '-M', MACHINE_OPTIONS[machine.machine],
    '-accel', machine.accelerator,
    '-cpu', CPU[machine.accelerator],
    '-m', `${machine.memoryBytes / 1024}K`,
    ...SERIALS.flatMap(({ id, iobase, irq }) => ['-chardev', backends[id]!, '-device', `isa-serial,chardev=${id},iobase=${iobase},irq=${irq}`]),
    '-device', 'isa-debug-exit,iobase=0xf4,iosize=4',
    // Modern registers: virtio-mmio is legacy by default.
    ...(machine.machine === 'microvm' ? ['-global', 'virtio-mmio.force-legacy=false'] : []),
    ...deviceArguments(machine.machine, machine.devices ?? []),
    '-kernel', machine.kernel,
    ...(machine.module === undefined ? [] : ['-initrd', machine.module]),
    '-append', machine.words,
  ];
}

export interface KvmState {
  usable: boolean;
  /** The CPU's own virtualisation is there; without it /dev/kvm may be a software monitor, slow in ring 0. */
  hardware: boolean;
  text: string;
}

export function kvmState(device = '/dev/kvm', cpuinfo = '/proc/cpuinfo'): KvmState {
  const flags = existsSync(cpuinfo) ? readFileSync(cpuinfo, 'utf8') : '';
  const hardware = /^flags\s*:.*\b(vmx|svm)\b/m.test(flags);
  if (!existsSync(device)) return { usable: false, hardware, text: 'no /dev/kvm: QEMU emulates the CPU (slower, works)' };
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    closeSync(openSync(device, 'r+'));
  } catch {
    return { usable: false, hardware, text: '/dev/kvm may not be opened: add yourself to the group kvm (QEMU emulates the CPU meanwhile)' };
  }
  return { usable: true, hardware, text: hardware ? '/dev/kvm' : '/dev/kvm, but the CPU shows no vmx or svm: used with microvm only' };
}

/** `auto`: KVM where it is known to be faster. A /dev/kvm without vmx or svm is slow with a BIOS: microvm only. */
export function chooseAccelerator(choice: AcceleratorChoice, machine: MachineName, kvm: KvmState = kvmState()): Accelerator {
  if (choice === 'kvm' && !kvm.usable) throw new AsoloError('no-kvm', `--accel kvm: ${kvm.text.replace(/ \(.*/, '')}; use --accel tcg`);
  if (choice !== 'auto') return choice;
  return kvm.usable && (kvm.hardware || machine === 'microvm') ? 'kvm' : 'tcg';
}
