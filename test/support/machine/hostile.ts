// Devices that misbehave at random moments: every way by which something of a device reaches the kernel is corrupted now
// and then. It is done from outside, to the devices of virtio/, so that their models stay what the specification says.
//
//   rings      used entries, lengths, the index, buffers' contents        a shadow of each buffer is filled, and copied
//   registers  status, features, queue sizes, configuration, generation   when the device really gives it back
//   interrupts lost, doubled, for nothing                                 PCI  capabilities and BARs, before they are read
//
// What a device writes it takes from values of its own (`tag`), so that bytes of somebody else are seen where they turn up.
import type { Dice } from './dice.ts';
import type { Machine } from './machine.ts';
import { Console } from './virtio/console.ts';
import type { VirtioDevice } from './virtio/device.ts';
import { Net } from './virtio/net.ts';
import { DeviceQueue } from './virtio/queue.ts';
import { VirtioPci } from './virtio/pci.ts';

export const MISCHIEF = ['rings', 'contents', 'status', 'features', 'sizes', 'config', 'interrupts', 'resets', 'stuck', 'pci'] as const;
export type Mischief = (typeof MISCHIEF)[number];

/** What a NIC says of a frame: that it lies in so many buffers. */
export const BUFFERS_SAID = [0, 2, 128, 129, 0xffff] as const;
const DRIVER_OK = 4;
const FAILED = 0x80;
/** What a device model says of a driver that was deceived about the device's limits: no mistake of the driver's. */
const DECEIVED = /^a (read|write) of|SIZE_MAX|was not agreed on|that cannot be written|sectors, most|^a frame of -?\d+ bytes|^this driver takes/;

export class Storm {
  readonly machine: Machine;
  readonly dice: Dice;
  readonly kinds: ReadonlySet<Mischief>;
  readonly likelihood: number;
  /** Devices behave. */
  isCalm = true;
  /** Called with what a device is given to read. */
  onRead: (device: VirtioDevice, queue: number, bytes: readonly Uint8Array[]) => void = () => {};
  strikes = 0;
  /** Devices whose registers are not where their capabilities say: what the kernel tells them reaches another, or nobody. */
  readonly misplaced = new Set<VirtioDevice>();
  /** What each device's status really is. */
  readonly statuses = new Map<VirtioDevice, number>();
  /** Devices that the kernel has told that it uses them no more; they may forget that. */
  readonly givenUp = new Set<VirtioDevice>();

  constructor(dice: Dice, machine: Machine, kinds: readonly Mischief[], likelihood: number) {
    this.dice = dice;
    this.machine = machine;
    this.kinds = new Set(kinds);
    this.likelihood = likelihood;
  }

  /** Whether something of that kind goes wrong now. */
  strike(kind: Mischief, times = 1): boolean {
    if (this.isCalm || !this.kinds.has(kind) || !this.dice.chance(this.likelihood * times)) return false;
    this.strikes++;
    return true;
  }

  /** A byte that tells where it is from: of device `index`, or a small number, as counts and states are. */
  byteOf(index: number): number {
    return this.dice.chance(0.5) ? tagOf(index) : this.dice.roll(16);
  }
}

/** Of the device at that place in the machine's list. */
export function tagOf(index: number): number {
  return 0xa0 + index;
}

/** Between the machine's start and its boot. */
export function unleash(storm: Storm): void {
  storm.machine.devices.forEach((device, index) => {
    corruptRegisters(storm, device);
    device.queues.forEach((queue, number) => corruptQueue(storm, device, queue, number, index));
    forgive(storm, device);
  });
  for (const fn of storm.machine.bus.pci.functions.values()) if (fn instanceof VirtioPci) corruptFunction(storm, fn);
  const tick = (): void => {
    if (!storm.isCalm) happen(storm);
    storm.machine.clock.after(storm.dice.pick([3_000, 40_000, 900_000, 20_000_000, 900_000_000]), tick);
  };
  tick();
}

/** Registers whose values are not what they were a moment ago. */
function corruptRegisters(storm: Storm, device: VirtioDevice): void {
  const { dice } = storm;
  const { config, offered } = device;
  const truth = config.slice();
  let status = 0;
  let isStuck = false;
  let generation = 0;
  Object.defineProperties(device, {
    config: { get: () => {
      if (storm.isCalm) config.set(truth);
      else if (config.length > 0 && storm.strike('config')) {
        config[dice.roll(config.length)] = dice.roll(256);
        if (dice.chance(0.5)) device.generation++;
      }
      return config;
    } },
    generation: { get: () => storm.strike('config') ? dice.roll(256) : generation, set: (value: number) => { generation = value & 0xff; } },
    offered: { get: () => storm.strike('features') ? offered ^ (1n << BigInt(dice.roll(40))) : offered },
    status: {
      get: () => {
        if (storm.strike('stuck', 0.005)) isStuck = true;
        if (isStuck && !storm.isCalm) return status || 1;
        return storm.strike('status', 0.3) ? status ^ (1 << dice.roll(8)) : status;
      },
      set: (value: number) => {
        status = value;
        storm.statuses.set(device, value);
        if (value & FAILED) storm.givenUp.add(device);
      },
    },
  });
}

function corruptQueue(storm: Storm, device: VirtioDevice, queue: DeviceQueue, number: number, index: number): void {
  const { dice } = storm;
  const { sizeMax } = queue;
  /** By head: the buffers where they are, and those that the device model fills. */
  const held = new Map<number, { real: Uint8Array[]; shadow: Uint8Array[] }>();
  const sizes = [0, 1, 2, 3, 4, 100, 65535];
  Object.defineProperty(queue, 'sizeMax', { get: () => storm.strike('sizes') ? dice.pick(sizes) : sizeMax });
  queue.reset = () => {
    held.clear();
    DeviceQueue.prototype.reset.call(queue);
  };
  const take = queue.take.bind(queue);
  queue.take = () => {
    // A request that was given back before it was taken may be made available again, beside those that still are: the
    // device confused itself, and gives up as QEMU's do.
    if (storm.kinds.has('rings') && queue.waiting() > queue.size) {
      device.giveUp();
      return undefined;
    }
    const chain = take();
    if (chain === undefined) return undefined;
    const readable = chain.readable.map((part) => part.slice());
    storm.onRead(device, number, readable);
    const shadow = chain.writable.map((part) => part.slice());
    held.set(chain.head, { real: chain.writable, shadow });
    return { head: chain.head, readable, writable: shadow };
  };
  const giveReally = (head: number, written: number): boolean => {
    const buffers = held.get(head);
    held.delete(head);
    if (storm.strike('contents')) for (const part of buffers?.shadow ?? []) scribble(storm, part, index);
    buffers?.real.forEach((part, i) => part.set(buffers.shadow[i]!));
    return DeviceQueue.prototype.give.call(queue, head, written);
  };
  queue.give = (head, written) => (storm.strike('rings') ? misgive(storm, device, queue, head, written, giveReally) : giveReally(head, written));
}

function scribble(storm: Storm, part: Uint8Array, index: number): void {
  const { dice } = storm;
  // Mostly where headers are.
  const end = dice.chance(0.7) ? Math.min(part.length, 16) : part.length;
  for (let i = 0; i < 6 && end > 0; i++) part[dice.roll(end)] = storm.byteOf(index);
}

type Give = (head: number, written: number) => boolean;

/** Gives something back, in some way that it must not. */
function misgive(storm: Storm, device: VirtioDevice, queue: DeviceQueue, head: number, written: number, give: Give): boolean {
  const { dice } = storm;
  const { resets } = device;
  const isAlive = (): boolean => queue.ready && device.resets === resets;
  switch (dice.roll(9)) {
    case 0: return false;
    case 1: return give(head, written), give(head, written);
    case 2: return give(dice.roll(queue.size), written);
    case 3: return give(dice.word(), written);
    case 4: return give(head, dice.word());
    case 5: return give(head, dice.roll(written + 1));
    case 6: queue.pokeIndex(queue.usedIndex + dice.pick([-1, -2, 1, queue.size, queue.size + 1, 0x8000, dice.roll(0x10000)])); return true;
    case 7:
      storm.machine.clock.after(dice.pick([1000, 1_000_000, 2_000_000_000]), () => {
        if (isAlive() && give(head, written)) device.interrupt(queue);
      });
      return false;
    default:
      // Each right, but the entry is not the next one.
      queue.poke(queue.usedIndex + 1, head, written);
      return give(dice.roll(queue.size), dice.roll(3000));
  }
}

/** What was never promised happens by itself. */
function happen(storm: Storm): void {
  const { dice, machine } = storm;
  const device = dice.pick(machine.devices);
  if (storm.misplaced.size > 0) return;
  const queue = dice.pick(device.queues);
  if (storm.strike('interrupts', 5)) for (let i = dice.roll(3); i >= 0; i--) device.raise(dice.chance(0.5) ? queue : undefined);
  if (storm.strike('interrupts', 5)) machine.bus.apic.request(0x20 + dice.roll(0x40));
  if (storm.strike('resets', 2)) device.giveUp();
  // Between two writes of the driver's it would be left with half of a queue's addresses.
  if (((storm.statuses.get(device) ?? 0) & DRIVER_OK) !== 0 && storm.strike('resets')) device.reset();
  if (storm.strike('config', 3)) device.configChanged();
  if (queue.ready && storm.strike('rings')) queue.poke(dice.roll(queue.size), dice.word(), dice.word());
  if (queue.ready && storm.strike('rings')) queue.pokeIndex(dice.roll(0x10000));
  visit(storm, device);
}

/** Something comes from outside. */
export function visit({ dice, machine, isCalm }: Storm, device: VirtioDevice): void {
  const tag = tagOf(machine.devices.indexOf(device));
  if (device instanceof Net && device.waiting.length < 8) device.deliver(new Uint8Array(isCalm ? 60 : dice.pick([0, 13, 60, 1514, 2100, 9014])).fill(tag));
  if (device instanceof Console) device.enter(new Uint8Array(dice.roll(40)).fill(tag));
}

/** A model's complaint about requests that only a deceived driver makes is no failure; its request stays unanswered. */
function forgive({ misplaced }: Storm, device: VirtioDevice): void {
  const later = device.later.bind(device);
  const notified = device.notified.bind(device);
  const patient = (action: () => void) => (): void => {
    try {
      action();
    } catch (error) {
      if (!(error instanceof Error) || (misplaced.size === 0 && !DECEIVED.test(error.message))) throw error;
    }
  };
  device.later = (action, delay) => later(patient(action), delay);
  device.notified = (queue) => patient(() => notified(queue))();
}

const PLACES = [0, 1, 6, 0x100000, 0x1ff000, 0x200000, 0x400000, 0x600000, 0xfec00000, 0xfee00000, 0xfffff000, 0xfe000000];

/** Capabilities that are circles, or point anywhere; BARs where something else is. */
function corruptFunction(storm: Storm, fn: VirtioPci): void {
  const { dice } = storm;
  if (storm.kinds.has('pci') && dice.chance(0.4)) {
    storm.misplaced.add(fn.device);
    const view = new DataView(fn.config.buffer);
    for (let i = dice.roll(3); i >= 0; i--) {
      const at = 0x40 + dice.roll(0x60);
      switch (dice.roll(5)) {
        case 0: fn.config[at] = dice.roll(256); break;
        case 1: fn.config[dice.pick([0x34, 0x41, 0x51, 0x65, 0x79, 0x8d])] = dice.pick([0x34, 0x40, 0x50, 0x64, 0x78, 0x8c, 0xfc, dice.roll(256)]); break;
        case 2: view.setUint32(at & 0xfc, dice.word(), true); break;
        case 3: view.setUint32(0x10 + dice.roll(6) * 4, dice.pick(PLACES), true); break;
        default: view.setUint32(dice.pick([0x58, 0x6c, 0x80, 0x94, 0x44, 0x48]), dice.word(), true);
      }
    }
  }
  const { raise } = fn.device;
  const access = fn.access.bind(fn);
  const isLed = (error: unknown, complaint: string): boolean => storm.misplaced.size > 0 && error instanceof Error && error.message.startsWith(complaint);
  // Where the kernel was led astray there are no registers to be read with the right width, and no table of messages.
  fn.access = (bar, offset, bytes, value) => {
    try {
      return access(bar, offset, bytes, value);
    } catch (error) {
      if (!isLed(error, 'common configuration')) throw error;
      return dice.word();
    }
  };
  fn.device.raise = (queue) => {
    try {
      raise(queue);
    } catch (error) {
      if (!isLed(error, 'a message to')) throw error;
    }
  };
}
