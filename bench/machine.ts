// QEMU as the benchmark starts it: directly, without the asolo command around it, so that a whole run is one process.
// Standard output is COM1; COM3, where the kernel writes its times, can go to a file.

import { closeSync, openSync } from 'node:fs';

import { type Accelerator, type MachineName, qemuArguments } from '../scripts/qemu.ts';
import { QEMU } from '../scripts/toolchain.ts';
import { type VirtioDevice, deviceArguments, deviceWords } from '../scripts/vm/devices.ts';
import { type Ended, runProcess } from './process.ts';

export interface MachineOptions {
  kernel: string;
  /** Linux's memory file system: a kernel that has one is not ours, and gets no words of ours. */
  initrd?: string;
  accelerator: Accelerator;
  /** microvm if not said. */
  machine?: MachineName;
  memory?: string;
  words?: string;
  /** Virtio devices, as asolo run attaches them. */
  devices?: readonly VirtioDevice[];
  /** Where control lines go. */
  control?: string;
  /** One instruction is one nanosecond and one tick of the TSC: counts are exact. TCG only. */
  countInstructions?: boolean;
}

/** The machine and the processor that `asolo run` asks for, so that the figures are those of its machine. */
function asRun(option: '-M' | '-cpu', machine: MachineName, accelerator: Accelerator): string {
  const args = qemuArguments({ machine, accelerator, memoryBytes: 0, kernel: '', words: '', com2: 0, com3: 0 });
  return args[args.indexOf(option) + 1]!;
}

export function qemuCommand(options: MachineOptions): string[] {
  const { kernel, accelerator, machine = 'microvm', devices = [], memory = '64M', control, initrd, countInstructions = false } = options;
  const words = [...(devices.length > 0 && initrd === undefined ? deviceWords(machine, devices) : []), ...(options.words ? [options.words] : [])].join(' ');
  return [
    QEMU, '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot',
    '-M', asRun('-M', machine, accelerator), '-accel', accelerator, '-cpu', asRun('-cpu', machine, accelerator), '-m', memory,
    ...(countInstructions ? ['-icount', 'shift=0'] : []),
    '-chardev', 'stdio,id=com1,signal=off', '-device', 'isa-serial,chardev=com1,iobase=0x3f8,irq=4',
    ...(control === undefined ? [] : ['-chardev', `file,id=com3,path=${control}`, '-device', 'isa-serial,chardev=com3,iobase=0x3e8,irq=13']),
    ...(machine === 'microvm' ? ['-global', 'virtio-mmio.force-legacy=false'] : []), ...deviceArguments(machine, devices),
    '-device', 'isa-debug-exit,iobase=0xf4,iosize=4',
    '-kernel', kernel, ...(initrd === undefined ? [] : ['-initrd', initrd]),
    ...(words === '' ? [] : ['-append', words]),
  ];
}

/** Runs a machine whose guest must end with status 0: isa-debug-exit makes that QEMU's 2 * 0 + 1. */
export async function runMachine(options: MachineOptions): Promise<Ended> {
  const [program, ...args] = qemuCommand(options);
  const ended = await runProcess(program!, args);
  if (ended.status !== 1) {
    throw new Error(`${[program, ...args].join(' ')}\nended with status ${ended.status}\n${ended.stderr}${ended.stdout}`);
  }
  return ended;
}

/** Whether this process may use KVM. */
export function kvmIsThere(): boolean {
  try {
    closeSync(openSync('/dev/kvm', 'r+'));
    return true;
  } catch {
    return false;
  }
}

/** A command as a person would type it. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}
