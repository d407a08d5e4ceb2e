// The file system's files compiled together over an archive in JavaScript, with what a test asks of them.
import { instantiate, type Unit } from '../../../support/assembly.ts';
import type { ImageFiles } from '../../../support/machine/machine.ts';

export interface Mounted {
  unit: Unit;
  /** Whether the archive could be read. */
  isGood: boolean;
  /** `path: type` of every node below the preopened directory, in the archive's order. */
  list: (preopen?: number) => string[];
  /** The node of a preopened directory. */
  root: (preopen?: number) => number;
  /** From a node: the errno, the node and its directory. */
  resolve: (base: number, path: string | Uint8Array, link: number) => { error: number; node: number; parent: number };
  /** The name and the place of a node, from its preopened directory. */
  pathOf: (node: number) => string;
  contents: (node: number) => string;
}

export const [LINK_KEEP, LINK_FOLLOW, LINK_NAME] = [0, 1, 2];
/** Where the archive is said to be, and the memory that may be taken, from its end down. */
const ARCHIVE = 0xd0000000;
const [MEMORY_START, MEMORY_END] = [0x300000, 0x1000000];

export async function mount(files: ImageFiles): Promise<Mounted> {
  const bytesOf = (from: number, bytes: number): Uint8Array => {
    const at = (from >>> 0) - ARCHIVE;
    if (at < 0 || at + bytes > files.archive.length) throw new Error('outside the archive');
    return files.archive.subarray(at, at + bytes);
  };
  let top = MEMORY_END;
  const unit = await instantiate(['fs/node.ts', 'fs/names.ts', 'fs/archive.ts', 'fs/path.ts', 'fs/preopens.ts'], {
    image: { readFiles: (to: number, from: number, bytes: number) => new Uint8Array(unit.memory.buffer).set(bytesOf(from, bytes >>> 0), to) },
    vm: { growable: () => BigInt(top - MEMORY_START), takeTop: (bytes: number) => BigInt(top -= bytes), map: () => 0 },
  });
  unit.memory.grow((MEMORY_END - unit.memory.buffer.byteLength) / 65536);
  const call = unit.exports;
  const isGood = call['readArchive']!(ARCHIVE, files.archive.length) === 0;
  const view = (): DataView => new DataView(unit.memory.buffer);
  const word = (at: number): number => view().getUint32(at, true);
  const typeOf = (node: number): number => call['typeOf']!(node);
  const entriesOf = (node: number): number[] => {
    const found: number[] = [];
    for (let entry = word(node + 32); entry !== 0; entry = word(entry + 16)) found.push(entry);
    return found;
  };
  const nameOf = (entry: number): string => Buffer.from(unit.memory.buffer, call['nameOf']!<number>(entry), view().getUint8(entry + 32)).toString();
  const below = (node: number, prefix: string): string[] => entriesOf(node).flatMap((entry) => {
    const [child, name] = [word(entry + 8), `${prefix}${nameOf(entry)}`];
    return [`${name}: ${typeOf(child)}`, ...(typeOf(child) === 3 ? below(child, `${name}/`) : [])];
  });
  const root = (preopen = 0): number => call['rootAt']!(preopen);
  const search = (node: number, directory: number, prefix: string): string | undefined => {
    if (node === directory) return prefix;
    for (const entry of entriesOf(directory)) {
      const [child, name] = [word(entry + 8), `${prefix}/${nameOf(entry)}`];
      const found = child === node ? name : typeOf(child) === 3 ? search(node, child, name) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    unit,
    isGood,
    list: (preopen = 0) => below(root(preopen), ''),
    root,
    resolve(base, path, link) {
      const at = call['pathBuffer']!();
      const bytes = Buffer.from(path as Uint8Array);
      new Uint8Array(unit.memory.buffer).set(bytes, at);
      const error = call['resolve']!(base, bytes.length, link);
      return { error, node: call['foundNode']!(), parent: call['foundParent']!() };
    },
    pathOf: (node) => search(node, root(0), '') ?? search(node, root(1), '/1:') ?? 'nowhere',
    contents: (node) => Buffer.from(bytesOf(word(node + 36), word(node + 40))).toString(),
  };
}
