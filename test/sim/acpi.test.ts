// Devices that ACPI tells of: assembly/acpi, on the simulated machine; and tables that nobody should believe.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AcpiOptions, type Piece, acpiTables } from '../support/machine/acpi-tables.ts';
import { Machine, type MachineOptions } from '../support/machine/machine.ts';
import type { Entropy } from '../support/machine/virtio/entropy.ts';

const RUNS = process.env['ASOLO_LONG'] === '1' ? 100_000 : 300;
const FIRST = { base: 0xfeb00000, line: 5 };
const SECOND = { base: 0xfeb00200, line: 6 };

/** Bytes that an entropy device gave to an application that asked for random numbers. */
function given(acpi: readonly Piece[], options: MachineOptions = {}, index = 0): number {
  const machine = new Machine({ cpu: { rdseed: 'absent', kvmclock: true }, devices: Array.from({ length: index + 1 }, () => ({ device: 'entropy' as const, latency: 5000 })), ...options, acpi });
  const { status } = machine.run((app) => { app.wasi['random_get']!(0x400, 16); });
  expect(status).toBe(0);
  return (machine.devices[index] as Entropy).given;
}

describe('a virtio-mmio device in ACPI', () => {
  test.each<[string, AcpiOptions, MachineOptions]>([
    ['in the DSDT, from the XSDT', {}, {}],
    ['from the RSDT of the first revision', { revision: 0 }, {}],
    ['in an SSDT', { inSsdt: true }, {}],
    ['with a root pointer anywhere in the BIOS area', { rsdpAt: 0xffff0 - 0x100 }, {}],
    ['with a root pointer where PVH says', { rsdpAt: 0x7008 }, { protocol: 'pvh', rsdp: 0x7008 }],
    ['with a root pointer that PVH does not tell, as in Firecracker', {}, { protocol: 'pvh' }],
  ])('%s is found', (_name, options, more) => {
    expect(given(acpiTables({ devices: [FIRST], ...options }), more)).toBe(32);
  });

  test('is found with others, each with its own interrupt', () => {
    const machine = new Machine({ devices: [{ device: 'console' }, { device: 'entropy', latency: 5000 }], cpu: { rdseed: 'absent', kvmclock: true }, acpi: acpiTables({ devices: [FIRST, SECOND] }) });
    machine.run((app) => { app.wasi['random_get']!(0x400, 16); app.write(1, 'x'); });
    expect((machine.devices[1] as Entropy).given).toBe(32);
  });

  test('is not looked for where the command line says acpi=off, or names devices itself', () => {
    expect(given(acpiTables({ devices: [FIRST] }), { commandLine: 'acpi=off' })).toBe(0);
    expect(given(acpiTables({ devices: [FIRST] }), { commandLine: 'virtio_mmio.device=512@0xfeb00600:9' })).toBe(0);
  });

  test('in RAM is left alone', () => {
    expect(given(acpiTables({ devices: [{ base: 0x200000, line: 5 }, { base: 0x2000000, line: 5 }] }))).toBe(0);
  });
});

test('PCI is reached through memory where ACPI has an MCFG', () => {
  const machine = new Machine({ devices: [{ device: 'entropy', transport: 'pci' }], cpu: { rdseed: 'absent', kvmclock: true }, acpi: acpiTables({ ecam: 0xe0000000n }) });
  machine.bus.pci.ecam = 0xe0000000n;
  machine.bus.pci.withoutPorts = true;
  machine.run((app) => { app.wasi['random_get']!(0x400, 16); });
  expect((machine.devices[0] as Entropy).given).toBe(32);
});

describe('tables that nobody should believe', () => {
  const good = acpiTables({ devices: [FIRST, SECOND], ecam: 0xe0000000n, inSsdt: true });

  test('with one wrong byte anywhere are not used further than they are right', () => {
    fc.assert(fc.property(fc.nat(good.length - 1), fc.nat(2000), fc.integer({ min: 1, max: 255 }), (index, offset, change) => {
      const spoilt = good.map(({ at, bytes }, i) => ({ at, bytes: i === index ? bytes.map((byte, j) => (j === offset % bytes.length ? byte ^ change : byte)) : bytes }));
      given(spoilt);
    }), { seed: 1, numRuns: RUNS });
  });

  test('of rubbish with right checksums end, and harm nothing', () => {
    const rubbish = fc.array(fc.oneof(fc.constantFrom(0, 1, 2, 0x86, 0x89, 9, 6, 0xff, 0xfe), fc.nat(255)), { minLength: 4, maxLength: 1500 });
    fc.assert(fc.property(fc.nat(good.length - 2), rubbish, fc.boolean(), (index, body, keepsLength) => {
      const spoilt = good.map(({ at, bytes }, i) => {
        if (i !== index) return { at, bytes };
        const made = Uint8Array.from([...bytes.slice(0, 36), ...body]).slice(0, keepsLength ? bytes.length : undefined);
        new DataView(made.buffer).setUint32(4, keepsLength ? bytes.length : made.length, true);
        made[9] = 0;
        made[9] = -made.reduce((sum, byte) => sum + byte, 0) & 0xff;
        return { at, bytes: made };
      });
      given(spoilt.filter(({ at }, i) => i === index || at !== spoilt[index]!.at));
    }), { seed: 2, numRuns: RUNS });
  });

  test('that point to each other end', () => {
    const [dsdt, fadt, ...rest] = acpiTables({ devices: [FIRST] });
    const circle = rest.at(-2);
    const view = new DataView(circle.bytes.buffer);
    for (let at = 36; at + 8 <= circle.bytes.length; at += 8) view.setBigUint64(at, BigInt(circle.at), true);
    circle.bytes[9] = 0;
    circle.bytes[9] = -circle.bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
    expect(given([dsdt!, fadt!, ...rest])).toBe(0);
  });
});
