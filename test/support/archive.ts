// Archives of files for tests: headers written field by field, so that tests can also write wrong ones.
// Read first: assembly/fs/spec.ts, assembly/fs/archive.ts.
import type { ImageFiles } from './machine/machine.ts';

export const BLOCK = 512;

export interface Member {
  name: string | Uint8Array;
  /** A tar type: 0 file, 5 directory, 2 link, x attributes, L and K GNU's long names. */
  type?: string;
  contents?: string | Uint8Array;
  link?: string;
  prefix?: string;
  /** Seconds since 1970, and permissions. */
  time?: number;
  mode?: number;
  /** In place of what the contents say: text of the octal field. */
  size?: string;
  /** Applied to the header before the checksum is computed. */
  spoil?: (header: Buffer) => void;
}

export function member({ name, type = '0', contents = '', link = '', prefix = '', time = 0, mode = 0o755, size, spoil }: Member): Buffer {
  const body = Buffer.from(contents as Uint8Array);
  const header = Buffer.alloc(BLOCK);
  Buffer.from(name as Uint8Array).copy(header, 0, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write(size ?? `${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${time.toString(8).padStart(11, '0')}\0`, 136);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345, 155);
  spoil?.(header);
  return Buffer.concat([withChecksum(header), body, Buffer.alloc(-body.length & (BLOCK - 1))]);
}

export function withChecksum(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** pax attributes for the next member. */
export function attributes(values: Record<string, string>): Buffer {
  const records = Object.entries(values).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest;
    while (length !== rest + String(length).length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return member({ name: 'PaxHeader', type: 'x', contents: records.join('') });
}

/** The archive of some members, after the names of the preopened directories. */
export function archiveOf(members: readonly Buffer[], guests: readonly string[] = ['/']): ImageFiles {
  const names = member({ name: '.preopens', contents: guests.map((guest) => `${guest}\0`).join('') });
  return { archive: Buffer.concat([names, ...members, Buffer.alloc(2 * BLOCK)]) };
}

/** A directory is null, a link is { link }, anything else a file's contents. */
export type Tree = Record<string, string | Uint8Array | null | { link: string }>;

/** An archive of whole paths: of one directory, opened as `/`, unless more trees are given with their names. */
export function archiveOfTree(tree: Tree, more: Record<string, Tree> = {}, mode = 0o755): ImageFiles {
  const trees = [tree, ...Object.values(more)];
  const members = trees.flatMap((each, i) => [
    member({ name: `${i}/`, type: '5', mode }),
    ...Object.entries(each).flatMap(([path, what]) => entry(`${i}/${path}`, what)),
  ]);
  return archiveOf(members, ['/', ...Object.keys(more)]);
}

function entry(name: string, what: Tree[string]): Buffer[] {
  const long = Buffer.byteLength(name) > 99 ? [attributes({ path: name })] : [];
  if (what === null) return [...long, member({ name: `${name}/`, type: '5' })];
  if (typeof what === 'object' && 'link' in what) {
    const longLink = Buffer.byteLength(what.link) > 99 ? [attributes({ linkpath: what.link })] : [];
    return [...long, ...longLink, member({ name, type: '2', link: what.link })];
  }
  return [...long, member({ name, contents: what })];
}
