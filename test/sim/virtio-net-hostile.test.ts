// A network device that lies, stops or forgets: the driver resets it and goes on, or gives it up. It never hangs, never
// hands out what was not a frame (NetMachine.receive looks behind the frame), never touches what is not its own
// (Machine.deviceBytes looks at what a device is pointed to).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameOf, NetMachine, type NetSpec } from '../support/machine/net-machine.ts';

/** 1,000 in all by default; the long mode has 100,000. */
const RUNS = process.env['ASOLO_LONG'] ? 100_000 : 1000;

/** One halt, which something ends after 100 us at the latest. */
function rest(net: NetMachine): void {
  net.call('nicPrepareToSleep', 0);
  const cancel = net.machine.clock.after(100_000, () => net.machine.interrupt(0x40));
  net.call('idle');
  cancel();
  net.call('nicWakeUp', 0);
}

/** Whether frames go both ways, after whatever was; with three tries, since what was may be noticed only then. */
function works(net: NetMachine): boolean {
  for (let attempt = 0; attempt < 3; attempt++) {
    rest(net);
    net.device.deliver(frameOf(60, 99));
    for (let frame = net.receive(); frame !== undefined; frame = net.receive()) {
      if (frame[0] !== 99 || frame.length !== 60) continue;
      const before = net.device.frames.length;
      net.send(frameOf(61, 98));
      net.pass();
      return net.device.frames.length > before;
    }
  }
  return false;
}

describe('a device that says what cannot be is reset, and frames go both ways again:', () => {
  const once = (lie: (state: { lied: boolean }) => Partial<NetSpec>): Partial<NetSpec> => lie({ lied: false });
  const lies: [string, Partial<NetSpec>][] = [
    ['a buffer that does not exist', once((state) => ({ usedSaid: (head, bytes) => state.lied ? [head, bytes] : [(state.lied = true, 128), bytes] }))],
    ['a buffer far away', once((state) => ({ usedSaid: (head, bytes) => state.lied ? [head, bytes] : [(state.lied = true, 0x80000000), bytes] }))],
    ['more bytes than the buffer has', once((state) => ({ usedSaid: (head, bytes) => state.lied ? [head, bytes] : [(state.lied = true, head), 2049] }))],
    ['fewer bytes than the header', once((state) => ({ usedSaid: (head, bytes) => state.lied ? [head, bytes] : [(state.lied = true, head), 11] }))],
    ['no buffers', once((state) => ({ buffersSaid: (n) => state.lied ? n : (state.lied = true, 0) }))],
    ['more buffers than it gave', once((state) => ({ buffersSaid: (n) => state.lied ? n : (state.lied = true, 2) }))],
    ['more buffers than there are', once((state) => ({ buffersSaid: (n) => state.lied ? n : (state.lied = true, 65535) }))],
  ];
  test.each(lies)('%s', async (_what, lie) => {
    const net = await NetMachine.boot(lie);
    net.device.deliver(frameOf(60));
    expect(net.receive()).toBeUndefined();
    expect(net.call('nicRestarts', 0)).toBe(1);
    expect(works(net)).toBe(true);
  });

  test('the same buffer twice', async () => {
    const net = await NetMachine.boot({});
    net.device.deliver(frameOf(60));
    net.receive();
    const queue = net.device.queues[0]!;
    queue.poke(queue.usedIndex, 1, 60);
    queue.poke(queue.usedIndex + 1, 1, 60);
    queue.pokeIndex(queue.usedIndex + 2);
    for (let i = 0; i < 4; i++) net.receive();
    expect(net.call('nicRestarts', 0)).toBe(1);
    expect(works(net)).toBe(true);
  });

  test('an index that runs ahead, or backwards', async () => {
    for (const by of [129, 40000, -1]) {
      const net = await NetMachine.boot({});
      const queue = net.device.queues[0]!;
      queue.pokeIndex(queue.usedIndex + by);
      expect(net.receive()).toBeUndefined();
      expect(net.call('nicRestarts', 0)).toBe(1);
      expect(works(net)).toBe(true);
    }
  });

  test('a frame sent that never was', async () => {
    const net = await NetMachine.boot({ latency: 1000 });
    const queue = net.device.queues[1]!;
    queue.poke(0, 5, 0);
    queue.pokeIndex(1);
    expect(net.call('nicPrepareToSleep', 0)).toBe(1);
    expect(net.call('nicPrepareToSleep', 0)).toBe(1);
    expect(net.call('nicRestarts', 0)).toBe(1);
    expect(works(net)).toBe(true);
  });
});

describe('a device that needs a reset', () => {
  test.each([1, 2, 7, 50])('after every %i frames loses some of them and no more', async (givesUpAfter) => {
    const net = await NetMachine.boot({ givesUpAfter, latency: 1000 });
    let came = 0;
    for (let i = 0; i < 200; i++) {
      net.device.deliver(frameOf(60, i));
      // As yield does: what has come is read before anybody sleeps.
      while (net.receive() !== undefined) came++;
      rest(net);
    }
    expect(came).toBeGreaterThanOrEqual(90);
    expect(net.call('nicRestarts', 0)).toBeGreaterThan(0);
    if (givesUpAfter > 2) expect(works(net)).toBe(true);
  });

  test('is found out by somebody who never sleeps', async () => {
    const net = await NetMachine.boot({ interrupts: () => 'lost' });
    net.device.giveUp();
    for (let i = 0; i < 65536; i++) net.call('receiveToApplication', 0, 0, 1514);
    expect(net.call('nicRestarts', 0)).toBe(1);
    expect(works(net)).toBe(true);
  });

  test('and does not come back is given up', async () => {
    const net = await NetMachine.boot({});
    net.device.writeStatus = () => {};
    net.device.giveUp();
    net.device.status = 64;
    net.call('nicPrepareToSleep', 0);
    net.call('idle');
    net.call('nicWakeUp', 0);
    expect(net.call('nicIsUp', 0)).toBe(0);
    expect(net.send(frameOf(60))).toBe(false);
    expect(net.receive()).toBeUndefined();
  });

  test.each([[false, []], [true, [1, 2, 3]]])('and does not start again gives payloads back only if it stops: %s', async (stops, released) => {
    const net = await NetMachine.boot({ neverSends: true });
    for (let i = 1; i <= 3; i++) net.transmit({ header: frameOf(54), payload: frameOf(1000), owner: i });
    net.device.giveUp();
    net.device.writeStatus = (value) => {
      if (stops) net.device.status = value === 0 ? 0 : 64;
    };
    net.call('nicPrepareToSleep', 0);
    net.call('idle');
    net.call('nicWakeUp', 0);
    expect(net.call('nicIsUp', 0)).toBe(0);
    expect(net.released.sort()).toEqual(released);
  });
});

test('a device that has kept every frame for five seconds is started anew, and sends again', async () => {
  const net = await NetMachine.boot({});
  const { resets } = net.device;
  const notified = net.device.notified.bind(net.device);
  net.device.notified = (queue) => {
    if (net.device.resets > resets) notified(queue);
  };
  while (net.send(frameOf(60)));
  net.machine.clock.pass(4_900_000_000);
  expect(net.send(frameOf(60))).toBe(false);
  expect(net.device.resets).toBe(resets);
  net.machine.clock.pass(200_000_000);
  net.send(frameOf(60));
  expect(net.device.resets).toBe(resets + 1);
  expect(net.send(frameOf(61))).toBe(true);
  net.machine.clock.pass(1_000_000);
  expect(net.device.frames).toEqual([frameOf(61)]);
});

test('interrupts lost or doubled lose no frame', async () => {
  for (const kind of ['lost', 'doubled'] as const) {
    const net = await NetMachine.boot({ interrupts: (i) => i % 2 === 0 ? 'once' : kind });
    for (let i = 0; i < 100; i++) {
      net.machine.clock.after(10_000, () => net.device.deliver(frameOf(60, i)));
      net.machine.clock.after(500_000, () => net.machine.interrupt(0x40));
      net.sleepUntilFrame();
      expect(net.receive()).toEqual(frameOf(60, i));
    }
  }
});

/** What may happen, in any order. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('deliver' as const), bytes: fc.integer({ min: 0, max: 9100 }) }),
  fc.record({ kind: fc.constant('send' as const), bytes: fc.integer({ min: 0, max: 1600 }) }),
  fc.record({ kind: fc.constant('receive' as const), capacity: fc.integer({ min: 0, max: 9100 }) }),
  fc.record({ kind: fc.constant('transmit' as const), bytes: fc.integer({ min: 1, max: 1400 }) }),
  fc.constant({ kind: 'poll' as const }), fc.constant({ kind: 'rest' as const }), fc.constant({ kind: 'giveUp' as const }),
  fc.record({ kind: fc.constant('poke' as const), queue: fc.nat(1), head: fc.oneof(fc.nat(130), fc.nat(0xffffffff)), bytes: fc.oneof(fc.nat(3000), fc.nat(0xffffffff)) }),
  fc.record({ kind: fc.constant('index' as const), queue: fc.nat(1), by: fc.integer({ min: -5, max: 200 }) }),
);

/** Errors of the device model: a driver that was lied to may be pointed to make none. */
function happen(net: NetMachine, event: typeof happening extends fc.Arbitrary<infer T> ? T : never, i: number): void {
  const queue = 'queue' in event ? net.device.queues[event.queue]! : undefined;
  switch (event.kind) {
    case 'deliver': return net.device.deliver(frameOf(event.bytes, i));
    case 'send': return void net.send(frameOf(event.bytes, i));
    case 'receive': return void net.receive(event.capacity);
    case 'transmit': return void net.transmit({ header: frameOf(54), payload: frameOf(event.bytes, i), owner: i + 1 });
    case 'poll': return void net.call('pollNic', 0);
    case 'giveUp': return net.device.giveUp();
    case 'poke':
      if (queue!.ready) {
        queue!.poke(queue!.usedIndex, event.head, event.bytes);
        queue!.pokeIndex(queue!.usedIndex + 1);
      }
      return;
    case 'index': return queue!.ready ? queue!.pokeIndex(queue!.usedIndex + event.by) : undefined;
    case 'rest': return rest(net);
  }
}

test(`whatever a device does, ${RUNS} times over: owners are told once at most, and it works after a reset`, async () => {
  const machine = fc.record({
    transport: fc.constantFrom('mmio' as const, 'pci' as const), latency: fc.constantFrom(0, 1000, 50_000),
    queueSize: fc.constantFrom(2, 8, 64, 256), mtu: fc.constantFrom(68, 1500, 9000),
    without: fc.constantFrom(0n, 1n << 28n, 1n << 29n, 1n << 15n, 1n << 15n | 1n << 28n | 1n << 29n),
  });
  await fc.assert(fc.asyncProperty(machine, fc.array(happening, { maxLength: 40 }), async (spec, events) => {
    const net = await NetMachine.boot(spec);
    const owners = new Set<number>();
    events.forEach((event, i) => {
      happen(net, event, i);
      if (event.kind === 'transmit') owners.add(i + 1);
    });
    expect(new Set(net.released).size).toBe(net.released.length);
    expect(net.released.filter((owner) => !owners.has(owner))).toEqual([]);
    net.device.giveUp();
    rest(net);
    while (net.receive(1514) !== undefined);
    if (spec.mtu >= 1500) expect(works(net)).toBe(true);
  }), { numRuns: RUNS, seed: 4 });
}, RUNS * 200);
