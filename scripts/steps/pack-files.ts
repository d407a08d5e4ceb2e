// --dir HOST::GUEST: directories of this machine -> one archive (tar: POSIX.1-2017, pax) for the image, or for a machine
// when it starts. Names, contents, links and times of modification go in, no owners or modes, in the order of the names'
// bytes; no time is later than SOURCE_DATE_EPOCH, if that is set (reproducible-builds.org), so that images can be compared.
// assembly/fs/archive.ts reads it; docs/files.md draws it.
import { lstatSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pack, type Header, type Pack } from 'tar-stream';
import { AsoloError, describeSystemError } from '../errors.ts';

export interface Directory {
  host: string;
  /** What the application calls it. */
  guest: string;
  isReadOnly: boolean;
}

export interface PackedFiles {
  archive: Buffer;
  /** Files, directories and links, the given directories themselves left out. */
  entries: number;
  /** Regular files, and the bytes of their contents. */
  files: number;
  bytes: number;
}

/** The kernel's limits (assembly/base/limits.ts); an image has at most 1 GiB in all. */
export const PREOPENS_MAX = 32;
export const NAME_MAX = 255;
export const PATH_MAX = 4096;
const BYTES_MAX = 768 * 1024 * 1024;

/** Reads the values of --dir, or of another option with such values. */
export function parseDirectories(values: readonly string[], option = '--dir'): Directory[] {
  const directories = values.map((value) => {
    const at = value.indexOf('::');
    const host = value.slice(0, at);
    const [, guest = '', mode] = /^(.*?)(?::(ro|rw))?$/s.exec(value.slice(at + 2))!;
    if (at < 0 || host === '' || guest === '') throw new AsoloError('usage', `${option}: '${value}' is not HOST::GUEST, as in site::/var/www or site::/var/www:ro`);
    if (guest.includes('\0') || Buffer.byteLength(guest) > PATH_MAX) throw new AsoloError('usage', `${option}: the name '${guest.slice(0, 40)}…' has NUL in it or more than ${PATH_MAX} bytes`);
    return { host, guest, isReadOnly: mode === 'ro' };
  });
  const twice = directories.find(({ guest }, i) => directories.findIndex((other) => other.guest === guest) !== i);
  if (twice) throw new AsoloError('usage', `${option}: two directories are called '${twice.guest}'`);
  if (directories.length > PREOPENS_MAX) throw new AsoloError('usage', `${option}: ${directories.length} directories; there are at most ${PREOPENS_MAX}`);
  return directories;
}

/** Packs the directories; undefined if there are none. */
export async function packFiles(directories: readonly Directory[]): Promise<PackedFiles | undefined> {
  if (directories.length === 0) return undefined;
  const packer = new Packer(latestTime());
  packer.add('.preopens', 'file', 0, Buffer.from(directories.map(({ guest }) => `${guest}\0`).join('')));
  for (const [i, { host, isReadOnly }] of directories.entries()) {
    const stat = attempt(host, () => statSync(host));
    if (!stat.isDirectory()) throw new AsoloError('unreadable', `--dir: ${host} is not a directory`);
    packer.add(`${i}/`, 'directory', stat.mtimeMs, undefined, { mode: isReadOnly ? 0o555 : 0o755 });
    packer.walk(host, `${i}/`);
  }
  return { ...packer.counts, archive: await packer.finish() };
}

/** In milliseconds. */
function latestTime(): number {
  const epoch = process.env['SOURCE_DATE_EPOCH'] ?? '';
  if (epoch === '') return Infinity;
  if (!/^\d+$/.test(epoch)) throw new AsoloError('usage', `SOURCE_DATE_EPOCH: '${epoch}' is not a number of seconds`);
  return Number(epoch) * 1000;
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new AsoloError('unreadable', `--dir: cannot read ${path}: ${describeSystemError(error)}`);
  }
}

class Packer {
  readonly counts = { entries: 0, files: 0, bytes: 0 };
  readonly #pack: Pack = pack();
  readonly #latest: number;

  constructor(latest: number) {
    this.#latest = latest;
  }

  /** `time` is in milliseconds; the archive has whole seconds, and none before 1970. */
  add(name: string, type: NonNullable<Header['type']>, time: number, contents = Buffer.alloc(0), more: Partial<Header> = {}): void {
    const mode = { directory: 0o755, symlink: 0o777 }[type as string] ?? 0o644;
    this.#pack.entry({ name, type, mode, mtime: new Date(Math.max(0, Math.min(time, this.#latest))), uid: 0, gid: 0, ...more }, contents);
  }

  /** Everything below the directory; links are packed as links. */
  walk(directory: string, prefix: string): void {
    for (const bytes of attempt(directory, () => readdirSync(directory, { encoding: 'buffer' })).sort((a, b) => Buffer.compare(a, b))) {
      const file = decodeName(bytes, directory);
      const path = join(directory, file);
      const name = prefix + file;
      // Counted without the directory's number, as the application will spell it.
      if (bytes.length > NAME_MAX || Buffer.byteLength(name) > PATH_MAX) throw new AsoloError('files', `--dir: the name of ${path} is too long`);
      const stat = attempt(path, () => lstatSync(path));
      if (stat.isDirectory()) {
        this.#count(path, 0);
        this.add(`${name}/`, 'directory', stat.mtimeMs);
        this.walk(path, `${name}/`);
      } else if (stat.isSymbolicLink()) {
        this.#count(path, 0);
        this.add(name, 'symlink', stat.mtimeMs, undefined, { linkname: attempt(path, () => readlinkSync(path)) });
      } else if (stat.isFile()) {
        this.#count(path, stat.size);
        this.counts.files++;
        this.add(name, 'file', stat.mtimeMs, attempt(path, () => readFileSync(path)));
      } else {
        throw new AsoloError('files', `--dir: ${path} is neither a file, a directory nor a symbolic link`);
      }
    }
  }

  #count(path: string, bytes: number): void {
    this.counts.bytes += bytes;
    this.counts.entries++;
    if (this.counts.bytes > BYTES_MAX) throw new AsoloError('files', `--dir: more than ${BYTES_MAX / 1024 / 1024} MiB with ${path}; an image holds no more`);
  }

  async finish(): Promise<Buffer> {
    this.#pack.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of this.#pack as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

function decodeName(bytes: Buffer, directory: string): string {
  const name = bytes.toString('utf8');
  if (!Buffer.from(name).equals(bytes)) throw new AsoloError('files', `--dir: ${directory} has a name that is not UTF-8: ${bytes.toString('latin1')}`);
  return name;
}
