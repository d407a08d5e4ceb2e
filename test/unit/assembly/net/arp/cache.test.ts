// assembly/net/arp/cache.ts and queue.ts: who has which MAC address, and packets that wait for it.
import { beforeEach, describe, expect, test } from 'vitest';
import { put, SCRATCH } from '../../../../support/assembly.ts';
import { arp, BROADCAST, ethernet, ETHERTYPE, type ParsedFrame } from '../../../../support/net/frames.ts';
import { Host, OWN_MAC, SECOND } from '../../../../support/net/host.ts';

const PEER = '02:00:00:00:00:99';
const PEER_ADDRESS = 0x0a000063;
let host: Host;
let free: number;
beforeEach(async () => {
  host = await Host.create({ words: ['ip=10.0.0.1/24'] });
  host.run(5n * SECOND);
  host.take();
  free = host.freeBuffers();
});

function send(socket: number, bytes = 200, to = PEER_ADDRESS): number {
  put(host.unit, SCRATCH, new Uint8Array(bytes).fill(0x55));
  return host.call['udpSend']!(socket, to, 9, SCRATCH, bytes);
}
function reply(mac = PEER, sender = '10.0.0.99'): void {
  host.receive(ethernet({ to: OWN_MAC, from: mac, type: ETHERTYPE.arp }, arp({ operation: 2, senderMac: mac, sender, targetMac: OWN_MAC, target: '10.0.0.1' })));
}
const requests = (frames: ParsedFrame[]): ParsedFrame[] => frames.filter((frame) => frame.arp?.operation === 1);

describe('a packet for a neighbour nobody knows', () => {
  test('waits for the answer, and goes then', () => {
    const socket = host.call['udpOpen']!();
    expect(send(socket)).toBe(0);
    const [request, ...more] = host.take();
    expect(more).toEqual([]);
    expect(request).toMatchObject({ to: BROADCAST, arp: { operation: 1, sender: '10.0.0.1', senderMac: OWN_MAC, target: '10.0.0.99' } });
    reply();
    expect(host.take()).toMatchObject([{ to: PEER, ipv4: { destination: '10.0.0.99', udp: { destinationPort: 9, checksumValid: true } } }]);
    expect(send(socket)).toBe(0);
    expect(host.take()).toMatchObject([{ to: PEER, ipv4: { destination: '10.0.0.99' } }]);
    expect(host.freeBuffers()).toBe(free);
  });

  test('is given up after three requests, one a second, and its sender is told', () => {
    const socket = host.call['udpOpen']!();
    expect(host.call['udpConnect']!(socket, PEER_ADDRESS, 9)).toBe(0);
    send(socket);
    host.run(10n * SECOND);
    expect(requests(host.take())).toHaveLength(3);
    expect(host.call['heldPackets']!()).toBe(0);
    expect(host.freeBuffers()).toBe(free);
    expect(host.counter('ARP_FAILED')).toBe(1);
    const errorHost = 2;
    expect(host.call['udpTakeError']!(socket)).toBe(errorHost);
  });

  test('does not cause more than one request a second, however many there are', () => {
    const socket = host.call['udpOpen']!();
    for (let i = 0; i < 200; i++) {
      send(socket);
      host.poll(SECOND / 100n);
    }
    expect(requests(host.take()).length).toBeLessThanOrEqual(3);
  });

  test('waits with at most three others, of which the oldest go first when there are too many', () => {
    const socket = host.call['udpOpen']!();
    for (let bytes = 101; bytes <= 106; bytes++) expect(send(socket, bytes)).toBe(0);
    expect(host.call['heldPackets']!()).toBe(4);
    host.take();
    reply();
    expect(host.take().map((frame) => frame.ipv4!.udp!.payload.length)).toEqual([103, 104, 105, 106]);
    expect(host.counter('ARP_QUEUE_DROPPED')).toBe(2);
    expect(host.freeBuffers()).toBe(free);
  });

  test('finds the queue full when many neighbours are asked for', () => {
    const socket = host.call['udpOpen']!();
    const results = Array.from({ length: 20 }, (_, i) => send(socket, 200, 0x0a000010 + i));
    const again = 4;
    expect(results).toEqual([...new Array<number>(16).fill(0), ...new Array<number>(4).fill(again)]);
    host.run(10n * SECOND);
    expect(host.freeBuffers()).toBe(free);
  });
});

describe('the cache', () => {
  test('asks the neighbour alone after a minute, and everybody when it does not answer', () => {
    const socket = host.call['udpOpen']!();
    send(socket);
    reply();
    host.take();
    host.run(61n * SECOND);
    send(socket);
    expect(host.take()).toMatchObject([{ to: PEER, arp: { operation: 1 } }, { to: PEER, ipv4: {} }]);
    reply();
    send(socket);
    expect(host.take()).toMatchObject([{ ipv4: {} }]);
    host.run(61n * SECOND);
    for (let i = 0; i < 3; i++) {
      send(socket);
      host.run(SECOND);
    }
    expect(host.take().filter((frame) => frame.arp).map((frame) => frame.to)).toEqual([PEER, PEER, PEER]);
    send(socket);
    expect(host.take()).toMatchObject([{ to: BROADCAST, arp: { operation: 1 } }]);
  });

  test('learns nothing from answers to questions that nobody asked', () => {
    reply();
    send(host.call['udpOpen']!());
    expect(host.take()).toMatchObject([{ to: BROADCAST, arp: { operation: 1 } }]);
  });

  test('takes a new MAC address from a gratuitous request, but not within a second of another', () => {
    const socket = host.call['udpOpen']!();
    const other = '02:00:00:00:00:77';
    const announce = (): void => {
      host.receive(ethernet({ to: BROADCAST, from: other, type: ETHERTYPE.arp }, arp({ operation: 1, senderMac: other, sender: '10.0.0.99', target: '10.0.0.99' })));
    };
    send(socket);
    reply();
    announce();
    expect(host.counter('ARP_HELD_OFF')).toBe(1);
    host.take();
    send(socket);
    expect(host.take()).toMatchObject([{ to: PEER }]);
    host.poll(2n * SECOND);
    announce();
    send(socket);
    expect(host.take()).toMatchObject([{ to: other }]);
  });

  test('forgets the neighbour that was not used for the longest time when it is full', () => {
    for (let i = 0; i < 70; i++) {
      const mac = `02:00:00:00:01:${i.toString(16).padStart(2, '0')}`;
      host.now += SECOND;
      host.receive(ethernet({ to: OWN_MAC, from: mac, type: ETHERTYPE.arp }, arp({ operation: 1, senderMac: mac, sender: `10.0.0.${i + 100}`, target: '10.0.0.1' })));
    }
    expect(host.counter('ARP_EVICTED')).toBe(6);
    host.take();
    const socket = host.call['udpOpen']!();
    send(socket, 10, 0x0a000000 + 169);
    expect(host.take()).toMatchObject([{ ipv4: {} }]);
    send(socket, 10, 0x0a000000 + 100);
    expect(host.take()).toMatchObject([{ arp: { operation: 1 } }]);
  });
});
