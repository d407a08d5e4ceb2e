// What WAMR's samples and tests do with sockets on Linux, and what did not do the same here: shutting down listeners and
// datagrams, sharing ports, times to live, and 127.0.0.1 without a network. assembly/wasi/sock.ts, sock-options.ts, sockets/start.ts.
import { describe, expect, test } from 'vitest';
import { Machine } from '../support/machine/machine.ts';
import { accept, bytesOf, DATA, OUT, poll, RD, receive, send, textOf, VECTORS, WR } from '../support/machine/sockets.ts';
import { OWN, PEER } from '../support/machine/network-machine.ts';
import { bind, close, connect, DGRAM, listen, online, open, option, OPTION, peerName, receiveFrom, resolve, sendTo, setOption, STREAM } from '../support/machine/wamr.ts';
import { parse } from '../support/net/frames.ts';
import { Socket } from '../support/net/socket.ts';

const [SUCCESS, ADDRINUSE, AGAIN, CONNREFUSED, INVAL, NETDOWN, NETUNREACH, NOTCONN, PIPE] = [0, 3, 6, 14, 28, 38, 40, 53, 64];

describe('a machine without a network device, whose application opens sockets', () => {
  test('has the loopback: it connects to itself, sends itself datagrams, and reaches nobody else', () => {
    const { status } = new Machine({ commandLine: 'loopback', cpu: { kvmclock: true } }).run((app) => {
      const [listener, client] = [open(app), open(app)];
      expect([bind(app, listener, '0.0.0.0', 80), listen(app, listener), connect(app, client, '127.0.0.1', 80)]).toEqual([SUCCESS, SUCCESS, SUCCESS]);
      const server = accept(app, listener);
      expect([send(app, client, 'hello'), textOf(receive(app, server, 10)), peerName(app, client)]).toEqual([5, 'hello', { host: '127.0.0.1', port: 80 }]);
      expect([close(app, server), receive(app, client, 10)]).toEqual([SUCCESS, new Uint8Array()]);
      const [one, other] = [open(app, DGRAM), open(app, DGRAM)];
      expect([bind(app, one, '127.0.0.1', 7), sendTo(app, other, 'ping', '127.0.0.1', 7)]).toEqual([SUCCESS, 4]);
      expect(receiveFrom(app, one, 10)).toMatchObject({ data: bytesOf('ping'), from: { host: '127.0.0.1' } });
      expect([connect(app, open(app), '10.0.0.1', 80), sendTo(app, other, 'ping', '10.0.0.1', 7)]).toEqual([NETUNREACH, -NETUNREACH]);
      expect([resolve(app, 'localhost', '80', { type: 1 }), resolve(app, 'name.invalid')]).toMatchObject([{ found: 1 }, AGAIN]);
    });
    expect(status).toBe(0);
  });

  test('connects, receives and sends there with time-outs of a microsecond', () => {
    const { status } = new Machine({ commandLine: 'loopback', cpu: { kvmclock: true } }).run((app) => {
      const [listener, client] = [open(app), open(app)];
      bind(app, listener, '0.0.0.0', 80);
      listen(app, listener, 1);
      expect([OPTION.sendTimeout, OPTION.receiveTimeout].map((name) => setOption(app, client, name, 1))).toEqual([SUCCESS, SUCCESS]);
      expect([connect(app, client, '127.0.0.1', 80), receive(app, client, 1)]).toEqual([SUCCESS, AGAIN]);
      // Nobody reads, and a million bytes are more than both rings.
      for (let i = 0; i < 20; i++) app.vector(VECTORS + 8 * i, DATA, 50_000);
      expect(app.wasi['sock_send']!(client, VECTORS, 20, 0, OUT)).toBe(SUCCESS);
      expect(app.u32(OUT)).toBeGreaterThan(0);
      expect(app.u32(OUT)).toBeLessThan(1_000_000);
    });
    expect(status).toBe(0);
  });

  test('has none if its memory is too small for both', () => {
    expect(new Machine({ commandLine: 'loopback', memory: '6M' }).run((app) => { expect(open(app)).toBe(-NETDOWN); }).status).toBe(0);
  });
});

describe('shutting down', () => {
  test('a listener ends it: who waits is refused, the port stays bound, and it may listen again', async () => {
    await online((app, net) => {
      const listener = open(app);
      const shutdown = (how: number): number => app.wasi['sock_shutdown']!(listener, how);
      expect([bind(app, listener, '0.0.0.0', 80), listen(app, listener), shutdown(WR)]).toEqual([SUCCESS, SUCCESS, SUCCESS]);
      const waiting = net.connect(80);
      expect(poll(app, [listener])).toMatchObject([{ error: SUCCESS }]);
      expect([shutdown(RD | WR), accept(app, listener), shutdown(RD)]).toEqual([SUCCESS, -INVAL, NOTCONN]);
      net.pass(1);
      expect(waiting.error).toBe(4);
      expect(bind(app, open(app), '0.0.0.0', 80)).toBe(ADDRINUSE);
      expect([connect(app, open(app), OWN, 80), listen(app, listener)]).toEqual([CONNREFUSED, SUCCESS]);
      net.connect(80);
      expect(accept(app, listener)).toBeGreaterThan(0);
    });
  });

  test('datagrams ends receiving or sending, and is ENOTCONN if they have no peer', async () => {
    await online((app) => {
      const [fd, other] = [open(app, DGRAM), open(app, DGRAM)];
      expect([bind(app, fd, OWN, 7), bind(app, other, OWN, 8), connect(app, fd, OWN, 8)]).toEqual([SUCCESS, SUCCESS, SUCCESS]);
      expect(sendTo(app, other, 'last', OWN, 7)).toBe(4);
      expect(app.wasi['sock_shutdown']!(fd, RD)).toBe(SUCCESS);
      expect(poll(app, [fd])).toMatchObject([{ error: SUCCESS }]);
      expect([receive(app, fd, 10), receive(app, fd, 10), send(app, fd, 'x')]).toEqual([Uint8Array.from(Buffer.from('last')), new Uint8Array(), 1]);
      expect([app.wasi['sock_shutdown']!(fd, WR), send(app, fd, 'x'), sendTo(app, fd, 'x', OWN, 8)]).toEqual([SUCCESS, -PIPE, -PIPE]);
      expect([app.wasi['sock_shutdown']!(other, RD), receiveFrom(app, other, 10)]).toMatchObject([NOTCONN, { data: Uint8Array.from(Buffer.from('x')) }]);
    });
  });
});

test.each([STREAM, DGRAM])('SO_REUSEPORT shares a port among those that have it, type %i', async (type) => {
  await online((app) => {
    const sockets = [1, 1, 0].map((reuses) => {
      const fd = open(app, type);
      if (reuses === 1) setOption(app, fd, OPTION.reusePort, 1);
      const bound = bind(app, fd, '0.0.0.0', 80);
      return [bound, bound === SUCCESS && type === STREAM ? listen(app, fd) : bound];
    });
    expect(sockets).toEqual([[SUCCESS, SUCCESS], [SUCCESS, SUCCESS], [ADDRINUSE, ADDRINUSE]]);
  });
});

test('the time to live is what was set, and to a group 1 at first: it does not leave the network', async () => {
  await online((app, net) => {
    const heard: string[] = [];
    net.onHeard = (frame) => {
      const { ipv4 } = parse(frame);
      if (ipv4 !== undefined) heard.push(`${ipv4.destination} ${ipv4.timeToLive}`);
    };
    const fd = open(app, DGRAM);
    const hear = (host: string): void => { expect(sendTo(app, fd, 'x', host, 9)).toBe(1); };
    hear(PEER);
    net.pass(1);
    hear('239.1.2.3');
    expect([setOption(app, fd, OPTION.timeToLive, 5), setOption(app, fd, OPTION.groupTimeToLive, 7)]).toEqual([SUCCESS, SUCCESS]);
    hear(PEER);
    hear('239.1.2.3');
    expect(setOption(app, fd, OPTION.groupTimeToLive, 0)).toBe(SUCCESS);
    hear('239.1.2.3');
    net.pass(1);
    expect(heard).toEqual([`${PEER} 64`, '239.1.2.3 1', `${PEER} 5`, '239.1.2.3 7']);
    expect([0, 256].map((hops) => setOption(app, fd, OPTION.timeToLive, hops))).toEqual([INVAL, INVAL]);
    heard.length = 0;
    const [stream, listener] = [open(app), Socket.listen(net.peer, 7)];
    expect([setOption(app, stream, OPTION.timeToLive, 3), option(app, stream, OPTION.timeToLive), connect(app, stream, PEER, 7)]).toEqual([SUCCESS, 3, SUCCESS]);
    net.pass(1);
    expect(listener.accept()).toBeDefined();
    expect(new Set(heard)).toEqual(new Set([`${PEER} 3`]));
    expect([0, 256].map((hops) => setOption(app, stream, OPTION.timeToLive, hops))).toEqual([INVAL, INVAL]);
    close(app, stream);
  });
});
