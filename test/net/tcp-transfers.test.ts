// Two stacks on bad paths: every transfer arrives intact or fails as the sockets say, none hangs, and what was taken is
// given back.
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { pair, type Path, type PathOptions } from '../support/net/path.ts';
import { Socket } from '../support/net/socket.ts';
import { STATUS, type Stack } from '../support/net/stack.ts';
import { digestOf, Party } from '../support/net/transfer.ts';

const isLong = process.env['ASOLO_LONG'] === '1';
const SECOND = 1e9;
const HOUR = 3600 * SECOND;

interface Transfer { path: Path; left: Stack; right: Stack; client: Party; server: Party | undefined; seconds: number; finished: boolean }

/** Both sides send `bytes` at the same time, or only the first. */
async function transfer(options: PathOptions, bytes: [number, number], stack: Parameters<typeof pair>[1] = {}, during?: (path: Path) => void): Promise<Transfer> {
  const { path, left, right } = await pair(options, stack);
  const listener = Socket.listen(right, 80);
  const client = new Party(Socket.connect(left, '10.0.0.2', 80), bytes[0]);
  let server: Party | undefined;
  path.applications.push(() => {
    const accepted = server === undefined ? listener.accept() : undefined;
    if (accepted !== undefined) server = new Party(accepted, bytes[1]);
    client.act();
    server?.act();
  });
  during?.(path);
  const begin = path.now;
  // Who only reads need not notice that the other side has given up: its last word may be lost.
  const finished = path.run(() => hasFailed(client, server) || (client.isDone && server?.isDone === true), HOUR);
  const seconds = (path.now - begin) / SECOND;
  // A failure of both is noticed by both.
  if (finished && hasFailed(client, server)) path.pass(600 * SECOND);
  return { path, left, right, client, server, seconds, finished };
}

function hasFailed(client: Party, server: Party | undefined): boolean {
  return client.error !== 0 || (server !== undefined && server.error !== 0);
}

/** Both sides close, and an hour later nothing is in use but the listener. */
function settle({ path, left, right, client, server }: Transfer): void {
  path.applications.length = 0;
  client.socket.close();
  server?.socket.close();
  path.pass(HOUR);
  for (const stack of [left, right]) {
    expect(stack.call('ringBytesFree')).toBe(stack.call('ringBytesTotal'));
    expect([stack.call('halfOpenUsed'), stack.call('timeWaitUsed')]).toEqual([0, 0]);
    expect(stack.call('connectionsUsed')).toBe(stack === right ? 1 : 0);
  }
}

function expectIntact(done: Transfer, bytes: [number, number]): void {
  expect(done.finished).toBe(true);
  expect([done.client.error, done.server?.error]).toEqual([0, 0]);
  expect(done.server!.digest()).toBe(digestOf(bytes[0]));
  expect(done.client.digest()).toBe(digestOf(bytes[1]));
}

const MS = 1e6;
test.each<[string, PathOptions]>([
  ['a perfect path', {}],
  ['1 % loss', { loss: 0.01 }],
  ['10 % loss', { loss: 0.1 }],
  ['20 % loss', { loss: 0.2 }],
  ['half of all packets doubled', { duplicate: 0.5 }],
  ['half of all packets overtaken', { reorder: 0.5 }],
  ['5 % of packets damaged', { corrupt: 0.05 }],
  ['everything at once', { loss: 0.03, duplicate: 0.03, reorder: 0.05, corrupt: 0.03, jitter: 5 * MS }],
  ['a satellite: 300 ms and 2 Mbit/s', { delay: 300 * MS, bandwidth: 2e6, buffer: 40 }],
  ['a modem with a tiny queue', { delay: 30 * MS, bandwidth: 256e3, buffer: 4 }],
  ['a router with a smaller MTU', { mtu: 900 }],
  ['a router with a smaller MTU that says nothing', { mtu: 900, silent: true }],
])('both ways arrive intact over %s', async (_name, options) => {
  const bytes: [number, number] = [300_000, 200_000];
  const done = await transfer(options, bytes);
  expectIntact(done, bytes);
  settle(done);
});

test('a device that cuts large segments, and one whose queue is always full, carry the same bytes', async () => {
  for (const stack of [{ features: 7 }, { features: 3, queue: 2 }, { queue: 1 }]) {
    const done = await transfer({ bandwidth: 1e9, loss: 0.002 }, [2_000_000, 100_000], stack);
    expectIntact(done, [2_000_000, 100_000]);
    settle(done);
  }
});

test('the MTU changes in the middle, to and fro', async () => {
  const done = await transfer({ bandwidth: 20e6 }, [2_000_000, 2_000_000], {}, (path) => {
    [700, 1500, 1000, 600, 1500].forEach((mtu, i) => path.after((i + 1) * 150 * MS, () => { path.options.mtu = mtu; }));
  });
  expectIntact(done, [2_000_000, 2_000_000]);
  settle(done);
});

test('a path that is cut for a minute goes on afterwards', async () => {
  const done = await transfer({ bandwidth: 20e6 }, [2_000_000, 2_000_000], {}, (path) => {
    path.after(300 * MS, () => { path.options.cut = true; });
    path.after(60 * SECOND, () => { path.options.cut = false; });
  });
  expectIntact(done, [2_000_000, 2_000_000]);
  settle(done);
});

test('a path that is cut for good ends both sides with a time-out, in minutes', async () => {
  const done = await transfer({ bandwidth: 20e6 }, [2_000_000, 2_000_000], {}, (path) => {
    path.after(300 * MS, () => { path.options.cut = true; });
  });
  expect([done.client.error, done.server!.error]).toEqual([STATUS.timedOut, STATUS.timedOut]);
  expect(done.seconds).toBeLessThan(300);
  settle(done);
});

test('with memory for less than one window, transfers are slow and arrive', async () => {
  const done = await transfer({ loss: 0.01 }, [500_000, 500_000], { memory: 0x20000 });
  expectIntact(done, [500_000, 500_000]);
  settle(done);
});

test(`${isLong ? 300 : 25} paths at random`, async () => {
  await fc.assert(fc.asyncProperty(fc.record({
    seed: fc.nat(), loss: fc.double({ min: 0, max: 0.15, noNaN: true }), duplicate: fc.double({ min: 0, max: 0.3, noNaN: true }),
    reorder: fc.double({ min: 0, max: 0.3, noNaN: true }), corrupt: fc.double({ min: 0, max: 0.1, noNaN: true }),
    delay: fc.integer({ min: 1000, max: 200 * MS }), jitter: fc.integer({ min: 0, max: 50 * MS }),
    bandwidth: fc.constantFrom(0, 1e6, 10e6, 100e6), buffer: fc.constantFrom(8, 60, 1000),
    mtu: fc.constantFrom(1500, 1400, 600), silent: fc.boolean(),
  }), fc.record({ features: fc.constantFrom(0, 7), memory: fc.constantFrom(0x20000, 0x100000), queue: fc.constantFrom(3, 256) }),
  fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 200_000 })), async (options, stack, bytes) => {
    const done = await transfer(options, bytes, stack);
    expect(done.finished).toBe(true);
    const errors = [done.client.error, done.server?.error ?? 0];
    if (errors.every((error) => error === 0)) expectIntact(done, bytes);
    else expect([STATUS.ok, STATUS.timedOut, STATUS.reset]).toEqual(expect.arrayContaining(errors));
    settle(done);
  }), { seed: 5, numRuns: isLong ? 300 : 25 });
}, 3_600_000);
