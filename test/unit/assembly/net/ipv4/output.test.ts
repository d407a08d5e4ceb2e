// assembly/net/ipv4/output.ts, fragment.ts, path-mtu.ts, routes.ts: how packets leave. RFC 791 §3.2, RFC 1191, RFC 1122 §3.3.1.
import { beforeEach, describe, expect, test } from 'vitest';
import { put } from '../../../../support/assembly.ts';
import { ArpPeer } from '../../../../support/net/arp-peer.ts';
import { concat, icmpFrame, ip, ipv4, parseTransport, udp, type ParsedFrame } from '../../../../support/net/frames.ts';
import { DEVICE, Host, SECOND } from '../../../../support/net/host.ts';

const NET = { sent: 0, noRoute: 1, noBuffer: 2, tooBig: 3 } as const;
const ANY = 0xffffffff;
/** Behind all that the stack takes: the largest datagram has to fit. */
const OUTSIDE = 0x1e0000;
let host: Host;
let peer: ArpPeer;
async function start(features = 0, mtu = 1500, words = ['ip=10.0.0.1/24']): Promise<void> {
  host = await Host.create({ words, devices: [{ features, mtu }] });
  peer = new ArpPeer(host);
  peer.introduce();
  host.run(5n * SECOND);
  peer.taken();
}
beforeEach(async () => start());

const routeTo = (to: string, through = ANY): number => host.call['routeTo']!(ip(to), through);
/** Sends a TCP-like packet: 20 bytes of header, the rest by reference. */
function sendTcp(to: string, bytes: number, segmentSize = 0): number {
  put(host.unit, OUTSIDE, new Uint8Array(20));
  host.unit.view.setUint8(OUTSIDE + 12, 0x50);
  host.unit.bytes.fill(0x61, OUTSIDE + 64, OUTSIDE + 64 + bytes);
  return host.call['sendPacket']!(routeTo(to), 6, ip('10.0.0.1'), ip(to), OUTSIDE, 20, OUTSIDE + 64, bytes, 16, segmentSize, 0);
}
function sendUdp(bytes: number, to = '10.0.0.2'): number {
  const socket = host.call['udpOpen']!();
  const result = host.call['udpSend']!(socket, ip(to), 5, OUTSIDE, bytes);
  host.call['udpClose']!(socket);
  return result;
}
/** "Fragmentation needed" about a datagram of ours from `port`. */
function needFragments(port: number, mtu: number, to = '10.0.0.2', totalBytes = 1500): void {
  const addresses = { source: '10.0.0.1', destination: to };
  const quote = ipv4({ ...addresses, totalBytes }, udp(addresses, { sourcePort: port, destinationPort: 5 }, new Uint8Array()));
  peer.send(icmpFrame(peer.path, { type: 3, code: 4, rest: mtu }, quote));
}
const sizes = (frames: ParsedFrame[]): number[] => frames.map((frame) => frame.ipv4!.totalBytes);

describe('a packet', () => {
  test.each([['software', 0], ['the device', DEVICE.checksum]])('has a right checksum, by %s', async (_by, features) => {
    await start(features);
    expect(sendTcp('10.0.0.2', 333)).toBe(NET.sent);
    expect(peer.taken()).toMatchObject([{ ipv4: { dontFragment: true, checksumValid: true, timeToLive: 64, tcp: { checksumValid: true } } }]);
  });

  test('larger than the path allows is refused, by the interface\'s MTU or what ICMP said', () => {
    expect([sendTcp('10.0.0.2', 1460), sendTcp('10.0.0.2', 1461)]).toEqual([NET.sent, NET.tooBig]);
    host.call['lowerPathMtu']!(ip('10.0.0.2'), 1000);
    expect([sendTcp('10.0.0.2', 960), sendTcp('10.0.0.2', 961), sendTcp('10.0.0.3', 1460)]).toEqual([NET.sent, NET.tooBig, NET.sent]);
    expect(host.call['pathMtu']!(ip('10.0.0.2'))).toBe(1000);
    host.run(601n * SECOND);
    expect(host.call['pathMtu']!(ip('10.0.0.2'))).toBe(1500);
  });

  test('of many segments goes to a device that cuts it, and to no other', async () => {
    expect(sendTcp('10.0.0.2', 5000, 1460)).toBe(NET.tooBig);
    await start(DEVICE.checksum | DEVICE.tso4);
    const frames: number[] = [];
    host.onTransmit = (frame) => frames.push(frame.segmentSize, frame.bytes.length);
    expect(sendTcp('10.0.0.2', 5000, 1460)).toBe(NET.sent);
    expect(frames).toEqual([1460, 5054]);
    expect(sendTcp('10.0.0.2', 5000, 1461)).toBe(NET.tooBig);
  });

  test('without a route is refused', () => {
    expect(sendTcp('10.0.1.2', 10)).toBe(NET.noRoute);
    expect(host.counter('IPV4_NO_ROUTE')).toBe(1);
  });
});

describe('a datagram larger than the path allows', () => {
  test.each([1473, 1481, 2960, 9000, 65507])('of %i bytes goes in fragments that make it again', (bytes) => {
    host.unit.bytes.set(Uint8Array.from({ length: bytes }, (_, i) => i * 7), OUTSIDE);
    expect(sendUdp(bytes)).toBe(0);
    const fragments = peer.taken().map((frame) => frame.ipv4!);
    expect(fragments.slice(0, -1).every((part) => part.totalBytes === 1500 && part.moreFragments && !part.dontFragment)).toBe(true);
    expect(fragments.at(-1).moreFragments).toBe(false);
    expect(new Set(fragments.map((part) => part.identification)).size).toBe(1);
    let end = 0;
    for (const part of fragments) {
      expect(part.offset).toBe(end);
      end += part.payload.length;
    }
    const whole = parseTransport({ ...fragments[0]!, payload: concat(...fragments.map((part) => part.payload)) }).udp;
    expect(whole).toMatchObject({ checksumValid: true, destinationPort: 5 });
    expect(Buffer.compare(whole!.payload, host.unit.bytes.subarray(OUTSIDE, OUTSIDE + bytes))).toBe(0);
  });

  test('is not begun without buffers for all of it', () => {
    host.holds = true;
    const free = host.freeBuffers();
    for (let left = free; left >= 45; left -= 45) expect(sendUdp(65507)).toBe(0);
    const again = 4;
    expect(sendUdp(65507)).toBe(again);
    expect(host.freeBuffers()).toBe(free % 45);
    host.release();
    expect(host.freeBuffers()).toBe(free);
  });
});

describe('the path\'s MTU', () => {
  test('is learnt for a datagram that we may have sent, and only then', () => {
    const socket = host.call['udpOpen']!();
    host.call['udpBind']!(socket, 0, 4000);
    needFragments(4001, 1000);
    expect(host.call['pathMtu']!(ip('10.0.0.2'))).toBe(1500);
    needFragments(4000, 1000);
    expect(host.call['pathMtu']!(ip('10.0.0.2'))).toBe(1000);
    sendUdp(1200);
    expect(sizes(peer.taken())).toEqual([996, 252]);
  });

  test('never grows by a message, and never falls below 552', () => {
    const socket = host.call['udpOpen']!();
    host.call['udpBind']!(socket, 0, 4000);
    for (const [said, counts] of [[1000, 1000], [1200, 1000], [100, 552], [68, 552]] as const) {
      needFragments(4000, said);
      expect(host.call['pathMtu']!(ip('10.0.0.2'))).toBe(counts);
    }
  });

  test('is guessed from the size of the packet when a router does not say it', () => {
    const socket = host.call['udpOpen']!();
    host.call['udpBind']!(socket, 0, 4000);
    for (const [bytes, counts] of [[1500, 1492], [1492, 1006], [1006, 552]] as const) {
      needFragments(4000, 0, '10.0.0.2', bytes);
      expect(host.call['pathMtu']!(ip('10.0.0.2'))).toBe(counts);
    }
  });

  test('is kept for 32 paths, the oldest of which make room', () => {
    for (let i = 0; i < 33; i++) {
      host.call['lowerPathMtu']!(ip('10.0.0.10') + i, 1000);
      host.poll(SECOND);
    }
    expect([0, 1, 32].map((i) => host.call['pathMtu']!(ip('10.0.0.10') + i))).toEqual([1500, 1000, 1000]);
  });
});

describe('routes', () => {
  const hop = (to: string): number => host.call['nextHop']!(ip(to), routeTo(to) - 1) >>> 0;

  test('lead over the longest prefix that matches', () => {
    host.call['addRoute']!(0, 0, ip('10.0.0.254'), 1);
    host.call['addRoute']!(ip('10.1.0.0'), ip('255.255.0.0'), ip('10.0.0.253'), 1);
    host.call['addRoute']!(ip('10.1.2.0'), ip('255.255.255.0'), ip('10.0.0.252'), 1);
    expect(['8.8.8.8', '10.1.1.1', '10.1.2.3', '10.0.0.7'].map(hop)).toEqual(['10.0.0.254', '10.0.0.253', '10.0.0.252', '10.0.0.7'].map(ip));
  });

  test('lead to a gateway outside the network, from an address with a mask of 32 bits', async () => {
    await start(0, 1500, ['ip=172.16.1.2/32', 'gateway=169.254.1.1']);
    expect(sendUdp(10, '8.8.8.8')).toBe(0);
    expect(peer.taken()).toMatchObject([{ arp: { operation: 1, sender: '172.16.1.2', target: '169.254.1.1' } }]);
  });

  test('lead to ourselves and 127.0.0.0/8 by the loopback', () => {
    expect(['10.0.0.1', '127.0.0.1', '127.1.2.3'].map((to) => routeTo(to))).toEqual([1, 1, 1]);
    expect(routeTo('10.0.0.1', 1)).toBe(0);
    expect(routeTo('0.0.0.0')).toBe(0);
  });

  test('never lead out of the machine with an address of the loopback', () => {
    const socket = host.call['udpOpen']!();
    const noRoute = 3;
    expect(host.call['udpBind']!(socket, ip('127.0.0.1'), 0)).toBe(0);
    for (const bytes of [10, 5000]) expect(host.call['udpSend']!(socket, ip('10.0.0.2'), 5, OUTSIDE, bytes)).toBe(noRoute);
    expect(peer.taken()).toEqual([]);
  });

  test('keep interfaces apart', async () => {
    host = await Host.create({ words: ['ip=10.0.0.1/24', 'ip=eth1:10.1.0.1/24', 'gateway=eth1:10.1.0.254'], devices: [{}, { mac: '02:00:00:00:01:01' }] });
    expect(['10.0.0.9', '10.1.0.9', '8.8.8.8', '255.255.255.255'].map((to) => routeTo(to))).toEqual([2, 3, 3, 3]);
    expect(routeTo('8.8.8.8', 1)).toBe(0);
    expect(routeTo('255.255.255.255', 2)).toBe(3);
    host.call['removeRoutes']!(2);
    expect(['10.0.0.9', '10.1.0.9', '8.8.8.8'].map((to) => routeTo(to))).toEqual([2, 0, 0]);
  });

  test('are at most 32', () => {
    const added = Array.from({ length: 40 }, (_, i) => host.call['addRoute']!(ip('20.0.0.0') + i, ANY, 0, 1));
    expect(added.filter((one) => one === 1)).toHaveLength(30);
    expect(host.call['routeCount']!()).toBe(32);
  });
});
