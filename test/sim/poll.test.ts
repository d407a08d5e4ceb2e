// poll_oneoff on the simulated machine: assembly/wasi/poll.ts, assembly/time/idle.ts, timer.ts and deadlines.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { Machine, type MachineOptions } from '../support/machine/machine.ts';

const [BADF, INVAL] = [8, 28];
const [REALTIME, MONOTONIC, PROCESS] = [0, 1, 2];
const SECOND = 1_000_000_000n;
const IN = 0x1000;
const OUT = 0x8000;

type Subscription =
  | { readonly clock: number; readonly timeout: bigint; readonly absolute?: boolean; readonly flags?: number }
  | { readonly fd: number; readonly write?: boolean } | { readonly tag: number };

interface Event { userdata: bigint; error: number; type: number; bytes: bigint }

function poll(app: Application, subscriptions: readonly Subscription[]): Event[] | number {
  subscriptions.forEach((s, i) => {
    const at = IN + i * 48;
    app.memory.fill(0, at, at + 48);
    app.view.setBigUint64(at, BigInt(i) + 100n, true);
    if ('tag' in s) app.view.setUint8(at + 8, s.tag);
    else if ('fd' in s) {
      app.view.setUint8(at + 8, s.write ? 2 : 1);
      app.view.setUint32(at + 16, s.fd, true);
    } else {
      app.view.setUint32(at + 16, s.clock, true);
      app.view.setBigUint64(at + 24, BigInt.asUintN(64, s.timeout), true);
      app.view.setUint16(at + 40, s.flags ?? (s.absolute ? 1 : 0), true);
    }
  });
  const error = app.wasi['poll_oneoff']!(IN, OUT, subscriptions.length, 0x900);
  if (error !== 0) return error;
  return Array.from({ length: app.u32(0x900) }, (_, i) => {
    const at = OUT + i * 32;
    return {
      userdata: app.view.getBigUint64(at, true), error: app.view.getUint16(at + 8, true),
      type: app.view.getUint8(at + 10), bytes: app.view.getBigUint64(at + 16, true),
    };
  });
}

/** Runs `body` on a machine; gives it the time that a call takes, in ns. */
function inside(options: MachineOptions, body: (app: Application, machine: Machine, timed: (action: () => void) => number) => void): void {
  const machine = new Machine(options);
  machine.run((app) => body(app, machine, (action) => {
    const before = machine.clock.now;
    action();
    return machine.clock.now - before;
  }));
}

describe.each<[string, MachineOptions]>([
  ['kvmclock', { cpu: { kvmclock: true } }],
  ['a measured TSC', {}],
  ['an APIC timer that is faster than assumed', { cpu: { frequencyLeaf: true }, apic: { hz: 4e9 } }],
])('with %s', (_name, options) => {
  test('a sleep lasts as long as it should, halted, for any length', () => {
    fc.assert(fc.property(fc.bigInt(1n, 400n * SECOND), (timeout) => {
      inside(options, (app, machine, timed) => {
        app.time(MONOTONIC);
        const halts = machine.halts;
        const took = timed(() => {
          expect(poll(app, [{ clock: MONOTONIC, timeout }])).toEqual([{ userdata: 100n, error: 0, type: 0, bytes: 0n }]);
        });
        const late = took - Number(timeout);
        expect(late).toBeGreaterThan(-0.002 * Number(timeout));
        expect(late).toBeLessThan(50_000 + 0.002 * Number(timeout));
        expect(machine.halts - halts).toBeLessThan(100);
      });
    }), { seed: 1, numRuns: 20 });
  });
});

describe('clocks', () => {
  test('absolute times of every clock are waited for', () => {
    for (const clock of [REALTIME, MONOTONIC, PROCESS]) {
      inside({ commandLine: 'epoch=1700000000000000000' }, (app, _machine, timed) => {
        const now = app.time(clock);
        const took = timed(() => { expect(poll(app, [{ clock, timeout: now + SECOND, absolute: true }])).toHaveLength(1); });
        expect(Math.abs(took / 1e9 - 1)).toBeLessThan(0.003);
        expect(app.time(clock)).toBeGreaterThanOrEqual(now + SECOND);
      });
    }
  });

  test('times that have passed, and relative times of nothing, come back at once', () => {
    inside({}, (app, machine) => {
      app.time(MONOTONIC);
      const halts = machine.halts;
      expect(poll(app, [{ clock: MONOTONIC, timeout: 0n }])).toHaveLength(1);
      expect(poll(app, [{ clock: MONOTONIC, timeout: 1n, absolute: true }])).toHaveLength(1);
      expect(poll(app, [{ clock: REALTIME, timeout: 1n, absolute: true }])).toHaveLength(1);
      expect(machine.halts).toBe(halts);
    });
  });

  test('the earliest of several ends the wait, and only those that are due are told', () => {
    inside({}, (app, _machine, timed) => {
      let events: Event[] | number = 0;
      const took = timed(() => {
        events = poll(app, [
          { clock: MONOTONIC, timeout: 5n * SECOND }, { clock: MONOTONIC, timeout: SECOND }, { clock: REALTIME, timeout: SECOND },
          { clock: MONOTONIC, timeout: -1n },
        ]);
      });
      expect((events as unknown as Event[]).map(({ userdata }) => userdata)).toEqual([101n, 102n]);
      expect(Math.abs(took / 1e9 - 1)).toBeLessThan(0.01);
    });
  });

  test('a clock or a flag that does not exist is that event\'s error', () => {
    inside({}, (app) => {
      expect(poll(app, [{ clock: 4, timeout: 0n }])).toMatchObject([{ error: INVAL, type: 0 }]);
      expect(poll(app, [{ clock: 1, timeout: 0n, flags: 2 }])).toMatchObject([{ error: INVAL, type: 0 }]);
    });
  });
});

describe('descriptors', () => {
  test('output is ready at any time; what is closed, or the wrong way round, is an error of its event', () => {
    inside({}, (app) => {
      expect(poll(app, [{ fd: 1, write: true }, { fd: 2, write: true }, { fd: 7, write: true }, { fd: 1 }, { fd: 0, write: true }])).toEqual([
        { userdata: 100n, error: 0, type: 2, bytes: 1n }, { userdata: 101n, error: 0, type: 2, bytes: 1n },
        { userdata: 102n, error: BADF, type: 2, bytes: 0n }, { userdata: 103n, error: BADF, type: 1, bytes: 0n },
        { userdata: 104n, error: BADF, type: 2, bytes: 0n },
      ]);
    });
  });

  test('input that is there is told with its bytes', () => {
    inside({ stdin: 'hello' , commandLine: 'log=com3' }, (app) => {
      expect(poll(app, [{ fd: 0 }])).toEqual([{ userdata: 100n, error: 0, type: 1, bytes: 5n }]);
      expect(new TextDecoder().decode(app.read(0, 100) as Uint8Array)).toBe('hello');
    });
  });

  test('input that comes later ends the wait before the time is up', () => {
    inside({}, (app, machine, timed) => {
      machine.clock.after(2e9, () => machine.bus.uarts[0]!.type([65]));
      let events: Event[] | number = 0;
      const took = timed(() => { events = poll(app, [{ clock: MONOTONIC, timeout: 10n * SECOND }, { fd: 0 }]); });
      expect(events).toEqual([{ userdata: 101n, error: 0, type: 1, bytes: 1n }]);
      expect(Math.abs(took / 1e9 - 2)).toBeLessThan(0.01);
    });
  });

  test('input that does not come leaves the clock to end the wait', () => {
    inside({}, (app) => {
      for (let i = 0; i < 3; i++) {
        expect(poll(app, [{ fd: 0 }, { clock: MONOTONIC, timeout: SECOND }])).toMatchObject([{ userdata: 101n, type: 0 }]);
      }
    });
  });

  test('the end of input is ready with no bytes', () => {
    inside({ commandLine: 'stdin=framed log=com3', stdin: Uint8Array.of(0x10, 4) }, (app) => {
      expect(poll(app, [{ fd: 0 }])).toEqual([{ userdata: 100n, error: 0, type: 1, bytes: 0n }]);
    });
  });
});

test('nothing to wait for, too much of it, or an unknown kind is EINVAL', () => {
  inside({}, (app) => {
    expect(poll(app, [])).toBe(INVAL);
    expect(app.wasi['poll_oneoff']!(0, 0, 4097, 0)).toBe(INVAL);
    expect(app.wasi['poll_oneoff']!(0, 0, -1, 0)).toBe(INVAL);
    expect(poll(app, [{ fd: 1, write: true }, { tag: 3 }])).toBe(INVAL);
  });
});
