// Import module `asolo`, disks (assembly/solo5/block-extension.ts): what an application can ask for, rightly and wrongly.
import { expect, test } from 'vitest';
import { Machine } from '../support/machine/machine.ts';
import type { Block, BlockOptions } from '../support/machine/virtio/block.ts';

const [OK, AGAIN, EINVAL, EUNSPEC] = [0, 1, 2, 3];
const [NAME, HANDLE, INFO, TICKET, BUFFER] = [0x100, 0x200, 0x210, 0x230, 0x1000];
const SECTOR = 512;

interface Disk {
  readonly device: Block;
  readonly handle: bigint;
  readonly memory: Uint8Array;
  /** A function of the module. */
  readonly call: (name: string, ...values: (number | bigint)[]) => number;
  readonly ticket: () => number;
}

/** With a disk that was acquired. */
function withDisk(options: BlockOptions, use: (disk: Disk) => void): void {
  const machine = new Machine({
    declared: [{ name: 'data', type: 'block' }], devices: [{ device: 'block', serial: 'data', ...options }],
    cpu: { kvmclock: true }, commandLine: 'stderr=com2 log=com3',
  });
  const { status, stderr } = machine.run((app) => {
    app.memory.set(new TextEncoder().encode('data\0'), NAME);
    expect(app.solo5['block_acquire']!(NAME, HANDLE, INFO)).toBe(OK);
    use({
      device: machine.devices[0] as Block,
      handle: app.view.getBigUint64(HANDLE, true),
      memory: app.memory,
      call: (name, ...values) => machine.exports[`asolo_block_${name}`]!(...values),
      ticket: () => app.u32(TICKET),
    });
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

test('a flush makes what was written durable', () => {
  withDisk({}, ({ device, handle, call }) => {
    device.contents.fill(9);
    expect([call('flush', handle), device.durable[0]]).toEqual([OK, 9]);
  });
});

test('blocks are discarded and zeroed, where the disk can', () => {
  withDisk({ maxDiscard: 8, maxWriteZeroes: 8 }, ({ device, handle, call }) => {
    device.contents.fill(9);
    expect([call('discard', handle, 0n, 512n), call('write_zeroes', handle, 512n, 512n)]).toEqual([OK, OK]);
    expect([device.contents[0], device.contents[512], device.contents[1024]]).toEqual([0xdd, 0, 9]);
    expect([call('discard', handle, 1n, 512n), call('write_zeroes', handle, 0n, 1n << 40n)]).toEqual([EINVAL, EINVAL]);
  });
  withDisk({}, ({ handle, call }) => {
    expect([call('discard', handle, 0n, 512n), call('write_zeroes', handle, 0n, 512n)]).toEqual([EUNSPEC, EUNSPEC]);
  });
});

test('a ticket says AGAIN until its request is done, then the result, then EINVAL', () => {
  withDisk({ latency: 20_000 }, ({ device, handle, memory, call, ticket }) => {
    device.contents.fill(7, 0, SECTOR);
    expect(call('submit', handle, 0, 0n, BUFFER, SECTOR, TICKET)).toBe(OK);
    const first = ticket();
    expect(call('poll', first)).toBe(AGAIN);
    expect([call('wait', first), memory[BUFFER], call('wait', first), call('poll', first)]).toEqual([OK, 7, EINVAL, EINVAL]);
  });
});

test('there are 48 tickets', () => {
  withDisk({}, ({ handle, call }) => {
    const results = Array.from({ length: 49 }, () => call('submit', handle, 1, 0n, BUFFER, SECTOR, TICKET));
    expect(results).toEqual([...Array.from({ length: 48 }, () => OK), AGAIN]);
  });
});

test('what is not the application\'s, not blocks, or no disk is EINVAL, and the device never hears of it', () => {
  withDisk({}, ({ device, handle, memory, call }) => {
    const end = memory.length;
    const before = device.requests.length;
    const wrong: (number | bigint)[][] = [
      [handle, 0, 0n, end - 511, SECTOR, TICKET], [handle, 1, 0n, -512, 1024, TICKET], [handle, 0, 0n, BUFFER, SECTOR, end - 3],
      [handle, 0, 1n, BUFFER, SECTOR, TICKET], [handle, 0, 0n, BUFFER, 0, TICKET], [handle, 0, -512n, BUFFER, SECTOR, TICKET],
      [0n, 0, 0n, BUFFER, SECTOR, TICKET], [handle + 1n, 0, 0n, BUFFER, SECTOR, TICKET], [handle | 1n << 32n, 0, 0n, BUFFER, SECTOR, TICKET],
    ];
    expect(wrong.map((values) => call('submit', ...values))).toEqual(wrong.map(() => EINVAL));
    expect([call('flush', 0n), call('flush', -1n), call('poll', 0), call('wait', -1), call('poll', 0x141)]).toEqual([EINVAL, EINVAL, EINVAL, EINVAL, EINVAL]);
    expect(device.requests.length).toBe(before);
  });
});

test('a disk that cannot be written says so', () => {
  withDisk({ readOnly: true, maxDiscard: 8 }, ({ handle, call }) => {
    expect([call('submit', handle, 1, 0n, BUFFER, SECTOR, TICKET), call('discard', handle, 0n, 512n), call('flush', handle)]).toEqual([EUNSPEC, EUNSPEC, OK]);
  });
});

test('a range that would take more requests than any read has is refused at once, however large the disk says it is', () => {
  withDisk({ maxDiscard: 1, maxWriteZeroes: 1 }, ({ device, handle, call }) => {
    device.resize(2 ** 50);
    const { notifications } = device;
    expect([call('discard', handle, 0n, 1n << 58n), call('write_zeroes', handle, 0n, 1n << 58n)]).toEqual([EUNSPEC, EUNSPEC]);
    expect(device.notifications).toBe(notifications);
    expect(call('discard', handle, 0n, 512n)).toBe(OK);
  });
});
