// Devices by the Solo5 ABI: acquiring, frames, blocks, every result, and machines that the manifest does not expect.
import { describe, expect, test } from 'vitest';
import type { DeviceSpec } from '../support/machine/devices.ts';
import { acquire, AGAIN, BUFFER, devices, EINVAL, END, EUNSPEC, frame, FRAME_MAX, HANDLE, INFO, MTU, name, net, NEVER, OK, run, SIZE, works } from '../support/machine/solo5.ts';
import type { Machine } from '../support/machine/machine.ts';
import type { Block } from '../support/machine/virtio/block.ts';

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

describe('exit', () => {
  const slow = (options: object): DeviceSpec[] => [{ device: 'net', ...options }, ...devices.slice(1)] as DeviceSpec[];

  test.each(['exit', 'abort'] as const)('by %s lets the device send the frames that were written before', (how) => {
    let machine!: Machine;
    run((app, its) => {
      machine = its;
      const handle = acquire(app, 'net', 'first');
      for (let i = 0; i < 3; i++) app.solo5['net_write']!(handle, BUFFER, 60 + i);
      expect(net(machine).frames).toEqual([]);
      app.solo5[how]!(0);
    }, { devices: slow({ latency: 1_000_000 }) });
    expect(net(machine).frames.map(({ length }) => length)).toEqual([60, 61, 62]);
  });

  test('waits a tenth of a second, halted, for a device that never sends', () => {
    let machine!: Machine;
    let begun = 0;
    const { status } = run((app, its) => {
      machine = its;
      app.solo5['net_write']!(acquire(app, 'net', 'first'), BUFFER, 60);
      begun = machine.clock.now;
      machine.halts = 0;
      app.solo5['exit']!(3);
    }, { devices: slow({ neverSends: true }) });
    expect(status).toBe(3);
    expect((machine.clock.now - begun) / 1e6).toBeCloseTo(100, 0);
    expect(machine.halts).toBeLessThan(5);
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
