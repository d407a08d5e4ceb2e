// Clocks on the simulated machine: assembly/time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Machine, type MachineOptions } from '../support/machine/machine.ts';

const [REALTIME, MONOTONIC, PROCESS, THREAD] = [0, 1, 2, 3];
const SECOND = 1e9;
const START = Date.UTC(2024, 1, 29, 23, 59, 58);

const SOURCES: [string, MachineOptions][] = [
  ['kvmclock', { cpu: { kvmclock: true, wallStart: BigInt(START) * 1_000_000n } }],
  ['kvmclock on a slow TSC', { cpu: { kvmclock: true, hz: 700_000_000 } }],
  ['kvmclock on a fast TSC', { cpu: { kvmclock: true, hz: 5_100_000_000 } }],
  ['the hypervisor\'s frequency leaf', { cpu: { frequencyLeaf: true, hz: 2_893_202_000 } }],
  ['the crystal', { cpu: { crystal: [2, 216, 25_000_000], hz: 2_700_000_000 } }],
  ['the base frequency', { cpu: { crystal: [2, 216, 0], hz: 2_700_000_000 } }],
  ['the APIC timer', { cpu: { hz: 3_333_333_333 } }],
  ['the APIC timer, without a PIT', { pit: false }],
  ['the PIT', { apic: { hz: 0 }, cpu: { hz: 1_996_800_000 } }],
];

describe.each(SOURCES)('with %s', (_name, options) => {
  test('monotonic time runs at the right rate', () => {
    const machine = new Machine(options);
    machine.run((app) => {
      const first = app.time(MONOTONIC);
      machine.clock.pass(100 * SECOND);
      const passed = Number(app.time(MONOTONIC) - first);
      expect(Math.abs(passed / (100 * SECOND) - 1)).toBeLessThan(0.002);
    });
  });

  test('finding the clock takes at most 3 ms', () => {
    const machine = new Machine(options);
    machine.run((app) => {
      const before = machine.clock.now;
      app.time(MONOTONIC);
      expect(machine.clock.now - before).toBeLessThan(3e6);
    });
  });

  test('timeline tells the TSC\'s frequency', () => {
    const machine = new Machine({ ...options, commandLine: 'log=com3 timeline' });
    const { control } = machine.run();
    const [, entry, kernel, application, exit, hz] = /time entry=(\d+) kernel=(\d+) application=(\d+) exit=(\d+) hz=(\d+)/.exec(control)!.map(Number);
    expect(entry! < kernel! && kernel! < application! && application! < exit!).toBe(true);
    expect(Math.abs(hz! / machine.processor.hz - 1)).toBeLessThan(0.002);
  });
});

describe('time', () => {
  test('is not looked for before it is asked for', () => {
    const machine = new Machine();
    machine.run((app) => {
      const before = machine.bus.exits;
      expect(app.wasi['clock_res_get']!(MONOTONIC, 0)).toBe(0);
      expect(machine.bus.exits).toBe(before);
    });
  });

  test('never goes back, whatever happens between two readings', () => {
    fc.assert(fc.property(fc.constantFrom(...SOURCES), fc.array(fc.nat(1e9), { maxLength: 20 }), ([, options], pauses) => {
      const machine = new Machine(options);
      machine.run((app) => {
        let last = [0n, 0n, 0n, 0n];
        for (const pause of pauses) {
          machine.clock.pass(pause);
          const now = [REALTIME, MONOTONIC, PROCESS, THREAD].map((clock) => app.time(clock));
          now.forEach((time, i) => expect(time).toBeGreaterThanOrEqual(last[i]!));
          last = now;
        }
      });
    }), { seed: 1, numRuns: 25 });
  });

  test('of the process begins with the application', () => {
    for (const [, options] of SOURCES) {
      const machine = new Machine({ ...options, firmwareTime: 2 * SECOND });
      machine.run((app) => {
        const start = machine.clock.now;
        machine.clock.pass(SECOND);
        const passed = Number(app.time(PROCESS));
        expect(Math.abs(passed - (machine.clock.now - start))).toBeLessThan(0.005 * SECOND);
      });
    }
  });

  test('passes even where nothing can be measured', () => {
    new Machine({ apic: { hz: 0 }, pit: false }).run((app) => {
      const first = app.time(MONOTONIC);
      app.clock.pass(SECOND);
      expect(app.time(MONOTONIC)).toBeGreaterThan(first);
    });
  });

  test('has a resolution of 1 ns', () => {
    new Machine().run((app) => {
      expect(app.wasi['clock_res_get']!(REALTIME, 0)).toBe(0);
      expect(app.view.getBigUint64(0, true)).toBe(1n);
      expect(app.wasi['clock_res_get']!(4, 0)).toBe(28);
      expect(app.wasi['clock_time_get']!(4, 0n, 0)).toBe(28);
    });
  });
});

describe('the wall clock', () => {
  const wallClock = (options: MachineOptions): { seconds: number; now: number; fraction: bigint } => {
    const machine = new Machine(options);
    let time = 0n;
    machine.run((app) => {
      app.time(REALTIME);
      machine.clock.pass(1_234_567);
      time = app.time(REALTIME);
    });
    return { seconds: Number(time) / 1e9, now: machine.clock.now / 1e9, fraction: time % 1_000_000n };
  };

  test('comes from kvmclock', () => {
    const { seconds, now } = wallClock({ cpu: { kvmclock: true, wallStart: BigInt(START) * 1_000_000n + 5n } });
    expect(Math.abs(seconds - (START / 1000 + now))).toBeLessThan(0.001);
  });

  test('comes from epoch= and counts from the machine\'s start', () => {
    const { seconds, now } = wallClock({ commandLine: `epoch=${START}000000`, firmwareTime: 3 * SECOND });
    expect(Math.abs(seconds - (START / 1000 + now))).toBeLessThan(0.01);
  });

  test('with epoch= and a TSC that is older than the machine, counts from the image\'s entry', () => {
    const { seconds, now } = wallClock({ commandLine: `epoch=${START}000000`, cpu: { tscStart: 1n << 60n } });
    expect(Math.abs(seconds - (START / 1000 + now))).toBeLessThan(0.01);
  });

  test.each([
    {}, { binary: true }, { twelveHours: true }, { twelveHours: true, binary: true }, { century: false }, { busyReadings: 50 },
  ])('comes from the CMOS clock: %j', (rtc) => {
    for (const start of [START, Date.UTC(2031, 0, 1, 0, 30), Date.UTC(2025, 11, 31, 12, 0, 1), Date.UTC(1999, 6, 4, 11, 59, 59)]) {
      if (rtc.century === false && start < Date.UTC(2000)) continue;
      const { seconds, now, fraction } = wallClock({ rtc: { ...rtc, start } });
      expect(Math.abs(seconds - (start / 1000 + now))).toBeLessThan(1.01);
      expect(fraction).not.toBe(0n);
    }
  });

  test('without any source begins in 1970, and runs', () => {
    for (const rtc of [{ absent: true }, { busyReadings: 1e9 }]) {
      const { seconds } = wallClock({ rtc });
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(86_400 * 2);
    }
  });
});
