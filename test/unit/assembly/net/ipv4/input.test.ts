// assembly/net/ipv4/input.ts: which packets are taken. RFC 791 §3.1, RFC 1122 §3.2.1, RFC 1812 §5.3.7.
import { beforeEach, describe, expect, test } from 'vitest';
import { ArpPeer } from '../../../../support/net/arp-peer.ts';
import { BROADCAST, ethernet, icmp, ipv4, packet, PROTOCOL, udp, udpFrame, type Ipv4Fields } from '../../../../support/net/frames.ts';
import { Host, OWN_MAC, SECOND } from '../../../../support/net/host.ts';

let host: Host;
let peer: ArpPeer;
beforeEach(async () => {
  host = await Host.create({ words: ['ip=10.0.0.1/24'] });
  peer = new ArpPeer(host);
  peer.introduce();
  host.run(5n * SECOND);
  peer.taken();
});

const echo = (fields: Partial<Ipv4Fields> = {}): void => { peer.send(packet(peer.path, { protocol: PROTOCOL.icmp, ...fields }, icmp({ type: 8 }, new Uint8Array(10)))); };
const answers = (): number => peer.taken().filter((frame) => frame.ipv4?.icmp?.type === 0).length;

describe('a packet', () => {
  test('is taken with options, which are skipped', () => {
    for (const options of [[], [1, 1, 1, 0], [7, 4, 4, 0], [68, 8, 5, 0, 0, 0, 0, 0], [0, 0, 0, 0], [99, 0, 99, 99]]) echo({ options: Uint8Array.from(options) });
    expect(answers()).toBe(6);
  });

  test('is taken from a frame with padding behind it', () => {
    const whole = ipv4({ source: '10.0.0.2', destination: '10.0.0.1', protocol: PROTOCOL.icmp }, icmp({ type: 8 }, new Uint8Array(1)));
    const padded = new Uint8Array(46).fill(0xaa);
    padded.set(whole);
    peer.send(ethernet({ to: OWN_MAC, from: peer.mac }, padded));
    expect(answers()).toBe(1);
  });

  test.each<[string, string, Partial<Ipv4Fields>]>([
    ['another version', 'IPV4_MALFORMED', { version: 6 }],
    ['a header of four words', 'IPV4_MALFORMED', { headerWords: 4 }],
    ['a header longer than itself', 'IPV4_MALFORMED', { headerWords: 15 }],
    ['a length longer than the frame', 'IPV4_MALFORMED', { totalBytes: 1000 }],
    ['a length shorter than its header', 'IPV4_MALFORMED', { totalBytes: 19 }],
    ['a wrong checksum', 'IPV4_BAD_CHECKSUM', { checksum: 1 }],
    ['a loose source route', 'IPV4_SOURCE_ROUTED', { options: Uint8Array.of(131, 7, 4, 10, 0, 0, 9, 0) }],
    ['a strict source route behind others', 'IPV4_SOURCE_ROUTED', { options: Uint8Array.of(1, 137, 7, 4, 10, 0, 0, 9) }],
    ['our own address as source', 'IPV4_BAD_SOURCE', { source: '10.0.0.1' }],
    ['the loopback as source', 'IPV4_BAD_SOURCE', { source: '127.0.0.1' }],
    ['a group as source', 'IPV4_BAD_SOURCE', { source: '224.0.0.1' }],
    ['the broadcast address as source', 'IPV4_BAD_SOURCE', { source: '255.255.255.255' }],
    ['the network\'s broadcast address as source', 'IPV4_BAD_SOURCE', { source: '10.0.0.255' }],
    ['nobody as source', 'IPV4_BAD_SOURCE', { source: '0.0.0.0' }],
    ['another destination', 'IPV4_NOT_OURS', { destination: '10.0.0.3' }],
    ['the loopback as destination', 'IPV4_NOT_OURS', { destination: '127.0.0.1' }],
    ['a group as destination', 'IPV4_NOT_OURS', { destination: '224.0.0.251' }],
  ])('with %s is dropped, counted as %s', (_what, counter, fields) => {
    const before = host.counter(counter);
    echo(fields);
    expect(host.counter(counter)).toBe(before + 1);
    expect(peer.taken()).toEqual([]);
  });

  test('of a protocol that nobody speaks is answered by an error that quotes it', () => {
    peer.send(packet(peer.path, { protocol: 99 }, new Uint8Array(40).fill(7)));
    const [error] = peer.taken();
    expect(error).toMatchObject({ ipv4: { source: '10.0.0.1', destination: '10.0.0.2', icmp: { type: 3, code: 2, checksumValid: true } } });
    expect(error!.ipv4!.icmp!.payload).toHaveLength(28);
  });

  test('for the address, in a frame to everybody, is dropped; to everybody it is taken', () => {
    const bytes = ipv4({ source: '10.0.0.2', destination: '10.0.0.1', protocol: PROTOCOL.icmp }, icmp({ type: 8 }, new Uint8Array(1)));
    peer.send(ethernet({ to: BROADCAST, from: peer.mac }, bytes));
    expect(host.counter('IPV4_NOT_OURS')).toBe(1);
    const socket = host.call['udpOpen']!();
    host.call['udpBind']!(socket, 0, 5000);
    for (const to of ['255.255.255.255', '10.0.0.255']) {
      peer.send(udpFrame({ ...peer.path, to, toMac: BROADCAST }, { sourcePort: 1, destinationPort: 5000 }, new Uint8Array(3)));
      expect(host.call['udpPeek']!(socket)).not.toBe(0);
      host.call['udpDiscard']!(socket);
    }
    // Nobody complains about a broadcast.
    peer.send(udpFrame({ ...peer.path, to: '10.0.0.255', toMac: BROADCAST }, { sourcePort: 1, destinationPort: 5001 }, new Uint8Array(3)));
    expect(peer.taken()).toEqual([]);
  });

  test('in a frame for another host, or from a group, is dropped', () => {
    const bytes = ipv4({ source: '10.0.0.2', destination: '10.0.0.1' }, udp({ source: '10.0.0.2', destination: '10.0.0.1' }, { sourcePort: 1, destinationPort: 1 }, new Uint8Array()));
    peer.send(ethernet({ to: '02:00:00:00:00:55', from: peer.mac }, bytes));
    peer.send(ethernet({ to: OWN_MAC, from: '03:00:00:00:00:02' }, bytes));
    expect([host.counter('ETHERNET_NOT_OURS'), host.counter('ETHERNET_BAD_SOURCE'), host.counter('UDP_RECEIVED')]).toEqual([1, 1, 0]);
  });
});
