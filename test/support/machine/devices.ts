// From a list of devices to devices on the bus, each with the registers, the interrupt and the words that a monitor would
// give it. Adding a device type: a class in virtio/ and a line in `make`.
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { Block, type BlockOptions } from './virtio/block.ts';
import { VirtioDevice } from './virtio/device.ts';
import { Console, type ConsoleOptions } from './virtio/console.ts';
import { Entropy, type EntropyOptions } from './virtio/entropy.ts';
import { Share, type ShareOptions } from './virtio/ninep.ts';
import { Net, type NetOptions } from './virtio/net.ts';
import { VirtioMmio } from './virtio/mmio.ts';
import { VirtioPci } from './virtio/pci.ts';
import type { Ram } from './virtio/ram.ts';

export type DeviceSpec = { readonly transport?: 'mmio' | 'pci'; readonly slot?: number } & (
  | ({ readonly device: 'console' } & ConsoleOptions)
  | ({ readonly device: 'entropy' } & EntropyOptions)
  | ({ readonly device: 'net' } & NetOptions)
  | ({ readonly device: 'block' } & BlockOptions)
  | ({ readonly device: '9p' } & ShareOptions)
);

/** As on QEMU's microvm, and on its pc. */
const MMIO_BASE = 0xfeb00000n;
const MMIO_SIZE = 512;
const MMIO_LINE = 5;
const PCI_LINE = 10;

function make(spec: DeviceSpec, ram: Ram, clock: Clock): VirtioDevice {
  switch (spec.device) {
    case 'console': return new Console(ram, clock, spec);
    case 'entropy': return new Entropy(ram, clock, spec);
    case 'net': return new Net(ram, clock, spec);
    case 'block': return new Block(ram, clock, spec);
    case '9p': return new Share(ram, clock, spec);
  }
}

export function attachDevices(specs: readonly DeviceSpec[], bus: Bus, ram: Ram, clock: Clock): { devices: VirtioDevice[]; words: string[] } {
  const words: string[] = [];
  if (specs.some((spec) => spec.transport === 'pci')) bus.pci.functions.set(0, hostBridge());
  const devices = specs.map((spec, i) => {
    const device = make(spec, ram, clock);
    if (spec.transport === 'pci') attachPci(bus, device, spec.slot ?? i + 1, i);
    else words.push(attachMmio(bus, device, i));
    return device;
  });
  return { devices, words };
}

function attachMmio(bus: Bus, device: VirtioDevice, index: number): string {
  const base = MMIO_BASE + BigInt(index * MMIO_SIZE);
  const line = MMIO_LINE + index;
  const transport = new VirtioMmio(device, (up) => bus.ioApic.line(line, up));
  bus.registers.push({ base, size: MMIO_SIZE, access: (offset, bytes, value) => transport.access(offset, bytes, value) });
  return `virtio_mmio.device=512@0x${base.toString(16)}:${line}`;
}

function attachPci(bus: Bus, device: VirtioDevice, slot: number, index: number): void {
  const line = PCI_LINE + index % 2;
  const message = (address: number, data: number): void => {
    if (address >>> 20 !== 0xfee) throw new Error(`a message to ${address.toString(16)}`);
    bus.apic.request(data & 0xff);
  };
  bus.pci.functions.set(slot << 3, new VirtioPci(device, index, line, (up) => bus.ioApic.line(line, up), message));
}

/** Something at 00:00.0, without which a PC has no PCI. */
function hostBridge(): { config: Uint8Array; bars: Map<number, never>; access: () => number } {
  const config = new Uint8Array(256);
  config.set([0x86, 0x80, 0x37, 0x12]);
  return { config, bars: new Map<number, never>(), access: () => 0 };
}
