// What the driver offers to a network stack: frames in one piece, checksums and segmentation by the device, payloads
// that are read where they lie. The receiver and the owners are the test.
import { expect, describe, test } from 'vitest';
import { checksum, ip, macBytes, parse, parseTransport } from '../support/net/frames.ts';
import { frameOf, NetMachine } from '../support/machine/net-machine.ts';
import { NET_F_CSUM, NET_F_GUEST_CSUM, NET_F_GUEST_TSO4, NET_F_HOST_TSO4, NET_F_MRG_RXBUF } from '../support/machine/virtio/net.ts';

const OFFLOADS = NET_F_CSUM | NET_F_GUEST_CSUM | NET_F_HOST_TSO4 | NET_F_GUEST_TSO4;
const HEADERS = 14 + 20 + 20;

/** Ethernet, IPv4 and TCP headers of a segment, with the pseudo-header's sum (RFC 9293 §3.1) where the checksum goes. */
function tcpHeaders(dataBytes: number): Uint8Array {
  const bytes = new Uint8Array(HEADERS);
  const view = new DataView(bytes.buffer);
  bytes.set(macBytes('02:00:00:00:00:02'), 0);
  bytes.set(macBytes('02:00:00:00:00:01'), 6);
  view.setUint16(12, 0x0800);
  bytes[14] = 0x45;
  view.setUint16(16, 40 + dataBytes);
  view.setUint16(18, 77);
  bytes[22] = 64;
  bytes[23] = 6;
  view.setUint32(26, ip('10.0.0.1'));
  view.setUint32(30, ip('10.0.0.2'));
  view.setUint16(24, checksum(bytes.subarray(14, 34)));
  view.setUint16(34, 1000);
  view.setUint16(36, 2000);
  view.setUint32(38, 0xfffffff0);
  bytes[46] = 5 << 4;
  bytes[47] = 0x18;
  const pseudo = new Uint8Array(12);
  pseudo.set(bytes.subarray(26, 34));
  new DataView(pseudo.buffer).setUint16(8, 6);
  new DataView(pseudo.buffer).setUint16(10, 20 + dataBytes);
  view.setUint16(50, ~checksum(pseudo) & 0xffff);
  return bytes;
}

function checksumsOf(frame: Uint8Array): { ip: boolean; tcp: boolean | undefined } {
  const packet = parse(frame).ipv4!;
  return { ip: packet.checksumValid, tcp: parseTransport(packet).tcp?.checksumValid };
}

test('nothing of this is agreed on unless it was asked for', async () => {
  expect((await NetMachine.boot({})).device.accepted & OFFLOADS).toBe(0n);
  expect((await NetMachine.boot({}, { offloads: true })).device.accepted & OFFLOADS).toBe(OFFLOADS);
});

describe('sending', () => {
  test('the device writes a checksum (CSUM)', async () => {
    const net = await NetMachine.boot({}, { offloads: true });
    const payload = frameOf(700);
    expect(net.transmit({ header: tcpHeaders(700), payload, checksumStart: 34, checksumOffset: 16, owner: 0x42 })).toBe(1);
    net.pass();
    expect(checksumsOf(net.device.frames[0]!)).toEqual({ ip: true, tcp: true });
    expect(net.device.frames[0]!.subarray(HEADERS)).toEqual(payload);
  });

  test('the device cuts a large segment (HOST_TSO4)', async () => {
    const net = await NetMachine.boot({}, { offloads: true });
    const payload = frameOf(10000);
    expect(net.transmit({ header: tcpHeaders(10000), payload, checksumStart: 34, checksumOffset: 16, segmentSize: 1460, owner: 0x42 })).toBe(1);
    net.pass();
    expect(net.device.frames.map((frame) => frame.length - HEADERS)).toEqual([1460, 1460, 1460, 1460, 1460, 1460, 1240]);
    for (const frame of net.device.frames) expect(checksumsOf(frame)).toEqual({ ip: true, tcp: true });
  });

  test('the owner of a payload is told exactly once, and not before it has left', async () => {
    const net = await NetMachine.boot({ latency: 5000 });
    for (let i = 1; i <= 300; i++) {
      expect(net.transmit({ header: frameOf(54), payload: frameOf(1000), owner: i })).toBe(1);
      expect(net.released).not.toContain(i);
      net.pass(10_000);
      net.call('pollNic', 0);
      expect(net.released.at(-1)).toBe(i);
    }
    expect(net.released.length).toBe(300);
  });

  test('a small payload is copied, and its owner told at once; without an owner any is copied', async () => {
    const net = await NetMachine.boot({});
    expect(net.transmit({ header: frameOf(54), payload: frameOf(100, 5), owner: 7 })).toBe(1);
    expect(net.released).toEqual([7]);
    expect(net.transmit({ header: frameOf(54), payload: frameOf(1400, 6) })).toBe(1);
    net.pass();
    expect(net.device.frames.map((frame) => frame.length)).toEqual([154, 1454]);
  });

  test('frames that were copied do not come back for those that were lent', async () => {
    const net = await NetMachine.boot({ latency: 5000 });
    for (let i = 1; i <= 100; i++) {
      expect(net.transmit({ header: frameOf(54), payload: frameOf(100), owner: 1000 + i })).toBe(1);
      expect(net.transmit({ header: frameOf(54), payload: frameOf(1000), owner: i })).toBe(1);
      net.pass(10_000);
      net.call('pollNic', 0);
      expect(net.released.slice(-2)).toEqual([1000 + i, i]);
    }
  });

  test('a lack of room is said, and the owner keeps its payload', async () => {
    const net = await NetMachine.boot({ neverSends: true });
    let taken = 0;
    while (net.transmit({ header: frameOf(54), payload: frameOf(1000), owner: taken + 1 }) === 1) taken++;
    expect({ taken, released: net.released }).toEqual({ taken: 128, released: [] });
  });

  test('owners wake the sleeper when nothing else comes', async () => {
    const net = await NetMachine.boot({ latency: 1_000_000 });
    net.transmit({ header: frameOf(54), payload: frameOf(1000), owner: 9 });
    expect(net.call('nicPrepareToSleep', 0)).toBe(1);
    net.call('idle');
    net.call('nicWakeUp', 0);
    net.call('pollNic', 0);
    expect(net.released).toEqual([9]);
  });

  test('works without indirect descriptors, two to a frame', async () => {
    const net = await NetMachine.boot({ without: 1n << 28n, latency: 5_000_000 });
    for (let i = 1; i <= 64; i++) expect(net.transmit({ header: frameOf(54), payload: frameOf(1000, i), owner: i })).toBe(1);
    expect(net.transmit({ header: frameOf(54), payload: frameOf(1000), owner: 65 })).toBe(0);
    net.pass(10_000_000);
    net.call('pollNic', 0);
    expect({ sent: net.device.frames.length, released: net.released.length }).toEqual({ sent: 64, released: 64 });
  });
});

describe('receiving', () => {
  test('frames over several buffers come in one piece, where they wrap round too', async () => {
    const net = await NetMachine.boot({ mtu: 9000 }, { offloads: true });
    for (let i = 0; i < 200; i++) {
      net.device.deliver(frameOf(9014 - i, i));
      expect(net.call('pollNic', 0)).toBe(1);
      expect(net.received.pop()!.frame).toEqual(frameOf(9014 - i, i));
    }
  });

  test('large segments come whole (GUEST_TSO4)', async () => {
    const net = await NetMachine.boot({}, { offloads: true });
    for (let i = 0; i < 10; i++) {
      net.device.deliver(frameOf(65549, i), { gsoSize: 1460, partialChecksum: true });
      net.call('pollNic', 0);
      expect(net.received.pop()).toEqual({ nic: 0, frame: frameOf(65549, i), valid: true });
    }
  });

  test('large segments are not agreed on where there would be no room for them', async () => {
    for (const options of [{ without: NET_F_MRG_RXBUF }, { queueSize: 16 }]) {
      expect((await NetMachine.boot(options, { offloads: true })).device.accepted & NET_F_GUEST_TSO4).toBe(0n);
    }
  });

  test('a checksum counts as right when the device says so, and only then (GUEST_CSUM)', async () => {
    const valid = async (vouches: boolean): Promise<boolean> => {
      const net = await NetMachine.boot({ vouches }, { offloads: true });
      net.device.deliver(frameOf(60));
      net.call('pollNic', 0);
      return net.received[0]!.valid;
    };
    expect([await valid(true), await valid(false)]).toEqual([true, false]);
  });

  test('the receiver may send', async () => {
    const net = await NetMachine.boot({ latency: 1000 });
    net.onReceive = () => expect(net.transmit({ header: frameOf(60) })).toBe(1);
    for (let i = 0; i < 500; i++) {
      net.device.deliver(frameOf(60, i));
      net.call('pollNic', 0);
      net.pass(1000);
    }
    net.pass();
    expect(net.device.frames.length).toBe(500);
  });
});

test('after a reset every owner has been told and frames go both ways again', async () => {
  const net = await NetMachine.boot({ neverSends: true });
  for (let i = 1; i <= 20; i++) net.transmit({ header: frameOf(54), payload: frameOf(1000), owner: i });
  net.device.giveUp();
  net.call('nicPrepareToSleep', 0);
  net.call('idle');
  net.call('nicWakeUp', 0);
  expect(net.released.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  net.device.deliver(frameOf(60, 3));
  expect(net.call('pollNic', 0)).toBe(1);
  expect(net.received[0]!.frame).toEqual(frameOf(60, 3));
});
