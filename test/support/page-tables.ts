// Walks the 4-level page tables of a running guest (Intel SDM vol. 3A §4.5) to a flat list of what is mapped.
import type { Guest } from './qemu-monitor.ts';

const PRESENT = 1n << 0n;
const WRITE = 1n << 1n;
const USER = 1n << 2n;
const LARGE = 1n << 7n;
const NO_EXECUTE = 1n << 63n;
const ADDRESS = 0x000f_ffff_ffff_f000n;
/** Bytes that an entry of each level covers: PML4, PDPT, page directory, page table. */
const COVERS = [1n << 39n, 1n << 30n, 1n << 21n, 1n << 12n];

export interface Mapping {
  virtual: bigint;
  physical: bigint;
  bytes: bigint;
  user: boolean;
  writable: boolean;
  executable: boolean;
}

export interface AddressSpace {
  mappings: Mapping[];
  /** Physical pages that hold the tables themselves. */
  tables: Set<bigint>;
}

/** Rights are those that all levels grant together. */
export async function readAddressSpace(guest: Guest): Promise<AddressSpace> {
  const space: AddressSpace = { mappings: [], tables: new Set() };
  const root = (await guest.register('CR3')) & ADDRESS;
  await walk(guest, space, root, 0, 0n, { user: true, writable: true, executable: true });
  return space;
}

type Rights = Pick<Mapping, 'user' | 'writable' | 'executable'>;

async function walk(guest: Guest, space: AddressSpace, table: bigint, level: number, base: bigint, above: Rights): Promise<void> {
  space.tables.add(table);
  const entries = await guest.words(Number(table), 512);
  for (const [index, entry] of entries.entries()) {
    if (!(entry & PRESENT)) continue;
    const virtual = canonical(base + BigInt(index) * COVERS[level]!);
    const rights = {
      user: above.user && (entry & USER) !== 0n,
      writable: above.writable && (entry & WRITE) !== 0n,
      executable: above.executable && (entry & NO_EXECUTE) === 0n,
    };
    const leaf = level === 3 || (level > 0 && (entry & LARGE) !== 0n);
    const physical = entry & ADDRESS & ~(leaf ? COVERS[level]! - 1n : 0n);
    if (leaf) space.mappings.push({ virtual, physical, bytes: COVERS[level]!, ...rights });
    else await walk(guest, space, physical, level + 1, virtual, rights);
  }
}

function canonical(address: bigint): bigint {
  return address & (1n << 47n) ? address | 0xffff_0000_0000_0000n : address;
}

/** The mapping that translates an address, if any. */
export function translate(space: AddressSpace, virtual: bigint): Mapping | undefined {
  return space.mappings.find((m) => virtual >= m.virtual && virtual < m.virtual + m.bytes);
}
