// Standard streams on the simulated machine: assembly/base/serial.ts, assembly/console/input.ts, assembly/irq,
// assembly/wasi/fd-read.ts and fd-write.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { Machine, type MachineOptions } from '../support/machine/machine.ts';

const AGAIN = 6;
const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
/** As the program that runs the monitor frames standard input. */
const framed = (bytes: readonly number[]): Uint8Array =>
  Uint8Array.from([...bytes.flatMap((byte) => (byte === 0x10 ? [0x10, 0x10] : [byte])), 0x10, 0x04]);

/** Reads to the end of input, in pieces of `size`. */
function readAll(app: Application, size: number): number[] {
  const all: number[] = [];
  for (;;) {
    const part = app.read(0, size);
    if (typeof part === 'number') throw new Error(`fd_read: errno ${part}`);
    if (part.length === 0) return all;
    all.push(...part);
  }
}

describe('standard output', () => {
  test('carries any bytes, from any number of buffers, in 16-byte accesses', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 6 });
    fc.assert(fc.property(parts, (buffers) => {
      const machine = new Machine();
      machine.run((app) => {
        let at = 0x20000;
        buffers.forEach((buffer, i) => {
          app.memory.set(buffer, at);
          app.vector(0x1000 + i * 8, at, buffer.length);
          at += buffer.length;
        });
        expect(app.wasi['fd_write']!(1, 0x1000, buffers.length, 0x900)).toBe(0);
        expect(app.u32(0x900)).toBe(at - 0x20000);
      });
      expect(machine.bus.uarts[0]!.sent).toEqual(buffers.flatMap((buffer) => [...buffer]));
    }), { seed: 1, numRuns: 30 });
  });

  test('loses nothing when the line is slow', () => {
    const text = 'all work and no play '.repeat(20);
    const result = new Machine({ com1: { byteTime: 86_806 } }).run((app) => { app.write(1, text); });
    expect(result).toMatchObject({ status: 0, stdout: text });
  });

  test('asks for the line status once in 16 bytes, and not at all for short lines', () => {
    const machine = new Machine({ commandLine: 'log=com3' });
    machine.run((app) => {
      const before = machine.bus.exits;
      app.write(1, 'x'.repeat(16));
      expect(machine.bus.exits - before).toBe(3);
      app.write(1, 'y'.repeat(32));
      expect(machine.bus.exits - before).toBe(7);
    });
  });

  test('goes nowhere, quickly, where there is no port', () => {
    const machine = new Machine({ com1: { absent: true } });
    expect(machine.run((app) => { expect(app.write(1, 'x'.repeat(5000))).toBe(0); })).toMatchObject({ status: 0, stdout: '' });
    expect(machine.bus.exits).toBeLessThan(10);
  });

  test('gives up on a port that never takes a byte, once', () => {
    const machine = new Machine({ com1: { byteTime: Infinity } });
    expect(machine.run((app) => {
      expect(app.write(1, 'x'.repeat(100))).toBe(0);
      const before = machine.bus.exits;
      expect(app.write(1, 'x'.repeat(100))).toBe(0);
      expect(machine.bus.exits).toBe(before);
    }).status).toBe(0);
  });

  test('is apart from standard error where the command line says so', () => {
    const both = (commandLine: string): object => new Machine({ commandLine }).run((app) => {
      app.write(1, 'out\n');
      app.write(2, 'err\n');
    });
    expect(both('')).toMatchObject({ stdout: 'out\nerr\n', stderr: '' });
    expect(both('stderr=com2')).toMatchObject({ stdout: 'out\n', stderr: 'err\n' });
  });
});

describe.each<[string, MachineOptions]>([
  ['a UART as in QEMU', { protocol: 'multiboot' }],
  ['a UART that ignores the trigger level, as in Firecracker', { protocol: 'pvh', com1: { ignoresTrigger: true } }],
])('standard input from %s', (_name, options) => {
  test('arrives whole and ends, whatever the bytes and the sizes of the reads', () => {
    const data = fc.array(fc.oneof(fc.constantFrom(0x10, 4), fc.nat(255)), { maxLength: 6000 });
    fc.assert(fc.property(data, fc.integer({ min: 1, max: 5000 }), (bytes, size) => {
      new Machine({ ...options, commandLine: 'stdin=framed log=com3', stdin: framed(bytes) }).run((app) => {
        expect(readAll(app, size)).toEqual(bytes);
        expect(app.read(0, 10)).toHaveLength(0);
      });
    }), { seed: 1, numRuns: 25 });
  });

  test('is waited for, halted, and arrives piece by piece', () => {
    const machine = new Machine({ ...options, commandLine: 'stdin=framed log=com3' });
    const pieces = ['one', 'a longer piece of more than sixteen bytes', 'x'];
    machine.run((app) => {
      let delay = 1e9;
      for (const piece of pieces) machine.clock.after(delay++, () => machine.clock.after(delay += 1e9, () => machine.bus.uarts[0]!.type(bytesOf(piece))));
      const start = machine.bus.exits;
      let text = '';
      while (text.length < pieces.join('').length) text += new TextDecoder().decode(app.read(0, 100) as Uint8Array);
      expect(text).toBe(pieces.join(''));
      // Seconds pass; a kernel that polled would make millions of accesses.
      expect(machine.bus.exits - start).toBeLessThan(250);
      expect(machine.halts).toBeGreaterThan(2);
    });
  });

  test('raw: every byte is itself', () => {
    new Machine({ ...options, stdin: Uint8Array.of(0x10, 4, 65) }).run((app) => {
      expect(app.read(0, 10)).toEqual(Uint8Array.of(0x10, 4, 65));
    });
  });

  test('bytes that came before the first read are not lost', () => {
    new Machine({ ...options, stdin: 'early' }).run((app) => {
      expect(app.write(1, 'prompt> ')).toBe(0);
      expect(app.read(0, 10)).toEqual(Uint8Array.from(bytesOf('early')));
    });
  });

  test('non-blocking: says that there is nothing yet', () => {
    const machine = new Machine(options);
    machine.run((app) => {
      expect(app.wasi['fd_fdstat_set_flags']!(0, 4)).toBe(0);
      expect(app.read(0, 10)).toBe(AGAIN);
      machine.bus.uarts[0]!.type(bytesOf('now'));
      expect(app.read(0, 10)).toEqual(Uint8Array.from(bytesOf('now')));
    });
  });
});

test('many bytes take fewer accesses where the trigger level can be trusted', () => {
  const bytes = Array.from({ length: 14_000 }, (_, i) => i & 0x7f | 0x20);
  const machine = new Machine({ commandLine: 'stdin=framed log=com3' });
  machine.run((app) => {
    // The interrupt is set up by the first wait; from then on whole FIFOs are taken.
    machine.clock.after(1e9, () => machine.bus.uarts[0]!.type(framed(bytes)));
    const before = machine.bus.exits;
    expect(readAll(app, 4096)).toEqual(bytes);
    expect(machine.bus.exits - before).toBeLessThan(bytes.length / 5);
  });
});

test('where there is no port, input that is not waited for is empty', () => {
  new Machine({ com1: { absent: true } }).run((app) => {
    app.wasi['fd_fdstat_set_flags']!(0, 4);
    expect(app.read(0, 10)).toBe(AGAIN);
  });
});

test('interrupts that nobody asked for do no harm', () => {
  const machine = new Machine();
  machine.run((app) => {
    machine.clock.after(1e6, () => { for (const vector of [0x5f, 0x27, 0x41, 0x40]) machine.interrupt(vector); });
    machine.clock.after(2e6, () => machine.bus.uarts[0]!.type(bytesOf('x')));
    expect(app.read(0, 1)).toEqual(Uint8Array.from(bytesOf('x')));
  });
  expect(machine.bus.picMasks).toEqual(new Map([[0x21, 0xff], [0xa1, 0xff]]));
  expect(machine.bus.apic.linesMasked).toBe(2);
});
