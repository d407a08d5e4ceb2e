// PCI configuration space, by the ports 0xCF8 and 0xCFC (PCI Local Bus 3.0 §3.2.2.3.2) and by ECAM, and the functions on
// the buses. A function is its 256 bytes of configuration and what answers at its BARs.

export interface PciFunction {
  readonly config: Uint8Array;
  /** The bytes of each BAR's registers; it answers there while memory decoding is on. */
  readonly bars: ReadonlyMap<number, { readonly base: bigint; readonly size: number }>;
  access(bar: number, offset: number, bytes: number, value?: number): number;
  /** Configuration was written: MSI-X may be on now. */
  configured?(): void;
}

export class PciBus {
  readonly functions = new Map<number, PciFunction>();
  /** ECAM base for bus 0, if the machine has it. */
  ecam: bigint | undefined;
  /** Without the ports (as microvm with PCIe). */
  withoutPorts = false;
  #address = 0;

  port(port: number, bytes: number, value?: number): number {
    if (port === 0xcf8 && bytes === 4) {
      if (value === undefined) return this.#address;
      this.#address = value >>> 0;
      return 0;
    }
    if (port < 0xcfc) throw new Error(`port ${port.toString(16)} accessed with ${bytes} bytes`);
    if (this.withoutPorts || this.#address < 0x80000000) return allOnes(bytes);
    return this.#config(this.#address >>> 8 & 0xffff, (this.#address & 0xfc) + (port - 0xcfc), bytes, value);
  }

  /** An access to memory: ECAM or a BAR; undefined if nobody answers there. */
  memory(address: bigint, bytes: number, value?: number): number | undefined {
    if (this.ecam !== undefined && address >= this.ecam && address < this.ecam + (256n << 20n)) {
      const offset = Number(address - this.ecam);
      return this.#config(offset >> 12, offset & 0xfff, bytes, value);
    }
    for (const fn of this.functions.values()) {
      if ((fn.config[4]! & 2) === 0) continue;
      for (const [bar, { base, size }] of fn.bars) {
        if (address >= base && address + BigInt(bytes) <= base + BigInt(size)) return fn.access(bar, Number(address - base), bytes, value);
      }
    }
    return undefined;
  }

  #config(fn: number, offset: number, bytes: number, value?: number): number {
    const target = this.functions.get(fn);
    if (target === undefined) return allOnes(bytes);
    if (value === undefined) return littleEndian(target.config, offset, bytes);
    for (let i = 0; i < bytes; i++) if (isWritable(offset + i)) target.config[offset + i] = value >>> (8 * i);
    target.configured?.();
    return 0;
  }
}

/** Command, and what a capability's owner makes of its own bytes. Identity, BARs and pointers stay as firmware left them. */
function isWritable(offset: number): boolean {
  return offset === 4 || offset === 5 || offset >= 0x40;
}

function allOnes(bytes: number): number {
  return bytes === 4 ? 0xffffffff : (1 << (8 * bytes)) - 1;
}

export function littleEndian(from: Uint8Array, offset: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (from[offset + i] ?? 0);
  return value;
}
