// A file system as POSIX describes it, in the plainest way: the expected answer to every operation. Read first: operations.ts.
import { byteOf, hashOf } from './operations.ts';

const [SUCCESS, BADF, EXIST, INVAL, ISDIR, LOOP, NOENT, NOTDIR, NOTEMPTY, PERM] = [0, 8, 20, 28, 31, 32, 44, 54, 55, 63];
const [CREAT, EXCL, TRUNC] = [1, 4, 8];
const LINKS_MAX = 40;

interface Node {
  type: 3 | 4 | 7;
  bytes: Buffer;
  names: Map<string, Node>;
  links: number;
  target: string;
}

interface Open {
  node: Node;
  position: number;
  isAppending: boolean;
  isWritable: boolean;
}

class Failure extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`errno ${errno}`);
    this.errno = errno;
  }
}

const fail = (errno: number): never => {
  throw new Failure(errno);
};
const make = (type: Node['type'], target = ''): Node => ({ type, bytes: Buffer.alloc(0), names: new Map(), links: 0, target });

interface Place { directory: Node; name: string; node: Node | undefined }

export class Model {
  readonly root = make(3);
  readonly #slots: (Open | undefined)[] = [];

  answer(line: string): string {
    const [kind, ...words] = line.split(' ');
    try {
      const values = (this as unknown as Record<string, (...words: string[]) => (string | number)[] | void>)[`do_${kind}`]!(...words);
      return [SUCCESS, ...(values ?? [])].join(' ');
    } catch (error) {
      if (error instanceof Failure) return `${error.errno}`;
      throw error;
    }
  }

  /** The last name of a path and where it is; the node too, if there is one. */
  #find(path: string, follow: boolean): Place {
    let rest = path.split('/').filter((name) => name !== '' && name !== '.');
    let stack = [this.root];
    let links = 0;
    let place: Place = { directory: this.root, name: '', node: this.root };
    while (rest.length > 0) {
      const directory = stack.at(-1);
      if (directory.type !== 3) fail(NOTDIR);
      const name = rest.shift()!;
      const node = directory.names.get(name);
      place = { directory, name, node };
      if (!node) return rest.length > 0 ? fail(NOENT) : place;
      if (node.type === 7 && (rest.length > 0 || follow)) {
        if (++links > LINKS_MAX) fail(LOOP);
        rest = [...node.target.split('/'), ...rest];
        continue;
      }
      stack = [...stack, node];
    }
    return place;
  }

  #get(path: string, follow: boolean): Node {
    return this.#find(path, follow).node ?? fail(NOENT);
  }

  #free(path: string): Place {
    const place = this.#find(path, false);
    return place.node ? fail(EXIST) : place;
  }

  #open(slot: string): Open {
    return this.#slots[Number(slot)] ?? fail(BADF);
  }

  #add({ directory, name }: Place, node: Node): void {
    directory.names.set(name, node);
    node.links++;
  }

  #remove({ directory, name, node }: Place): void {
    directory.names.delete(name);
    node!.links--;
  }

  #isWithin(node: Node, above: Node): boolean {
    return node === above || [...above.names.values()].some((child) => child.type === 3 && this.#isWithin(node, child));
  }

  do_open(slot: string, path: string, oflags: string, fdflags: string, mode: string, follow: string): void {
    const flags = Number(oflags);
    const isNew = (flags & CREAT) !== 0 && (flags & EXCL) !== 0;
    const place = this.#find(path, follow === '1' && !isNew);
    if (place.node && isNew) fail(EXIST);
    if (place.node?.type === 7) fail(LOOP);
    if (place.node?.type === 3) fail(ISDIR);
    if (!place.node) {
      if ((flags & CREAT) === 0) fail(NOENT);
      place.node = make(4);
      this.#add(place, place.node);
    }
    if ((flags & TRUNC) !== 0) place.node.bytes = Buffer.alloc(0);
    this.#slots[Number(slot)] = { node: place.node, position: 0, isAppending: (Number(fdflags) & 1) !== 0, isWritable: mode === 'w' };
  }

  do_close(slot: string): void {
    this.#open(slot);
    this.#slots[Number(slot)] = undefined;
  }

  #put(node: Node, position: number, count: number, seed: number): void {
    if (count === 0) return;
    const bytes = Buffer.alloc(Math.max(node.bytes.length, position + count));
    node.bytes.copy(bytes);
    for (let i = 0; i < count; i++) bytes[position + i] = byteOf(seed, i);
    node.bytes = bytes;
  }

  #writable(slot: string): Open {
    const open = this.#open(slot);
    return open.isWritable ? open : fail(76);
  }

  do_write(slot: string, count: string, seed: string): (string | number)[] {
    const open = this.#writable(slot);
    if (open.isAppending && count !== '0') open.position = open.node.bytes.length;
    this.#put(open.node, open.position, Number(count), Number(seed));
    open.position += Number(count);
    return [count];
  }

  do_pwrite(slot: string, offset: string, count: string, seed: string): (string | number)[] {
    const { node, isAppending } = this.#writable(slot);
    this.#put(node, isAppending ? node.bytes.length : Number(offset), Number(count), Number(seed));
    return [count];
  }

  do_read(slot: string, count: string): (string | number)[] {
    const open = this.#open(slot);
    const bytes = open.node.bytes.subarray(open.position, open.position + Number(count));
    open.position += bytes.length;
    return [bytes.length, hashOf(bytes)];
  }

  do_pread(slot: string, offset: string, count: string): (string | number)[] {
    const bytes = this.#open(slot).node.bytes.subarray(Number(offset), Number(offset) + Number(count));
    return [bytes.length, hashOf(bytes)];
  }

  do_seek(slot: string, offset: string, whence: string): (string | number)[] {
    const open = this.#open(slot);
    const from = [0, open.position, open.node.bytes.length][Number(whence)]!;
    if (from + Number(offset) < 0) fail(INVAL);
    open.position = from + Number(offset);
    return [open.position];
  }

  do_tell(slot: string): (string | number)[] {
    return [this.#open(slot).position];
  }

  #resize(node: Node, size: number): void {
    const bytes = Buffer.alloc(size);
    node.bytes.copy(bytes, 0, 0, Math.min(size, node.bytes.length));
    node.bytes = bytes;
  }

  do_size(slot: string, size: string): void {
    this.#resize(this.#writable(slot).node, Number(size));
  }

  do_allocate(slot: string, offset: string, count: string): void {
    const { node } = this.#writable(slot);
    this.#resize(node, Math.max(node.bytes.length, Number(offset) + Number(count)));
  }

  #stat(node: Node): (string | number)[] {
    return node.type === 3 ? [3] : [node.type, node.type === 7 ? Buffer.byteLength(node.target) : node.bytes.length, node.links];
  }

  do_fstat(slot: string): (string | number)[] {
    return this.#stat(this.#open(slot).node);
  }

  do_stat(path: string, follow: string): (string | number)[] {
    return this.#stat(this.#get(path, follow === '1'));
  }

  do_mkdir(path: string): void {
    this.#add(this.#free(path), make(3));
  }

  do_rmdir(path: string): void {
    const place = this.#find(path, false);
    if (!place.node) fail(NOENT);
    if (place.node!.type !== 3) fail(NOTDIR);
    if (place.node!.names.size > 0) fail(NOTEMPTY);
    this.#remove(place);
  }

  do_unlink(path: string): void {
    const place = this.#find(path, false);
    if (!place.node) fail(NOENT);
    if (place.node!.type === 3) fail(ISDIR);
    this.#remove(place);
  }

  do_rename(from: string, to: string): void {
    const old = this.#find(from, false);
    const target = this.#find(to, false);
    const node = old.node ?? fail(NOENT);
    if (target.node === node) return;
    if (node.type === 3 && this.#isWithin(target.directory, node)) fail(INVAL);
    if (target.node) {
      const isDirectory = target.node.type === 3;
      if (isDirectory && this.#isWithin(old.directory, target.node)) fail(NOTEMPTY);
      if (node.type === 3 && !isDirectory) fail(NOTDIR);
      if (node.type !== 3 && isDirectory) fail(ISDIR);
      if (target.node.names.size > 0) fail(NOTEMPTY);
      this.#remove(target);
    }
    this.#remove(old);
    this.#add(target, node);
  }

  do_link(from: string, to: string): void {
    const node = this.#get(from, false);
    const place = this.#free(to);
    if (node.type === 3) fail(PERM);
    this.#add(place, node);
  }

  do_symlink(target: string, path: string): void {
    this.#add(this.#free(path), make(7, target));
  }

  do_readlink(path: string): (string | number)[] {
    const node = this.#get(path, false);
    return node.type === 7 ? [node.target] : fail(INVAL);
  }

  do_list(path: string): (string | number)[] {
    const node = this.#get(path, true);
    if (node.type !== 3) fail(NOTDIR);
    return [...node.names].map(([name, { type }]) => `${name}:${type}`).sort();
  }

  do_times(path: string, accessed: string, modified: string): (string | number)[] {
    this.#get(path, true);
    return [accessed, modified];
  }

  do_hash(path: string): (string | number)[] {
    const node = this.#get(path, true);
    return node.type === 3 ? fail(ISDIR) : [node.bytes.length, hashOf(node.bytes)];
  }
}
