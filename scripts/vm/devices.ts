// Virtio devices on QEMU's machines, as data: a list of devices -> QEMU's arguments, and the words that tell the guest of
// those that no bus can be searched for.
//
//   microvm   slot N of virtio-mmio: registers at 0xfeb00000 + 512 N, interrupt 5 + N; device N of the list has slot N
//   pc, q35   PCI functions, in the order of the list
import { AsoloError } from '../errors.ts';
import type { MachineName } from '../qemu.ts';

export interface VirtioDevice {
  /** QEMU's name without the bus: virtio-NAME-device or virtio-NAME-pci. */
  readonly name: 'net' | 'blk' | 'serial' | 'rng' | '9p';
  readonly properties?: Readonly<Record<string, string | number>>;
  /** Arguments that must come before it: -netdev, -blockdev, -chardev, -fsdev. */
  readonly before?: readonly string[];
  /** Arguments that must come after it: devices on its own bus. */
  readonly after?: readonly string[];
}

/** The descriptor, in QEMU, of the socket behind the console. */
export const CONSOLE_FD = 6;

/**
 * The application's standard input and output. Port 1, not 0: QEMU's virtconsole, the only kind of port 0, drops what its
 * reader does not take at once.
 */
export const CONSOLE: VirtioDevice = {
  name: 'serial',
  properties: { max_ports: 2 },
  before: ['-chardev', `socket,id=console,fd=${CONSOLE_FD}`],
  after: ['-device', 'virtserialport,chardev=console,nr=1'],
};

/** What a machine can have, the console included. */
export const MICROVM_SLOTS = 8;

export function deviceArguments(machine: MachineName, devices: readonly VirtioDevice[]): string[] {
  if (machine === 'microvm' && devices.length > MICROVM_SLOTS) {
    throw new AsoloError('usage', `microvm has room for ${MICROVM_SLOTS} devices, the console included; use --machine q35`);
  }
  return devices.flatMap(({ name, properties = {}, before = [], after = [] }, slot) => {
    const place = machine === 'microvm' ? { bus: `virtio-mmio-bus.${slot}` } : {};
    const all = Object.entries({ ...place, ...properties }).map(([key, value]) => `,${key}=${String(value).replaceAll(',', ',,')}`);
    return [...before, '-device', `virtio-${name}-${machine === 'microvm' ? 'device' : 'pci'}${all.join('')}`, ...after];
  });
}

/** Words of ours about the machine's devices: they stand before the application's own arguments. */
export function deviceWords(machine: MachineName, devices: readonly VirtioDevice[]): string[] {
  if (machine !== 'microvm') return ['acpi=off'];
  return ['pci=off', 'acpi=off', ...devices.map((_, slot) => `virtio_mmio.device=512@0x${(0xfeb00000 + slot * 512).toString(16)}:${5 + slot}`)];
}
