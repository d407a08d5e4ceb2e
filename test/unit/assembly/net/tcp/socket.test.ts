// assembly/net/tcp/socket.ts, stream.ts, socket-options.ts: what the layers above see.
import { expect, test } from 'vitest';
import { Dialogue } from '../../../../support/net/dialogue.ts';
import { pair, type Path } from '../../../../support/net/path.ts';
import { Socket } from '../../../../support/net/socket.ts';
import { READY, Stack, STATE, STATUS } from '../../../../support/net/stack.ts';

const SECOND = 1e9;

async function connected(): Promise<{ path: Path; client: Socket; server: Socket; left: Stack; right: Stack }> {
  const { path, left, right } = await pair();
  const listener = Socket.listen(right, 80);
  const client = Socket.connect(left, '10.0.0.2', 80);
  let server: Socket | undefined;
  path.run(() => (server = listener.accept()) !== undefined, SECOND);
  path.pass(SECOND);
  return { path, client, server: server!, left, right };
}

test('a connection knows both its ends', async () => {
  const { client, server } = await connected();
  expect(client.peer).toBe('10.0.0.2:80');
  expect(server.peer).toBe(`10.0.0.1:${client.port}`);
  expect(server.port).toBe(80);
});

test('readiness says what can be done', async () => {
  const { path, client, server } = await connected();
  expect([client.readiness, server.readiness]).toEqual([READY.writable, READY.writable]);
  client.write(Buffer.from('hello'));
  path.pass(SECOND);
  expect(server.readiness).toBe(READY.writable | READY.readable);
  expect(Buffer.from(server.read()).toString()).toBe('hello');
  client.shutdown();
  path.pass(SECOND);
  expect(server.readiness).toBe(READY.writable | READY.readable | READY.peerDone);
  server.shutdown();
  path.pass(SECOND);
  expect([client, server].map((socket) => socket.readiness & READY.hungUp)).toEqual([READY.hungUp, READY.hungUp]);
});

test('a full buffer is not writable, and is again when the peer reads', async () => {
  const { path, client, server } = await connected();
  let written = 0;
  for (let i = 0; i < 20; i++) {
    written += client.write(new Uint8Array(100_000));
    path.pass(SECOND / 10);
  }
  expect(client.isWritable).toBe(false);
  expect(client.call('tcpSendStatus')).toBe(STATUS.wouldBlock);
  let read = 0;
  for (let i = 0; i < 50; i++) {
    read += server.read().length;
    path.pass(SECOND);
  }
  expect(read).toBe(written);
  expect(client.isWritable).toBe(true);
});

test('the end of the data is an end, and writing after one\'s own end is refused', async () => {
  const { path, client, server } = await connected();
  expect(server.call('tcpReceiveStatus')).toBe(STATUS.wouldBlock);
  client.shutdown();
  path.pass(SECOND);
  expect(server.isAtEnd).toBe(true);
  expect(client.call('tcpSendStatus')).toBe(STATUS.shutDown);
  expect(client.write(Buffer.from('x'))).toBe(0);
  expect(server.write(Buffer.from('still open'))).toBe(10);
  path.pass(SECOND);
  expect(Buffer.from(client.read()).toString()).toBe('still open');
});

test('connecting: in progress, then connected; refused where nobody listens; unreachable without a route', async () => {
  const { path, left } = await pair();
  const refused = Socket.connect(left, '10.0.0.2', 81);
  expect(refused.connect('10.0.0.2', 81)).toBe(STATUS.inProgress);
  expect(refused.readiness).toBe(0);
  path.pass(SECOND);
  expect(refused.readiness & (READY.failed | READY.writable | READY.hungUp)).toBe(READY.failed | READY.writable | READY.hungUp);
  expect(refused.connect('10.0.0.2', 81)).toBe(STATUS.refused);
  expect(new Socket(left).connect('192.0.2.1', 80)).toBe(STATUS.unreachable);
  expect(new Socket(left).connect('0.0.0.0', 80)).toBe(STATUS.invalid);
});

test('a socket that is not connected neither reads nor writes', async () => {
  const { left } = await pair();
  const socket = new Socket(left);
  expect([socket.call('tcpSendStatus'), socket.call('tcpReceiveStatus'), socket.shutdown()]).toEqual([
    STATUS.notConnected, STATUS.notConnected, STATUS.notConnected]);
  expect(socket.readiness).toBe(READY.hungUp);
});

test('a port belongs to one listener; SO_REUSEADDR shares it with connections, not with listeners', async () => {
  const { path, client, server, right } = await connected();
  expect(new Socket(right).bind('0.0.0.0', 80)).toBe(STATUS.addressInUse);
  const sharing = new Socket(right);
  sharing.call('tcpSetReuseAddress', 1);
  expect(sharing.bind('10.0.0.2', 80)).toBe(STATUS.addressInUse);
  expect(new Socket(right).bind('10.9.9.9', 90)).toBe(STATUS.addressUnknown);
  // Different addresses do not collide.
  expect(new Socket(right).bind('127.0.0.1', 90)).toBe(STATUS.ok);
  expect(new Socket(right).bind('10.0.0.2', 90)).toBe(STATUS.ok);
  expect(new Socket(right).bind('0.0.0.0', 90)).toBe(STATUS.addressInUse);
  // Two that are only bound may share; the second to listen may not.
  const both = [new Socket(right), new Socket(right)];
  for (const socket of both) {
    socket.call('tcpSetReuseAddress', 1);
    expect(socket.bind('0.0.0.0', 91)).toBe(STATUS.ok);
  }
  expect(both.map((socket) => socket.call('tcpListen', 1))).toEqual([STATUS.ok, STATUS.addressInUse]);
  expect([client.state, server.state]).toEqual([STATE.established, STATE.established]);
  path.pass(SECOND);
});

test('a port that is not chosen is a free one, and differs from socket to socket', async () => {
  const { left } = await pair();
  const ports = Array.from({ length: 20 }, () => {
    const socket = new Socket(left);
    expect(socket.bind('0.0.0.0', 0)).toBe(STATUS.ok);
    return socket.port;
  });
  expect(new Set(ports).size).toBe(20);
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(32768);
});

test('RFC 6528, 6056: sequence numbers and ports of two connections to one peer tell nothing of each other', async () => {
  const dialogue = await Dialogue.begin();
  const seen = Array.from({ length: 8 }, () => {
    Socket.connect(dialogue.stack, '10.0.0.2', 80);
    dialogue.wait(0);
    const syn = dialogue.sent.shift()!;
    return { sequence: syn.sequence, time: syn.options.timestamps![0] };
  });
  const steps = seen.slice(1).map(({ sequence }, i) => Math.abs((sequence - seen[i]!.sequence) | 0));
  expect(Math.min(...steps)).toBeGreaterThan(100_000);
  expect(new Set(seen.map(({ time }) => time)).size).toBe(8);
});

test('lingering for no time resets; else closing sends what was written', async () => {
  const first = await connected();
  first.client.call('tcpSetLinger', 1, 0);
  first.client.close();
  first.path.pass(SECOND);
  expect(first.server.error).toBe(STATUS.reset);
  const second = await connected();
  second.client.write(Buffer.from('last words'));
  expect(second.client.call('tcpUnsent')).toBe(10);
  second.client.close();
  second.path.pass(SECOND);
  expect(Buffer.from(second.server.read()).toString()).toBe('last words');
  expect(second.server.isAtEnd).toBe(true);
});

test('a listener that closes resets what waits to be accepted', async () => {
  const { path, left, right } = await pair();
  const listener = Socket.listen(right, 80);
  const client = Socket.connect(left, '10.0.0.2', 80);
  path.pass(SECOND);
  expect(listener.readiness).toBe(READY.acceptable);
  listener.close();
  path.pass(SECOND);
  expect(client.error).toBe(STATUS.reset);
  expect(right.call('connectionsUsed')).toBe(0);
});

test('an accepted connection has its listener\'s options', async () => {
  const { path, left, right } = await pair();
  const listener = Socket.listen(right, 80);
  listener.call('tcpSetNoDelay', 1);
  listener.call('tcpSetKeepAlive', 1);
  listener.call('tcpSetKeepAliveTimes', 5, 6, 7);
  listener.call('tcpSetReceiveBuffer', 10_000);
  Socket.connect(left, '10.0.0.2', 80);
  let server: Socket | undefined;
  path.run(() => (server = listener.accept()) !== undefined, SECOND);
  expect(['tcpNoDelay', 'tcpKeepAlive', 'tcpKeepAliveIdle', 'tcpKeepAliveInterval', 'tcpKeepAliveCount', 'tcpReceiveBuffer']
    .map((name) => server!.call(name))).toEqual([1, 1, 5, 6, 7, 16384]);
});

test('over the loopback a stack talks to itself', async () => {
  const stack = await Stack.create({ address: '10.0.0.1' });
  const listener = Socket.listen(stack, 80);
  for (const address of ['127.0.0.1', '10.0.0.1']) {
    const client = Socket.connect(stack, address, 80);
    for (let i = 0; i < 5; i++) stack.poll();
    const server = listener.accept()!;
    client.write(new Uint8Array(200_000).fill(7));
    let read = 0;
    for (let i = 0; i < 100; i++) {
      stack.poll();
      read += server.read().length;
    }
    expect([address, read > 50_000]).toEqual([address, true]);
  }
});

test('a number that nobody owns is a panic', async () => {
  const { left } = await pair();
  const socket = new Socket(left);
  socket.close();
  expect(() => socket.readiness).toThrow('socket is not open');
});
