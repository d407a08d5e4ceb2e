// What the kernel has had mapped for devices: registers below 4 GiB at their own address, registers above in the far
// window, and device memory. An access outside what is mapped is the fault that it would be on the real machine.

const PAGE = 4096n;
const BLOCK = 0x200000;
const FAR_WINDOW = (2n << 40n) - (16n << 30n);
const FAR_END = (3n << 40n) - (16n << 30n);

export class Windows {
  #registers = new Set<bigint>();
  #far = new Map<bigint, bigint>();
  #deviceMemory: [start: bigint, end: bigint][] = [];

  mapRegisters(at: number, bytes: number, ram: number): number {
    if (at < Math.min(ram, 0xc0000000)) throw new Error(`registers at ${at.toString(16)} lie in RAM`);
    for (let page = BigInt(at); page < BigInt(at + bytes); page += PAGE) this.#registers.add(page);
    return 0;
  }

  mapFar(at: bigint, physical: bigint, bytes: number): number {
    if (at < FAR_WINDOW || at + BigInt(bytes) > FAR_END || (at | physical | BigInt(bytes)) % PAGE !== 0n) return -1;
    for (let offset = 0n; offset < BigInt(bytes); offset += PAGE) this.#far.set(at + offset, physical + offset);
    return 0;
  }

  mapDeviceMemory(at: number, bytes: number): number {
    if (at % BLOCK !== 0 || bytes % BLOCK !== 0) return -1;
    this.#deviceMemory.push([BigInt(at), BigInt(at + bytes)]);
    return 0;
  }

  isDeviceMemory(start: bigint, end: bigint): boolean {
    return this.#deviceMemory.some(([from, to]) => start >= from && end <= to);
  }

  /** The physical address behind one that the kernel uses for registers. */
  physical(address: bigint): bigint {
    const page = address & ~(PAGE - 1n);
    if (this.#registers.has(page)) return address;
    const far = this.#far.get(page);
    if (far === undefined) throw new Error(`registers at ${address.toString(16)} are not mapped`);
    return far + (address - page);
  }
}
