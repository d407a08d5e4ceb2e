// The entropy device through both transports, whole kernel: what random_get gives when the processor has no instruction.
import { describe, expect, test } from 'vitest';
import type { DeviceSpec } from '../support/machine/devices.ts';
import { Machine } from '../support/machine/machine.ts';
import type { Entropy } from '../support/machine/virtio/entropy.ts';

const OUT = 0x400;
const NOTSUP = 58;

function randomWith(spec: Partial<DeviceSpec>, rdseed: 'works' | 'absent' = 'absent'): { error: number; bytes: Uint8Array; device: Entropy; machine: Machine } {
  const machine = new Machine({ cpu: { rdseed, kvmclock: true }, devices: [{ device: 'entropy', ...spec }] });
  let error = -1;
  let bytes = new Uint8Array(0);
  machine.run((app) => {
    error = app.wasi['random_get']!(OUT, 16);
    bytes = app.memory.slice(OUT, OUT + 16);
  });
  return { error, bytes, device: machine.devices[0] as Entropy, machine };
}

describe.each(['mmio', 'pci'] as const)('an entropy device on %s', (transport) => {
  test('makes random numbers where the processor cannot', () => {
    const { error, bytes, device } = randomWith({ transport });
    expect(error).toBe(0);
    expect(new Set(bytes).size).toBeGreaterThan(8);
    expect(device.given).toBe(32);
  });

  test('is mixed in where the processor can', () => {
    const { error, device } = randomWith({ transport }, 'works');
    expect({ error, given: device.given }).toEqual({ error: 0, given: 32 });
  });

  test('may give little at a time', () => {
    expect(randomWith({ transport, most: 5 }).error).toBe(0);
  });

  test('is waited for asleep', () => {
    const { error, machine } = randomWith({ transport, latency: 1_000_000 });
    expect(error).toBe(0);
    expect(machine.halts).toBeGreaterThan(0);
  });

  test('that never answers, or with nothing, is given up', () => {
    expect(randomWith({ transport, neverAnswers: true }).error).toBe(NOTSUP);
    expect(randomWith({ transport, most: 0 }).error).toBe(NOTSUP);
  });

  test('without one or the other feature of queues works', () => {
    for (const bit of [28n, 29n]) expect(randomWith({ transport, without: 1n << bit, latency: 1000 }).error).toBe(0);
  });

  test('that is legacy or refuses its features is left alone', () => {
    expect(randomWith({ transport, without: 1n << 32n }).error).toBe(NOTSUP);
    expect(randomWith({ transport, refuses: 1n << 32n }).error).toBe(NOTSUP);
  });

  test('whose interrupt is lost is found at the deadline, one doubled changes nothing', () => {
    expect(randomWith({ transport, latency: 1000, interrupts: () => 'doubled' }).error).toBe(0);
  });
});

describe('an entropy device on PCI', () => {
  test('interrupts by its line where it has no MSI-X', () => {
    const { error, machine } = randomWith({ transport: 'pci', withoutMsix: true, latency: 1_000_000 });
    expect(error).toBe(0);
    expect(machine.bus.apic.strayEnds).toBe(0);
  });

  test('may have its registers above 4 GiB', () => {
    expect(randomWith({ transport: 'pci', barAt: 0x3f_ffff_0000n }).error).toBe(0);
  });

  test('may be transitional', () => {
    expect(randomWith({ transport: 'pci', transitional: true }).error).toBe(0);
  });
});

test('a legacy device is named with the flag that helps', () => {
  const run = (transport: 'mmio' | 'pci'): string =>
    new Machine({ devices: [{ device: 'entropy', transport, legacyOnly: true }] }).run(() => 0).stdout;
  expect(run('mmio')).toContain('-global virtio-mmio.force-legacy=false');
  expect(run('pci')).toContain('disable-modern=off');
});
