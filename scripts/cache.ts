// The build cache: an entry is a directory of files, found by the hash of everything that went into it.
// Entries are made in a scratch directory and renamed into place, so a reader never sees half an entry; every file's
// size and hash are checked when an entry is used, so a damaged one is made again.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AsoloError, describeSystemError } from './errors.ts';

const INDEX = 'entry.json';
type Index = Record<string, { size: number; hash: string }>;

export function sha256(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Hash of a list of values; unlike plain concatenation, ['ab', 'c'] and ['a', 'bc'] differ. */
export function keyOf(...parts: (string | number | boolean | readonly string[])[]): string {
  return sha256(JSON.stringify(parts));
}

export function hashFile(path: string): string {
  return sha256(readFileSync(path));
}

export class Cache {
  readonly directory: string;
  private readonly scratch = new Set<string>();

  constructor(directory: string) {
    this.directory = directory;
    try {
      mkdirSync(join(directory, 'scratch'), { recursive: true });
    } catch (error) {
      throw new AsoloError('unwritable', `cannot write the cache ${directory}: ${describeSystemError(error)} (ASOLO_CACHE chooses another place)`);
    }
  }

  /** The directory of an entry, made by `produce` (which fills an empty directory) if it is not there yet. */
  async entry(kind: string, key: string, produce: (directory: string) => Promise<void>): Promise<string> {
    const target = join(this.directory, kind, key);
    if (isWhole(target)) return target;
    const work = this.makeScratch();
    try {
      await produce(work);
      writeFileSync(join(work, INDEX), JSON.stringify(indexOf(work)));
      mkdirSync(join(this.directory, kind), { recursive: true });
      this.install(work, target);
      return target;
    } finally {
      this.drop(work);
    }
  }

  /** The directory of a whole entry, or undefined. */
  find(kind: string, key: string): string | undefined {
    const target = join(this.directory, kind, key);
    return isWhole(target) ? target : undefined;
  }

  makeScratch(): string {
    const path = join(this.directory, 'scratch', `${process.pid}-${randomBytes(6).toString('hex')}`);
    mkdirSync(path);
    this.scratch.add(path);
    return path;
  }

  /** Counts a path made by somebody else as scratch: it goes when the rest goes. */
  adopt(path: string): void {
    this.scratch.add(path);
  }

  drop(path: string): void {
    rmSync(path, { recursive: true, force: true });
    this.scratch.delete(path);
  }

  /** Removes what is unfinished: on failure, and when the process is told to end. */
  dropAll(): void {
    for (const path of this.scratch) this.drop(path);
  }

  private install(work: string, target: string): void {
    try {
      renameSync(work, target);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
      // Another process was first, or a damaged entry is in the way.
      if (isWhole(target)) return;
      rmSync(target, { recursive: true, force: true });
      renameSync(work, target);
    }
  }
}

function indexOf(directory: string): Index {
  const index: Index = {};
  for (const name of readdirSync(directory).sort()) {
    const bytes = readFileSync(join(directory, name));
    index[name] = { size: bytes.length, hash: sha256(bytes) };
  }
  return index;
}

function isWhole(directory: string): boolean {
  try {
    const index = JSON.parse(readFileSync(join(directory, INDEX), 'utf8')) as Index;
    return Object.entries(index).every(([name, { size, hash }]) => {
      const path = join(directory, name);
      return statSync(path).size === size && hashFile(path) === hash;
    });
  } catch {
    return false;
  }
}
