// Carries operations out on the kernel in the simulated machine, below its /tmp. Read first: operations.ts, driver.c,
// which does the same in the guest.
import type { Application } from '../support/machine/application.ts';
import { byteOf, hashOf } from './operations.ts';

const [PATH, TARGET, RESULT, LIST, DATA] = [0x1000, 0x3000, 0x5000, 0x6000, 0x10000];
const READING = 2n | 4n | 32n | (1n << 21n);
const WRITING = READING | 64n | (1n << 8n) | (1n << 22n);
const LISTING = 1n << 14n;
const [BADF, ISDIR] = [8, 31];
const DATA_BYTES = 0x20000;

/** Makes descriptors of slots, lines of calls. `root` is the directory that paths begin in. */
export class OnMachine {
  readonly #app: Application;
  readonly #root: number;
  readonly #slots = new Map<string, number>();

  constructor(app: Application, root: number) {
    this.#app = app;
    this.#root = root;
  }

  answer(line: string): string {
    const [kind, ...words] = line.split(' ');
    return (this as unknown as Record<string, (...words: string[]) => (string | number)[]>)[`do_${kind}`]!(...words).join(' ');
  }

  #call(name: string, ...values: (number | bigint)[]): number {
    return this.#app.wasi[name]!(...values);
  }

  #text(at: number, text: string): [number, number] {
    const bytes = Buffer.from(text);
    this.#app.memory.set(bytes, at);
    return [at, bytes.length];
  }

  #u64(at: number): bigint {
    return this.#app.view.getBigUint64(at, true);
  }

  #slot(slot: string): number {
    return this.#slots.get(slot) ?? -1;
  }

  do_open(slot: string, path: string, oflags: string, fdflags: string, mode: string, follow: string): number[] {
    const rights = mode === 'w' ? WRITING : READING;
    const error = this.#call('path_open', this.#root, Number(follow), ...this.#text(PATH, path), Number(oflags), rights, 0n, Number(fdflags), RESULT);
    if (error !== 0) return [error];
    // Like driver.c: what can be opened for reading alone may be a directory.
    const opened = this.#app.u32(RESULT);
    this.#call('fd_fdstat_get', opened, RESULT);
    if (this.#app.memory[RESULT] === 3) {
      this.#call('fd_close', opened);
      return [ISDIR];
    }
    if (this.#slots.has(slot)) this.#call('fd_close', this.#slot(slot));
    this.#slots.set(slot, opened);
    return [0];
  }

  do_close(slot: string): number[] {
    if (!this.#slots.has(slot)) return [BADF];
    const error = this.#call('fd_close', this.#slot(slot));
    this.#slots.delete(slot);
    return [error];
  }

  /** In two vectors, so that lists are used. */
  #vectors(count: number): [number, number] {
    const first = count >> 1;
    this.#app.vector(LIST, DATA, first);
    this.#app.vector(LIST + 8, DATA + first, count - first);
    return [LIST, 2];
  }

  #fill(count: number, seed: number): void {
    for (let i = 0; i < count; i++) this.#app.memory[DATA + i] = byteOf(seed, i);
  }

  #moved(error: number): number[] {
    return error === 0 ? [0, this.#app.u32(RESULT)] : [error];
  }

  #got(error: number): number[] {
    const count = this.#app.u32(RESULT);
    return error === 0 ? [0, count, hashOf(this.#app.memory.subarray(DATA, DATA + count))] : [error];
  }

  do_write(slot: string, count: string, seed: string): number[] {
    this.#fill(Number(count), Number(seed));
    return this.#moved(this.#call('fd_write', this.#slot(slot), ...this.#vectors(Number(count)), RESULT));
  }

  do_pwrite(slot: string, offset: string, count: string, seed: string): number[] {
    this.#fill(Number(count), Number(seed));
    return this.#moved(this.#call('fd_pwrite', this.#slot(slot), ...this.#vectors(Number(count)), BigInt(offset), RESULT));
  }

  do_read(slot: string, count: string): number[] {
    return this.#got(this.#call('fd_read', this.#slot(slot), ...this.#vectors(Number(count)), RESULT));
  }

  do_pread(slot: string, offset: string, count: string): number[] {
    return this.#got(this.#call('fd_pread', this.#slot(slot), ...this.#vectors(Number(count)), BigInt(offset), RESULT));
  }

  do_seek(slot: string, offset: string, whence: string): (number | string)[] {
    const error = this.#call('fd_seek', this.#slot(slot), BigInt(offset), Number(whence), RESULT);
    return error === 0 ? [0, `${this.#u64(RESULT)}`] : [error];
  }

  do_tell(slot: string): (number | string)[] {
    const error = this.#call('fd_tell', this.#slot(slot), RESULT);
    return error === 0 ? [0, `${this.#u64(RESULT)}`] : [error];
  }

  do_size(slot: string, size: string): number[] {
    return [this.#call('fd_filestat_set_size', this.#slot(slot), BigInt(size))];
  }

  do_allocate(slot: string, offset: string, count: string): number[] {
    return [this.#call('fd_allocate', this.#slot(slot), BigInt(offset), BigInt(count))];
  }

  #stat(error: number): (number | string)[] {
    if (error !== 0) return [error];
    const type = this.#app.memory[RESULT + 16]!;
    return type === 3 ? [0, 3] : [0, type, `${this.#u64(RESULT + 32)}`, `${this.#u64(RESULT + 24)}`];
  }

  do_fstat(slot: string): (number | string)[] {
    return this.#stat(this.#call('fd_filestat_get', this.#slot(slot), RESULT));
  }

  do_stat(path: string, follow: string): (number | string)[] {
    return this.#stat(this.#call('path_filestat_get', this.#root, Number(follow), ...this.#text(PATH, path), RESULT));
  }

  do_mkdir(path: string): number[] {
    return [this.#call('path_create_directory', this.#root, ...this.#text(PATH, path))];
  }

  do_rmdir(path: string): number[] {
    return [this.#call('path_remove_directory', this.#root, ...this.#text(PATH, path))];
  }

  do_unlink(path: string): number[] {
    return [this.#call('path_unlink_file', this.#root, ...this.#text(PATH, path))];
  }

  do_rename(from: string, to: string): number[] {
    return [this.#call('path_rename', this.#root, ...this.#text(PATH, from), this.#root, ...this.#text(TARGET, to))];
  }

  do_link(from: string, to: string): number[] {
    return [this.#call('path_link', this.#root, 0, ...this.#text(PATH, from), this.#root, ...this.#text(TARGET, to))];
  }

  do_symlink(target: string, path: string): number[] {
    return [this.#call('path_symlink', ...this.#text(TARGET, target), this.#root, ...this.#text(PATH, path))];
  }

  do_readlink(path: string): (number | string)[] {
    const error = this.#call('path_readlink', this.#root, ...this.#text(PATH, path), DATA, 4096, RESULT);
    return error === 0 ? [0, Buffer.from(this.#app.memory.subarray(DATA, DATA + this.#app.u32(RESULT))).toString()] : [error];
  }

  do_list(path: string): (number | string)[] {
    const error = this.#call('path_open', this.#root, 1, ...this.#text(PATH, path), 2, LISTING, 0n, 0, RESULT);
    if (error !== 0) return [error];
    const directory = this.#app.u32(RESULT);
    const names: string[] = [];
    let cookie = 0n;
    for (let used = 100; used === 100;) {
      this.#call('fd_readdir', directory, DATA, 100, cookie, RESULT);
      used = this.#app.u32(RESULT);
      for (let at = DATA; at + 24 <= DATA + used && at + 24 + this.#app.u32(at + 16) <= DATA + used; at += 24 + this.#app.u32(at + 16)) {
        cookie = this.#u64(at);
        names.push(`${Buffer.from(this.#app.memory.subarray(at + 24, at + 24 + this.#app.u32(at + 16))).toString()}:${this.#app.memory[at + 20]!}`);
      }
    }
    this.#call('fd_close', directory);
    return [0, ...names.filter((name) => !/^\.\.?:/.test(name)).sort()];
  }

  do_times(path: string, accessed: string, modified: string): (number | string)[] {
    const error = this.#call('path_filestat_set_times', this.#root, 1, ...this.#text(PATH, path), BigInt(accessed) * 1_000_000_000n, BigInt(modified) * 1_000_000_000n, 5);
    if (error !== 0) return [error];
    this.#call('path_filestat_get', this.#root, 1, ...this.#text(PATH, path), RESULT);
    return [0, `${this.#u64(RESULT + 40) / 1_000_000_000n}`, `${this.#u64(RESULT + 48) / 1_000_000_000n}`];
  }

  do_hash(path: string): number[] {
    const [error] = this.do_open('hash', path, '0', '0', 'r', '1');
    if (error !== 0) return [error!];
    let hash = 0x811c9dc5;
    let length = 0;
    for (;;) {
      this.#app.vector(LIST, DATA, DATA_BYTES);
      this.#call('fd_read', this.#slot('hash'), LIST, 1, RESULT);
      const count = this.#app.u32(RESULT);
      if (count === 0) break;
      for (const byte of this.#app.memory.subarray(DATA, DATA + count)) hash = Math.imul(hash ^ byte, 0x01000193);
      length += count;
    }
    this.do_close('hash');
    return [0, length, hash >>> 0];
  }
}
