// WasmEdge's socket calls on the simulated machine, with a peer that has a stack of its own: assembly/wasi/wasmedge.ts and what
// belongs to it. What the calls share with WAMR's is tested with those: sockets-own.test.ts.
import { describe, expect, test } from 'vitest';
import { Machine } from '../support/machine/machine.ts';
import { OWN, PEER } from '../support/machine/network-machine.ts';
import { bytesOf, OUT, receive, send, textOf } from '../support/machine/sockets.ts';
import { online, setNonblocking } from '../support/machine/wamr.ts';
import { bind, BUFFER, connect, DGRAM, INET6, listen, nameBy, open, option, putAddress, receiveFrom, resolve, sendTo, setOption, SO, STREAM } from '../support/machine/wasmedge.ts';
import { Datagrams } from '../support/net/datagrams.ts';
import { Socket } from '../support/net/socket.ts';

const [SUCCESS, AFNOSUPPORT, AGAIN, BADF, CONNREFUSED, FAULT, INVAL, NETDOWN, NOPROTOOPT, NOTCONN, NOTSOCK] = [0, 5, 6, 8, 14, 21, 28, 38, 50, 53, 57];
const [AI_ADDRFAMILY, AI_BADFLAGS, AI_FAMILY, AI_MEMORY, AI_NONAME, AI_SERVICE, AI_SOCKTYPE] = [77, 79, 81, 82, 84, 85, 86];
const OUTSIDE = 0x7fff_ffff;

describe('a socket of WasmEdge', () => {
  test('is IPv4, and a stream or takes datagrams', async () => {
    await online((app) => {
      for (const [type, filetype] of [[STREAM, 6], [DGRAM, 5]] as const) {
        expect(app.wasi['fd_fdstat_get']!(open(app, type), OUT)).toBe(SUCCESS);
        expect(app.view.getUint8(OUT)).toBe(filetype);
      }
      expect([open(app, STREAM, INET6), open(app, STREAM, 3), open(app, STREAM, 0), open(app, 0), open(app, 3)]).toEqual([-AFNOSUPPORT, -AFNOSUPPORT, -INVAL, -INVAL, -INVAL]);
      expect(app.wasmedge['sock_open']!(1, STREAM, OUTSIDE)).toBe(FAULT);
    });
  });

  test('needs a machine with a network', () => {
    expect(new Machine().run((app) => { expect(open(app)).toBe(-NETDOWN); }).status).toBe(0);
  });

  test.each([4, 128])('connects to an address of %i bytes, and tells both ends', async (form) => {
    await online((app, net) => {
      const listener = Socket.listen(net.peer, 7);
      const fd = open(app);
      expect(nameBy(app, 'sock_getpeeraddr', fd, 128)).toBe(NOTCONN);
      expect(connect(app, fd, PEER, 7, form)).toBe(SUCCESS);
      net.pass(1);
      const peer = listener.accept()!;
      expect(nameBy(app, 'sock_getpeeraddr', fd, 128)).toEqual({ host: PEER, port: 7 });
      expect(nameBy(app, 'sock_getpeeraddr', fd, 16, true)).toEqual({ host: PEER, port: 7, type: 4 });
      const own = nameBy(app, 'sock_getlocaladdr', fd, 128) as { host: string; port: number };
      expect([own.host, peer.peer]).toEqual([OWN, `${OWN}:${own.port}`]);
      expect(nameBy(app, 'sock_getlocaladdr', fd, 16, true)).toEqual({ ...own, type: 4 });
      expect(send(app, fd, 'ping')).toBe(4);
      net.later(10, () => { peer.write(peer.read()); });
      expect(receiveFrom(app, fd, 10, 128)).toMatchObject({ data: bytesOf('ping'), host: PEER, port: 7, flags: 0 });
    });
  });

  test.each([4, 128])('bound to an address of %i bytes it listens, and accepts with and without flags', async (form) => {
    await online((app, net) => {
      const listener = open(app);
      expect([bind(app, listener, '0.0.0.0', 81, form), listen(app, listener)]).toEqual([SUCCESS, SUCCESS]);
      net.later(10, () => {
        const peer = net.connect(81);
        net.later(10, () => { peer.write(bytesOf('hello')); });
      });
      expect(app.wamr['sock_accept']!(listener, OUT)).toBe(SUCCESS);
      const fd = app.u32(OUT);
      expect(textOf(receive(app, fd, 10))).toBe('hello');
      net.later(10, () => { net.connect(81); });
      expect(app.wasmedge['sock_accept']!(listener, 0, OUT)).toBe(SUCCESS);
    });
  });

  test('is waited for by epoll_oneoff as by poll_oneoff', async () => {
    await online((app, net) => {
      const listener = open(app);
      expect([bind(app, listener, '0.0.0.0', 82, 4), listen(app, listener)]).toEqual([SUCCESS, SUCCESS]);
      net.later(10, () => { net.connect(82); });
      app.view.setBigUint64(0x6000, 77n, true);
      app.view.setUint8(0x6008, 1); // EVENTTYPE_FD_READ
      app.view.setUint32(0x6010, listener, true);
      expect(app.wasmedge1['epoll_oneoff']!(0x6000, 0x6100, 1, OUT)).toBe(SUCCESS);
      expect([app.u32(OUT), app.view.getBigUint64(0x6100, true), app.view.getUint16(0x6108, true)]).toEqual([1, 77n, SUCCESS]);
      expect(app.wamr['sock_accept']!(listener, OUT)).toBe(SUCCESS);
    });
  });

  test('is told why it could not connect', async () => {
    await online((app) => {
      expect(connect(app, open(app), PEER, 7)).toBe(CONNREFUSED);
    });
  });
});

describe('datagrams of WasmEdge', () => {
  test.each([[4, false], [16, false], [128, false], [16, true]] as const)('say who sent them in %i bytes (by the older call: %s)', async (form, isOld) => {
    await online((app, net) => {
      const peer = new Datagrams(net.peer, 9);
      const fd = open(app, DGRAM);
      expect(sendTo(app, fd, 'question', PEER, 9, form === 16 ? 4 : form)).toBe(8);
      net.onHeard = () => {
        const question = peer.receive();
        if (question) peer.send(question.from, question.port, bytesOf(`${textOf(question.data)} heard`));
      };
      expect(receiveFrom(app, fd, 20, form, isOld)).toEqual({ data: bytesOf('question heard'), host: PEER, port: isOld ? 0 : 9, flags: 0 });
    });
  });

  test('say that a part of them found no room', async () => {
    await online((app, net) => {
      const peer = new Datagrams(net.peer, 9);
      const fd = open(app, DGRAM);
      bind(app, fd, '0.0.0.0', 53);
      net.later(1, () => { peer.send(OWN, 53, bytesOf('long')); });
      expect(receiveFrom(app, fd, 2, 128)).toMatchObject({ data: bytesOf('lo'), flags: 1 });
      setNonblocking(app, fd);
      expect(receiveFrom(app, fd, 2, 128)).toBe(AGAIN);
    });
  });

  test('go to an address and a port, without flags', async () => {
    await online((app) => {
      const fd = open(app, DGRAM);
      expect([sendTo(app, fd, 'x', PEER, 0), sendTo(app, fd, 'x', PEER, 65536), sendTo(app, fd, 'x', PEER, 9, 16), sendTo(app, fd, 'x', PEER, 9, 8)]).toEqual([-INVAL, -INVAL, -AFNOSUPPORT, -INVAL]);
      expect(app.wasmedge['sock_send_to']!(fd, 0, 0, putAddress(app, 4, PEER), 9, 1, OUT)).toBe(INVAL);
    });
  });
});

describe('what is wrong with a call of WasmEdge', () => {
  test('is found in this order: pointers, descriptor, address', async () => {
    await online((app) => {
      const fd = open(app);
      const wrong = putAddress(app, 5);
      for (const call of ['sock_bind', 'sock_connect']) {
        expect([1, 99, fd].map((each) => app.wasmedge[call]!(each, OUTSIDE, 7))).toEqual([FAULT, FAULT, FAULT]);
        expect([1, 99, fd].map((each) => app.wasmedge[call]!(each, wrong, 7))).toEqual([NOTSOCK, BADF, INVAL]);
      }
      for (const call of ['sock_getlocaladdr', 'sock_getpeeraddr'] as const) {
        expect([nameBy(app, call, 1, 128), nameBy(app, call, 99, 128)]).toEqual([NOTSOCK, BADF]);
        expect([app.wasmedge[call]!(fd, OUTSIDE, OUT), app.wasmedge[call]!(fd, wrong, OUTSIDE), app.wasmedge1[call]!(fd, wrong, OUTSIDE, OUT)]).toEqual([FAULT, FAULT, FAULT]);
      }
      expect(nameBy(app, 'sock_getlocaladdr', fd, 5)).toBe(INVAL);
      app.view.setUint32(0x800, OUTSIDE, true);
      expect(app.wasmedge['sock_bind']!(fd, 0x800, 7)).toBe(FAULT);
    });
  });

  test('is an address of a family that is not here', async () => {
    await online((app) => {
      putAddress(app, 128, PEER);
      app.view.setUint16(BUFFER, INET6, true);
      expect(app.wasmedge['sock_bind']!(open(app), 0x800, 7)).toBe(AFNOSUPPORT);
      expect(bind(app, open(app), PEER, 7, 16)).toBe(AFNOSUPPORT);
    });
  });
});

describe('options of WasmEdge', () => {
  test('are numbers, as long as there is room for', async () => {
    await online((app) => {
      const [stream, datagrams] = [open(app), open(app, DGRAM)];
      expect([option(app, stream, SO.type), option(app, datagrams, SO.type), option(app, stream, SO.isListening), option(app, stream, SO.error)]).toEqual([[STREAM], [DGRAM], [0], [0]]);
      for (const name of [SO.reuseAddress, SO.keepAlive]) {
        expect(setOption(app, stream, name, [1])).toBe(SUCCESS);
        expect(option(app, stream, name)).toEqual([1]);
      }
      expect(setOption(app, datagrams, SO.broadcast, [1])).toBe(SUCCESS);
      expect(option(app, datagrams, SO.broadcast)).toEqual([1]);
      expect(setOption(app, stream, SO.sendBuffer, [16384])).toBe(SUCCESS);
      expect((option(app, stream, SO.sendBuffer) as number[])[0]).toBeGreaterThanOrEqual(16384);
      expect(option(app, stream, SO.type, 0)).toEqual([]);
    });
  });

  test('linger and time-outs have two numbers', async () => {
    await online((app, net) => {
      const fd = open(app, DGRAM), stream = open(app);
      expect(setOption(app, stream, SO.linger, [1, 5])).toBe(SUCCESS);
      expect(option(app, stream, SO.linger)).toEqual([1, 5]);
      expect(setOption(app, fd, SO.receiveTimeout, [1, 500_000], 8)).toBe(SUCCESS);
      expect(option(app, fd, SO.receiveTimeout, 16, 8)).toEqual([1, 500_000]);
      const began = net.machine.clock.now;
      expect(receiveFrom(app, fd, 1, 128)).toBe(AGAIN);
      expect(net.machine.clock.now - began).toBeGreaterThan(1499e6);
      expect([setOption(app, fd, SO.sendTimeout, [0, 1_000_000], 8), setOption(app, fd, SO.sendTimeout, [-1, 0], 8), setOption(app, fd, SO.sendTimeout, [1])]).toEqual([INVAL, INVAL, INVAL]);
      expect(setOption(app, fd, SO.sendTimeout, [Number.MAX_SAFE_INTEGER, 0], 8)).toBe(SUCCESS);
    });
  });

  test('that there are none of, or of another level, are refused', async () => {
    await online((app) => {
      const fd = open(app);
      for (const name of [SO.dontRoute, SO.device, 99]) expect([option(app, fd, name), setOption(app, fd, name, [1])]).toEqual([-NOPROTOOPT, NOPROTOOPT]);
      expect([option(app, fd, SO.type, 4, 4, 1), setOption(app, fd, SO.keepAlive, [1], 4, 6)]).toEqual([-INVAL, INVAL]);
      expect([option(app, 1, SO.type), option(app, 99, SO.type), setOption(app, 99, SO.type, [1])]).toEqual([-NOTSOCK, -BADF, BADF]);
      expect(option(app, fd, SO.type, OUTSIDE)).toBe(-FAULT);
      expect([app.wasmedge1['sock_getsockopt']!(fd, 0, 1, OUT, OUTSIDE), app.wasmedge1['sock_setsockopt']!(fd, 0, 1, OUTSIDE, 4)]).toEqual([FAULT, FAULT]);
    });
  });
});

describe('names of hosts by WasmEdge', () => {
  test('are given for each type of socket, or for the one asked for', async () => {
    await online((app) => {
      expect(resolve(app, 'localhost', 'http')).toEqual([{ host: '127.0.0.1', port: 80, type: STREAM, protocol: 1 }, { host: '127.0.0.1', port: 80, type: DGRAM, protocol: 2 }]);
      expect(resolve(app, '10.1.2.3', '7', { type: STREAM })).toEqual([{ host: '10.1.2.3', port: 7, type: STREAM, protocol: 1 }]);
      expect(resolve(app, '10.1.2.3', '', { protocol: 2, family: 1 })).toEqual([{ host: '10.1.2.3', port: 0, type: DGRAM, protocol: 2 }]);
      expect(resolve(app, 'localhost', '', {}, 1)).toHaveLength(1);
    });
  });

  test('may be left out: then it is this machine, or any address of it for a server', async () => {
    await online((app) => {
      expect(resolve(app, '', '80', { type: STREAM })).toMatchObject([{ host: '127.0.0.1', port: 80 }]);
      expect(resolve(app, '', '80', { type: STREAM, flags: 1 })).toMatchObject([{ host: '0.0.0.0', port: 80 }]);
      expect([resolve(app, '', ''), resolve(app, '', 'x'), resolve(app, '', '65536')]).toEqual([AI_NONAME, AI_SERVICE, AI_SERVICE]);
    });
  });

  test('that cannot be, and hints that say nothing, have errors of their own', async () => {
    await online((app) => {
      expect([resolve(app, 'localhost', 'nothing'), resolve(app, 'localhost', '', { flags: 4 }), resolve(app, 'a'.repeat(300), '')]).toEqual([AI_SERVICE, AI_NONAME, AI_NONAME]);
      expect([resolve(app, 'localhost', '', { family: INET6 }), resolve(app, 'localhost', '', { family: 3 })]).toEqual([AI_ADDRFAMILY, AI_FAMILY]);
      expect([resolve(app, 'localhost', '', { flags: 128 }), resolve(app, 'localhost', '', { type: 3 }), resolve(app, 'localhost', '', { type: STREAM, protocol: 2 })]).toEqual([AI_BADFLAGS, AI_SOCKTYPE, AI_SOCKTYPE]);
      expect(resolve(app, 'localhost', '', {}, 0)).toBe(AI_MEMORY);
    });
  });

  test('are written to a list that is checked element by element', async () => {
    await online((app) => {
      expect(resolve(app, 'localhost', '', {}, 2)).toHaveLength(2);
      const call = (): number => app.wasmedge1['sock_getaddrinfo']!(0x4000, 9, 0x5000, 0, 0x7000, OUT, 2, OUT + 4);
      for (const at of [0x8018, 0x800c, 0x8024]) {
        app.view.setUint32(OUT, 0x8000, true);
        const before = app.u32(at);
        app.view.setUint32(at, OUTSIDE, true);
        expect(call()).toBe(FAULT);
        app.view.setUint32(at, before, true);
      }
      app.view.setUint32(OUT, OUTSIDE, true);
      expect(call()).toBe(FAULT);
    });
  });
});
