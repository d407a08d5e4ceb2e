// Every parser of the network stack against random and mutated frames: no trap, and all buffers come back. 20,000 frames
// here; ASOLO_LONG=1 makes a million of them.
import { expect, test } from 'vitest';
import { put, SCRATCH } from '../support/assembly.ts';
import { dhcpReply } from '../support/net/dhcp-server.ts';
import { dnsResponse } from '../support/net/dns-server.ts';
import {
  arp, BROADCAST, concat, ethernet, ETHERTYPE, icmp, icmpFrame, ipv4, packet, PROTOCOL, tcpFrame, udp, udpFrame, type Path,
} from '../support/net/frames.ts';
import { Host, OWN_MAC, SECOND } from '../support/net/host.ts';
import { randomNumbers } from '../support/net/random.ts';

const FRAMES = process.env['ASOLO_LONG'] === '1' ? 1_000_000 : 20_000;
const path: Path = { fromMac: '02:00:00:00:00:02', toMac: OWN_MAC, from: '10.0.0.2', to: '10.0.0.1' };
const random = randomNumbers(1);
const below = (bound: number): number => Math.floor(random() * bound);
const randomBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;

/** A frame that makes sense, of any protocol; mutated afterwards as a rule. */
const makers: (() => Uint8Array)[] = [
  () => randomBytes(below(200)),
  () => ethernet({ to: pick([OWN_MAC, BROADCAST]), from: path.fromMac, type: pick([0x0800, 0x0806, 0x86dd, below(65536)]) }, randomBytes(below(100))),
  () => ethernet({ to: pick([OWN_MAC, BROADCAST]), from: path.fromMac, type: ETHERTYPE.arp }, arp({
    operation: pick([1, 2, 3]), senderMac: path.fromMac, sender: `10.0.0.${below(256)}`, target: pick(['10.0.0.1', '10.0.0.9']),
  })),
  () => icmpFrame(path, { type: pick([0, 3, 5, 8, 11, 12, below(256)]), code: below(16), rest: below(65536) }, randomBytes(below(80))),
  () => icmpFrame(path, { type: 8 }, randomBytes(below(1400))),
  () => icmpFrame(path, { type: pick([3, 11, 12]), code: below(16), rest: below(1500) }, quote()),
  () => udpFrame(path, { sourcePort: pick([53, 67, below(65536)]), destinationPort: pick([7, 68, 53, below(65536)]) }, randomBytes(below(400))),
  () => udpFrame(path, { sourcePort: 53, destinationPort: 7, checksum: 0 }, dnsResponse({ id: 1, name: 'a.example', answers: [{ name: 'a.example', address: '1.2.3.4' }] })),
  () => udpFrame({ ...path, to: '255.255.255.255', toMac: BROADCAST }, { sourcePort: 67, destinationPort: 68 }, dhcpReply({ mac: OWN_MAC, transaction: below(9), type: below(9), address: '10.0.0.7' })),
  () => tcpFrame(path, { sourcePort: below(65536), destinationPort: pick([80, below(65536)]), flags: pick(['S', 'SA', 'A', 'R', 'FA', 'SFRPA', '']) }, randomBytes(below(50))),
  fragment, fragment,
  () => packet(path, { protocol: below(256), options: randomBytes(below(11) * 4) }, randomBytes(below(60))),
];

function quote(): Uint8Array {
  const ours = { source: '10.0.0.1', destination: '10.0.0.2' };
  const inner = udp(ours, { sourcePort: 7, destinationPort: below(100) }, randomBytes(20));
  return ipv4({ ...ours, protocol: pick([PROTOCOL.udp, PROTOCOL.tcp, PROTOCOL.icmp]) }, inner).subarray(0, 20 + below(30));
}

function fragment(): Uint8Array {
  const moreFragments = random() < 0.6;
  return packet(path, {
    protocol: pick([PROTOCOL.udp, PROTOCOL.icmp, PROTOCOL.tcp]), identification: below(6), moreFragments, offset: pick([0, 0, 8, 16, 64, 1480, 65528, below(8192) * 8]),
  }, icmp({ type: 8 }, randomBytes(moreFragments ? below(20) * 8 : below(200))));
}

function mutate(frame: Uint8Array): Uint8Array {
  const mutated = new Uint8Array(frame);
  for (let i = below(4); i > 0 && mutated.length > 0; i--) {
    // Mostly past the addresses, or nothing would get far.
    const at = random() < 0.9 ? Math.min(12 + below(60), mutated.length - 1) : below(mutated.length);
    mutated[at] = pick([0, 1, 255, 0x7f, 0x80, below(256), mutated[at]! ^ 1 << below(8)]);
  }
  if (random() < 0.1) return mutated.subarray(0, below(mutated.length + 1));
  return random() < 0.05 ? concat(mutated, randomBytes(below(50))) : mutated;
}

test(`${FRAMES} random and mutated frames trap nothing and leak no buffer`, { timeout: 3_600_000 }, async () => {
  const host = await Host.create({ words: ['ip=10.0.0.1/24', 'gateway=10.0.0.2'], devices: [{}, { mac: '02:00:00:00:00:03' }], tcp: true });
  const free = host.freeBuffers();
  const [bound, connected] = [host.call['udpOpen']!(), host.call['udpOpen']!()];
  host.call['udpBind']!(bound, 0, 7);
  host.call['udpConnect']!(connected, 0x0a000002, 9);
  const listener = host.call['tcpOpen']!();
  host.call['tcpBind']!(listener, 0, 80);
  host.call['tcpListen']!(listener, 16);
  host.call['addConfiguredDnsServer']!(0x0a000002);
  let query = 0;
  for (let i = 0; i < FRAMES; i++) {
    // With the device's word that the checksum is right, more gets through to the parsers.
    host.receive(mutate(pick(makers)()), below(2), below(2));
    if (i % 16 === 0) host.poll(BigInt(below(200_000_000)));
    if (i % 64 === 0) {
      host.accepts = random() < 0.9;
      host.call['udpSend']!(bound, 0x0a000002, 7, SCRATCH, below(3000));
      if (query !== 0) host.call['dnsClose']!(query);
      query = host.call['dnsLookUp']!(SCRATCH, put(host.unit, SCRATCH, 'a.example'));
    }
    if (i % 100 === 0) for (const socket of [bound, connected]) while (host.call['udpPeek']!(socket) !== 0) host.call['udpDiscard']!(socket);
    host.sent.length = 0;
  }
  if (query !== 0) host.call['dnsClose']!(query);
  for (const socket of [bound, connected]) host.call['udpClose']!(socket);
  host.call['tcpClose']!(listener);
  host.accepts = true;
  host.run(120n * SECOND);
  expect(host.freeBuffers()).toBe(free);
  expect(host.call['udpSocketCount']!()).toBe(0);
  expect(host.call['heldPackets']!()).toBe(0);
  // The frames have reached what they were meant for.
  for (const counter of ['REASSEMBLY_DONE', 'REASSEMBLY_OVERLAP', 'ICMP_SENT', 'UDP_NO_SOCKET', 'DHCP_IGNORED', 'IPV4_SOURCE_ROUTED', 'ARP_MALFORMED']) {
    expect(host.counter(counter), counter).toBeGreaterThan(0);
  }
});
