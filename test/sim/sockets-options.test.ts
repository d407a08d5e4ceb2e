// Options of sockets, and every pointer of WAMR's calls and ours, on the simulated machine: assembly/wasi/sock-options.ts,
// wamr-options.ts, sock-own.ts; closing with SO_LINGER: assembly/sockets/close.ts.
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { bytesOf, noise, OUT, send, VECTORS } from '../support/machine/sockets.ts';
import { PEER } from '../support/machine/network-machine.ts';
import { bind, close, connect, DGRAM, listen, online, open, option, OPTION, putAddress, setOption, STREAM } from '../support/machine/wamr.ts';
import { Socket } from '../support/net/socket.ts';

const [SUCCESS, AFNOSUPPORT, BADF, FAULT, INVAL, NOPROTOOPT, NOTSOCK] = [0, 5, 8, 21, 28, 50, 57];
const LINGERS = 1n << 32n;

/** The value that a getter of WAMR's writes, of so many bytes; or -errno. */
function get(app: Application, name: string, fd: number, bytes: 1 | 4 | 8): number {
  app.memory.fill(0xaa, OUT, OUT + 9);
  const error = app.wamr[`sock_get_${name}`]!(fd, OUT);
  expect(app.memory[OUT + (error === 0 ? bytes : 0)]).toBe(0xaa);
  if (error !== 0) return -error;
  return bytes === 1 ? app.memory[OUT]! : bytes === 4 ? app.u32(OUT) : Number(app.view.getBigUint64(OUT, true));
}

const set = (app: Application, name: string, fd: number, value: number | bigint): number => app.wamr[`sock_set_${name}`]!(fd, value);

describe('an option', () => {
  test.each([
    ['reuse_addr', 1, [STREAM, DGRAM], 0, [1, 0], OPTION.reuseAddress],
    ['keep_alive', 1, [STREAM], 0, [1, 0], OPTION.keepAlive],
    ['tcp_no_delay', 1, [STREAM], 0, [1, 0], OPTION.noDelay],
    ['tcp_quick_ack', 1, [STREAM], 0, [1, 0], OPTION.quickAck],
    ['tcp_fastopen_connect', 1, [STREAM], 0, [1, 0], OPTION.fastOpen],
    ['reuse_port', 1, [STREAM, DGRAM], 0, [1, 0], OPTION.reusePort],
    ['ip_ttl', 1, [STREAM, DGRAM], 64, [1, 255], OPTION.timeToLive],
    ['ip_multicast_ttl', 1, [DGRAM], 1, [0, 8, 255], OPTION.groupTimeToLive],
    ['broadcast', 1, [DGRAM], 0, [1, 0], OPTION.broadcast],
    ['tcp_keep_idle', 4, [STREAM], 7200, [1, 32767], OPTION.keepIdle],
    ['tcp_keep_intvl', 4, [STREAM], 75, [1, 32767], OPTION.keepInterval],
    ['send_timeout', 8, [STREAM, DGRAM], 0, [1000n, 5_000_000n, 0n], OPTION.sendTimeout],
    ['recv_timeout', 8, [STREAM, DGRAM], 0, [1000n, 5_000_000n, 0n], OPTION.receiveTimeout],
    ['send_buf_size', 4, [STREAM], undefined, [4096, 65536], OPTION.sendBuffer],
    ['recv_buf_size', 4, [STREAM], undefined, [4096, 65536], OPTION.receiveBuffer],
  ] as const)('%s is what it was set to, by either call; on others it is ENOPROTOOPT', async (name, bytes, types, first, values, number) => {
    await online((app) => {
      for (const type of types) {
        const fd = open(app, type);
        if (first !== undefined) expect(get(app, name, fd, bytes)).toBe(first);
        for (const value of values) {
          expect(set(app, name, fd, value)).toBe(SUCCESS);
          expect([get(app, name, fd, bytes), option(app, fd, number)]).toEqual([Number(value), Number(value)]);
          expect(setOption(app, fd, number, value)).toBe(SUCCESS);
        }
      }
      for (const type of [STREAM, DGRAM].filter((other) => !(types as readonly number[]).includes(other))) {
        const fd = open(app, type);
        if (name.endsWith('_size')) continue;
        expect([get(app, name, fd, bytes), set(app, name, fd, values[0])]).toEqual([-NOPROTOOPT, NOPROTOOPT]);
      }
      expect([get(app, name, 1, bytes), set(app, name, 1, values[0])]).toEqual([-NOTSOCK, NOTSOCK]);
      expect([get(app, name, 99, bytes), set(app, name, 99, values[0])]).toEqual([-BADF, BADF]);
    });
  });

  test('of a time or size is rounded and bounded', async () => {
    await online((app) => {
      const [stream, datagrams] = [open(app), open(app, DGRAM)];
      expect([set(app, 'recv_timeout', stream, 1n), get(app, 'recv_timeout', stream, 8)]).toEqual([SUCCESS, 1000]);
      expect([set(app, 'recv_timeout', stream, -1n), get(app, 'recv_timeout', stream, 8)]).toEqual([SUCCESS, 0xffff_ffff * 1000]);
      expect(get(app, 'send_timeout', stream, 8)).toBe(0);
      expect([set(app, 'send_buf_size', stream, 5000), get(app, 'send_buf_size', stream, 4)]).toEqual([SUCCESS, 8192]);
      expect([set(app, 'recv_buf_size', datagrams, 1), get(app, 'recv_buf_size', datagrams, 4)]).toEqual([SUCCESS, 48 * 2048]);
      for (const value of [0, 32768]) expect(set(app, 'tcp_keep_idle', stream, value)).toBe(INVAL);
      expect([setOption(app, stream, OPTION.keepCount, 5), option(app, stream, OPTION.keepCount), setOption(app, stream, OPTION.keepCount, 128)]).toEqual([SUCCESS, 5, INVAL]);
      expect([option(app, stream, OPTION.type), option(app, datagrams, OPTION.type), option(app, stream, OPTION.isListening)]).toEqual([1, 2, 0]);
      expect([option(app, stream, 99), setOption(app, stream, OPTION.type, 2), setOption(app, stream, OPTION.error, 2)]).toEqual([-NOPROTOOPT, NOPROTOOPT, NOPROTOOPT]);
    });
  });

  test('that there is nothing for is ENOPROTOOPT', async () => {
    await online((app) => {
      const fd = open(app);
      expect([get(app, 'ipv6_only', fd, 1), set(app, 'ipv6_only', fd, 1), get(app, 'ipv6_only', 99, 1), set(app, 'ipv6_only', 1, 1)]).toEqual([-NOPROTOOPT, NOPROTOOPT, -BADF, NOTSOCK]);
      expect([app.wamr['sock_get_ip_multicast_loop']!(fd, 1, OUT), app.wamr['sock_set_ip_multicast_loop']!(fd, 1, 1)]).toEqual([NOPROTOOPT, NOPROTOOPT]);
      for (const name of ['sock_set_ip_add_membership', 'sock_set_ip_drop_membership']) {
        expect([app.wamr[name]!(fd, OUT, 0), app.wamr[name]!(99, OUT, 0), app.wamr[name]!(fd, app.memory.length - 19, 0)]).toEqual([NOPROTOOPT, BADF, FAULT]);
      }
    });
  });

  test('of a listener is that of the connections it accepts', async () => {
    await online((app, net) => {
      const listener = open(app);
      setOption(app, listener, OPTION.noDelay, 1);
      bind(app, listener, '0.0.0.0', 81);
      listen(app, listener);
      net.connect(81);
      expect(app.wasi['sock_accept']!(listener, 0, OUT)).toBe(SUCCESS);
      expect(option(app, app.u32(OUT), OPTION.noDelay)).toBe(1);
    });
  });
});

describe('SO_LINGER', () => {
  test('is a flag and seconds', async () => {
    await online((app) => {
      const fd = open(app);
      const read = (): [number, number, number] => [app.wamr['sock_get_linger']!(fd, OUT, OUT + 4), app.memory[OUT]!, app.u32(OUT + 4)];
      expect(read()).toEqual([SUCCESS, 0, 0]);
      expect(app.wamr['sock_set_linger']!(fd, 1, 7)).toBe(SUCCESS);
      expect([...read(), option(app, fd, OPTION.linger)]).toEqual([SUCCESS, 1, 7, Number(LINGERS) + 7]);
      expect(app.wamr['sock_get_linger']!(fd, app.memory.length, OUT)).toBe(FAULT);
      expect(app.wamr['sock_get_linger']!(fd, OUT, app.memory.length - 3)).toBe(FAULT);
    });
  });

  test.each([
    ['waits until the peer has everything', 60, false],
    ['of a second waits so long and no longer', 1, true],
  ])('%s', async (_name, seconds, isCut) => {
    await online((app, net) => {
      const listener = Socket.listen(net.peer, 7);
      const fd = open(app);
      expect(connect(app, fd, PEER, 7)).toBe(SUCCESS);
      net.pass(1);
      const peer = listener.accept()!;
      expect(setOption(app, fd, OPTION.linger, LINGERS | BigInt(seconds))).toBe(SUCCESS);
      net.isCut = isCut;
      const data = noise(50_000);
      expect(send(app, fd, data)).toBe(50_000);
      const began = net.machine.clock.now;
      expect(close(app, fd)).toBe(SUCCESS);
      if (isCut) {
        expect(net.machine.clock.now - began).toBeGreaterThan(999e6);
        expect(net.machine.clock.now - began).toBeLessThan(1200e6);
      } else expect(Buffer.from(peer.read()).equals(data)).toBe(true);
    });
  });

  test('of no seconds resets', async () => {
    await online((app, net) => {
      const listener = Socket.listen(net.peer, 7);
      const fd = open(app);
      connect(app, fd, PEER, 7);
      net.pass(1);
      const peer = listener.accept()!;
      setOption(app, fd, OPTION.linger, LINGERS);
      close(app, fd);
      net.pass(1);
      expect(peer.error).toBe(4);
    });
  });
});

describe('a pointer that is not all in memory is EFAULT', () => {
  // P: its bytes; d: a descriptor.
  const CALLS: [name: string, values: (number | bigint | 'd' | { bytes: number })[]][] = [
    ['sock_open', [-1, 0, 1, { bytes: 4 }]],
    ['sock_accept', ['d', { bytes: 4 }]],
    ['sock_bind', ['d', { bytes: 24 }]],
    ['sock_connect', ['d', { bytes: 24 }]],
    ['sock_addr_local', ['d', { bytes: 24 }]],
    ['sock_addr_remote', ['d', { bytes: 24 }]],
    ['sock_recv_from', ['d', { bytes: 16 }, 2, 0, { bytes: 24 }, { bytes: 4 }]],
    ['sock_send_to', ['d', { bytes: 16 }, 2, 0, { bytes: 24 }, { bytes: 4 }]],
    ...['broadcast', 'keep_alive', 'reuse_addr', 'tcp_no_delay', 'ip_ttl'].map((name): [string, ['d', { bytes: number }]] => [`sock_get_${name}`, ['d', { bytes: 1 }]]),
    ...['recv_buf_size', 'send_buf_size', 'tcp_keep_idle', 'tcp_keep_intvl'].map((name): [string, ['d', { bytes: number }]] => [`sock_get_${name}`, ['d', { bytes: 4 }]]),
    ...['recv_timeout', 'send_timeout'].map((name): [string, ['d', { bytes: number }]] => [`sock_get_${name}`, ['d', { bytes: 8 }]]),
  ];

  test.each(CALLS)('%s', async (name, values) => {
    await online((app) => {
      const end = app.memory.length;
      app.vector(VECTORS, 0x31000, 1);
      app.vector(VECTORS + 8, 0x31001, 2);
      const call = (descriptor: number, index: number, bad: number): number => app.wamr[name]!(...values.map((value, i) => {
        if (i === index) return bad;
        if (value === 'd') return descriptor;
        return typeof value === 'object' ? VECTORS : value;
      }));
      values.forEach((value, index) => {
        if (typeof value !== 'object') return;
        for (const bad of [end - value.bytes + 1, end, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) expect(call(99, index, bad | 0), `argument ${index}`).toBe(FAULT);
        expect(call(99, index, end - value.bytes)).not.toBe(FAULT);
      });
      if (values.includes('d')) expect([call(99, -1, 0), call(1, -1, 0)]).toEqual([BADF, NOTSOCK]);
    });
  });

  test('asolo.sock_get_option', async () => {
    await online((app) => {
      const fd = open(app);
      expect(app.own['sock_get_option']!(fd, 0, app.memory.length - 7)).toBe(FAULT);
      expect(app.own['sock_get_option']!(fd, 0, app.memory.length - 8)).toBe(SUCCESS);
      expect([option(app, 1, 0), option(app, 99, 0), setOption(app, 1, 3, 1), setOption(app, 99, 3, 1)]).toEqual([-NOTSOCK, -BADF, NOTSOCK, BADF]);
    });
  });

  test('an address of another family is EAFNOSUPPORT', async () => {
    await online((app) => {
      const [fd, datagrams] = [open(app), open(app, DGRAM)];
      const at = putAddress(app, '10.0.0.1', 80, 1);
      expect([app.wamr['sock_bind']!(fd, at), app.wamr['sock_connect']!(fd, at), app.wamr['sock_connect']!(99, at)]).toEqual([AFNOSUPPORT, AFNOSUPPORT, BADF]);
      app.memory.set(bytesOf('x'), 0x31000);
      app.vector(VECTORS, 0x31000, 1);
      expect(app.wamr['sock_send_to']!(datagrams, VECTORS, 1, 0, at, OUT)).toBe(AFNOSUPPORT);
    });
  });
});
