// Two hosts, both with our stack, on one link: echoes and UDP datagrams arrive as they were sent, or not at all.
import { describe, expect, test } from 'vitest';
import { put, SCRATCH } from '../support/assembly.ts';
import { icmpFrame } from '../support/net/frames.ts';
import { Host, SECOND, type HostOptions } from '../support/net/host.ts';
import { Link, type LinkOptions } from '../support/net/link.ts';
import { randomNumbers } from '../support/net/random.ts';

const SECOND_HOST = 0x0a000002;
const SIZES = [4, 40, 86, 87, 500, 1472, 1473, 2049, 4000, 9000];
const DATAGRAMS = 200;

async function twoHosts(options: LinkOptions = {}, both: Partial<HostOptions> & { features?: number; mtu?: number } = {}): Promise<{ link: Link; a: Host; b: Host }> {
  const device = { features: both.features ?? 0, mtu: both.mtu ?? 1500 };
  const a = await Host.create({ words: ['ip=10.0.0.1/24'], devices: [{ mac: '02:00:00:00:00:01', ...device }], seed: 1 });
  const b = await Host.create({ words: ['ip=10.0.0.2/24'], devices: [{ mac: '02:00:00:00:00:02', ...device }], seed: 2 });
  return { link: new Link([a, b], options), a, b };
}

/** Content that says which datagram it is, and is right to the last byte. */
function content(number: number, bytes: number): Uint8Array {
  const random = randomNumbers(number);
  const all = Uint8Array.from({ length: bytes }, () => random() * 256);
  new DataView(all.buffer).setUint32(0, number);
  return all;
}

function send(from: Host, socket: number, to: number, port: number, bytes: Uint8Array): number {
  put(from.unit, SCRATCH, bytes);
  return from.call['udpSend']!(socket, to, port, SCRATCH, bytes.length);
}

function receive(host: Host, socket: number): Uint8Array | undefined {
  const datagram = host.call['udpPeek']!(socket);
  if (datagram === 0) return undefined;
  const total = host.unit.view.getUint32(datagram + 16, true);
  const all = new Uint8Array(total);
  for (let at = 0; at < total;) {
    const run = host.call['datagramRun']!(datagram, at);
    const from = host.call['datagramAt']!(datagram, at);
    all.set(host.unit.bytes.subarray(from, from + run), at);
    at += run;
  }
  host.call['udpDiscard']!(socket);
  return all;
}

/** Sends datagrams of many sizes from a to b, and returns which arrived, how often. */
async function exchange(options: LinkOptions, device: { features?: number; mtu?: number } = {}, sizes = SIZES): Promise<{ arrived: Map<number, number>; a: Host; b: Host; link: Link }> {
  const { link, a, b } = await twoHosts(options, device);
  const free = [a.freeBuffers(), b.freeBuffers()];
  const from = a.call['udpOpen']!();
  const to = b.call['udpOpen']!();
  expect(b.call['udpBind']!(to, 0, 7000)).toBe(0);
  const arrived = new Map<number, number>();
  for (let i = 0; i < DATAGRAMS; i++) {
    const bytes = content(i, sizes[i % sizes.length]!);
    expect([0, 4]).toContain(send(a, from, SECOND_HOST, 7000, bytes));
    link.run(10_000_000n);
    for (let got = receive(b, to); got !== undefined; got = receive(b, to)) {
      const number = new DataView(got.buffer).getUint32(0);
      expect(Buffer.compare(got, content(number, got.length)), `datagram ${number}`).toBe(0);
      arrived.set(number, (arrived.get(number) ?? 0) + 1);
    }
  }
  link.run(100n * SECOND);
  b.call['udpClose']!(to);
  a.call['udpClose']!(from);
  expect([a.freeBuffers(), b.freeBuffers()]).toEqual(free);
  return { arrived, a, b, link };
}

describe('two stacks on a link', () => {
  test.each([['software', 0], ['the device', 5]])('exchange datagrams of all sizes, checksums by %s', async (_who, features) => {
    const { arrived } = await exchange({}, { features });
    expect([...arrived.values()]).toEqual(new Array<number>(DATAGRAMS).fill(1));
  });

  test('exchange them over a small MTU', async () => {
    const { arrived } = await exchange({}, { mtu: 576 });
    expect(arrived.size).toBe(DATAGRAMS);
  });

  test('and over a large one', async () => {
    const { arrived, b } = await exchange({}, { mtu: 9000 });
    expect(arrived.size).toBe(DATAGRAMS);
    expect(b.counter('REASSEMBLY_DONE')).toBeGreaterThan(0);
  });

  test('learn from a router in the middle that its MTU is smaller, and lose no more than it takes', async () => {
    const { arrived, a } = await exchange({ routerMtu: 1000 }, {}, [1472, 1200, 900, 4000, 20]);
    expect(a.call['pathMtu']!(SECOND_HOST)).toBe(1000);
    expect(arrived.size).toBe(DATAGRAMS - 1);
    expect(arrived.has(0)).toBe(false);
  });

  test('get each whole or not at all when frames are lost, doubled, overtaken and damaged', async () => {
    for (const seed of [1, 2, 3]) {
      const { arrived, link } = await exchange({ seed, loss: 0.1, duplication: 0.05, reordering: 0.1, corruption: 0.03 });
      expect(link.lost.frames).toBeGreaterThan(20);
      expect(arrived.size).toBeGreaterThan(DATAGRAMS / 2);
      expect(arrived.size).toBeLessThan(DATAGRAMS);
    }
  });

  test('find damage wherever it is', async () => {
    // One damaged frame a datagram: damage in two fragments can cancel out in a sum.
    const { arrived, a, b } = await exchange({ seed: 4, corruption: 0.5 }, {}, [4, 40, 87, 500, 1472]);
    const found = ['IPV4_BAD_CHECKSUM', 'UDP_BAD_CHECKSUM', 'IPV4_MALFORMED', 'ETHERNET_NOT_OURS', 'ETHERNET_UNKNOWN_TYPE'].map((name) => b.counter(name));
    expect(found.reduce((sum, value) => sum + value)).toBeGreaterThan(DATAGRAMS / 3);
    expect(arrived.size).toBeLessThan(DATAGRAMS * 0.7);
    expect(a.counter('IPV4_SENT')).toBeGreaterThan(0);
  });

  test('ping each other, with and without fragments', async () => {
    const { link, a, b } = await twoHosts();
    const free = b.freeBuffers();
    // A stack asks nobody for an echo by itself: the test puts the request on the link in its name.
    const path = { fromMac: '02:00:00:00:00:01', toMac: '02:00:00:00:00:02', from: '10.0.0.1', to: '10.0.0.2' };
    for (const bytes of [0, 1, 56, 1472]) b.receive(icmpFrame(path, { type: 8, rest: 0x10001 }, content(7, bytes + 4).subarray(0, bytes)));
    link.run(SECOND);
    // They come back to a, which has not asked.
    expect(a.counter('ICMP_RECEIVED')).toBe(4);
    expect(a.counter('ICMP_IGNORED')).toBe(4);
    expect(b.counter('ICMP_SENT')).toBe(4);
    expect(b.freeBuffers()).toBe(free);
  });

  test('find an address that both have', async () => {
    const a = await Host.create({ words: ['ip=10.0.0.1/24'], devices: [{ mac: '02:00:00:00:00:01' }], seed: 1 });
    const b = await Host.create({ words: ['ip=10.0.0.1/24'], devices: [{ mac: '02:00:00:00:00:02' }], seed: 2 });
    const link = new Link([a, b]);
    link.run(60n * SECOND);
    expect(a.counter('ARP_CONFLICT') + b.counter('ARP_CONFLICT')).toBeGreaterThan(0);
    // They defend it, once in ten seconds each.
    expect(a.counter('ARP_SENT') + b.counter('ARP_SENT')).toBeLessThan(20);
  });

  test('refuse datagrams for a port that nobody has, and a connected sender hears of it', async () => {
    const { link, a } = await twoHosts();
    const socket = a.call['udpOpen']!();
    expect(a.call['udpConnect']!(socket, SECOND_HOST, 4)).toBe(0);
    send(a, socket, 0, 0, content(1, 10));
    link.run(SECOND);
    const errorPort = 4;
    expect(a.call['udpTakeError']!(socket)).toBe(errorPort);
    expect(a.call['udpTakeError']!(socket)).toBe(0);
  });
});
