// assembly/net/arp/input.ts and conflict.ts: answering, announcing, defending. RFC 826, RFC 5227.
import { beforeEach, describe, expect, test } from 'vitest';
import { arp, BROADCAST, ethernet, ETHERTYPE, type ArpFields, type ParsedFrame } from '../../../../support/net/frames.ts';
import { Host, OWN_MAC, SECOND } from '../../../../support/net/host.ts';

const PEER = '02:00:00:00:00:02';
let host: Host;
beforeEach(async () => {
  host = await Host.create({ words: ['ip=10.0.0.1/24'] });
});

function hear(fields: Partial<ArpFields> = {}): ParsedFrame[] {
  host.receive(ethernet({ to: BROADCAST, from: fields.senderMac ?? PEER, type: ETHERTYPE.arp }, arp({ operation: 1, senderMac: PEER, sender: '10.0.0.2', target: '10.0.0.1', ...fields })));
  return host.take();
}

test('a new address is announced twice, two seconds apart', () => {
  expect(host.take()).toMatchObject([{ to: BROADCAST, arp: { operation: 1, sender: '10.0.0.1', target: '10.0.0.1' } }]);
  host.run(60n * SECOND);
  expect(host.take()).toMatchObject([{ arp: { sender: '10.0.0.1' } }]);
});

describe('a request', () => {
  beforeEach(() => {
    host.run(5n * SECOND);
    host.take();
  });

  test('for our address is answered, to the asker alone', () => {
    expect(hear()).toMatchObject([{ to: PEER, from: OWN_MAC, arp: { operation: 2, senderMac: OWN_MAC, sender: '10.0.0.1', targetMac: PEER, target: '10.0.0.2' } }]);
  });

  test('from nobody, a probe, is answered too', () => {
    expect(hear({ sender: '0.0.0.0' })).toMatchObject([{ to: PEER, arp: { operation: 2, sender: '10.0.0.1' } }]);
  });

  test('for another address is not', () => {
    expect(hear({ target: '10.0.0.3' })).toEqual([]);
    expect(hear({ target: '127.0.0.1' })).toEqual([]);
  });

  test.each<[string, Partial<ArpFields>]>([
    ['of another operation', { operation: 9 }], ['from a group\'s MAC address', { senderMac: '03:00:00:00:00:02' }], ['from no MAC address', { senderMac: '00:00:00:00:00:00' }],
    ['from the loopback', { sender: '127.0.0.1' }], ['from everybody', { sender: '255.255.255.255' }],
  ])('%s is malformed', (_what, fields) => {
    host.receive(ethernet({ to: BROADCAST, from: PEER, type: ETHERTYPE.arp }, arp({ operation: 1, senderMac: PEER, sender: '10.0.0.2', target: '10.0.0.1', ...fields })));
    expect(host.take()).toEqual([]);
    expect(host.counter('ARP_MALFORMED')).toBe(1);
  });

  test('that is short, or about other networks, is malformed', () => {
    const right = arp({ operation: 1, senderMac: PEER, sender: '10.0.0.2', target: '10.0.0.1' });
    for (const [at, value] of [[1, 6], [2, 9], [4, 8], [5, 16]] as const) {
      const wrong = new Uint8Array(right);
      wrong[at] = value;
      host.receive(ethernet({ to: BROADCAST, from: PEER, type: ETHERTYPE.arp }, wrong));
    }
    host.receive(ethernet({ to: BROADCAST, from: PEER, type: ETHERTYPE.arp }, right.subarray(0, 27)));
    expect(host.counter('ARP_MALFORMED')).toBe(5);
    expect(host.take()).toEqual([]);
  });
});

describe('another host with our address', () => {
  test('is told so, once in ten seconds', () => {
    host.run(5n * SECOND);
    host.take();
    for (let i = 0; i < 30; i++) {
      host.receive(ethernet({ to: BROADCAST, from: PEER, type: ETHERTYPE.arp }, arp({ operation: 1, senderMac: PEER, sender: '10.0.0.1', target: '10.0.0.9' })));
      host.run(SECOND);
    }
    expect(host.take()).toMatchObject([{ arp: { sender: '10.0.0.1' } }, { arp: { sender: '10.0.0.1' } }, { arp: { sender: '10.0.0.1' } }]);
    expect(host.counter('ARP_CONFLICT')).toBe(30);
  });

  test('is not mistaken for our own frames that come back', () => {
    hear({ senderMac: OWN_MAC, sender: '10.0.0.1' });
    expect(host.counter('ARP_CONFLICT')).toBe(0);
  });
});
