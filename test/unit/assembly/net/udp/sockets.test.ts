// assembly/net/udp: binding, connecting, sending, receiving, errors. RFC 768, RFC 1122 §4.1.
import { beforeEach, describe, expect, test } from 'vitest';
import { put, SCRATCH } from '../../../../support/assembly.ts';
import { ArpPeer } from '../../../../support/net/arp-peer.ts';
import { BROADCAST, icmpFrame, ip, ipv4, udp, udpFrame } from '../../../../support/net/frames.ts';
import { Host, SECOND } from '../../../../support/net/host.ts';

const UDP = { ok: 0, inUse: 1, notOurs: 2, noRoute: 3, again: 4, tooBig: 5, noDestination: 6, notAllowed: 7 } as const;
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

const open = (): number => host.call['udpOpen']!();
const bind = (socket: number, address: string, port: number): number => host.call['udpBind']!(socket, ip(address), port);
const connect = (socket: number, address: string, port: number): number => host.call['udpConnect']!(socket, ip(address), port);
const send = (socket: number, address: string, port: number, bytes = 10): number => host.call['udpSend']!(socket, ip(address), port, SCRATCH, bytes);
const arrive = (sourcePort: number, destinationPort: number, bytes = 10, from = '10.0.0.2', checksum?: number): void => {
  peer.send(udpFrame({ ...peer.path, from }, { sourcePort, destinationPort, ...checksum === undefined ? {} : { checksum } }, new Uint8Array(bytes)));
};
function waiting(socket: number): number {
  let count = 0;
  for (; host.call['udpPeek']!(socket) !== 0; count++) host.call['udpDiscard']!(socket);
  return count;
}

describe('binding', () => {
  test('gives a port to one socket, on one address or on all', () => {
    const [a, b, c, d] = [open(), open(), open(), open()];
    expect([bind(a, '0.0.0.0', 7), bind(b, '0.0.0.0', 7), bind(b, '10.0.0.1', 7)]).toEqual([UDP.ok, UDP.inUse, UDP.inUse]);
    expect([bind(b, '10.0.0.1', 8), bind(c, '127.0.0.1', 8), bind(d, '0.0.0.0', 8)]).toEqual([UDP.ok, UDP.ok, UDP.inUse]);
    expect(bind(b, '10.0.0.1', 9)).toBe(UDP.inUse);
    host.call['udpClose']!(a);
    expect(bind(d, '0.0.0.0', 7)).toBe(UDP.ok);
  });

  test('wants an address of ours', () => {
    expect(bind(open(), '10.0.0.3', 7)).toBe(UDP.notOurs);
  });

  test('without a port takes a random one, of those that are free', () => {
    const ports = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const socket = open();
      expect(bind(socket, '0.0.0.0', 0)).toBe(UDP.ok);
      ports.add(host.unit.view.getUint32(host.call['udpSocket']!(socket) + 8, true));
    }
    expect(ports.size).toBe(20);
    expect([...ports].every((port) => port >= 32768 && port < 61000)).toBe(true);
  });

  test('ends when there are no more sockets', () => {
    const sockets = Array.from({ length: 129 }, open);
    expect(sockets.at(-1)).toBe(0);
    for (const socket of sockets.slice(0, 128)) host.call['udpClose']!(socket);
    expect(host.call['udpSocketCount']!()).toBe(0);
  });
});

describe('a datagram', () => {
  test('goes to the socket that fits best', () => {
    const [all, one, connected] = [open(), open(), open()];
    bind(all, '0.0.0.0', 7);
    bind(one, '10.0.0.1', 8);
    bind(connected, '0.0.0.0', 9);
    connect(connected, '10.0.0.2', 5);
    arrive(1, 7);
    arrive(1, 8);
    arrive(5, 9);
    arrive(6, 9);
    arrive(5, 9, 10, '10.0.0.3');
    expect([waiting(all), waiting(one), waiting(connected)]).toEqual([1, 1, 1]);
    expect(host.counter('UDP_NO_SOCKET')).toBe(2);
    expect(host.freeBuffers()).toBe(free);
  });

  test('with a wrong checksum or length is dropped; with none it is taken', () => {
    const socket = open();
    bind(socket, '0.0.0.0', 7);
    arrive(1, 7, 10, '10.0.0.2', 0xbad);
    arrive(1, 7, 10, '10.0.0.2', 0);
    for (const bytes of [7, 100]) peer.send(udpFrame(peer.path, { sourcePort: 1, destinationPort: 7, bytes }, new Uint8Array(10)));
    arrive(1, 0);
    expect(waiting(socket)).toBe(1);
    expect([host.counter('UDP_BAD_CHECKSUM'), host.counter('UDP_MALFORMED')]).toEqual([1, 3]);
  });

  test('for nobody is answered by an error, at a limited rate', () => {
    for (let i = 0; i < 100; i++) arrive(1, 1000 + i);
    const errors = peer.taken();
    expect(errors).toHaveLength(20);
    expect(errors[0]).toMatchObject({ ipv4: { destination: '10.0.0.2', icmp: { type: 3, code: 3, checksumValid: true } } });
    expect(errors[0]!.ipv4!.icmp!.payload).toHaveLength(28);
    expect(host.counter('ICMP_RATE_LIMITED')).toBe(80);
    host.run(SECOND);
    arrive(1, 1000);
    expect(peer.taken()).toHaveLength(1);
  });

  test('that finds the queue full is dropped, and other sockets go on', () => {
    const [full, other] = [open(), open()];
    bind(full, '0.0.0.0', 7);
    bind(other, '0.0.0.0', 8);
    for (let i = 0; i < 300; i++) arrive(1, 7);
    arrive(1, 8);
    expect(host.counter('UDP_QUEUE_FULL')).toBe(252);
    expect([waiting(full), waiting(other)]).toEqual([48, 1]);
    expect(host.freeBuffers()).toBe(free);
  });

  test('leaves buffers to senders, however many sockets are full, and the queues go on when they were read', () => {
    const sockets = Array.from({ length: 10 }, (_, i) => {
      const socket = open();
      bind(socket, '0.0.0.0', 100 + i);
      return socket;
    });
    for (let i = 0; i < 500; i++) arrive(1, 100 + i % 10);
    expect(host.counter('UDP_NO_BUFFER')).toBeGreaterThan(0);
    expect(host.freeBuffers()).toBe(32);
    expect(send(sockets[0]!, '10.0.0.2', 5, 1000)).toBe(UDP.ok);
    for (const socket of sockets) waiting(socket);
    arrive(1, 100);
    expect(waiting(sockets[0]!)).toBe(1);
    for (const socket of sockets) host.call['udpClose']!(socket);
    expect(host.freeBuffers()).toBe(free);
  });
});

describe('sending', () => {
  test('wants a destination, a route and at most 65507 bytes', () => {
    const socket = open();
    expect(host.call['udpSend']!(socket, 0, 0, SCRATCH, 1)).toBe(UDP.noDestination);
    expect(send(socket, '10.0.0.2', 0)).toBe(UDP.noDestination);
    expect(send(socket, '8.8.8.8', 53)).toBe(UDP.noRoute);
    expect(connect(socket, '8.8.8.8', 53)).toBe(UDP.noRoute);
    expect(send(socket, '10.0.0.2', 5, 65508)).toBe(UDP.tooBig);
    expect(send(socket, '10.0.0.2', 5, 65507)).toBe(UDP.ok);
    expect(peer.taken()).toHaveLength(45);
  });

  test('to all wants permission', () => {
    const socket = open();
    expect([send(socket, '255.255.255.255', 5), send(socket, '10.0.0.255', 5)]).toEqual([UDP.notAllowed, UDP.notAllowed]);
    host.call['udpAllowBroadcast']!(socket, 1);
    expect([send(socket, '255.255.255.255', 5), send(socket, '10.0.0.255', 5)]).toEqual([UDP.ok, UDP.ok]);
    expect(peer.taken().map((frame) => frame.to)).toEqual([BROADCAST, BROADCAST]);
  });

  test('to a group goes to its MAC address', () => {
    expect(send(open(), '239.129.2.3', 5)).toBe(UDP.ok);
    expect(peer.taken()).toMatchObject([{ to: '01:00:5e:01:02:03', ipv4: { destination: '239.129.2.3' } }]);
  });

  test('finds a device that is full, and goes on when it is not', () => {
    const socket = open();
    host.accepts = false;
    expect([send(socket, '10.0.0.2', 5, 10), send(socket, '10.0.0.2', 5, 1000), send(socket, '10.0.0.2', 5, 5000)]).toEqual([UDP.again, UDP.again, UDP.again]);
    expect(host.freeBuffers()).toBe(free);
    host.accepts = true;
    expect(send(socket, '10.0.0.2', 5, 1000)).toBe(UDP.ok);
  });

  test('waits for buffers that a slow device holds, and gets them back', () => {
    const socket = open();
    host.holds = true;
    let sent = 0;
    while (send(socket, '10.0.0.2', 5, 1000) === UDP.ok) sent++;
    expect([sent, host.freeBuffers()]).toEqual([free, 0]);
    host.release();
    expect(host.freeBuffers()).toBe(free);
    expect(send(socket, '10.0.0.2', 5, 1000)).toBe(UDP.ok);
  });
});

describe('a connected socket', () => {
  const quoteOf = (socket: number, port: number): Uint8Array => {
    const addresses = { source: '10.0.0.1', destination: '10.0.0.2' };
    const sourcePort = host.unit.view.getUint32(host.call['udpSocket']!(socket) + 8, true);
    return ipv4(addresses, udp(addresses, { sourcePort, destinationPort: port }, new Uint8Array(4)));
  };

  test.each([[0, 1], [1, 2], [2, 3], [3, 4], [13, 6]])('hears of ICMP unreachable, code %i, as error %i, once', (code, error) => {
    const socket = open();
    connect(socket, '10.0.0.2', 5);
    peer.send(icmpFrame(peer.path, { type: 3, code }, quoteOf(socket, 5)));
    expect([host.call['udpTakeError']!(socket), host.call['udpTakeError']!(socket)]).toEqual([error, 0]);
  });

  test('hears of no error about others', () => {
    const socket = open();
    connect(socket, '10.0.0.2', 5);
    peer.send(icmpFrame(peer.path, { type: 3, code: 3 }, quoteOf(socket, 6)));
    expect(host.call['udpTakeError']!(socket)).toBe(0);
  });

  test('has the address of its route, and all of them again when it is disconnected', () => {
    const socket = open();
    connect(socket, '10.0.0.2', 5);
    const local = (): number => host.unit.view.getUint32(host.call['udpSocket']!(socket) + 4, true);
    expect(local()).toBe(ip('10.0.0.1'));
    host.call['udpConnect']!(socket, 0, 0);
    expect(local()).toBe(0);
    expect(host.call['udpSend']!(socket, 0, 0, SCRATCH, 1)).toBe(UDP.noDestination);
  });
});

test('content is sent as it was', () => {
  put(host.unit, SCRATCH, 'hello, world');
  send(open(), '10.0.0.2', 5, 12);
  expect(new TextDecoder().decode(peer.taken()[0]!.ipv4!.udp!.payload)).toBe('hello, world');
});
