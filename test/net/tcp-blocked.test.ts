// Many connections that write through one device that is nearly always full: each has its turn, and the stack does not ask
// the device in vain for all of them again and again. assembly/net/tcp/pending.ts, timers.ts.
import { expect, test } from 'vitest';
import { Socket } from '../support/net/socket.ts';
import { Stack } from '../support/net/stack.ts';

/** assembly/net/tcp/counters.ts. */
const [SEGMENTS_SENT, NO_BUFFER] = [1, 22];

/** A cable whose left end takes `room` frames a tick. */
class SlowDevice {
  room = Infinity;
  /** ns from one turn to the next. */
  tickTime = 50e6;
  readonly clients: Socket[];
  readonly servers: Socket[] = [];
  readonly received: number[] = [];
  private readonly left: Stack;
  private readonly right: Stack;
  private readonly listener: Socket;

  constructor(left: Stack, right: Stack, connections: number) {
    [this.left, this.right] = [left, right];
    this.listener = Socket.listen(right, 80, 2000);
    this.clients = Array.from({ length: connections }, () => {
      const client = Socket.connect(left, '10.0.0.2', 80);
      this.tick();
      return client;
    });
  }

  tick(): void {
    for (let taken = 0; taken < this.room && this.left.queued > 0; taken++) this.left.take().forEach((frame) => { this.right.receive(frame); });
    while (this.right.queued > 0) this.right.take().forEach((frame) => { this.left.receive(frame); });
    for (const stack of [this.left, this.right]) {
      stack.now += this.tickTime;
      stack.poll();
    }
    for (let next = this.listener.accept(); next !== undefined; next = this.listener.accept()) this.servers.push(next);
    this.servers.forEach((server, i) => { this.received[i] = (this.received[i] ?? 0) + server.read().length; });
  }
}

async function slowDevice(connections: number): Promise<{ device: SlowDevice; left: Stack }> {
  const [left, right] = await Promise.all([1, 2].map((i) => Stack.create({ address: `10.0.0.${i}`, mac: `52:54:00:00:00:0${i}`, seed: i, memory: 0x400000, queue: i === 1 ? 2 : 4096 })));
  const device = new SlowDevice(left!, right!, connections);
  while (device.servers.length < connections) device.tick();
  device.tickTime = 1e5;
  return { device, left: left! };
}

test.each([2, 3, 9, 40])('%i connections that always have something to send share a device that has room for one frame', async (connections) => {
  const { device } = await slowDevice(connections);
  device.room = 1;
  const data = new Uint8Array(65536);
  for (let i = 0; i < connections * 300; i++) {
    for (const client of device.clients) if (client.isWritable) client.write(data);
    device.tick();
  }
  expect(Math.min(...device.received)).toBeGreaterThan(Math.max(...device.received) / 2);
});

test('of 500 connections that find a device full, a turn tries a few', async () => {
  const { device, left } = await slowDevice(500);
  device.room = 0;
  for (const client of device.clients) expect(client.write(new Uint8Array(100))).toBe(100);
  const refused = left.counter(NO_BUFFER);
  for (let i = 0; i < 100; i++) device.tick();
  expect(left.counter(NO_BUFFER) - refused).toBeLessThan(1000);
  // And when it is not full any more, all go, in as few segments as there are connections.
  const sent = left.counter(SEGMENTS_SENT);
  device.room = Infinity;
  for (let i = 0; i < 600; i++) device.tick();
  expect(left.counter(SEGMENTS_SENT) - sent).toBe(500 - 2);
  expect(device.received).toEqual(device.received.map(() => 100));
});
