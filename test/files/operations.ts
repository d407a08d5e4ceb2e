// Sequences of file operations, made from a seed, and as text: one line each, with the answer as another line. The same
// text is carried out by the model (model.ts), by the kernel on the simulated machine (on-machine.ts), and by driver.c in
// the guest and under node:wasi; the answers must be equal. Names are few, so that operations meet.
//
//   open SLOT PATH OFLAGS FDFLAGS MODE FOLLOW   MODE: r or w; OFLAGS and FDFLAGS as preview 1 has them
//   write SLOT BYTES SEED · pwrite SLOT OFFSET BYTES SEED · read SLOT BYTES · pread SLOT OFFSET BYTES
//   seek SLOT OFFSET WHENCE · tell SLOT · size SLOT BYTES · allocate SLOT OFFSET BYTES · fstat SLOT · close SLOT
//   stat PATH FOLLOW · mkdir PATH · rmdir PATH · unlink PATH · rename PATH PATH · link PATH PATH · symlink TARGET PATH
//   readlink PATH · list PATH · times PATH ACCESSED MODIFIED · hash PATH

/** A generator of numbers that is the same everywhere (SplitMix32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) % limit;
  }

  of<T>(...values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}

export const SLOTS = 6;
const NAMES = ['a', 'b', 'c', 'dir', 'sub', 'link'];
/** Around the ends of blocks, and of what one block of numbers holds. */
const SIZES = [0, 1, 7, 100, 4095, 4096, 4097, 8192, 10_000, 40_000];
const FAR = [1 << 20, (1 << 22) - 1, 1 << 22, (1 << 22) + 5000, 1 << 24];

function path(random: Random): string {
  const depth = random.of(1, 1, 1, 2, 2, 3);
  const names = Array.from({ length: depth }, (_, i) => (i < depth - 1 ? random.of('dir', 'dir', 'sub', 'link') : random.of('a', 'b', 'c', ...NAMES)));
  return names.join('/');
}

function position(random: Random): number {
  return random.below(12) === 0 ? random.of(...FAR) : random.of(...SIZES) + random.below(3);
}

/** How often each operation comes. */
const WEIGHTS: Record<string, number> = {
  open: 40, write: 14, pwrite: 8, read: 8, pread: 8, seek: 6, tell: 2, size: 5, allocate: 2, fstat: 3, close: 7, stat: 8, mkdir: 12, rmdir: 4, unlink: 6,
  rename: 10, link: 6, symlink: 5, readlink: 2, list: 5, times: 2, hash: 3,
};
const KINDS = Object.entries(WEIGHTS).flatMap(([kind, weight]) => Array<string>(weight).fill(kind));

export function operation(random: Random): string {
  const kind = random.of(...KINDS);
  const slot = random.below(SLOTS);
  switch (kind) {
    case 'open': {
      const flags = random.of(0, 0, 1, 1, 1, 1, 5, 8, 9);
      // node:wasi follows a link at the end whether asked to or not, also where something has to be new.
      return `open ${slot} ${path(random)} ${flags} ${random.of(0, 0, 0, 1)} ${random.of('r', 'w', 'w')} ${flags === 5 ? 0 : 1}`;
    }
    case 'write': return `write ${slot} ${random.of(...SIZES)} ${random.below(256)}`;
    case 'pwrite': return `pwrite ${slot} ${position(random)} ${random.of(...SIZES)} ${random.below(256)}`;
    case 'read': return `read ${slot} ${random.of(...SIZES)}`;
    case 'pread': return `pread ${slot} ${position(random)} ${random.of(...SIZES)}`;
    case 'seek': return `seek ${slot} ${random.of(0, 1, 4096, -1, -100, position(random))} ${random.below(3)}`;
    case 'size': return `size ${slot} ${position(random)}`;
    case 'allocate': return `allocate ${slot} ${random.of(...SIZES)} ${1 + random.of(...SIZES)}`;
    case 'stat': return `stat ${path(random)} ${random.below(2)}`;
    case 'rename': case 'link': return `${kind} ${path(random)} ${path(random)}`;
    case 'symlink': return `symlink ${random.of('a', 'b', 'dir', 'sub', 'link', 'nowhere', 'dir/a', 'sub/sub')} ${path(random)}`;
    case 'times': return `times ${path(random)} ${random.below(1e9)} ${random.below(1e9)}`;
    case 'list': return `list ${random.of('.', 'dir', 'sub', path(random))}`;
    case 'tell': case 'fstat': case 'close': return `${kind} ${slot}`;
    default: return `${kind} ${path(random)}`;
  }
}

/** `count` operations, and in the end a look at everything that can be there. */
export function operations(seed: number, count: number): string[] {
  const random = new Random(seed);
  const directories = ['', ...['dir', 'sub', 'link'].flatMap((name) => [`${name}/`, ...['dir', 'sub', 'link'].map((below) => `${name}/${below}/`)])];
  const last = directories.flatMap((directory) => [`list ${directory === '' ? '.' : directory.slice(0, -1)}`, ...NAMES.flatMap((name) => [`stat ${directory}${name} 0`, `hash ${directory}${name}`])]);
  return [...Array.from({ length: count }, () => operation(random)), ...last];
}

/** What a write of some bytes with a seed writes: byte i. */
export function byteOf(seed: number, i: number): number {
  return (seed + i * 7 + (i >> 8)) & 0xff;
}

/** FNV-1a of 32 bits. */
export function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
