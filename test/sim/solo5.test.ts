// The Solo5 ABI but for its devices: sleeping, clocks, console, the end, thread-local storage, the start.
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { acquire, BUFFER, EINVAL, END, frame, net, NEVER, OK, run, SET, SIZE, works } from '../support/machine/solo5.ts';

describe('yield', () => {
  const now = (app: Application): bigint => BigInt.asUintN(64, app.solo5['clock_monotonic']!() as bigint);
  const set = (app: Application): bigint => app.view.getBigUint64(SET, true);

  test('sleeps until the deadline, asleep, and not shorter', () => {
    works((app, machine) => {
      const deadline = now(app) + 50_000_000n;
      const halts = machine.halts;
      app.solo5['yield']!(deadline, SET);
      expect(set(app)).toBe(0n);
      expect(now(app)).toBeGreaterThanOrEqual(deadline);
      expect(now(app) - deadline).toBeLessThan(200_000n);
      expect(machine.halts - halts).toBeLessThan(4);
    });
  });

  test('where halts end late it is late once, then halts earlier and waits the rest awake', () => {
    works((app, machine) => {
      const wait = machine.wait.bind(machine);
      machine.wait = () => {
        wait();
        machine.clock.pass(150_000);
      };
      const late = Array.from({ length: 4 }, () => {
        const deadline = now(app) + 5_000_000n;
        app.solo5['yield']!(deadline, SET);
        return Number(now(app) - deadline);
      });
      expect(late[0]).toBeGreaterThan(140_000);
      for (const after of late.slice(1)) expect(after).toBeLessThan(20_000);
      expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    });
  });

  test('returns at once for a deadline that has passed, and takes no set', () => {
    works((app, machine) => {
      const { halts } = machine;
      app.solo5['yield']!(0n, 0);
      app.solo5['yield']!(now(app), SET);
      expect([machine.halts, set(app)]).toEqual([halts, 0n]);
    });
  });

  test('wakes for a frame, and reports it until it is read', () => {
    works((app, machine) => {
      const handle = acquire(app, 'net', 'second');
      machine.clock.after(1_000_000, () => net(machine, 3).deliver(frame(60)));
      for (let i = 0; i < 3; i++) {
        app.solo5['yield']!(NEVER, SET);
        expect(set(app)).toBe(1n << handle);
      }
      app.solo5['yield']!(0n, SET);
      expect(set(app)).toBe(1n << handle);
      expect(app.solo5['net_read']!(handle, BUFFER, 9014, SIZE)).toBe(OK);
      app.solo5['yield']!(0n, SET);
      expect(set(app)).toBe(0n);
    });
  });

  test('reports every device that has something, none that was not acquired', () => {
    works((app, machine) => {
      acquire(app, 'net', 'second');
      for (const index of [0, 3]) net(machine, index).deliver(frame(60));
      app.solo5['yield']!(0n, SET);
      expect(set(app)).toBe(1n << 3n);
      acquire(app, 'net', 'first');
      app.solo5['yield']!(0n, SET);
      expect(set(app)).toBe(1n << 1n | 1n << 3n);
    });
  });

  test('with a set outside of memory ends the application with a line', () => {
    const { status, stderr } = run((app) => void app.solo5['yield']!(0n, END - 7));
    expect({ status, stderr }).toEqual({ status: 255, stderr: 'asolo: solo5_yield was given a ready_set outside of memory\n' });
  });
});

describe('the rest', () => {
  test('clocks go on, the wall clock from 1970 and finer than a second', () => {
    works((app, machine) => {
      const wall = app.solo5['clock_wall']!() as bigint;
      expect(wall).toBeGreaterThan(1_000_000_000_000_000_000n);
      machine.clock.pass(1000);
      const passed = (app.solo5['clock_wall']!() as bigint) - wall;
      expect(passed).toBeGreaterThanOrEqual(1000n);
      expect(passed).toBeLessThan(1_000_000n);
    }, { commandLine: 'stderr=com2 epoch=1790000000123456789' });
  });

  test('console_write writes all of it, also nothing', () => {
    const text = 'x'.repeat(10000);
    const { stdout, status } = run((app) => {
      app.memory.set(new TextEncoder().encode(text), BUFFER);
      app.solo5['console_write']!(BUFFER, text.length);
      app.solo5['console_write']!(END, 0);
    });
    expect({ status, same: stdout === text }).toEqual({ status: 0, same: true });
    expect(run((app) => void app.solo5['console_write']!(END - 1, 2))).toMatchObject({ status: 255, stdout: '' });
  });

  test('exit takes the low 8 bits, abort says so and is 255', () => {
    for (const [status, seen] of [[0, 0], [7, 7], [255, 255], [256 + 3, 3], [-1, 255]] as const) {
      expect(run((app) => void app.solo5['exit']!(status)).status).toBe(seen);
    }
    expect(run((app) => void app.solo5['abort']!())).toMatchObject({ status: 255, stderr: 'asolo: the application called solo5_abort\n' });
  });

  test('a block of thread-local storage is a word that points to itself', () => {
    works((app) => {
      const { tls_size, tls_tp_offset, tls_init, set_tls_base } = app.solo5;
      expect(tls_size!()).toBe(4);
      expect([tls_init!(BUFFER), app.u32(Number(tls_tp_offset!(BUFFER)))]).toEqual([OK, BUFFER]);
      expect(set_tls_base!(Number(tls_tp_offset!(BUFFER)))).toBe(OK);
      expect([tls_init!(END - 3), set_tls_base!(END - 3), set_tls_base!(-1)]).toEqual([EINVAL, EINVAL, EINVAL]);
    });
  });

  test('start_info, command line and heap lie behind the initial memory', () => {
    works((app, machine) => {
      const at = Number(machine.exports['startSolo5']!(0x30000n, BigInt(END)));
      expect(at).toBe(0x30000);
      expect(app.string(app.u32(at))).toBe('one two words  --x');
      const [heap, size] = [app.u32(at + 4), app.u32(at + 8)];
      expect([heap % 16, heap + size]).toEqual([0, END]);
      expect(heap).toBeGreaterThan(app.u32(at) + 'one two words  --x'.length);
    }, { commandLine: 'stderr=com2 -- one "two words" "" --x' });
    const { status, stderr } = run((_, machine) => void machine.exports['startSolo5']!(BigInt(END), BigInt(END)));
    expect(status).toBe(125);
    expect(stderr).toMatch(/^asolo: the application needs \d+ KiB of memory and the machine has 256 KiB for it\n$/);
  });
});
