// Sockets that the application makes, by WAMR's calls, on the simulated machine with a peer that has a stack of its own:
// assembly/wasi/wamr.ts, sock-open.ts, sock-connect.ts. Datagrams: sockets-datagrams.test.ts. Options: sockets-options.test.ts.
import { describe, expect, test } from 'vitest';
import { accept, bytesOf, NONBLOCK, OUT, poll, receive, send, textOf, WR } from '../support/machine/sockets.ts';
import { OWN, PEER } from '../support/machine/network-machine.ts';
import { bind, close, connect, DGRAM, listen, localName, online, open, option, OPTION, peerName, setNonblocking, setOption } from '../support/machine/wamr.ts';
import { Socket } from '../support/net/socket.ts';

const [SUCCESS, ADDRINUSE, ADDRNOTAVAIL, AFNOSUPPORT, AGAIN, ALREADY, BADF, CONNREFUSED] = [0, 3, 4, 5, 6, 7, 8, 14];
const [FAULT, HOSTUNREACH, INPROGRESS, INVAL, ISCONN, NETDOWN, NETUNREACH, NOTCONN, NOTSOCK, NOTSUP, PROTOTYPE, TIMEDOUT] = [21, 23, 26, 28, 30, 38, 40, 53, 57, 58, 67, 73];

describe('a socket that is opened', () => {
  test('has the lowest free number, and is a stream or takes datagrams', async () => {
    await online((app) => {
      // 3 is /tmp.
      expect([open(app), open(app, DGRAM)]).toEqual([4, 5]);
      for (const [fd, type] of [[4, 6], [5, 5]] as const) {
        expect(app.wasi['fd_fdstat_get']!(fd, OUT)).toBe(SUCCESS);
        expect(app.view.getUint8(OUT)).toBe(type);
      }
      expect(close(app, 4)).toBe(SUCCESS);
      expect(open(app, DGRAM)).toBe(4);
      expect([close(app, 4), app.wasi['fd_close']!(5), close(app, 5), close(app, 3)]).toEqual([SUCCESS, SUCCESS, BADF, NOTSOCK]);
    });
  });

  test('is of a family and type that there is, and has a place to be told', async () => {
    await online((app) => {
      expect(app.wamr['sock_open']!(-1, 1, 1, OUT)).toBe(AFNOSUPPORT);
      expect(app.wamr['sock_open']!(-1, 0, 2, OUT)).toBe(PROTOTYPE);
      expect(app.wamr['sock_open']!(-1, 0, 1, 0x7fff_ffff)).toBe(FAULT);
      expect(open(app)).toBe(4);
    });
  });

  test('needs a machine with a network: ENETDOWN', async () => {
    const { Machine } = await import('../support/machine/machine.ts');
    const { status } = new Machine().run((app) => {
      expect(open(app)).toBe(-NETDOWN);
    });
    expect(status).toBe(0);
  });

  test('is neither readable nor connected yet', async () => {
    await online((app) => {
      const fd = open(app);
      expect([receive(app, fd, 1), send(app, fd, 'x'), app.wasi['sock_shutdown']!(fd, WR)]).toEqual([NOTCONN, -NOTCONN, NOTCONN]);
      expect([peerName(app, fd), accept(app, fd)]).toEqual([NOTCONN, -INVAL]);
      expect(localName(app, fd)).toEqual({ host: '0.0.0.0', port: 0 });
      expect(poll(app, [fd])).toMatchObject([{ flags: 1 }]);
    });
  });
});

describe('connecting', () => {
  test('waits, asleep, until the peer has answered; then both know each other', async () => {
    await online((app, net) => {
      const listener = Socket.listen(net.peer, 7);
      const fd = open(app);
      expect(connect(app, fd, PEER, 7)).toBe(SUCCESS);
      net.pass(1);
      const peer = listener.accept()!;
      expect(peerName(app, fd)).toEqual({ host: PEER, port: 7 });
      const own = localName(app, fd) as { host: string; port: number };
      expect([own.host, peer.peer]).toEqual([OWN, `${OWN}:${own.port}`]);
      expect(send(app, fd, 'ping')).toBe(4);
      net.later(10, () => { peer.write(peer.read()); });
      expect(textOf(receive(app, fd, 10))).toBe('ping');
      expect(connect(app, fd, PEER, 7)).toBe(ISCONN);
    });
  });

  test('is refused where nobody listens', async () => {
    await online((app) => {
      const fd = open(app);
      expect(connect(app, fd, PEER, 7)).toBe(CONNREFUSED);
      expect([peerName(app, fd), receive(app, fd, 1)]).toEqual([NOTCONN, new Uint8Array()]);
    });
  });

  test('fails where no route leads, with a host that is not there, and with many at once', async () => {
    await online((app) => {
      expect(connect(app, open(app), '192.0.2.1', 7)).toBe(NETUNREACH);
      expect(connect(app, open(app), '10.0.0.77', 7)).toBe(HOSTUNREACH);
      expect(connect(app, open(app), '255.255.255.255', 7)).toBe(NETUNREACH);
      expect(connect(app, open(app), '224.0.0.1', 7)).toBe(NETUNREACH);
      expect(connect(app, open(app), PEER, 0)).toBe(INVAL);
    });
  });

  test('gives a host that is silent up after minutes', async () => {
    await online((app, net) => {
      Socket.listen(net.peer, 7);
      const first = open(app);
      expect(connect(app, first, PEER, 7)).toBe(SUCCESS);
      net.isCut = true;
      const began = net.machine.clock.now;
      expect([TIMEDOUT, HOSTUNREACH]).toContain(connect(app, open(app), PEER, 7));
      expect(net.machine.clock.now - began).toBeLessThan(400e9);
    });
  });

  test('without blocking is in progress, then writable; poll waits for it', async () => {
    await online((app, net) => {
      Socket.listen(net.peer, 7);
      const fd = open(app);
      expect(setNonblocking(app, fd)).toBe(SUCCESS);
      expect(connect(app, fd, PEER, 7)).toBe(INPROGRESS);
      expect(connect(app, fd, PEER, 7)).toBe(ALREADY);
      expect([send(app, fd, 'x'), receive(app, fd, 1)]).toEqual([-AGAIN, AGAIN]);
      expect(poll(app, [-fd], 1000)).toMatchObject([{ userdata: fd, type: 2, error: 0, flags: 0 }]);
      expect(option(app, fd, OPTION.error)).toBe(SUCCESS);
      expect(connect(app, fd, PEER, 7)).toBe(ISCONN);
      expect(send(app, fd, 'x')).toBe(1);
    });
  });

  test('without blocking tells once why it failed', async () => {
    await online((app) => {
      const [first, second] = [open(app), open(app)];
      for (const fd of [first, second]) {
        setNonblocking(app, fd);
        expect(connect(app, fd, PEER, 7)).toBe(INPROGRESS);
        expect(poll(app, [-fd], 1000)).toMatchObject([{ type: 2, flags: 1 }]);
      }
      expect([option(app, first, OPTION.error), option(app, first, OPTION.error)]).toEqual([CONNREFUSED, SUCCESS]);
      expect(connect(app, second, PEER, 7)).toBe(CONNREFUSED);
    });
  });

  test('waits no longer than SO_SNDTIMEO says', async () => {
    await online((app, net) => {
      const fd = open(app);
      net.isCut = true;
      expect(setOption(app, fd, OPTION.sendTimeout, 500_000)).toBe(SUCCESS);
      const began = net.machine.clock.now;
      expect(connect(app, fd, PEER, 7)).toBe(INPROGRESS);
      expect(net.machine.clock.now - began).toBeGreaterThan(499e6);
      expect(net.machine.clock.now - began).toBeLessThan(600e6);
    });
  });

  test('to this machine itself goes over the loopback, also as 0.0.0.0', async () => {
    await online((app) => {
      const listener = open(app);
      expect(bind(app, listener, '0.0.0.0', 0)).toBe(SUCCESS);
      expect(listen(app, listener)).toBe(SUCCESS);
      const { port } = localName(app, listener) as { port: number };
      for (const host of ['127.0.0.1', OWN, '0.0.0.0']) {
        const fd = open(app);
        expect(connect(app, fd, host, port)).toBe(SUCCESS);
        const other = accept(app, listener);
        expect(send(app, fd, host)).toBe(host.length);
        expect(textOf(receive(app, other, 100))).toBe(host);
        expect(peerName(app, other)).toEqual(localName(app, fd));
      }
    });
  });
});

describe('listening', () => {
  test('on a port of its own choice takes connections, which have addresses', async () => {
    await online((app, net) => {
      const listener = open(app);
      expect(bind(app, listener, '0.0.0.0', 81)).toBe(SUCCESS);
      expect(listen(app, listener)).toBe(SUCCESS);
      expect(option(app, listener, OPTION.isListening)).toBe(1);
      net.later(10, () => {
        const peer = net.connect(81);
        net.later(10, () => { peer.write(bytesOf('hello')); });
      });
      const fd = accept(app, listener);
      expect(textOf(receive(app, fd, 10))).toBe('hello');
      expect(localName(app, fd)).toEqual({ host: OWN, port: 81 });
      expect(peerName(app, fd)).toMatchObject({ host: PEER });
      expect(peerName(app, listener)).toBe(NOTCONN);
      expect(connect(app, listener, PEER, 7)).toBe(ISCONN);
      expect(listen(app, fd)).toBe(INVAL);
    });
  });

  test('accepts by the older call without flags, too; and waits no longer than SO_RCVTIMEO says', async () => {
    await online((app, net) => {
      const listener = open(app);
      bind(app, listener, '0.0.0.0', 81);
      listen(app, listener);
      net.later(10, () => { net.connect(81); });
      expect(app.wamr['sock_accept']!(listener, OUT)).toBe(SUCCESS);
      expect(peerName(app, app.u32(OUT))).toMatchObject({ host: PEER });
      setOption(app, listener, OPTION.receiveTimeout, 20_000);
      expect(accept(app, listener, NONBLOCK)).toBe(-AGAIN);
    });
  });

  test('binds once, to an address of ours, to a port that is free', async () => {
    await online((app) => {
      const [a, b, datagrams] = [open(app), open(app), open(app, DGRAM)];
      expect(bind(app, a, OWN, 81)).toBe(SUCCESS);
      expect([bind(app, a, OWN, 82), bind(app, b, '0.0.0.0', 81), bind(app, b, '10.0.0.9', 81)]).toEqual([INVAL, ADDRINUSE, ADDRNOTAVAIL]);
      expect([bind(app, datagrams, OWN, 81), bind(app, datagrams, OWN, 82), bind(app, open(app, DGRAM), '0.0.0.0', 81)]).toEqual([SUCCESS, INVAL, ADDRINUSE]);
      expect([listen(app, datagrams), accept(app, datagrams)]).toEqual([NOTSUP, -NOTSUP]);
      expect([bind(app, 1, OWN, 1), bind(app, 99, OWN, 1), listen(app, 1), listen(app, 99)]).toEqual([NOTSOCK, BADF, NOTSOCK, BADF]);
    });
  });
});
