// The 9P device with a server of 9P2000.L behind it (diod's protocol.md; Plan 9 manual, section 5), over a tree in memory.
// What the protocol forbids is the driver's mistake, and an error. Faults are chosen request by request.
import type { Clock } from '../clock.ts';
import { VirtioDevice, type VirtioOptions } from './device.ts';
import { type HostNode, HostNode as Node, LinuxError, MODE_BITS, hostTree } from './host-tree.ts';
import { Message } from './ninep-message.ts';
import { type Chain, fill, join } from './queue.ts';
import type { Ram } from './ram.ts';

export const T = {
  lopen: 12, lcreate: 14, symlink: 16, readlink: 22, getattr: 24, setattr: 26, readdir: 40, fsync: 50, link: 70, mkdir: 72,
  renameat: 74, unlinkat: 76, version: 100, attach: 104, walk: 110, read: 116, write: 118, clunk: 120,
} as const;
export type MessageName = keyof typeof T;
const NAMES = new Map<number, MessageName>(Object.entries(T).map(([name, type]) => [type, name as MessageName]));
const RLERROR = 7;
const [O_ACCMODE, O_EXCL, O_TRUNC] = [3, 0o200, 0o1000];
const NOFID = 0xffffffff;

/** What can become of a reply: other bytes; never given; the device breaks down; a length that is a lie; given twice. */
export type ShareFate = Uint8Array | 'silent' | 'broken' | 'long' | 'twice' | 'badId';

export interface ShareOptions extends VirtioOptions {
  readonly tree?: HostNode;
  readonly readOnly?: boolean;
  readonly msizeMost?: number;
  /** As QEMU 7.2 does for all that is not open: what has the name now counts. */
  readonly findsByName?: boolean;
  /** The count begins at 0 and is never reset. */
  readonly fate?: (name: MessageName, reply: Uint8Array, count: number) => ShareFate;
}

interface Fid { node: HostNode; open?: number; place?: { directory: HostNode; name: string } }

export class Share extends VirtioDevice {
  readonly tree: HostNode;
  readonly fids = new Map<number, Fid>();
  readonly said: MessageName[] = [];
  /** Requests that were taken and not given back: memory that the device may still write to. */
  held = 0;
  synced = 0;
  isStuck = false;
  readonly #options: ShareOptions;
  #msize = 0;
  #data = new Uint8Array(0);

  constructor(ram: Ram, clock: Clock, options: ShareOptions = {}) {
    super(ram, clock, 9, 1n, 1, new Uint8Array([6, 0, ...Buffer.from('share0')]), options);
    this.#options = options;
    this.tree = options.tree ?? hostTree();
  }

  override reset(): void {
    this.held = 0;
    this.fids.clear();
    super.reset();
    if (this.isStuck) this.status = 1;
  }

  notified(queue: number): void {
    for (let chain = this.queues[queue]!.take(); chain; chain = this.queues[queue]!.take()) {
      const taken = chain;
      this.held++;
      this.later(() => this.#serve(taken));
    }
  }

  #serve({ head, readable, writable }: Chain): void {
    const request = join(readable);
    const view = new DataView(request.buffer);
    const [size, type, tag] = [view.getUint32(0, true), request[4]!, view.getUint16(5, true)];
    const name = NAMES.get(type);
    const room = writable.reduce((sum, part) => sum + part.length, 0);
    if (name === undefined || size !== request.length) throw new Error(`message ${type} of ${size} bytes in ${request.length}`);
    if ((tag === 0xffff) !== (name === 'version')) throw new Error(`tag ${tag} of ${name}`);
    if (name !== 'version' && (this.#msize === 0 || size > this.#msize)) throw new Error(`a ${name} of ${size} bytes, msize ${this.#msize}`);
    const reply = this.#reply(name, type, tag, new Message(request));
    if (reply.length > room) throw new Error(`no room for the reply to ${name}`);
    const fate = this.#options.fate?.(name, reply, this.said.push(name) - 1) ?? reply;
    if (fate === 'silent') return;
    if (fate === 'broken') return this.giveUp();
    this.held--;
    const bytes = fate instanceof Uint8Array ? fate : reply;
    fill(writable, bytes);
    if (fate === 'badId') return this.give(0, 0x10000 + head, bytes.length);
    if (fate === 'twice') this.give(0, head, bytes.length);
    this.give(0, head, fate === 'long' ? room + 1 : Math.min(bytes.length, room));
  }

  #reply(name: MessageName, type: number, tag: number, request: Message): Uint8Array {
    const reply = new Message();
    this.#data = new Uint8Array(0);
    try {
      this[name](request, reply);
      request.end();
      return reply.finish(type + 1, tag, this.#data);
    } catch (error) {
      if (!(error instanceof LinuxError)) throw error;
      return new Message().put(4, error.code).finish(RLERROR, tag);
    }
  }

  #fid(fid: number): Fid {
    const found = this.fids.get(fid);
    if (!found) this.#mistake(`fid ${fid} is none`);
    return found;
  }

  /** The driver's; but one that was lied to cannot know which fids there are. */
  #mistake(text: string): never {
    throw this.#options.fate === undefined ? new Error(text) : new LinuxError('EBADF');
  }

  #new(fid: number, node: HostNode): void {
    if (this.fids.has(fid)) this.#mistake(`fid ${fid} is in use`);
    this.fids.set(fid, { node });
  }

  /** What a fid means to a server that keeps names. */
  #byName({ node, place }: Fid): HostNode {
    return this.#options.findsByName && place ? place.directory.find(place.name) : node;
  }

  #changes(): void {
    if (this.#options.readOnly) throw new LinuxError('EROFS');
  }

  #name(request: Message): string {
    const name = request.string();
    if (name === '' || name.includes('/') || name.includes('\0') || name.length > 255) throw new Error(`a name '${name}'`);
    return name;
  }

  version(request: Message, reply: Message): void {
    const asked = request.u32();
    if (request.string() !== '9P2000.L') throw new Error('another version');
    this.fids.clear();
    this.#msize = Math.min(asked, this.#options.msizeMost ?? asked);
    reply.put(4, this.#msize).putString('9P2000.L');
  }

  attach(request: Message, reply: Message): void {
    const fid = request.u32();
    if (request.u32() !== NOFID || request.string() !== '' || request.string() !== '' || request.u32() !== NOFID) throw new Error('attach as somebody');
    this.#new(fid, this.tree);
    reply.putQid(this.tree);
  }

  walk(request: Message, reply: Message): void {
    const [fid, newFid, count] = [this.#fid(request.u32()), request.u32(), request.u16()];
    const { node, open, place } = fid;
    // diod's protocol.md lets any fid be cloned.
    if ((open !== undefined && count > 0) || count > 1) this.#mistake('a walk from an open file, or by several names');
    if (count === 0) {
      this.#new(newFid, this.#byName(fid));
      if (place) this.#fid(newFid).place = place;
      reply.put(2, 0);
    } else {
      const name = this.#name(request);
      const found = node.find(name);
      this.#new(newFid, found);
      if (name !== '..') this.#fid(newFid).place = { directory: node, name };
      reply.put(2, 1).putQid(found);
    }
  }

  clunk(request: Message): void {
    const fid = request.u32();
    this.#fid(fid);
    this.fids.delete(fid);
  }

  lopen(request: Message, reply: Message): void {
    const [fid, flags] = [this.#fid(request.u32()), request.u32()];
    if (fid.open !== undefined) this.#mistake('opened twice');
    if ((flags & O_ACCMODE) !== 0 || flags & O_TRUNC) this.#changes();
    if (fid.node.type === 'fifo') throw new Error('a FIFO was opened: that would wait for ever');
    if (fid.node.type === 'directory' && (flags & O_ACCMODE) !== 0) throw new LinuxError('EISDIR');
    if (flags & O_TRUNC) fid.node.resize(0);
    fid.open = flags;
    reply.putQid(fid.node).put(4, 0);
  }

  lcreate(request: Message, reply: Message): void {
    const [fid, name, flags] = [this.#fid(request.u32()), this.#name(request), request.u32()];
    request.u32();
    request.u32();
    this.#changes();
    const there = fid.node.entries.get(name)?.node;
    if (there && flags & O_EXCL) throw new LinuxError('EEXIST');
    fid.place = { directory: fid.node, name };
    fid.node = there ?? fid.node.add(name, new Node('file'));
    fid.open = flags;
    reply.putQid(fid.node).put(4, 0);
  }

  #make(request: Message, reply: Message, make: () => HostNode): void {
    const [{ node }, name] = [this.#fid(request.u32()), this.#name(request)];
    this.#changes();
    reply.putQid(node.add(name, make()));
    request.u32();
  }

  mkdir(request: Message, reply: Message): void {
    this.#make(request, reply, () => {
      request.u32();
      return new Node('directory');
    });
  }

  symlink(request: Message, reply: Message): void {
    this.#make(request, reply, () => new Node('link', request.string()));
  }

  readlink(request: Message, reply: Message): void {
    const { node } = this.#fid(request.u32());
    if (node.type !== 'link') throw new LinuxError('EINVAL');
    reply.putString(node.target);
  }

  getattr(request: Message, reply: Message): void {
    const fid = this.#fid(request.u32());
    const node = fid.open === undefined ? this.#byName(fid) : fid.node;
    request.u64();
    reply.put(8, 0x7ff).putQid(node).put(4, MODE_BITS[node.type] << 12 | 0o644).put(4, 0).put(4, 0).put(8, node.links).put(8, 0).put(8, node.size).put(8, 4096).put(8, 0);
    for (const time of [...node.times, 3_000_000_000n]) reply.put(8, time / 1_000_000_000n).put(8, time % 1_000_000_000n);
    for (let i = 0; i < 4; i++) reply.put(8, 0);
  }

  setattr(request: Message): void {
    const [fid, valid] = [this.#fid(request.u32()), request.u32()];
    const node = this.#byName(fid);
    request.data(12);
    const size = Number(request.u64());
    const times = [0, 1].map(() => request.u64() * 1_000_000_000n + request.u64());
    this.#changes();
    // A time, and that it is given.
    if (valid & ~0x1b8 || [0x90, 0x120].some((both) => (valid & both) !== 0 && (valid & both) !== both)) throw new Error(`setattr of ${valid.toString(16)}`);
    if (valid & 8) node.resize(size);
    if (valid & 0x10) node.times[0] = times[0]!;
    if (valid & 0x20) node.times[1] = times[1]!;
  }

  read(request: Message, reply: Message): void {
    const [{ node, open }, position, count] = [this.#fid(request.u32()), request.u64(), request.u32()];
    if (open === undefined || (open & O_ACCMODE) === 1) throw new LinuxError('EBADF');
    this.#data = new Uint8Array(node.read(Number(position), Math.min(count, this.#msize - 11)));
    reply.put(4, this.#data.length);
  }

  write(request: Message, reply: Message): void {
    const [{ node, open }, position, count] = [this.#fid(request.u32()), request.u64(), request.u32()];
    const bytes = request.data(count);
    if (open === undefined || (open & O_ACCMODE) === 0) throw new LinuxError('EBADF');
    node.write(Number(position), bytes);
    reply.put(4, count);
  }

  fsync(request: Message): void {
    const { open } = this.#fid(request.u32());
    request.u32();
    if (open === undefined) throw new LinuxError('EBADF');
    this.synced++;
  }

  readdir(request: Message, reply: Message): void {
    const [{ node, open }, offset, count] = [this.#fid(request.u32()), request.u64(), request.u32()];
    if (open === undefined || node.type !== 'directory') throw new LinuxError('EBADF');
    const all = [{ name: '.', node, offset: 1n }, { name: '..', node: node.parent, offset: 2n }, ...[...node.entries].map(([name, entry]) => ({ name, ...entry }))].sort((a, b) => Number(a.offset - b.offset));
    const list = new Message();
    for (const entry of all.filter((one) => one.offset > offset)) {
      const next = new Message().putQid(entry.node).put(8, entry.offset).put(1, MODE_BITS[entry.node.type]).putString(entry.name).bytes;
      if (list.bytes.length + next.length > count) break;
      list.bytes.push(...next);
    }
    reply.put(4, list.bytes.length);
    this.#data = Uint8Array.from(list.bytes);
  }

  link(request: Message): void {
    const [directory, { node }, name] = [this.#fid(request.u32()), this.#fid(request.u32()), this.#name(request)];
    this.#changes();
    if (node.type === 'directory') throw new LinuxError('EPERM');
    directory.node.add(name, node);
  }

  renameat(request: Message): void {
    const [from, oldName, to, newName] = [this.#fid(request.u32()), this.#name(request), this.#fid(request.u32()), this.#name(request)];
    this.#changes();
    from.node.rename(oldName, to.node, newName);
  }

  unlinkat(request: Message): void {
    const [{ node }, name, flags] = [this.#fid(request.u32()), this.#name(request), request.u32()];
    this.#changes();
    node.remove(name, (flags & 0x200) !== 0);
  }
}
