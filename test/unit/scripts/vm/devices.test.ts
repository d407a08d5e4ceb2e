import { describe, expect, it } from 'vitest';
import { type VirtioDevice, deviceArguments, deviceWords } from '../../../../scripts/vm/devices.ts';

const net: VirtioDevice = { name: 'net', before: ['-netdev', 'user,id=n0'], properties: { netdev: 'n0', mtu: 1500 } };
const serial: VirtioDevice = { name: 'serial', after: ['-device', 'virtserialport,chardev=console'] };

describe('virtio devices', () => {
  it('have a slot each on microvm, and a word that tells of it', () => {
    expect(deviceArguments('microvm', [net, serial])).toEqual([
      '-netdev', 'user,id=n0', '-device', 'virtio-net-device,bus=virtio-mmio-bus.0,netdev=n0,mtu=1500',
      '-device', 'virtio-serial-device,bus=virtio-mmio-bus.1', '-device', 'virtserialport,chardev=console',
    ]);
    expect(deviceWords('microvm', [net, serial])).toEqual([
      'pci=off', 'acpi=off', 'virtio_mmio.device=512@0xfeb00000:5', 'virtio_mmio.device=512@0xfeb00200:6',
    ]);
  });

  it('are found on PCI elsewhere', () => {
    expect(deviceArguments('q35', [net]).at(-1)).toBe('virtio-net-pci,netdev=n0,mtu=1500');
    expect(deviceWords('q35', [net])).toEqual(['acpi=off']);
  });

  it('that are too many for microvm are refused', () => {
    const many = Array.from({ length: 9 }, () => net);
    expect(() => deviceArguments('microvm', many)).toThrow('use --machine q35');
    expect(deviceArguments('pc', many)).toHaveLength(36);
  });

  it('may have a comma in a value', () => {
    expect(deviceArguments('pc', [{ name: 'blk', properties: { serial: 'a,b' } }])).toEqual(['-device', 'virtio-blk-pci,serial=a,,b']);
  });
});
