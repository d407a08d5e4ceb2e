// The network driver against a simulated device on both transports, as raw frames: what Solo5 applications get.
// What the stack gets besides is virtio-net-offload.test.ts; devices that lie are virtio-net-hostile.test.ts.
import { describe, expect, test } from 'vitest';
import { frameOf, NetMachine } from '../support/machine/net-machine.ts';
import { NET_F_MAC, NET_F_MRG_RXBUF, NET_F_MTU, NET_F_STATUS } from '../support/machine/virtio/net.ts';

const EVENT_IDX = 1n << 29n;
const INDIRECT_DESC = 1n << 28n;

/** Everything that comes in goes out again, `window` frames in flight, until `count` have been there and back. */
function echo(net: NetMachine, count: number, window: number, bytes = 60): number[] {
  const back: number[] = [];
  let sent = 0;
  const more = (): void => net.device.deliver(frameOf(bytes, sent++));
  net.device.onFrame = (frame) => {
    back.push(new DataView(frame.buffer, frame.byteOffset).getUint32(0, true));
    if (sent < count) more();
  };
  while (sent < Math.min(window, count)) more();
  while (back.length < count) {
    let frame = net.receive(bytes);
    if (frame === undefined) net.sleepUntilFrame();
    for (; frame !== undefined; frame = net.receive(bytes)) expect(net.send(frame)).toBe(true);
    if (sent >= count) net.pass();
  }
  return back;
}

describe.each(['mmio', 'pci'] as const)('a network device on %s', (transport) => {
  test('carries frames both ways, byte for byte', async () => {
    const net = await NetMachine.boot({ transport });
    for (const bytes of [14, 60, 61, 1500, 1514]) {
      net.device.deliver(frameOf(bytes, bytes));
      expect(net.receive()).toEqual(frameOf(bytes, bytes));
      expect(net.receive()).toBeUndefined();
      expect(net.send(frameOf(bytes, bytes + 1))).toBe(true);
      net.pass();
      expect(net.device.frames.at(-1)).toEqual(frameOf(bytes, bytes + 1));
    }
  });

  test('keeps 32 frames in flight for 5,000, in order, with nothing lost', async () => {
    const net = await NetMachine.boot({ transport, latency: 3000 });
    expect(echo(net, 5000, 32)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  test('wakes a sleeper with each frame', async () => {
    const net = await NetMachine.boot({ transport });
    for (let i = 0; i < 300; i++) {
      net.machine.clock.after(1_000_000, () => net.device.deliver(frameOf(60, i)));
      net.sleepUntilFrame();
      expect(net.receive()).toEqual(frameOf(60, i));
    }
    expect(net.machine.halts).toBeGreaterThanOrEqual(300);
  });

  test('interrupts nobody who is awake', async () => {
    const net = await NetMachine.boot({ transport, latency: 100, withoutMsix: true });
    const before = net.machine.halts;
    for (let i = 0; i < 200; i++) {
      net.device.deliver(frameOf(60, i));
      expect(net.receive()).toBeDefined();
      net.send(frameOf(60, i));
    }
    net.pass();
    expect({ halts: net.machine.halts - before, interrupts: net.device.interrupts }).toEqual({ halts: 0, interrupts: 0 });
  });

  test.each([
    ['VIRTIO_F_INDIRECT_DESC', INDIRECT_DESC], ['VIRTIO_F_EVENT_IDX', EVENT_IDX], ['VIRTIO_NET_F_MRG_RXBUF', NET_F_MRG_RXBUF],
    ['VIRTIO_NET_F_STATUS', NET_F_STATUS], ['VIRTIO_NET_F_MTU', NET_F_MTU], ['VIRTIO_NET_F_MAC', NET_F_MAC],
    ['any of these', INDIRECT_DESC | EVENT_IDX | NET_F_MRG_RXBUF | NET_F_STATUS | NET_F_MTU | NET_F_MAC],
  ])('works without %s', async (_name, without) => {
    const net = await NetMachine.boot({ transport, without, latency: 1000 });
    expect(net.call('nicCount')).toBe(1);
    expect(echo(net, 300, 16, 1514).length).toBe(300);
  });

  test('that refuses its own features, or is legacy, is left alone', async () => {
    expect((await NetMachine.boot({ transport, refuses: 1n << 32n })).call('nicCount')).toBe(0);
    expect((await NetMachine.boot({ transport, without: 1n << 32n })).call('nicCount')).toBe(0);
  });

  test('may have queues of any size', async () => {
    for (const queueSize of [2, 4, 16, 64, 1024]) {
      const net = await NetMachine.boot({ transport, queueSize, latency: 1000 });
      expect(echo(net, 100, 1, 1514).length).toBe(100);
    }
  });
});

describe('a frame', () => {
  test('of a size that no frame has is refused, and the device never sees it', async () => {
    const net = await NetMachine.boot({});
    for (const bytes of [0, 1, 13, 1515, 9014]) expect(net.send(new Uint8Array(bytes))).toBe(false);
    net.pass();
    expect(net.device.frames).toEqual([]);
  });

  test('that is no frame, or larger than the reader takes, is dropped and counted; the next one comes', async () => {
    const net = await NetMachine.boot({});
    for (const bytes of [13, 1, 0, 1515, 4000]) net.device.deliver(frameOf(bytes));
    net.device.deliver(frameOf(60, 1));
    expect(net.receive()).toEqual(frameOf(60, 1));
    expect(net.call('nicDropped', 0)).toBe(5);
  });

  test('for which there is no room is dropped, after one reminder to the device', async () => {
    const net = await NetMachine.boot({ neverSends: true });
    let taken = 0;
    while (net.send(frameOf(60))) taken++;
    expect(taken).toBe(128);
    const before = net.device.notifications;
    expect(net.send(frameOf(60))).toBe(false);
    expect(net.device.notifications - before).toBe(1);
  });

  test('that comes while nobody reads waits, and then they all come', async () => {
    const net = await NetMachine.boot({});
    for (let i = 0; i < 400; i++) net.device.deliver(frameOf(60, i));
    for (let i = 0; i < 400; i++) {
      const frame = net.receive();
      expect(frame).toEqual(frameOf(60, i));
    }
  });
});

describe('jumbo frames', () => {
  test.each([['spread over buffers', 0n], ['in one buffer each', NET_F_MRG_RXBUF]])('come and go, %s', async (_how, without) => {
    const net = await NetMachine.boot({ mtu: 9000, without, latency: 1000 });
    expect(net.call('nicMtu', 0)).toBe(9000);
    expect(echo(net, 500, 8, 9014).length).toBe(500);
    expect(net.send(new Uint8Array(9015))).toBe(false);
  });

  test('of a device that says more than there is room for, or what none may say, are bounded', async () => {
    expect((await NetMachine.boot({ mtu: 65535 })).call('nicMtu', 0)).toBe(9000);
    expect((await NetMachine.boot({ mtu: 67 })).call('nicMtu', 0)).toBe(1500);
    expect((await NetMachine.boot({ mtu: 68 })).call('nicMtu', 0)).toBe(68);
  });

  test('find a place where a queue is too small to spread them', async () => {
    const net = await NetMachine.boot({ mtu: 9000, queueSize: 4, latency: 1000 });
    expect(echo(net, 50, 2, 9014).length).toBe(50);
  });
});

describe('the configuration', () => {
  const macOf = (net: NetMachine, nic = 0): number[] => [...new Uint8Array(net.machine.memory.buffer, net.call('nicMac', nic), 6)];

  test('gives the address; a device without one gets its own', async () => {
    expect(macOf(await NetMachine.boot({ mac: [2, 0, 0, 0, 0, 9] }))).toEqual([2, 0, 0, 0, 0, 9]);
    const made = macOf(await NetMachine.boot({ without: NET_F_MAC }, { cpu: { kvmclock: true, rdseed: 'works' } }));
    expect(made[0]! & 3).toBe(2);
    expect(new Set(made).size).toBeGreaterThan(2);
  });

  test('says when the link goes down and comes up', async () => {
    const net = await NetMachine.boot({});
    const isUp = (): number => {
      net.call('nicPrepareToSleep', 0);
      net.call('idle');
      net.call('nicWakeUp', 0);
      return net.call('nicIsUp', 0);
    };
    expect(net.call('nicIsUp', 0)).toBe(1);
    net.device.link = false;
    expect(isUp()).toBe(0);
    net.device.link = true;
    expect(isUp()).toBe(1);
  });

  test('that changes while it is read is read again', async () => {
    const net = await NetMachine.boot({ transport: 'pci', mac: [2, 2, 2, 2, 2, 2] }, {
      prepare: (machine) => {
        const device = machine.devices[0]!;
        const old = device.config;
        let reads = 0;
        Object.defineProperty(device, 'config', {
          get: () => {
            if (++reads === 4) {
              old.fill(4, 0, 6);
              device.generation++;
            }
            return old;
          },
        });
      },
    });
    expect(macOf(net)).toEqual([4, 4, 4, 4, 4, 4]);
  });
});

test('eight interfaces work side by side, and a ninth is left alone', async () => {
  const specs = Array.from({ length: 9 }, (_, i) => ({ transport: 'pci', mac: [2, 0, 0, 0, 0, i] } as const));
  const net = await NetMachine.boot(specs);
  expect(net.call('nicCount')).toBe(8);
  for (let i = 0; i < 8; i++) {
    const device = net.machine.devices[i] as typeof net.device;
    device.deliver(frameOf(60, i));
  }
  for (let i = 0; i < 8; i++) expect(net.receive(1514, i)).toEqual(frameOf(60, i));
});
