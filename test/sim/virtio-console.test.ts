// A console device as standard input and output: assembly/virtio/console-device.ts and its neighbours,
// assembly/console/output.ts, assembly/console/input.ts, assembly/console/received.ts, assembly/console/uart-input.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { Machine, type MachineOptions, type MachineResult } from '../support/machine/machine.ts';
import type { Console, ConsoleOptions, Deed } from '../support/machine/virtio/console.ts';

const RUNS = process.env['ASOLO_LONG'] === '1' ? 20_000 : 200;
const WATCHED = 'stdin=framed stderr=com2 log=com3';
const text = (length: number): string => Array.from({ length }, (_, i) => String.fromCharCode(97 + i % 26)).join('');

interface Ran extends MachineResult { machine: Machine; device: Console }

function run(spec: ConsoleOptions & { transport?: 'mmio' | 'pci' }, body: (app: Application, device: Console, machine: Machine) => number | void, options: MachineOptions = {}): Ran {
  const machine = new Machine({ ...options, devices: [{ device: 'console', ...spec }] });
  const result = machine.run((app) => body(app, machine.devices[0] as Console, machine));
  return { ...result, machine, device: machine.devices[0] as Console };
}

const KINDS: [string, ConsoleOptions & { transport: 'mmio' | 'pci' }][] = [
  ['a device with one port, memory-mapped', { transport: 'mmio' }],
  ['one with several ports, memory-mapped', { transport: 'mmio', ports: [1, 2] }],
  ['one with one port on PCI', { transport: 'pci' }],
  ['one with several ports on PCI', { transport: 'pci', ports: [1] }],
  ['one whose only port is number 0', { transport: 'mmio', ports: [0] }],
  ['one whose first port is number 5', { transport: 'pci', ports: [5, 1] }],
];

describe.each(KINDS)('%s', (_name, kind) => {
  test('carries standard output in order, whatever the sizes of the writes', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 8 }), (sizes) => {
      const { device, stdout, status } = run(kind, (app) => {
        for (const size of sizes) expect(app.write(1, text(size))).toBe(0);
      });
      expect({ said: device.text, stdout, status }).toEqual({ said: sizes.map(text).join(''), stdout: '', status: 0 });
    }), { seed: 1, numRuns: 15 });
  });

  test('may be slow: output is waited for asleep, and before the machine is switched off', () => {
    const { device, machine } = run({ ...kind, latency: 3_000_000 }, (app) => { app.write(1, text(100_000)); }, { cpu: { kvmclock: true } });
    expect(device.text).toBe(text(100_000));
    expect(machine.halts).toBeGreaterThan(2);
  });

  test('carries standard input to its end, in pieces', () => {
    run(kind, (app, device) => {
      device.enter([...new TextEncoder().encode(text(10_000)), 0x10, 0x10, 0x10, 0x04]);
      let all = '';
      for (let part = app.read(0, 777) as Uint8Array; part.length > 0; part = app.read(0, 777) as Uint8Array) all += new TextDecoder().decode(part);
      expect(all).toBe(`${text(10_000)}\x10`);
    }, { commandLine: WATCHED });
  });

  test('is waited for, halted, when there is no input yet', () => {
    const { machine } = run(kind, (app, device, { clock }) => {
      for (const [i, piece] of ['one', 'two', 'three'].entries()) clock.after((i + 1) * 1e9, () => device.enter(new TextEncoder().encode(piece)));
      let all = '';
      while (all.length < 11) all += new TextDecoder().decode(app.read(0, 100) as Uint8Array);
      expect(all).toBe('onetwothree');
    }, { cpu: { kvmclock: true } });
    expect(machine.halts).toBeGreaterThanOrEqual(3);
  });

  test('gives what the kernel says on a serial port no part', () => {
    const { device, stdout } = run(kind, (app) => { app.write(1, text(600)); app.write(2, 'error'); app.wasi['proc_raise']!(6); });
    expect({ said: device.text, stdout }).toEqual({ said: text(600), stdout: expect.stringMatching(/^errorasolo: the application raised/) as string });
  });
});

describe('where the program that runs the monitor reads COM1 too', () => {
  test('little output does not start the device', () => {
    const { device, stdout, machine } = run({ transport: 'mmio' }, (app) => { app.write(1, 'hello\n'); }, { commandLine: WATCHED });
    expect({ said: device.text, stdout, notified: device.notifications }).toEqual({ said: '', stdout: 'hello\n', notified: 0 });
    expect(machine.bus.exits).toBeLessThan(12);
  });

  test('more does, and a control line says after how much', () => {
    const { device, stdout, control } = run({ transport: 'mmio', ports: [1] }, (app) => {
      for (let i = 0; i < 10; i++) app.write(1, text(100));
    }, { commandLine: WATCHED });
    expect({ stdout, said: device.text, control }).toEqual({ stdout: text(100).repeat(5), said: text(100).repeat(5), control: 'console 500\n' });
  });

  test('the first wish for input starts it', () => {
    const { control } = run({ transport: 'mmio' }, (app, device) => {
      device.enter([65, 0x10, 4]);
      expect(app.read(0, 9)).toEqual(Uint8Array.of(65));
    }, { commandLine: WATCHED });
    expect(control).toBe('console 0\nready\n');
  });
});

describe('a device that cannot be started', () => {
  test.each<[string, ConsoleOptions]>([
    ['refuses its features', { refuses: 1n << 32n }],
    ['names no port', { ports: [1], mute: true }],
    ['names a port whose queues it does not have', { ports: [1, 70_000].reverse() }],
    ['has queues of two', { queueSize: 2 }],
  ])('because it %s leaves everything on COM1', (_name, options) => {
    const { stdout } = run(options, (app) => { app.write(1, text(2000)); });
    expect(stdout).toBe(text(2000));
  });
});

describe('a device that misbehaves', () => {
  test.each<Deed>(['give up', 'twice', 'wrong head', 'too long', 'run ahead', 'reset itself'])('by %s is started again, and nothing is lost', (deed) => {
    const { device, stdout, status } = run({ deeds: ['take', deed, 'take'], latency: 1000 }, (app) => {
      for (let i = 0; i < 40; i++) app.write(1, `${i} ${text(3000)}\n`);
    }, { cpu: { kvmclock: true } });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(device.resets).toBeGreaterThan(1);
    for (let i = 0; i < 40; i++) expect(device.text).toContain(`${i} ${text(3000)}\n`);
  });

  test('for ever is replaced by COM1, with a line', () => {
    for (const deed of ['give up', 'wrong head'] as const) {
      const { stdout, status } = run({ deeds: [deed] }, (app) => { for (let i = 0; i < 6; i++) app.write(1, text(8192)); }, { cpu: { kvmclock: true } });
      expect(status).toBe(0);
      expect(stdout).toContain('the console device does not work any more');
      expect(stdout).toContain(text(8192));
    }
  });

  test('by keeping everything is given up after minutes, asleep', () => {
    const { stdout, machine } = run({ deeds: ['keep'] }, (app) => { app.write(1, text(50_000)); }, { cpu: { kvmclock: true } });
    expect(stdout).toMatch(/does not work any more.*\n/);
    expect(stdout).toContain(text(50_000));
    expect(machine.clock.now).toBeGreaterThan(300e9);
    expect(machine.halts).toBeLessThan(2000);
  });

  test('does not keep a panic from being said', () => {
    const machine = new Machine({ devices: [{ device: 'console', deeds: ['keep'] }] });
    const { stdout, status } = machine.attempt(() => {
      machine.start();
      machine.boot().write(1, 'lost');
      machine.exports['fault']!();
    });
    expect({ stdout, status }).toEqual({ stdout: expect.stringContaining('kernel fault') as string, status: 126 });
  });

  test('whatever it does, the kernel ends and every byte is said somewhere', () => {
    const deed = fc.constantFrom<Deed>('take', 'take', 'take', 'keep', 'twice', 'wrong head', 'too long', 'run ahead', 'give up', 'reset itself');
    const options = fc.record({
      deeds: fc.array(deed, { minLength: 1, maxLength: 12 }),
      latency: fc.constantFrom(0, 500, 50_000, 5_000_000),
      transport: fc.constantFrom('mmio' as const, 'pci' as const),
      ports: fc.constantFrom<readonly number[] | undefined>(undefined, [1], [0], [2, 1]),
      without: fc.constantFrom(0n, 1n << 28n, 1n << 29n, 3n << 28n),
      withoutMsix: fc.boolean(),
      lost: fc.nat(7),
    });
    fc.assert(fc.property(options, fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 6 }), ({ lost, ports, ...rest }, sizes) => {
      const interrupts = (count: number): 'once' | 'lost' | 'doubled' => (['once', 'lost', 'doubled'] as const)[(count * lost) % 3]!;
      const { device, stdout, status } = run({ ...rest, interrupts, ...(ports ? { ports } : {}) }, (app) => {
        for (const [i, size] of sizes.entries()) app.write(1, `<${i}${text(size)}>`);
      }, { cpu: { kvmclock: true } });
      expect(status).toBe(0);
      // Across a restart bytes may be said twice; in the end all have been, here or there.
      const said = device.text.length + stdout.length;
      expect(said).toBeGreaterThanOrEqual(sizes.reduce((sum, size) => sum + size + 3, 0));
    }), { seed: 4, numRuns: RUNS });
  });
});
