// Many connections at once: 1,000 clients of one server, a flood of SYNs, clients that break off. What was taken is given
// back. 200,000 clients with ASOLO_LONG=1.
import { expect, test } from 'vitest';
import { ethernet, ipv4, PROTOCOL } from '../support/net/frames.ts';
import { pair, Path } from '../support/net/path.ts';
import { randomNumbers } from '../support/net/random.ts';
import { Socket } from '../support/net/socket.ts';
import { READY, Stack } from '../support/net/stack.ts';
import { buildTcp } from '../support/net/tcp-frames.ts';

const SECOND = 1e9;
const HOUR = 3600 * SECOND;
const MAC = '52:54:00:00:00:02';
const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
/** The soak. */
const CLIENTS = process.env['ASOLO_LONG'] ? 200_000 : 5000;
const ANSWER = new Uint8Array(612).fill(65);

/** Answers every request with 612 bytes, and closes when the client does. */
class Server {
  readonly listener: Socket;
  readonly sockets = new Set<Socket>();
  answered = 0;

  constructor(stack: Stack) {
    this.listener = Socket.listen(stack, 80, 2000);
  }

  act(): void {
    for (let next = this.listener.accept(); next !== undefined; next = this.listener.accept()) this.sockets.add(next);
    for (const socket of this.sockets) {
      const readiness = socket.readiness;
      if ((readiness & READY.failed) === 0) {
        // Without memory for an answer, the request waits too.
        while (socket.isWritable && socket.read(REQUEST.length).length > 0) {
          expect(socket.write(ANSWER)).toBe(ANSWER.length);
          this.answered++;
        }
        if (!socket.isAtEnd) continue;
      }
      socket.close();
      this.sockets.delete(socket);
    }
  }
}

function expectEmpty(stack: Stack, connections: number): void {
  expect(stack.call('ringBytesFree')).toBe(stack.call('ringBytesTotal'));
  expect(['connectionsUsed', 'halfOpenUsed', 'timeWaitUsed'].map((name) => stack.call(name))).toEqual([connections, 0, 0]);
}

test('1,000 clients keep their connections, and are served again and again, in 4 MiB', async () => {
  const { path, left, right } = await pair({}, { memory: 0x400000 });
  const server = new Server(right);
  path.applications.push(() => { server.act(); });
  const clients = Array.from({ length: 1000 }, () => Socket.connect(left, '10.0.0.2', 80));
  expect(path.run(() => server.sockets.size === 1000, 60 * SECOND)).toBe(true);
  let read = 0;
  path.applications.push(() => { for (const client of clients) read += client.read().length; });
  for (let round = 1; round <= 2; round++) {
    // 4 MiB hold the requests of 700 clients at a time: the others wait.
    const unsent = new Set(clients);
    while (unsent.size > 0) {
      for (const client of unsent) if (client.write(REQUEST) > 0) unsent.delete(client);
      path.pass(SECOND);
    }
    path.pass(5 * SECOND);
    expect(server.answered).toBe(1000 * round);
    expect(read).toBe(1000 * round * ANSWER.length);
  }
  // Idle connections hold no ring at all.
  expect(right.call('ringBytesFree')).toBe(right.call('ringBytesTotal'));
  path.applications.pop();
  for (const client of clients) client.close();
  path.pass(HOUR);
  expectEmpty(left, 0);
  expectEmpty(right, 1);
});

test(`${CLIENTS} clients one after another, some of which break off at a random moment: all buffers come back`, async () => {
  const { path, left, right } = await pair({ bandwidth: 1e9, loss: 0.002 }, { memory: 0x100000 });
  const server = new Server(right);
  const random = randomNumbers(4);
  const clients = new Map<Socket, number>();
  let begun = 0;
  let ended = 0;
  path.applications.push(() => {
    server.act();
    while (clients.size < 40 && begun < CLIENTS) {
      const socket = new Socket(left);
      socket.connect('10.0.0.2', 80);
      clients.set(socket, 0);
      begun++;
    }
    for (const [socket, phase] of clients) {
      const isOver = (socket.readiness & READY.failed) !== 0;
      if (phase === 0 && !isOver && socket.isWritable) {
        socket.write(REQUEST);
        clients.set(socket, 1);
      }
      const isServed = socket.read().length > 0;
      const isImpatient = random() < 0.02;
      if (!isOver && !isServed && !isImpatient) continue;
      if (isImpatient) socket.abort();
      else socket.close();
      clients.delete(socket);
      ended++;
    }
  });
  expect(path.run(() => ended === CLIENTS, 100 * HOUR)).toBe(true);
  path.pass(HOUR);
  expect(server.sockets.size).toBe(0);
  expectEmpty(left, 0);
  expectEmpty(right, 1);
}, 3_600_000);

test('RFC 4987: under a flood of SYNs from everywhere, others are served as before', async () => {
  const left = await Stack.create({ address: '10.0.0.1', mac: '52:54:00:00:00:01' });
  // The flood comes from behind the gateway, and so do the answers to it leave: they are lost there.
  const right = await Stack.create({ address: '10.0.0.2', mac: MAC, gateway: '10.0.0.1', memory: 0x100000, seed: 2 });
  const path = new Path(left, right);
  const server = new Server(right);
  path.applications.push(() => { server.act(); });
  const random = randomNumbers(9);
  const flood = (): void => {
    for (let i = 0; i < 20; i++) {
      const source = `192.0.2.${1 + Math.floor(random() * 250)}`;
      const fields = {
        sourcePort: Math.floor(random() * 65535) + 1, destinationPort: 80, sequence: Math.floor(random() * 2 ** 32), flags: 'S', options: { mss: 1460 },
      };
      const syn = buildTcp({ source, destination: '10.0.0.2' }, fields, new Uint8Array());
      right.receive(ethernet({ to: MAC, from: '52:54:00:00:00:01' }, ipv4({ source, destination: '10.0.0.2', protocol: PROTOCOL.tcp }, syn)));
    }
    if (path.now < 20 * SECOND) path.after(SECOND / 1000, flood);
  };
  flood();
  path.pass(2 * SECOND);
  expect(right.counter(10)).toBeGreaterThan(1000);
  const clients = Array.from({ length: 50 }, () => Socket.connect(left, '10.0.0.2', 80));
  path.pass(SECOND);
  for (const client of clients) client.write(REQUEST);
  path.pass(SECOND);
  expect(clients.map((client) => client.read().length)).toEqual(clients.map(() => ANSWER.length));
  for (const client of clients) client.close();
  path.pass(HOUR);
  expectEmpty(right, 1);
});
