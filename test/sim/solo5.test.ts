// The Solo5 ABI on the simulated machine: every function, every result, and devices that the manifest does not expect.
// Read first: include/solo5.h.
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import type { DeviceSpec } from '../support/machine/devices.ts';
import { Machine, type MachineOptions, type MachineResult } from '../support/machine/machine.ts';
import type { Block } from '../support/machine/virtio/block.ts';
import type { Net } from '../support/machine/virtio/net.ts';

const OK = 0;
const AGAIN = 1;
const EINVAL = 2;
const EUNSPEC = 3;
const MTU = 1500;
const FRAME_MAX = MTU + 14;
// In the application's memory.
const NAME = 0x100;
const HANDLE = 0x200;
const INFO = 0x210;
const SIZE = 0x230;
const SET = 0x240;
const BUFFER = 0x1000;
const END = 0x40000;
const NEVER = 0xffff_ffff_ffff_ffffn;

const declared = [
  { name: 'first', type: 'net' }, { name: 'data', type: 'block' }, { name: 'second', type: 'net' }, { name: 'spare', type: 'block' },
] as const;
const devices: readonly DeviceSpec[] = [
  { device: 'net', mac: [2, 0, 0, 0, 0, 1] }, { device: 'block', serial: 'spare', sectors: 64, readOnly: true },
  { device: 'block', serial: 'data', sectors: 128 }, { device: 'net', mac: [2, 0, 0, 0, 0, 2], mtu: 9000 },
];

type Call = (app: Application, machine: Machine) => number | void;

function run(call: Call, options: MachineOptions = {}): MachineResult {
  const machine = new Machine({ declared, devices, cpu: { kvmclock: true }, commandLine: 'stderr=com2 log=com3', ...options });
  return machine.run((app) => call(app, machine));
}

/** Runs and lets expectations inside decide; anything but a good end is shown. */
function works(call: Call, options: MachineOptions = {}): void {
  const { status, stderr } = run(call, options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

function name(app: Application, text: string): number {
  app.memory.fill(0, NAME, NAME + 0x80);
  app.memory.set(new TextEncoder().encode(text), NAME);
  return NAME;
}

function acquire(app: Application, type: 'net' | 'block', text: string): bigint {
  expect(app.solo5[`${type}_acquire`]!(name(app, text), HANDLE, INFO)).toBe(OK);
  return app.view.getBigUint64(HANDLE, true);
}

const frame = (bytes: number, byte = 7): Uint8Array => new Uint8Array(bytes).fill(byte);
const net = (machine: Machine, index = 0): Net => machine.devices[index] as Net;

describe('acquiring', () => {
  test('gives a handle by the place in the manifest, and what the device is', () => {
    works((app) => {
      expect(acquire(app, 'net', 'first')).toBe(1n);
      expect([...app.memory.subarray(INFO, INFO + 6)]).toEqual([2, 0, 0, 0, 0, 1]);
      expect(app.u32(INFO + 8)).toBe(MTU);
      expect(acquire(app, 'net', 'second')).toBe(3n);
      expect([app.memory[INFO + 5], app.u32(INFO + 8)]).toEqual([2, 9000]);
      expect(acquire(app, 'block', 'data')).toBe(2n);
      expect([app.view.getBigUint64(INFO, true), app.view.getBigUint64(INFO + 8, true)]).toEqual([128n * 512n, 512n]);
      expect(acquire(app, 'block', 'spare')).toBe(4n);
      expect(app.view.getBigUint64(INFO, true)).toBe(64n * 512n);
    });
  });

  test('a second time, an unknown name or the other type is EINVAL', () => {
    works((app) => {
      const { net_acquire, block_acquire } = app.solo5;
      acquire(app, 'net', 'first');
      acquire(app, 'block', 'data');
      expect(net_acquire!(name(app, 'first'), HANDLE, INFO)).toBe(EINVAL);
      expect(block_acquire!(name(app, 'data'), HANDLE, INFO)).toBe(EINVAL);
      for (const wrong of ['', 'firs', 'first ', 'fourth', 'x'.repeat(70)]) expect(net_acquire!(name(app, wrong), HANDLE, INFO)).toBe(EINVAL);
      expect(net_acquire!(name(app, 'spare'), HANDLE, INFO)).toBe(EINVAL);
      expect(block_acquire!(name(app, 'second'), HANDLE, INFO)).toBe(EINVAL);
    });
  });

  test('with a pointer outside of memory is EINVAL, and acquires nothing', () => {
    works((app) => {
      for (const type of ['net', 'block'] as const) {
        const call = app.solo5[`${type}_acquire`]!;
        const good = name(app, type === 'net' ? 'first' : 'data');
        for (const [at, handle, info] of [[END, HANDLE, INFO], [good, END - 7, INFO], [good, HANDLE, END - 11], [0xffffffff, HANDLE, INFO]] as const) {
          expect(call(at, handle, info)).toBe(EINVAL);
        }
        app.memory.set(new TextEncoder().encode('first'), END - 5); // no NUL before the end
        expect(call(END - 5, HANDLE, INFO)).toBe(EINVAL);
        expect(call(good, HANDLE, INFO)).toBe(OK);
      }
    });
  });

  test('finds nothing in an image without a manifest, whatever the machine has', () => {
    works((app) => void expect(app.solo5['net_acquire']!(name(app, 'first'), HANDLE, INFO)).toBe(EINVAL), { declared: [] });
  });
});

describe('net_write', () => {
  test('sends frames from 14 bytes to the MTU and 14, and refuses any other size', () => {
    works((app, machine) => {
      const handle = acquire(app, 'net', 'first');
      const write = (bytes: number): unknown => app.solo5['net_write']!(handle, BUFFER, bytes);
      app.memory.fill(9, BUFFER, BUFFER + FRAME_MAX);
      for (const bytes of [14, 60, FRAME_MAX]) expect(write(bytes)).toBe(OK);
      for (const bytes of [0, 1, 13, FRAME_MAX + 1, 65536, 0xffffffff]) expect(write(bytes)).toBe(EINVAL);
      machine.clock.pass(1_000_000);
      expect(net(machine).frames.map(({ length }) => length)).toEqual([14, 60, FRAME_MAX]);
      expect(new Set(net(machine).frames.at(-1))).toEqual(new Set([9]));
    });
  });

  test('drops what the device has no room for, without waiting', () => {
    works((app) => {
      const handle = acquire(app, 'net', 'first');
      for (let i = 0; i < 2000; i++) expect(app.solo5['net_write']!(handle, BUFFER, 60)).toBe(OK);
    }, { devices: [{ device: 'net', neverSends: true }, ...devices.slice(1)] });
  });
});

describe('net_read', () => {
  test('takes frames in order, then says AGAIN', () => {
    works((app, machine) => {
      const handle = acquire(app, 'net', 'first');
      const read = (): unknown => app.solo5['net_read']!(handle, BUFFER, FRAME_MAX, SIZE);
      expect(read()).toBe(AGAIN);
      for (const bytes of [14, 60, FRAME_MAX]) net(machine).deliver(frame(bytes, bytes & 0xff));
      for (const bytes of [14, 60, FRAME_MAX]) {
        expect([read(), app.u32(SIZE), app.memory[BUFFER + bytes - 1]]).toEqual([OK, bytes, bytes & 0xff]);
      }
      expect(read()).toBe(AGAIN);
    });
  });

  test('wants a buffer for the largest frame, and pointers into memory', () => {
    works((app, machine) => {
      const handle = acquire(app, 'net', 'first');
      const { net_read } = app.solo5;
      net(machine).deliver(frame(60));
      for (const [buffer, size, out] of [[BUFFER, FRAME_MAX - 1, SIZE], [BUFFER, 0, SIZE], [END - FRAME_MAX + 1, FRAME_MAX, SIZE], [BUFFER, FRAME_MAX, END - 3]] as const) {
        expect(net_read!(handle, buffer, size, out)).toBe(EINVAL);
      }
      expect(net_read!(handle, END - FRAME_MAX, FRAME_MAX, SIZE)).toBe(OK);
    });
  });
});

describe('block calls', () => {
  test('move one block or many', () => {
    works((app, machine) => {
      const handle = acquire(app, 'block', 'data');
      const { block_write, block_read } = app.solo5;
      for (let i = 0; i < 64 * 512; i++) app.memory[BUFFER + i] = i * 7 >> 3;
      expect(block_write!(handle, 512n, BUFFER, 64 * 512)).toBe(OK);
      const disk = machine.devices.find((device, i) => i === 2 && device) as Block;
      expect(disk.contents.subarray(512, 65 * 512)).toEqual(app.memory.subarray(BUFFER, BUFFER + 64 * 512));
      app.memory.fill(0, BUFFER, BUFFER + 64 * 512);
      expect(block_read!(handle, 1024n, BUFFER + 1, 512)).toBe(OK); // an unaligned buffer
      expect(app.memory[BUFFER + 1 + 5]).toBe(((512 + 5) * 7 >> 3) & 0xff);
      expect(block_read!(handle, 127n * 512n, BUFFER, 512)).toBe(OK);
    });
  });

  test('refuse what is not whole blocks of the disk', () => {
    works((app) => {
      const handle = acquire(app, 'block', 'data');
      for (const call of ['block_write', 'block_read'] as const) {
        for (const [offset, bytes] of [[0n, 0], [0n, 511], [0n, 513], [1n, 512], [128n * 512n, 512], [127n * 512n, 1024], [NEVER, 512], [NEVER - 511n, 512], [0n, 0xfffffe00]] as const) {
          expect(app.solo5[call]!(handle, offset, BUFFER, bytes), `${call} ${offset} ${bytes}`).toBe(EINVAL);
        }
        expect(app.solo5[call]!(handle, 0n, END - 511, 512)).toBe(EINVAL);
        expect(app.solo5[call]!(handle, 0n, END - 512, 512)).toBe(OK);
      }
    });
  });

  test('of a device that fails or may not be written are EUNSPEC', () => {
    works((app) => {
      expect(app.solo5['block_write']!(acquire(app, 'block', 'spare'), 0n, BUFFER, 512)).toBe(EUNSPEC);
    });
    works((app) => {
      expect(app.solo5['block_read']!(acquire(app, 'block', 'data'), 0n, BUFFER, 512)).toBe(EUNSPEC);
    }, { devices: devices.map((spec, i) => (i === 2 ? { ...spec, fate: ({ kind }: { kind: string }) => (kind === 'read' ? 'ioerr' : 'ok') } as DeviceSpec : spec)) });
  });
});

test('a handle that was not acquired, or is of the other type, is EINVAL everywhere', () => {
  works((app) => {
    const disk = acquire(app, 'block', 'data');
    const nic = acquire(app, 'net', 'first');
    const { net_write, net_read, block_write, block_read } = app.solo5;
    for (const handle of [0n, 3n, 5n, 63n, 64n, NEVER, disk]) {
      expect([net_write!(handle, BUFFER, 60), net_read!(handle, BUFFER, FRAME_MAX, SIZE)]).toEqual([EINVAL, EINVAL]);
    }
    for (const handle of [0n, 4n, 64n, NEVER, nic]) {
      expect([block_write!(handle, 0n, BUFFER, 512), block_read!(handle, 0n, BUFFER, 512)]).toEqual([EINVAL, EINVAL]);
    }
  });
});

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
    });
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

describe('a machine that does not have what the manifest declares', () => {
  const boots = (specs: readonly DeviceSpec[]): { status: number; stderr: string } => {
    const { status, stderr } = run(() => 0, { devices: specs });
    return { status, stderr };
  };
  const [nic, spare, data, jumbo] = devices as [DeviceSpec, DeviceSpec, DeviceSpec, DeviceSpec];

  test.each([
    ['too few interfaces', [nic, spare, data], "the network interface 'second' and the machine does not have it; asolo run attaches it with --net"],
    ['too many', [nic, spare, data, jumbo, nic], 'more network interfaces than the manifest declares'],
    ['a disk too few', [nic, data, jumbo], "the disk 'spare' and the machine does not have it; asolo run attaches it with --disk"],
    ['a disk too many', [...devices, { device: 'block', serial: 'extra' }], "a disk that the manifest does not declare, with the serial 'extra'"],
    ['a disk of another name', [nic, spare, { device: 'block', serial: 'date' }, jumbo], "the disk 'data' and the machine does not have it"],
  ] as const)('is refused with one line: %s', (_, specs, message) => {
    const { status, stderr } = boots(specs);
    expect(status).toBe(125);
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('disks without a serial are taken in order', () => {
    const nameless = devices.map((spec) => (spec.device === 'block' ? { ...spec, serial: '' } : spec));
    works((app) => {
      acquire(app, 'block', 'data');
      expect(app.view.getBigUint64(INFO, true)).toBe(64n * 512n);
    }, { devices: nameless });
  });

  test('a disk is known by the first 20 characters of its name', () => {
    const long = 'a-name-that-is-longer-than-a-serial';
    works((app) => void acquire(app, 'block', long), {
      declared: [{ name: long, type: 'block' }], devices: [{ device: 'block', serial: long.slice(0, 20) }],
    });
  });
});
