// What a 9P server on the simulated machine shares: files, directories and links in memory, with the rules of Linux. A test
// looks into it and changes it, as somebody on the host would.

export const LINUX = { EPERM: 1, ENOENT: 2, EIO: 5, EBADF: 9, EACCES: 13, EEXIST: 17, ENOTDIR: 20, EISDIR: 21, EINVAL: 22, ENOSPC: 28, EROFS: 30, ENOTEMPTY: 39, EOPNOTSUPP: 95 } as const;

/** What a server answers instead. */
export class LinuxError extends Error {
  readonly code: number;

  constructor(name: keyof typeof LINUX) {
    super(name);
    this.code = LINUX[name];
  }
}

const fail = (name: keyof typeof LINUX): never => {
  throw new LinuxError(name);
};

/** As in a mode: what follows the first letter is `d`, `-`, `l` or `p` in a listing. */
export type HostType = 'directory' | 'file' | 'link' | 'fifo';
export const MODE_BITS: Record<HostType, number> = { fifo: 1, directory: 4, file: 8, link: 10 };

let lastNumber = 1000n;

export class HostNode {
  readonly type: HostType;
  /** What a host calls an inode. */
  readonly number = ++lastNumber;
  target = '';
  links = 0;
  /** ns; accessed and modified. */
  times: [bigint, bigint] = [1_000_000_000n, 2_000_000_000n];
  readonly entries = new Map<string, { node: HostNode; offset: bigint }>();
  parent: HostNode = this;
  #bytes = new Uint8Array(0);
  #size = 0;
  #lastOffset = 2n;

  constructor(type: HostType, text = '') {
    this.type = type;
    if (type === 'link') this.target = text;
    else this.write(0, new TextEncoder().encode(text));
  }

  get size(): number {
    return this.type === 'link' ? Buffer.byteLength(this.target) : this.#size;
  }

  read(position: number, count: number): Uint8Array {
    return this.#bytes.slice(Math.min(position, this.#size), Math.min(position + count, this.#size));
  }

  get text(): string {
    return new TextDecoder().decode(this.read(0, this.#size));
  }

  write(position: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#reserve(position + bytes.length);
    this.#bytes.set(bytes, position);
    this.#size = Math.max(this.#size, position + bytes.length);
  }

  resize(size: number): void {
    this.#reserve(size);
    this.#bytes.fill(0, Math.min(size, this.#size), this.#size);
    this.#size = size;
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(size, 2 * this.#bytes.length));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  // Names.

  find(name: string): HostNode {
    if (this.type !== 'directory') fail('ENOTDIR');
    if (name === '.') return this;
    if (name === '..') return this.parent;
    return this.entries.get(name)?.node ?? fail('ENOENT');
  }

  /** The node below, by a path of names. */
  at(path: string): HostNode {
    return path.split('/').filter((name) => name !== '').reduce((node: HostNode, name) => node.find(name), this);
  }

  add(name: string, node: HostNode): HostNode {
    if (this.entries.has(name)) fail('EEXIST');
    this.entries.set(name, { node, offset: ++this.#lastOffset });
    node.links++;
    if (node.type === 'directory') node.parent = this;
    return node;
  }

  /** Takes a name away, whatever it stands for. */
  drop(name: string): HostNode {
    const node = this.find(name);
    this.entries.delete(name);
    node.links--;
    return node;
  }

  remove(name: string, isDirectory: boolean): void {
    const node = this.find(name);
    if (isDirectory && node.type !== 'directory') fail('ENOTDIR');
    if (!isDirectory && node.type === 'directory') fail('EISDIR');
    if (node.entries.size > 0) fail('ENOTEMPTY');
    this.drop(name);
  }

  isWithin(above: HostNode): boolean {
    return this === above || (this.parent !== this && this.parent.isWithin(above));
  }

  rename(oldName: string, to: HostNode, newName: string): void {
    const node = this.find(oldName);
    const replaced = to.entries.get(newName)?.node;
    if (node === replaced) return;
    if (node.type === 'directory' && to.isWithin(node)) fail('EINVAL');
    if (replaced) {
      if (replaced.type === 'directory' && this.isWithin(replaced)) fail('ENOTEMPTY');
      if (node.type === 'directory' && replaced.type !== 'directory') fail('ENOTDIR');
      if (node.type !== 'directory' && replaced.type === 'directory') fail('EISDIR');
      if (replaced.entries.size > 0) fail('ENOTEMPTY');
      to.drop(newName);
    }
    this.drop(oldName);
    to.add(newName, node);
  }
}

/** A tree from texts: null is a directory, `{ link }` a symbolic link. Directories come before what is in them. */
export function hostTree(files: Readonly<Record<string, string | null | { link: string }>> = {}): HostNode {
  const root = new HostNode('directory');
  root.links = 1;
  for (const [path, contents] of Object.entries(files)) {
    const at = path.lastIndexOf('/');
    const node = contents === null ? new HostNode('directory') : typeof contents === 'string' ? new HostNode('file', contents) : new HostNode('link', contents.link);
    root.at(path.slice(0, Math.max(at, 0))).add(path.slice(at + 1), node);
  }
  return root;
}
