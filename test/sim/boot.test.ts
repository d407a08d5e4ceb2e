// Boot on the simulated machine: both protocols, every wrong input. Covers assembly/boot-info and assembly/kernel.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RAM, RESERVED, type BootOptions } from '../support/machine/boot-information.ts';
import { Machine, type MachineOptions, type MachineResult } from '../support/machine/machine.ts';

const MIB = 1024n * 1024n;
const run = (options: MachineOptions): MachineResult => new Machine(options).run();
const refusal = (options: MachineOptions): string => {
  const { status, stdout } = run(options);
  expect(status).toBe(125);
  expect(stdout.match(/\n/g)).toHaveLength(1);
  return stdout;
};

describe.each(['multiboot', 'pvh'] as const)('booted by %s', (protocol) => {
  test('a machine of 64 MiB gives the application the large pages after the image', () => {
    const machine = new Machine({ protocol });
    expect(machine.run()).toEqual({ status: 0, stdout: '', stderr: '', control: '' });
    expect(machine.region).toEqual({ base: 4n * MIB, bytes: 60n * MIB });
  });

  test('a machine of 4 MiB gives the application what there is', () => {
    const machine = new Machine({ protocol, memory: '4M' });
    expect(machine.run().status).toBe(0);
    expect(machine.region).toEqual({ base: 0x230000n, bytes: 4n * MIB - 0x230000n });
  });

  test('a machine of 12 GiB gives it 4 GiB above 4 GiB', () => {
    const machine = new Machine({ protocol, memory: '12G' });
    expect(machine.run().status).toBe(0);
    expect(machine.region).toEqual({ base: 4096n * MIB, bytes: 4096n * MIB });
  });

  test('leaves boot modules alone', () => {
    const machine = new Machine({ protocol, modules: [{ start: 0x1000000, end: 0x1000801 }, { start: 0x3f00000, end: 0x4000000 }] });
    machine.run();
    expect(machine.region).toEqual({ base: 0x1200000n, bytes: 0x3f00000n - 0x1200000n });
  });

  test('reads the command line, wherever it lies, and copes with one that has no end', () => {
    const words = 'name=x '.repeat(20);
    expect(run({ protocol, commandLine: words }).status).toBe(0);
    expect(run({ protocol, commandLine: words, commandLineAt: 0x20fc0 }).status).toBe(0);
    expect(run({ protocol, commandLine: ' '.repeat(4096) }).status).toBe(0);
    expect(refusal({ protocol, commandLine: ' '.repeat(4097) })).toBe('asolo: the command line is longer than 4096 bytes\n');
    expect(refusal({ protocol, commandLine: new Uint8Array(9000).fill(0x20) })).toBe('asolo: the command line is longer than 4096 bytes\n');
  });

  test('refuses words with a bad value, and names them', () => {
    expect(refusal({ protocol, commandLine: 'verbosely stderr=com7 x' })).toBe('asolo: the command line has a word with a bad value: "stderr=com7"\n');
    expect(refusal({ protocol, commandLine: 'name="x' })).toBe('asolo: the command line ends inside quotes: "name=x"\n');
    const result = run({ protocol, commandLine: 'stderr=com2 env=A' });
    expect(result).toMatchObject({ status: 125, stdout: '', stderr: 'asolo: the command line has a word with a bad value: "env=A"\n' });
  });

  test('refuses structures that cannot be reached', () => {
    for (const information of [0x200000, 0x22f000, 0xfffff000, 0x3ffffff]) {
      expect(refusal({ protocol, information, memory: '64M' })).toBe('asolo: the boot information cannot be read\n');
    }
    expect(refusal({ protocol, commandLineAt: 0x210000 })).toBe('asolo: the command line cannot be read\n');
    expect(refusal({ protocol, commandLineAt: 0xffffffff })).toBe('asolo: the command line cannot be read\n');
  });

  test('refuses a machine without RAM where the kernel runs', () => {
    const memoryMap = [{ start: 4n * MIB, length: 60n * MIB, type: RAM }];
    expect(refusal({ protocol, memoryMap })).toBe('asolo: the memory map has no RAM where the kernel runs\n');
    const holed = [{ start: 0n, length: 64n * MIB, type: RAM }, { start: 0x180000n, length: 1n, type: RESERVED }];
    expect(refusal({ protocol, memoryMap: holed })).toBe('asolo: the memory map has no RAM where the kernel runs\n');
  });

  test('refuses a machine with nothing left for an application', () => {
    const memoryMap = [{ start: MIB, length: 0x130000n + 0xf000n, type: RAM }];
    expect(refusal({ protocol, memoryMap })).toBe('asolo: the machine has too little memory for any application\n');
    expect(refusal({ protocol, refuseApplication: true })).toBe('asolo: the application\'s memory cannot be mapped\n');
  });

  test('refuses an empty map, and one that claims more entries than any', () => {
    expect(refusal({ protocol, memoryMap: [] })).toMatch(/^asolo: (the monitor gave no memory map|the memory map)/);
    expect(refusal({ protocol, claimedEntries: protocol === 'pvh' ? 129 : 129 * 24 })).toBe('asolo: the memory map is broken\n');
    expect(refusal({ protocol, claimedEntries: 0xffffffff })).toBe('asolo: the memory map is broken\n');
  });

  test('ends in one line or boots, whatever the map', () => {
    const word = fc.oneof(fc.bigInt(0n, 0xffff_ffff_ffff_ffffn), fc.constantFrom(0n, MIB, 64n * MIB, 0x230000n));
    const entry = fc.record({ start: word, length: word, type: fc.integer({ min: 0, max: 6 }) });
    fc.assert(fc.property(fc.array(entry, { maxLength: 20 }), (memoryMap) => {
      const machine = new Machine({ protocol, memoryMap, memory: '4M' });
      const { status, stdout } = machine.run();
      if (status === 125) expect(stdout).toMatch(/^asolo: [^\n]+\n$/);
      else expect(machine.region!.base).toBeGreaterThanOrEqual(0x230000n);
    }), { seed: 1, numRuns: 60 });
  });
});

describe('Multiboot', () => {
  test('falls back on mem_upper', () => {
    const machine = new Machine({ memUpper: 63 * 1024 });
    expect(machine.run().status).toBe(0);
    expect(machine.region).toEqual({ base: 4n * MIB, bytes: 60n * MIB });
  });

  test('a map that ends within an entry is broken', () => {
    expect(refusal({ claimedEntries: 24 * 3 - 1 })).toBe('asolo: the memory map is broken\n');
  });

  test('ignores the kernel file\'s name that QEMU puts first', () => {
    const { stdout } = new Machine({ commandLine: '/images/hello.elf name=x -- --y' }).run((app) => {
      app.wasi['args_get']!(0, 0x100);
      app.write(1, `${app.string(app.u32(0))} ${app.string(app.u32(4))}`);
    });
    expect(stdout).toBe('x --y');
  });
});

describe('PVH', () => {
  const pvh: BootOptions = { protocol: 'pvh' };

  test('version 0 has no memory map: refused', () => {
    expect(refusal({ ...pvh, version: 0 })).toBe('asolo: the monitor gave no memory map\n');
  });

  test('a wrong magic number is refused', () => {
    expect(refusal({ ...pvh, magic: 0x2badb002 })).toBe('asolo: the boot information cannot be read\n');
  });
});

test('an unknown protocol is refused', () => {
  const machine = new Machine();
  machine.start();
  const { status, stdout } = machine.attempt(() => machine.exports['boot']!(3, 0x9500));
  expect({ status, stdout }).toEqual({ status: 125, stdout: 'asolo: the machine was booted by an unknown protocol\n' });
});

test('a hello costs five accesses to devices: two to set the port up, one to write, one to drain, one to end', () => {
  const machine = new Machine({ commandLine: 'log=com3 pci=off' });
  expect(machine.run((app) => { app.write(1, 'hello\n'); })).toMatchObject({ status: 0, stdout: 'hello\n' });
  expect(machine.bus.exits).toBe(5);
});

test('verbose tells what was found', () => {
  const { stderr, control } = run({ commandLine: 'stderr=com2 verbose' });
  expect(control).toBe('');
  expect(stderr).toBe('asolo: RAM 0x100000 to 0x4000000\nasolo: RAM in all: 64512 KiB\n'
    + 'asolo: application memory: 61440 KiB at 0x400000\nasolo: exit 0\n');
});
