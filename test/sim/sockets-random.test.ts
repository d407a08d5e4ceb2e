// Random calls of the sockets that an application makes, in any order and state, with a peer that echoes, refuses and goes away:
// every answer is an errno, the kernel neither panics nor waits for ever, and at the end every socket and buffer is free again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { NONBLOCK, noise, OUT, poll, VECTORS } from '../support/machine/sockets.ts';
import { OWN, PEER, type NetworkMachine } from '../support/machine/network-machine.ts';
import { addressAt, ADDRESS, close, DGRAM, online, open, OPTION, putAddress, receiveFrom, sendTo, setOption, STREAM } from '../support/machine/wamr.ts';
import { Datagrams } from '../support/net/datagrams.ts';
import { Socket } from '../support/net/socket.ts';

const FIRST = 4;
const ERRNO_MOST = 76;
const SEEDS = process.env['ASOLO_LONG'] === '1' ? 2000 : 25;

const step = fc.record({
  what: fc.constantFrom(
    'open', 'open', 'open', 'open', 'open', 'bind', 'bind', 'bind', 'listen', 'listen', 'connect', 'connect', 'accept', 'accept', 'send', 'sendTo', 'receive', 'receive', 'shutdown', 'close', 'names',
    'set', 'get', 'poll', 'renumber', 'write', 'read', 'pass', 'cut'),
  fd: fc.integer({ min: FIRST, max: FIRST + 5 }), other: fc.integer({ min: FIRST, max: FIRST + 5 }),
  host: fc.constantFrom(OWN, PEER, PEER, '127.0.0.1', '0.0.0.0', '10.0.0.9', '10.0.0.255', '192.0.2.1'),
  port: fc.constantFrom(0, 1, 7, 7, 81, 81), number: fc.nat({ max: 20 }), flags: fc.nat({ max: 4 }), bytes: fc.constantFrom(0, 1, 100, 1473, 9000, 65_507, 65_508),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(app: Application, net: NetworkMachine, { what, fd, other, host, port, number, flags, bytes }: Step): number {
  app.memory.set(noise(16), 0x20000);
  app.vector(VECTORS, 0x20000, bytes);
  switch (what) {
    case 'open': return openPatient(app, flags % 2 === 0 ? STREAM : DGRAM);
    case 'bind': return app.wamr['sock_bind']!(fd, putAddress(app, host, port));
    case 'listen': return app.wamr['sock_listen']!(fd, number);
    case 'connect': return app.wamr['sock_connect']!(fd, putAddress(app, host, port));
    case 'accept': return app.wasi['sock_accept']!(fd, NONBLOCK, OUT);
    case 'send': return app.wasi['sock_send']!(fd, VECTORS, 1, 0, OUT);
    case 'sendTo': return app.wamr['sock_send_to']!(fd, VECTORS, 1, 0, putAddress(app, host, port), OUT);
    case 'receive': return app.wamr['sock_recv_from']!(fd, VECTORS, 1, flags, ADDRESS, OUT);
    case 'shutdown': return app.wasi['sock_shutdown']!(fd, flags);
    case 'close': return close(app, fd);
    case 'names': return Math.max(app.wamr['sock_addr_local']!(fd, ADDRESS), app.wamr['sock_addr_remote']!(fd, ADDRESS));
    // Time-outs stay short, or a call would wait for ever.
    case 'set': return number === OPTION.sendTimeout || number === OPTION.receiveTimeout ? 0 : setOption(app, fd, number, number === OPTION.linger ? (1n << 32n) + BigInt(flags) : flags);
    case 'get': return app.own['sock_get_option']!(fd, number, OUT);
    case 'poll': poll(app, [fd, -fd, other, -other], 1); return 0;
    case 'renumber': return app.wasi['fd_renumber']!(fd, other);
    case 'write': return app.wasi['fd_write']!(fd, VECTORS, 1, OUT);
    case 'read': return app.wasi['fd_read']!(fd, VECTORS, 1, OUT);
    case 'pass': net.pass(number); return 0;
    default: net.isCut = flags === 0; return 0;
  }
}

function openPatient(app: Application, type: number): number {
  const fd = open(app, type);
  if (fd < 0) return -fd;
  return setOption(app, fd, OPTION.sendTimeout, 5000) | setOption(app, fd, OPTION.receiveTimeout, 5000);
}

/** Echoes on port 7, and connects to port 81 now and then. */
function livelyPeer(net: NetworkMachine): void {
  const datagrams = new Datagrams(net.peer, 7);
  const listener = Socket.listen(net.peer, 7);
  const streams: Socket[] = [];
  let heard = 0;
  net.onHeard = () => {
    for (let got = datagrams.receive(); got !== undefined; got = datagrams.receive()) if (got.data.length < 10_000) datagrams.send(got.from, got.port, got.data);
    for (let fresh = listener.accept(); fresh !== undefined; fresh = listener.accept()) streams.push(fresh);
    for (const stream of streams) stream.write(stream.read(500));
    if (++heard % 50 === 0) streams.shift()?.abort();
    if (heard % 20 === 0 && streams.length < 20) streams.push(Socket.connect(net.peer, OWN, 81));
  };
}

/** How many sockets of a kind can be open at once; then none is. */
function room(app: Application, type: number): number {
  const fds: number[] = [];
  for (let fd = open(app, type); fd > 0; fd = open(app, type)) fds.push(fd);
  for (const fd of fds) expect(close(app, fd)).toBe(0);
  return fds.length;
}

test('any sequence of calls is answered, and leaves nothing behind', async () => {
  const answers = new Map<number, number>();
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 100, maxLength: 300 }), async (steps) => {
    const { status, stderr } = await online((app, net) => {
      const before = [room(app, STREAM), room(app, DGRAM)];
      livelyPeer(net);
      for (const one of steps) {
        const errno = take(app, net, one);
        expect(errno, one.what).toBeLessThanOrEqual(ERRNO_MOST);
        answers.set(errno, (answers.get(errno) ?? 0) + 1);
      }
      net.onHeard = () => undefined;
      net.isCut = false;
      for (let fd = FIRST; fd < FIRST + 40; fd++) close(app, fd);
      // Orphans and time-outs run out; what the peer still has ends, too.
      poll(app, [], 400_000);
      expect([room(app, STREAM), room(app, DGRAM)]).toEqual(before);
      const fd = open(app, DGRAM);
      app.wamr['sock_bind']!(fd, putAddress(app, '127.0.0.1', 9));
      expect(sendTo(app, fd, noise(65_507), '127.0.0.1', 9)).toBe(65_507);
      expect(receiveFrom(app, fd, 65_507)).toMatchObject({ from: { host: '127.0.0.1', port: 9 } });
      expect(addressAt(app).port).toBe(9);
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }), { seed: 7, numRuns: SEEDS });
  for (const errno of [0, 4, 6, 8, 14, 28, 50, 53, 58]) expect(answers.get(errno) ?? 0, `errno ${errno}`).toBeGreaterThan(3);
});
