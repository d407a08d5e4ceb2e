// assembly/net/icmp: echoes, errors, rates. RFC 792, RFC 1122 §3.2.2, RFC 1812 §4.3.2.
import { beforeEach, describe, expect, test } from 'vitest';
import { ArpPeer } from '../../../../support/net/arp-peer.ts';
import { BROADCAST, icmp, icmpFrame, ipv4, packet, PROTOCOL, udp } from '../../../../support/net/frames.ts';
import { Host, SECOND } from '../../../../support/net/host.ts';

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

describe('an echo', () => {
  test.each([0, 1, 56, 86, 87, 1472])('of %i bytes comes back as it was', (bytes) => {
    const data = Uint8Array.from({ length: bytes }, (_, i) => i);
    peer.send(icmpFrame(peer.path, { type: 8, rest: 0x12345678 }, data));
    expect(peer.taken()).toMatchObject([{
      to: peer.mac, ipv4: { source: '10.0.0.1', destination: '10.0.0.2', dontFragment: false, icmp: { type: 0, code: 0, rest: 0x12345678, checksumValid: true, payload: data } },
    }]);
    expect(host.freeBuffers()).toBe(free);
  });

  test('that is too short, or damaged, does not', () => {
    peer.send(packet(peer.path, { protocol: PROTOCOL.icmp }, new Uint8Array(7)));
    peer.send(icmpFrame(peer.path, { type: 8, checksum: 1 }, new Uint8Array(7)));
    expect(peer.taken()).toEqual([]);
    expect([host.counter('ICMP_MALFORMED'), host.counter('ICMP_BAD_CHECKSUM')]).toEqual([1, 1]);
  });

  test('to everybody does not', () => {
    peer.send(icmpFrame({ ...peer.path, to: '10.0.0.255', toMac: BROADCAST }, { type: 8 }, new Uint8Array(7)));
    expect(peer.taken()).toEqual([]);
    expect(host.counter('ICMP_IGNORED')).toBe(1);
  });

  test('is lost while the device is full, and costs nothing', () => {
    host.accepts = false;
    peer.send(icmpFrame(peer.path, { type: 8 }, new Uint8Array(1000)));
    expect(host.counter('ICMP_NO_BUFFER')).toBe(1);
    expect(host.freeBuffers()).toBe(free);
  });
});

describe('other messages', () => {
  test.each([0, 4, 5, 9, 10, 13, 17, 42])('of type %i are ignored', (type) => {
    peer.send(icmpFrame(peer.path, { type }, new Uint8Array(40)));
    expect(peer.taken()).toEqual([]);
    expect(host.counter('ICMP_IGNORED')).toBe(1);
  });

  test('that quote what we cannot have sent are malformed', () => {
    const addresses = { source: '10.0.0.1', destination: '10.0.0.2' };
    const quote = ipv4(addresses, udp(addresses, { sourcePort: 1, destinationPort: 2 }, new Uint8Array()));
    const others = ipv4({ ...addresses, source: '10.0.0.9' }, udp(addresses, { sourcePort: 1, destinationPort: 2 }, new Uint8Array()));
    const later = ipv4({ ...addresses, offset: 8 }, udp(addresses, { sourcePort: 1, destinationPort: 2 }, new Uint8Array()));
    const wide = ipv4({ ...addresses, headerWords: 15 }, udp(addresses, { sourcePort: 1, destinationPort: 2 }, new Uint8Array()));
    const icmpQuote = ipv4({ ...addresses, protocol: PROTOCOL.icmp }, icmp({ type: 8 }, new Uint8Array(8)));
    for (const bad of [quote.subarray(0, 27), quote.subarray(0, 19), new Uint8Array(), others, later, wide, icmpQuote]) {
      const before = host.counter('ICMP_MALFORMED');
      peer.send(icmpFrame(peer.path, { type: 3, code: 4, rest: 1000 }, bad));
      expect(host.counter('ICMP_MALFORMED')).toBe(before + 1);
    }
    peer.send(icmpFrame(peer.path, { type: 3, code: 3 }, quote));
    expect(host.counter('ICMP_MALFORMED')).toBe(7);
  });
});

describe('an error', () => {
  const unknown = (fields: object = {}, payload = new Uint8Array(20)): void => { peer.send(packet(peer.path, { protocol: 200, ...fields }, payload)); };

  test('is never sent about an error, a later fragment, or a broadcast', () => {
    // ICMP within a protocol nobody knows is not ICMP; an ICMP error for a closed port of ours is.
    peer.send(icmpFrame(peer.path, { type: 3, code: 2 }, new Uint8Array(28)));
    unknown({ offset: 8 });
    peer.send(packet({ ...peer.path, to: '10.0.0.255', toMac: BROADCAST }, { protocol: 200 }, new Uint8Array(20)));
    expect(peer.taken()).toEqual([]);
  });

  test('quotes header, options and eight bytes, and is sent at most a hundred times a second', () => {
    unknown({ options: new Uint8Array(40).fill(1) });
    expect(peer.taken()[0]!.ipv4!.icmp!.payload).toHaveLength(68);
    let sent = 0;
    for (let i = 0; i < 2000; i++) {
      unknown();
      host.poll(SECOND / 1000n);
      sent += peer.taken().length;
    }
    expect(sent).toBeGreaterThan(190);
    expect(sent).toBeLessThan(225);
  });
});
