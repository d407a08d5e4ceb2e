// The file system's files compiled together over an archive in JavaScript, with what a test asks of them.
import { instantiate, put, type Unit } from '../../../support/assembly.ts';
import type { ImageFiles } from '../../../support/machine/machine.ts';

export interface Mounted {
  unit: Unit;
  /** Whether the archive could be read. */
  isGood: boolean;
  /** `path: type` of every node below the preopened directory, in the archive's order. */
  list: (preopen?: number) => string[];
  /** From a node: the errno, the node and its directory. */
  resolve: (base: number, path: string | Uint8Array, follow: boolean) => { error: number; node: number; parent: number };
  /** The name and the place of a node, from its preopened directory. */
  pathOf: (node: number) => string;
  contents: (node: number) => string;
}

export async function mount(files: ImageFiles): Promise<Mounted> {
  const bytesOf = (from: number, bytes: number): Uint8Array => {
    if (from + bytes > files.archive.length) throw new Error('outside the archive');
    return files.archive.subarray(from, from + bytes);
  };
  const unit = await instantiate(['mm/frames.ts', 'fs/tree.ts', 'fs/archive.ts', 'fs/path.ts'], {
    image: {
      files: () => files.archive.length,
      preopens: () => files.preopens,
      readFiles: (to: number, from: number, bytes: number) => put(unit, to, bytesOf(from >>> 0, bytes >>> 0)),
    },
  });
  const call = unit.exports;
  call['initialiseFrames']!();
  call['reserveTree']!(files.entries, files.preopens);
  const isGood = call['readArchive']!() !== 0;
  const field = (node: number, at: number): number => unit.view.getUint32(call['nodeAt']!(node) + at, true);
  const nameOf = (node: number): string => Buffer.from(bytesOf(field(node, 8), unit.view.getUint16(call['nodeAt']!(node) + 28, true))).toString();
  const typeOf = (node: number): number => unit.view.getUint8(call['nodeAt']!(node) + 30);
  const below = (node: number, prefix: string): string[] => {
    const found: string[] = [];
    for (let child = field(node, 0); child !== 0; child = field(child, 20)) {
      found.push(`${prefix}${nameOf(child)}: ${typeOf(child)}`);
      if (typeOf(child) === 3) found.push(...below(child, `${prefix}${nameOf(child)}/`));
    }
    return found;
  };
  const pathOf = (node: number): string => (field(node, 12) === node ? '' : `${pathOf(field(node, 12))}/${nameOf(node)}`);
  return {
    unit,
    isGood,
    list: (preopen = 0) => below(preopen + 1, ''),
    resolve(base, path, follow) {
      const length = put(unit, call['pathBuffer']!(), path);
      const error = call['resolve']!(base, length, follow ? 1 : 0);
      return { error, node: call['foundNode']!(), parent: call['foundParent']!() };
    },
    pathOf,
    contents: (node) => Buffer.from(bytesOf(field(node, 0), field(node, 4))).toString(),
  };
}

