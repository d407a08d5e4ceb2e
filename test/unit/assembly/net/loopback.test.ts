// assembly/net/loopback.ts: what a host sends to itself.
import { beforeEach, expect, test } from 'vitest';
import { put } from '../../../support/assembly.ts';
import { ip } from '../../../support/net/frames.ts';
import { Host, NEVER } from '../../../support/net/host.ts';

/** Behind all that the stack takes: the largest datagram has to fit. */
const OUTSIDE = 0x1e0000;

let host: Host;
let free: number;
beforeEach(async () => {
  host = await Host.create({ devices: [] });
  free = host.freeBuffers();
});

function socketAt(port: number): number {
  const socket = host.call['udpOpen']!();
  expect(host.call['udpBind']!(socket, 0, port)).toBe(0);
  return socket;
}
function received(socket: number): number | undefined {
  const datagram = host.call['udpPeek']!(socket);
  if (datagram === 0) return undefined;
  const total = host.unit.view.getUint32(datagram + 16, true);
  host.call['udpDiscard']!(socket);
  return total;
}

test.each([0, 1, 86, 87, 2048, 2049, 16356, 16357, 65507])('a datagram of %i bytes comes back at the next turn', (bytes) => {
  const [a, b] = [socketAt(1), socketAt(2)];
  put(host.unit, OUTSIDE, new Uint8Array(bytes).fill(5));
  expect(host.call['udpSend']!(a, ip('127.0.0.1'), 2, OUTSIDE, bytes)).toBe(0);
  expect(received(b)).toBeUndefined();
  expect(host.deadline()).toBeLessThanOrEqual(host.now);
  host.poll();
  expect(received(b)).toBe(bytes);
  expect(host.freeBuffers()).toBe(free);
  expect(host.deadline()).toBe(NEVER);
});

test('a port that nobody has is refused at once', () => {
  const socket = socketAt(1);
  expect(host.call['udpConnect']!(socket, ip('127.0.0.1'), 9)).toBe(0);
  host.call['udpSend']!(socket, 0, 0, OUTSIDE, 1);
  host.poll();
  host.poll();
  const errorPort = 4;
  expect(host.call['udpTakeError']!(socket)).toBe(errorPort);
});

test('64 frames wait at most; the next is refused, and nothing is lost for good', () => {
  const [a, b] = [socketAt(1), socketAt(2)];
  const results = Array.from({ length: 70 }, () => host.call['udpSend']!(a, ip('127.0.0.1'), 2, OUTSIDE, 10));
  const again = 4;
  expect(results).toEqual([...new Array<number>(64).fill(0), ...new Array<number>(6).fill(again)]);
  host.poll();
  let count = 0;
  while (received(b) !== undefined) count++;
  expect(count).toBe(48);
  expect(host.freeBuffers()).toBe(free);
});
