// assembly/net/dhcp: the client's state machine against a scripted server. RFC 2131 §4.4, RFC 3442, RFC 2132.
import { beforeEach, describe, expect, test } from 'vitest';
import { arp, BROADCAST, concat, ethernet, ETHERTYPE, icmpFrame, ip } from '../../../../support/net/frames.ts';
import { DHCP, DhcpServer, option, seconds } from '../../../../support/net/dhcp-server.ts';
import { Host, OWN_MAC, SECOND } from '../../../../support/net/host.ts';

const STATE = { selecting: 1, requesting: 2, bound: 3, renewing: 4, rebinding: 5, pausing: 6 } as const;
let host: Host;
let server: DhcpServer;

async function start(words: readonly string[] = [], seed = 1): Promise<void> {
  host = await Host.create({ words, devices: [], seed });
  host.addDevice({});
  server = new DhcpServer(host);
}
beforeEach(async () => start());

const state = (): number => host.call['dhcpState']!(1);
const hasAddress = (text: string): boolean => host.call['isOwnAddress']!(ip(text)) !== 0;
const routeOf = (text: string): number => host.call['nextHop']!(ip(text), 1) >>> 0;
const dnsServers = (): number[] => Array.from({ length: host.call['dnsServerCount']!() }, (_, i) => host.call['dnsServer']!(i) >>> 0);
const types = (messages: readonly { type: number }[]): number[] => messages.map((message) => message.type);

describe('the client', () => {
  test('asks at the first turn, takes the first offer, and has an address two messages later', () => {
    host.poll();
    const [discover] = server.serve();
    expect(discover).toMatchObject({ type: DHCP.discover, source: '0.0.0.0', destination: '255.255.255.255', toMac: BROADCAST, mac: OWN_MAC, clientAddress: '0.0.0.0' });
    const [request] = server.serve();
    expect(request).toMatchObject({ type: DHCP.request, requested: '10.0.0.77', server: '10.0.0.254', transaction: discover!.transaction });
    expect(state()).toBe(STATE.bound);
    expect(hasAddress('10.0.0.77')).toBe(true);
    expect(routeOf('8.8.8.8')).toBe(ip('10.0.0.254'));
    expect(routeOf('10.0.0.5')).toBe(ip('10.0.0.5'));
    expect(dnsServers()).toEqual([ip('10.0.0.53'), ip('10.0.0.54')]);
  });

  test('asks again after 1, 2, 4 … 64 s, give or take an eighth, for as long as nobody answers', () => {
    server.silent = true;
    const times: bigint[] = [];
    for (let i = 0; i < 4000; i++) if (server.run(SECOND / 10n).length > 0) times.push(host.now);
    const gaps = times.slice(1).map((at, i) => Number(at - times[i]!) / 1e9);
    expect(gaps.length).toBeGreaterThan(8);
    gaps.forEach((gap, i) => {
      const expected = Math.min(2 ** i, 64);
      expect(gap).toBeGreaterThan(expected * 0.8);
      expect(gap).toBeLessThan(expected * 1.2 + 0.2);
    });
    expect(new Set(server.messages.map((message) => message.transaction)).size).toBe(1);
    server.silent = false;
    server.run(70n * SECOND);
    expect(state()).toBe(STATE.bound);
  });

  test('looks for another offer when the request is not answered', () => {
    host.poll();
    const [discover] = server.serve();
    server.silent = true;
    const later = server.run(20n * SECOND);
    expect(types(later).slice(0, 5)).toEqual([DHCP.request, DHCP.request, DHCP.request, DHCP.request, DHCP.discover]);
    expect(later[4]!.transaction).not.toBe(discover!.transaction);
  });

  test('renews with its server at half the lease, asks everybody at seven eighths, and gives the address up at the end', () => {
    server.lease = 3600;
    server.run(SECOND);
    server.silent = true;
    const renewals = server.run(3148n * SECOND);
    expect(renewals[0]).toMatchObject({ type: DHCP.request, destination: '10.0.0.254', source: '10.0.0.77', clientAddress: '10.0.0.77', requested: undefined, server: undefined });
    expect(state()).toBe(STATE.renewing);
    expect(renewals.every((message) => message.destination === '10.0.0.254')).toBe(true);
    expect(renewals.length).toBeLessThan(8);
    const rebinds = server.run(449n * SECOND);
    expect(rebinds[0]).toMatchObject({ type: DHCP.request, destination: '255.255.255.255', clientAddress: '10.0.0.77' });
    expect(hasAddress('10.0.0.77')).toBe(true);
    server.run(4n * SECOND);
    expect(hasAddress('10.0.0.77')).toBe(false);
    expect(host.call['routeTo']!(ip('8.8.8.8'), 0xffffffff)).toBe(0);
    expect(state()).toBe(STATE.selecting);
    server.silent = false;
    server.run(70n * SECOND);
    expect(hasAddress('10.0.0.77')).toBe(true);
  });

  test('keeps its address, without a word on the link, when the lease is renewed', () => {
    server.lease = 100;
    server.run(10n * SECOND);
    const conflicts = host.counter('ARP_SENT');
    const messages = server.run(1000n * SECOND);
    expect(messages.length).toBeGreaterThan(15);
    expect(types(messages).every((type) => type === DHCP.request)).toBe(true);
    expect(hasAddress('10.0.0.77')).toBe(true);
    // It asks for the server's MAC address now and then.
    expect(host.counter('ARP_SENT') - conflicts).toBeLessThan(25);
  });

  test('never asks again when the lease is for ever', () => {
    server.lease = 0xffffffff;
    server.run(5n * SECOND);
    expect(server.run(100_000n * SECOND / 1000n)).toEqual([]);
    expect(state()).toBe(STATE.bound);
  });

  test('begins anew a second after it was refused', () => {
    server.refuses = true;
    host.poll();
    server.serve();
    server.serve();
    expect(state()).toBe(STATE.pausing);
    server.refuses = false;
    server.run(3n * SECOND);
    expect(state()).toBe(STATE.bound);
  });

  test('ignores answers to others, of the wrong kind, and forged ones', () => {
    host.poll();
    server.silent = true;
    const [discover] = server.serve();
    server.answer(discover!, { transaction: discover!.transaction ^ 1 });
    server.answer(discover!, { mac: '02:00:00:00:00:44' });
    server.answer(discover!, { type: DHCP.ack });
    server.answer(discover!, { type: DHCP.nak });
    expect(host.counter('DHCP_IGNORED')).toBe(4);
    server.answer(discover!, { address: '127.0.0.1' });
    server.answer(discover!, { address: '255.255.255.255' });
    expect(host.counter('DHCP_MALFORMED')).toBe(2);
    expect(state()).toBe(STATE.selecting);
    server.answer(discover!);
    expect(state()).toBe(STATE.requesting);
    const [request] = server.serve();
    server.answer(request!, { server: '10.0.0.66' });
    server.answer(request!, { lease: 0 });
    expect(state()).toBe(STATE.requesting);
    server.answer(request!);
    expect(state()).toBe(STATE.bound);
  });

  test('takes routes, MTU and times from the lease', () => {
    server.options = concat(
      option(1, 255, 255, 255, 255), option(3, '10.0.0.254'), option(121, 32, '10.9.9.1', '0.0.0.0', 0, '10.9.9.1', 24, 192, 168, 7, '10.9.9.2'),
      option(26, 1400 >> 8, 1400 & 255), seconds(58, 20), seconds(59, 30),
    );
    server.run(2n * SECOND);
    expect([routeOf('8.8.8.8'), routeOf('192.168.7.1'), routeOf('10.9.9.1')]).toEqual([ip('10.9.9.1'), ip('10.9.9.2'), ip('10.9.9.1')]);
    const route = host.call['routeTo']!(ip('8.8.8.8'), 0xffffffff);
    expect(host.call['routeMtu']!(route, ip('8.8.8.8'))).toBe(1400);
    server.silent = true;
    // The first request, after 20 s, goes to a router that does not answer; the one after 30 s to everybody.
    expect(server.run(31n * SECOND)).toMatchObject([{ destination: '255.255.255.255', clientAddress: '10.0.0.77' }]);
    expect(host.counter('DHCP_SENT')).toBe(4);
  });

  test('declines an address that somebody else has, and asks again after ten seconds', () => {
    server.run(SECOND / 2n);
    expect(hasAddress('10.0.0.77')).toBe(true);
    server.peer.send(ethernet({ to: OWN_MAC, from: '02:00:00:00:00:77', type: ETHERTYPE.arp }, arp({
      operation: 2, senderMac: '02:00:00:00:00:77', sender: '10.0.0.77', targetMac: OWN_MAC, target: '0.0.0.0',
    })));
    server.address = '10.0.0.78';
    const messages = server.run(9n * SECOND);
    expect(messages).toMatchObject([{ type: DHCP.decline, requested: '10.0.0.77', server: '10.0.0.254' }]);
    expect(hasAddress('10.0.0.77')).toBe(false);
    server.run(3n * SECOND);
    expect(hasAddress('10.0.0.78')).toBe(true);
  });

  test('says on the link that it has the address: a probe at once, and two announcements', () => {
    host.poll();
    server.silent = true;
    server.answer(server.serve()[0]!);
    server.answer(server.serve()[0]!);
    host.run(10n * SECOND);
    const said = server.peer.taken().map((frame) => frame.arp).filter((message) => message !== undefined);
    expect(said).toMatchObject([
      { operation: 1, sender: '0.0.0.0', target: '10.0.0.77' }, { sender: '10.0.0.77', target: '10.0.0.77' }, { sender: '10.0.0.77', target: '10.0.0.77' },
    ]);
  });

  test('lets nothing through to an interface without an address', () => {
    host.poll();
    server.silent = true;
    const path = { fromMac: '02:00:00:00:00:02', toMac: OWN_MAC, from: '10.0.0.2', to: '10.0.0.77' };
    server.peer.send(icmpFrame(path, { type: 8 }, new Uint8Array(8)));
    expect(host.counter('IPV4_NOT_OURS')).toBe(1);
  });
});

describe('the command line', () => {
  test('wins over the lease with its gateway and its name servers', async () => {
    await start(['gateway=10.0.0.9', 'dns=1.1.1.1']);
    server.run(SECOND);
    expect(routeOf('8.8.8.8')).toBe(ip('10.0.0.9'));
    expect(dnsServers()).toEqual([ip('1.1.1.1')]);
  });

  test.each([['ip=10.0.0.5/24'], ['ip=off']])('%s asks no server', async (word) => {
    await start([word]);
    expect(server.run(20n * SECOND)).toEqual([]);
  });
});

test('an interface without an answer is said to be pending for as long as one has patience', () => {
  server.silent = true;
  server.run(10n * SECOND);
  const patience = 15n * SECOND;
  expect(host.call['isDhcpPending']!(patience)).toBe(1);
  server.run(6n * SECOND);
  expect(host.call['isDhcpPending']!(patience)).toBe(0);
});
