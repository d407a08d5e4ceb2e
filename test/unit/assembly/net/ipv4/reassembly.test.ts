// assembly/net/ipv4/reassembly.ts: packets that come in fragments. RFC 791 §3.2, RFC 1122 §3.3.2, RFC 5722.
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ArpPeer } from '../../../../support/net/arp-peer.ts';
import { icmp, packet, PROTOCOL } from '../../../../support/net/frames.ts';
import { Host, SECOND } from '../../../../support/net/host.ts';
import { randomNumbers } from '../../../../support/net/random.ts';

let host: Host;
let peer: ArpPeer;
let free: number;
beforeEach(async () => {
  host = await Host.create({ words: ['ip=10.0.0.1/24'] });
  peer = new ArpPeer(host);
  peer.introduce();
  host.run(5n * SECOND);
  peer.taken();
  free = host.freeBuffers();
});

/** An echo request of so many bytes of data, whole. */
function echo(bytes: number, seed = 1): Uint8Array {
  const random = randomNumbers(seed);
  return icmp({ type: 8, rest: seed }, Uint8Array.from({ length: bytes }, () => random() * 256));
}

interface Part { from: number; to: number; last?: boolean; id?: number }
function send(message: Uint8Array, { from, to, last, id = 1 }: Part): void {
  peer.send(packet(peer.path, {
    protocol: PROTOCOL.icmp, identification: id, offset: from, moreFragments: !(last ?? to === message.length),
  }, message.subarray(from, to)));
}

/** The data of the echo replies that have come back. */
function replies(): Uint8Array[] {
  return peer.taken().flatMap((frame) => (frame.ipv4?.icmp?.type === 0 ? [frame.ipv4.icmp.payload] : []));
}

describe('fragments', () => {
  test('make their packet in any order, also when some come twice', () => {
    const message = echo(900);
    const parts = Array.from({ length: 9 }, (_, i) => ({ from: i * 104, to: Math.min(i * 104 + 104, message.length) })).filter((part) => part.from < part.to);
    let id = 1;
    fc.assert(fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), fc.subarray(parts.slice(0, -1), { maxLength: 3 }), (order, twice) => {
      id++;
      for (const part of [...order.slice(0, -1), ...twice.filter((part) => part !== order.at(-1)), ...order.slice(-1)]) send(message, { ...part, id });
      expect(replies()).toEqual([message.subarray(8)]);
      expect(host.freeBuffers()).toBe(free);
    }), { seed: 1, numRuns: 60 });
  });

  test('may make the largest packet that fits the limits', () => {
    const message = echo(65000 - 8);
    for (let from = 0; from < message.length; from += 1480) send(message, { from, to: Math.min(from + 1480, message.length) });
    expect(host.counter('REASSEMBLY_DONE')).toBe(1);
    expect(host.counter('ICMP_BAD_CHECKSUM')).toBe(0);
    host.run(SECOND);
    expect(host.freeBuffers()).toBe(free);
  });

  test('that overlap are refused, and their packet with them', () => {
    const message = echo(400);
    for (const overlap of [{ from: 80, to: 240 }, { from: 0, to: 80 }, { from: 96, to: 104 }, { from: 8, to: 400 }]) {
      send(message, { from: 96, to: 200 });
      send(message, { from: 200, to: 304 });
      send(message, { ...overlap, last: false });
      if (overlap.from === 0) send(message, { from: 72, to: 104, last: false });
    }
    expect(host.counter('REASSEMBLY_OVERLAP')).toBe(4);
    expect(host.freeBuffers()).toBe(free);
  });

  test('beyond the last one, or with another last one, are refused', () => {
    const message = echo(400);
    send(message, { from: 200, to: 304, last: true });
    send(message, { from: 304, to: 312 , last: false });
    send(message, { from: 200, to: 304, last: true, id: 2 });
    send(message, { from: 304, to: 408, last: true, id: 2 });
    expect(host.counter('REASSEMBLY_OVERLAP')).toBe(2);
    expect(host.freeBuffers()).toBe(free);
  });

  test('that are empty, no multiple of eight, or past 64 KiB are malformed', () => {
    const message = echo(400);
    send(message, { from: 0, to: 0, last: false });
    send(message, { from: 0, to: 97, last: false });
    peer.send(packet(peer.path, { protocol: PROTOCOL.icmp, offset: 65528, moreFragments: false }, new Uint8Array(80)));
    expect(host.counter('REASSEMBLY_MALFORMED')).toBe(3);
    expect(host.freeBuffers()).toBe(free);
  });

  test('wait half a minute for the others; the sender is told if the first was there', () => {
    const message = echo(400);
    send(message, { from: 0, to: 96 });
    send(message, { from: 96, to: 192, id: 2 });
    host.run(29n * SECOND);
    expect(host.freeBuffers()).toBe(free - 2);
    host.run(2n * SECOND);
    expect(host.freeBuffers()).toBe(free);
    expect(host.counter('REASSEMBLY_TIMED_OUT')).toBe(2);
    expect(peer.taken()).toMatchObject([{ ipv4: { destination: '10.0.0.2', icmp: { type: 11, code: 1, checksumValid: true } } }]);
  });

  test('of a fifth packet take the place of the one that has waited longest', () => {
    const message = echo(400);
    for (let id = 1; id <= 5; id++) {
      send(message, { from: 0, to: 96, id });
      host.poll(SECOND);
    }
    send(message, { from: 96, to: message.length, id: 2 });
    expect(replies()).toHaveLength(1);
    send(message, { from: 96, to: message.length, id: 1 });
    expect(replies()).toHaveLength(0);
  });

  test('cannot take all buffers, however many come', () => {
    const message = echo(60000);
    for (let id = 1; id < 20; id++) for (let from = 0; from < 20000; from += 400) send(message, { from, to: from + 8, id });
    expect(host.counter('REASSEMBLY_NO_BUFFER')).toBeGreaterThan(0);
    expect(host.freeBuffers()).toBeGreaterThanOrEqual(32);
    host.run(60n * SECOND);
    expect(host.freeBuffers()).toBe(free);
  });
});
