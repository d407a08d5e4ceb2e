// ACPI tables as a monitor leaves them below 1 MiB (ACPI 6.4 §5.2), for the simulated machine's option `acpi`.

/** Bytes at a physical address. */
export interface Piece { readonly at: number; readonly bytes: Uint8Array }

export interface AcpiOptions {
  readonly rsdpAt?: number;
  /** 0: RSDT; 2: XSDT. */
  readonly revision?: 0 | 2;
  readonly ecam?: bigint;
  /** virtio-mmio devices: registers and interrupt line. */
  readonly devices?: readonly { readonly base: number; readonly line: number }[];
  /** Devices in an SSDT in place of the DSDT. */
  readonly inSsdt?: boolean;
}

const TABLES_AT = 0xe1000;
const word = (value: number): number[] => [value & 0xff, value >>> 8 & 0xff];
const double = (value: number): number[] => [...word(value), ...word(value >>> 16)];
const quad = (value: number | bigint): number[] => [...double(Number(BigInt(value) & 0xffffffffn)), ...double(Number(BigInt(value) >> 32n))];
const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];

/** Makes byte `at` what lets the first `count` bytes add up to 0. */
export function balance(bytes: number[], at: number, count = bytes.length): number[] {
  bytes[at] = 0;
  bytes[at] = -bytes.slice(0, count).reduce((sum, byte) => sum + byte, 0) & 0xff;
  return bytes;
}

function table(signature: string, body: readonly number[]): number[] {
  return balance([...ascii(signature), ...double(36 + body.length), 2, 0, ...ascii('ASOLO '), ...ascii('TESTTEST'), ...Array<number>(12).fill(0), ...body], 9);
}

/** AML of one device, as QEMU's microvm and Firecracker write it. */
function device({ base, line }: { base: number; line: number }, index: number): number[] {
  const resources = [0x86, 9, 0, 1, ...double(base), ...double(512), 0x89, 6, 0, 1, 1, ...double(line), 0x79, 0];
  const body = [
    ...ascii(`VR${String(index).padStart(2, '0')}`), 8, ...ascii('_HID'), 0x0d, ...ascii('LNRO0005'), 0, 8, ...ascii('_UID'), 0x0a, index,
    8, ...ascii('_CRS'), 0x11, resources.length + 3, 0x0a, resources.length, ...resources,
  ];
  return [0x5b, 0x82, 0x40 | (body.length + 2 & 0xf), body.length + 2 >> 4, ...body];
}

/** All tables, one behind the other, and the root pointer. */
export function acpiTables(options: AcpiOptions): Piece[] {
  const pieces: Piece[] = [];
  let next = TABLES_AT;
  const place = (bytes: readonly number[]): number => {
    const at = next;
    pieces.push({ at, bytes: Uint8Array.from(bytes) });
    next += bytes.length + 15 & ~15;
    return at;
  };
  const aml = [...Array<number>(900).fill(0x5b), ...(options.devices ?? []).flatMap(device)];
  const dsdt = place(table('DSDT', options.inSsdt ? [] : aml));
  const fadt = Array<number>(112).fill(0);
  fadt.splice(4, 4, ...double(dsdt));
  const list = [place(table('FACP', fadt)), place(table('HPET', [1, 2, 3]))];
  if (options.inSsdt) list.push(place(table('SSDT', aml)));
  if (options.ecam !== undefined) list.push(place(table('MCFG', [...quad(0), ...quad(options.ecam), ...word(0), 0, 255, ...double(0)])));
  const isExtended = options.revision !== 0;
  const root = place(table(isExtended ? 'XSDT' : 'RSDT', list.flatMap(isExtended ? quad : double)));
  const rsdp = balance([...ascii('RSD PTR '), 0, ...ascii('ASOLO '), isExtended ? 2 : 0, ...double(isExtended ? 0 : root), ...double(36), ...quad(isExtended ? root : 0), 0, 0, 0, 0], 8, 20);
  pieces.push({ at: options.rsdpAt ?? 0xe0000, bytes: Uint8Array.from(balance(rsdp, 32)) });
  return pieces;
}
