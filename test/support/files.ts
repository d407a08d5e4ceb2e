// WASI calls on files, as a test wants to write them. Structures lie where application.ts does not put its own.
import { expect } from 'vitest';
import { archiveOfTree, type Tree } from './archive.ts';
import type { Application } from './machine/application.ts';
import { Machine, type ImageFiles, type MachineOptions } from './machine/machine.ts';

export const [DIRECTORY, FILE, LINK] = [3, 4, 7];
const [PATH, STRUCTURE, BUFFER] = [0x14000, 0x18000, 0x20000];
/** Reading, going to a place and asking for it, listing, looking up. */
const RIGHTS = 2n | 4n | 32n | (1n << 13n) | (1n << 14n) | (1n << 18n) | (1n << 21n);

export interface Opening {
  oflags?: number;
  rights?: bigint;
  inheriting?: bigint;
  follow?: boolean;
}

export interface Entry {
  next: bigint;
  inode: bigint;
  type: number;
  name: string;
}

export interface Stat {
  device: bigint;
  inode: bigint;
  type: number;
  links: bigint;
  size: bigint;
  times: bigint[];
}

export const TREE: Tree = {
  'hello.txt': 'Hello, world\n', 'empty': '', 'sub': null, 'sub/deep': null, 'sub/deep/file': 'x'.repeat(5000), 'link': { link: 'hello.txt' },
  'to-sub': { link: 'sub' }, 'loop': { link: 'loop' }, 'out': { link: '../etc' }, 'nothing': null,
};

const WRITABLE = archiveOfTree(TREE, { data: { a: 'A' } });
/** The same, packed as read-only. */
export const READ_ONLY = archiveOfTree(TREE, { data: { a: 'A' } }, 0o555);

/** None: then `/tmp` is descriptor 3. */
export const NO_FILES: ImageFiles = { archive: new Uint8Array(0) };

/** Runs `body` as an application with these files, opened as `/` and `data`; `/tmp` comes after them. */
export function inside(body: (app: Application, files: Files) => void, files: ImageFiles = WRITABLE, options: MachineOptions = {}): void {
  const { status, stdout } = new Machine({ applicationBytes: 0x80000, files, ...options }).run((app) => body(app, new Files(app)));
  // A panic would end the body early, and quietly.
  expect(status, stdout).toBe(0);
}

export class Files {
  readonly app: Application;

  constructor(app: Application) {
    this.app = app;
  }

  /** Puts text somewhere: address and length, as a call wants them. */
  put(at: number, text: string): [number, number] {
    const bytes = Buffer.from(text);
    this.app.memory.set(bytes, at);
    return [at, bytes.length];
  }

  /** The errno of path_open. */
  tryOpen(directory: number, path: string, { oflags = 0, rights = RIGHTS, inheriting = 0n, follow = true }: Opening = {}): number {
    return this.app.wasi['path_open']!(directory, follow ? 1 : 0, ...this.put(PATH, path), oflags, rights, inheriting, 0, STRUCTURE);
  }

  /** The descriptor. */
  open(directory: number, path: string, opening?: Opening): number {
    expect(this.tryOpen(directory, path, { inheriting: RIGHTS, ...opening }), path).toBe(0);
    return this.app.u32(STRUCTURE);
  }

  read(descriptor: number, length: number): string {
    const bytes = this.app.read(descriptor, length);
    if (typeof bytes === 'number') throw new Error(`fd_read: errno ${bytes}`);
    return Buffer.from(bytes).toString();
  }

  readAll(descriptor: number): string {
    const parts: string[] = [];
    do parts.push(this.read(descriptor, 1000)); while (parts.at(-1) !== '');
    return parts.join('');
  }

  pread(descriptor: number, offset: bigint, length: number): string {
    this.app.vector(STRUCTURE, BUFFER, length);
    expect(this.app.wasi['fd_pread']!(descriptor, STRUCTURE, 1, offset, STRUCTURE + 8)).toBe(0);
    return Buffer.from(this.app.memory.subarray(BUFFER, BUFFER + this.app.u32(STRUCTURE + 8))).toString();
  }

  tell(descriptor: number): bigint {
    expect(this.app.wasi['fd_tell']!(descriptor, STRUCTURE)).toBe(0);
    return this.app.view.getBigUint64(STRUCTURE, true);
  }

  seek(descriptor: number, offset: bigint, whence: number): bigint {
    expect(this.app.wasi['fd_seek']!(descriptor, offset, whence, STRUCTURE)).toBe(0);
    return this.app.view.getBigUint64(STRUCTURE, true);
  }

  preopens(): string[] {
    const names: string[] = [];
    for (let descriptor = 3; this.app.wasi['fd_prestat_get']!(descriptor, STRUCTURE) === 0; descriptor++) {
      expect(this.app.u32(STRUCTURE)).toBe(0);
      const length = this.app.u32(STRUCTURE + 4);
      expect(this.app.wasi['fd_prestat_dir_name']!(descriptor, BUFFER, length)).toBe(0);
      names.push(Buffer.from(this.app.memory.subarray(BUFFER, BUFFER + length)).toString());
    }
    return names;
  }

  fdstat(descriptor: number): { type: number; flags: number; rights: bigint; inheriting: bigint } {
    const { app } = this;
    expect(app.wasi['fd_fdstat_get']!(descriptor, STRUCTURE)).toBe(0);
    return { type: app.memory[STRUCTURE]!, flags: app.view.getUint16(STRUCTURE + 2, true), rights: app.view.getBigUint64(STRUCTURE + 8, true), inheriting: app.view.getBigUint64(STRUCTURE + 16, true) };
  }

  tryStat(directory: number, path: string, follow = true): number {
    return this.app.wasi['path_filestat_get']!(directory, follow ? 1 : 0, ...this.put(PATH, path), STRUCTURE);
  }

  stat(directory: number, path: string, follow = true): Stat {
    expect(this.tryStat(directory, path, follow), path).toBe(0);
    return this.#stat();
  }

  fstat(descriptor: number): Stat {
    expect(this.app.wasi['fd_filestat_get']!(descriptor, STRUCTURE)).toBe(0);
    return this.#stat();
  }

  #stat(): Stat {
    const u64 = (at: number): bigint => this.app.view.getBigUint64(STRUCTURE + at, true);
    return { device: u64(0), inode: u64(8), type: this.app.memory[STRUCTURE + 16]!, links: u64(24), size: u64(32), times: [u64(40), u64(48), u64(56)] };
  }

  /** The whole directory through a buffer of that size, as libc does it: a cut entry is asked for again. */
  readdir(descriptor: number, size: number, cookie = 0n): Entry[] {
    const { app } = this;
    const entries: Entry[] = [];
    for (;;) {
      expect(app.wasi['fd_readdir']!(descriptor, BUFFER, size, cookie, STRUCTURE)).toBe(0);
      const used = app.u32(STRUCTURE);
      let at = BUFFER;
      while (at + 24 <= BUFFER + used && at + 24 + app.u32(at + 16) <= BUFFER + used) {
        const length = app.u32(at + 16);
        cookie = app.view.getBigUint64(at, true);
        entries.push({ next: cookie, inode: app.view.getBigUint64(at + 8, true), type: app.memory[at + 20]!, name: Buffer.from(app.memory.subarray(at + 24, at + 24 + length)).toString() });
        at += 24 + length;
      }
      if (used < size) return entries;
      if (at === BUFFER) throw new Error('the buffer is too small for an entry');
    }
  }

  /** The target, or the errno. */
  readlink(path: string, capacity: number): string | number {
    const error = this.app.wasi['path_readlink']!(3, ...this.put(PATH, path), BUFFER, capacity, STRUCTURE);
    return error === 0 ? Buffer.from(this.app.memory.subarray(BUFFER, BUFFER + this.app.u32(STRUCTURE))).toString() : error;
  }
}
