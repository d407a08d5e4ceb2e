// A random application for a machine in a storm: calls of Solo5, of its extension and of WASI, with right and wrong
// arguments. After each call: the result is one that is documented, memory that was not handed over is what it was, and
// what was filled in comes from where it may.
import type { Application } from './application.ts';
import type { Dice } from './dice.ts';
import { BUFFERS_SAID, type Storm, tagOf } from './hostile.ts';
import { Block } from './virtio/block.ts';
import { Console } from './virtio/console.ts';
import type { VirtioDevice } from './virtio/device.ts';
import { Net } from './virtio/net.ts';

export const [OK, AGAIN, EINVAL, EUNSPEC] = [0, 1, 2, 3];
const ERRNO_MOST = 76;
const [NAME, HANDLE, INFO, RESULT, VECTOR, EVENTS] = [0x100, 0x200, 0x210, 0x230, 0x240, 0x300];
/** Three buffers, each for the largest frame; END - x is near the end of memory. */
const BUFFERS = [0x1000, 0x4000, 0x7000];
export const END = 0x10000;
/** Beside them, since devices may write there at any time. */
const TICKET_BUFFERS = 0xa000;
const TICKET_BYTES = 0x800;
/** The application's own bytes: digits. */
const isOwn = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
/** A NIC that names the wrong buffers hands out its own headers as parts of a frame. */
const IN_HEADERS = new Set<number>(BUFFERS_SAID.flatMap((count) => [count & 0xff, count >> 8]));
/** One call, with a disk that has to be reset three times for each of several requests. */
export const CALL_TIME_MOST = 3000e9;
const LOOKS_MOST = 20_000_000;

type Range = [from: number, to: number];
type Value = number | bigint;

export class HostileApplication {
  readonly app: Application;
  readonly storm: Storm;
  readonly dice: Dice;
  readonly handles: { handle: bigint; device: Net | Block; blockSize: number }[] = [];
  /** Frames that were sent, and all that was said on standard output. */
  readonly frames = new Set<string>();
  said = '';
  /** Memory that tickets are out for. */
  readonly #tickets = new Map<number, Range>();
  #granted: Range[] = [];

  constructor(app: Application, storm: Storm) {
    this.app = app;
    this.storm = storm;
    this.dice = storm.dice;
    for (let i = 0; i < app.memory.length; i++) app.memory[i] = 0x30 + i * 7 % 10;
    storm.onRead = (device, queue, parts) => this.#read(device, queue, parts);
    const { machine } = storm;
    const reach = machine.deviceBytes.bind(machine);
    machine.deviceBytes = (address, count) => {
      const at = Number(address - machine.region!.base);
      const isApplication = at >= 0 && at < app.memory.length;
      if (isApplication && ![...this.#granted, ...this.#tickets.values()].some(([from, to]) => at >= from && at + count <= to)) {
        throw new Error(`a device was pointed to ${count} bytes at ${at.toString(16)} of the application, which it did not hand over`);
      }
      return reach(address, count);
    };
  }

  /** What a device is given to read is what the application gave, for it, and headers. */
  #read(device: VirtioDevice, queue: number, parts: readonly Uint8Array[]): void {
    if (device instanceof Net && queue === 1) {
      const [frame] = parts;
      const [header, body] = [frame!.subarray(0, 12), frame!.subarray(12)];
      if (header.some((byte) => byte !== 0) || !this.frames.has(Buffer.from(body).toString('latin1'))) {
        throw new Error(`a NIC was given a frame of ${body.length} bytes that nobody sent`);
      }
    }
    const isControl = device instanceof Console && device.queues.length > 2 && (queue === 2 || queue === 3);
    if (device instanceof Console && !isControl && parts.length > 0 && !this.said.includes(Buffer.concat(parts).toString('latin1'))) {
      throw new Error('a console was given bytes that nobody said');
    }
  }

  /** One call: `name` of the exports, with memory that it may write; the result. */
  call(name: string, values: readonly Value[], mayWrite: readonly Range[], most: number): number {
    const { app, storm: { machine } } = this;
    const before = app.memory.slice();
    const began = machine.clock.now;
    machine.looksMost = machine.looks + LOOKS_MOST;
    this.#granted = [...mayWrite];
    const result = Number(machine.exports[name]!(...values));
    this.#granted = [];
    if (machine.clock.now - began > CALL_TIME_MOST) throw new Error(`${name} took ${(machine.clock.now - began) / 1e9} s`);
    if (most > 0 && (result < 0 || result > most)) throw new Error(`${name} gave ${result}`);
    const after = app.memory.slice();
    for (const [from, to] of [...mayWrite, ...this.#tickets.values()]) after.set(before.subarray(from, to), from);
    if (Buffer.compare(before, after) !== 0) {
      const at = before.findIndex((byte, i) => byte !== after[i]);
      throw new Error(`${name} changed the application's memory at ${at.toString(16)}, which it was not given`);
    }
    return result;
  }

  /** Edges only while no device may write there at any time. */
  #place(bytes: number): number {
    if (this.#tickets.size > 0 || this.dice.chance(0.9)) return this.dice.pick(BUFFERS);
    return this.dice.pick([Math.max(END - bytes, BUFFERS[0]!), END - bytes + 1, END - 1, END, 0xffffffff]);
  }

  #range(at: number, bytes: number): Range[] {
    return at + bytes <= END ? [[at, at + bytes]] : [];
  }

  #handle(type: typeof Net | typeof Block): { handle: bigint; device?: Net | Block; blockSize: number } {
    const good = this.handles.filter(({ device }) => device instanceof type);
    if (good.length > 0 && this.dice.chance(0.95)) return this.dice.pick(good);
    const wrong = this.dice.pick([0n, 1n, 5n, 63n, 64n, 0xffff_ffff_ffff_ffffn]);
    return this.handles.find(({ handle }) => handle === wrong) ?? { handle: wrong, blockSize: 512 };
  }

  acquire(index: number, type = this.#typeOf(index)): void {
    const { app } = this;
    app.memory.set([...new TextEncoder().encode(`d${index}`), 0], NAME);
    const result = this.call(`solo5_${type}_acquire`, [NAME, HANDLE, INFO], [[HANDLE, HANDLE + 8], [INFO, INFO + 16]], EUNSPEC);
    if (result !== OK) return;
    const handle = app.view.getBigUint64(HANDLE, true);
    // NICs are bound by their order among those that started; disks by their serial, unless the device lied about it.
    this.handles.push({ handle, device: this.storm.machine.devices[index] as Net | Block, blockSize: type === 'block' ? Number(app.view.getBigUint64(INFO + 8, true)) : 0 });
  }

  #typeOf(index: number): 'net' | 'block' {
    return this.storm.machine.devices[index] instanceof Net ? 'net' : 'block';
  }

  /** A NIC may be any of those that a device may have been left out before. */
  #tagsOf(device: VirtioDevice | undefined): number[] {
    const { devices } = this.storm.machine;
    return devices.flatMap((other, i) => (device !== undefined && other.constructor === device.constructor ? [tagOf(i)] : []));
  }

  #check(name: string, from: number, to: number, tags: readonly number[]): void {
    const bytes = this.app.memory.subarray(from, to);
    const stranger = bytes.find((byte) => byte >= 16 && !isOwn(byte) && !tags.includes(byte) && byte !== 0xdd && !(name === 'net_read' && IN_HEADERS.has(byte)));
    if (stranger !== undefined) throw new Error(`${name} gave the application the byte ${stranger.toString(16)}`);
    for (let i = from; i < to; i++) this.app.memory[i] = 0x30 + i % 10;
  }

  netWrite(): void {
    const bytes = this.dice.pick([14, 60, 61, 1500, 1514, 0, 13, 1515, 9014, this.dice.roll(1600)]);
    const at = this.#place(bytes);
    const { handle, device } = this.#handle(Net);
    this.sends(device === undefined ? 0n : handle, at, bytes);
  }

  sends(handle: bigint, at: number, bytes: number): void {
    if (at + bytes <= END) this.frames.add(Buffer.from(this.app.memory.subarray(at, at + bytes)).toString('latin1'));
    this.call('solo5_net_write', [handle, at, bytes], [], EUNSPEC);
  }

  /** The bytes of the frame, or -1. */
  netRead(good = false): number {
    const { dice } = this;
    const capacity = good ? 9014 : dice.pick([1514, 1514, 9014, 82, 0, dice.roll(2000)]);
    const at = good ? BUFFERS[0]! : this.#place(capacity);
    const { handle, device } = this.#handle(Net);
    const result = this.call('solo5_net_read', [handle, at, capacity, RESULT], this.#range(at, capacity).concat([[RESULT, RESULT + 4]]), AGAIN + 1);
    const came = result === OK ? this.app.u32(RESULT) : 0;
    if (came > capacity) throw new Error('a frame is larger than its buffer');
    this.#check('net_read', at, at + came, this.#tagsOf(device));
    const rest = this.app.memory.subarray(at + came, Math.min(at + capacity, END));
    if (!rest.every(isOwn)) throw new Error('net_read wrote behind the frame');
    return result === OK ? came : -1;
  }

  yield(): void {
    const until = BigInt(Math.floor(this.storm.machine.clock.now)) + BigInt(this.dice.pick([0, 1000, 5_000_000]));
    this.call('solo5_yield', [until, RESULT], [[RESULT, RESULT + 8]], -1);
  }

  /** A read or write, in one call or by a ticket. */
  block(): void {
    const { dice } = this;
    const { handle, device, blockSize } = this.#handle(Block);
    const bytes = dice.chance(0.8) ? blockSize * (1 + dice.roll(4)) : dice.pick([0, 1, 511, 513, 0x10000]);
    const offset = dice.chance(0.8) ? BigInt(blockSize * dice.roll(12)) : dice.pick([1n, 65536n, 65024n, 1n << 63n, 0xffff_ffff_ffff_fe00n]);
    const at = this.#place(bytes);
    const range = this.#range(at, bytes);
    if (bytes <= TICKET_BYTES && dice.chance(0.4)) return this.#submit(handle, offset, bytes);
    const isWrite = dice.chance(0.5);
    if (isWrite && range.length > 0) this.app.memory.fill(0x35, at, at + bytes);
    if (at + bytes > TICKET_BUFFERS && this.#tickets.size > 0) return;
    this.call(`solo5_block_${isWrite ? 'write' : 'read'}`, [handle, offset, at, bytes], range, EUNSPEC);
    if (!isWrite && range.length > 0) this.#check('block_read', at, at + bytes, this.#tagsOf(device));
  }

  #submit(handle: bigint, offset: bigint, bytes: number): void {
    const at = TICKET_BUFFERS + this.dice.roll(8) * TICKET_BYTES;
    const mine: Range = [at, at + bytes];
    this.#tickets.set(-1, mine);
    const result = this.call('asolo_block_submit', [handle, this.dice.roll(2), offset, at, bytes, RESULT], [[RESULT, RESULT + 4]], EUNSPEC);
    this.#tickets.delete(-1);
    if (result === OK) this.#tickets.set(this.app.u32(RESULT), mine);
  }

  ticket(): void {
    const ticket = this.dice.chance(0.9) && this.#tickets.size > 0 ? this.dice.pick([...this.#tickets.keys()]) : this.dice.word();
    this.#settle(ticket, this.dice.chance(0.3) ? 'wait' : 'poll');
  }

  #settle(ticket: number, how: 'wait' | 'poll'): void {
    const result = this.call(`asolo_block_${how}`, [ticket], [], EUNSPEC);
    if (how === 'wait' && result === AGAIN) throw new Error('block_wait did not wait');
    const range = this.#tickets.get(ticket);
    if (result === AGAIN || range === undefined) return;
    this.#tickets.delete(ticket);
    this.app.memory.fill(0x34, ...range);
  }

  otherBlock(): void {
    const { handle, blockSize } = this.#handle(Block);
    const range = [BigInt(blockSize * this.dice.roll(20)), BigInt(blockSize * this.dice.roll(20))];
    const name = this.dice.pick(['flush', 'discard', 'write_zeroes']);
    this.call(`asolo_block_${name}`, name === 'flush' ? [handle] : [handle, ...range], [], EUNSPEC);
  }

  print(): void {
    const bytes = this.dice.pick([0, 1, 100, 600, 9000]);
    const at = BUFFERS[2]!;
    this.said += Buffer.from(this.app.memory.subarray(at, at + bytes)).toString('latin1');
    if (this.dice.chance(0.5)) return void this.call('solo5_console_write', [at, bytes], [], -1);
    this.app.vector(VECTOR, at, bytes);
    this.call('wasi_fd_write', [1, VECTOR, 1, RESULT], [[RESULT, RESULT + 4]], ERRNO_MOST);
  }

  input(): void {
    const at = this.dice.pick(BUFFERS);
    this.call('wasi_fd_fdstat_set_flags', [0, 4], [], ERRNO_MOST);
    this.app.vector(VECTOR, at, 256);
    const result = this.call('wasi_fd_read', [0, VECTOR, 1, RESULT], [[RESULT, RESULT + 4], [at, at + 256]], ERRNO_MOST);
    const tags = this.storm.machine.devices.flatMap((device, i) => (device instanceof Console ? [tagOf(i)] : []));
    this.#check('fd_read', at, at + 256, tags);
    if (result === OK && this.app.u32(RESULT) > 256) throw new Error('more input than was asked for');
  }

  wasi(): void {
    const { dice } = this;
    const far = (): Value => dice.pick([END - 4, END, 0xffffffff, EVENTS]);
    switch (dice.roll(4)) {
      case 0: return void this.call('wasi_random_get', [INFO, 16], [[INFO, INFO + 16]], ERRNO_MOST);
      case 1: return void this.call('wasi_clock_time_get', [dice.roll(5), 0n, RESULT], [[RESULT, RESULT + 8]], ERRNO_MOST);
      case 2: return void this.call('wasi_fd_write', [dice.roll(9) + 3, far(), dice.word(), END], [], ERRNO_MOST);
      default: return this.#poll();
    }
  }

  /** Waits for input, or two milliseconds. */
  #poll(): void {
    const { memory, view } = this.app;
    memory.fill(0, EVENTS, EVENTS + 0x100);
    view.setUint32(EVENTS + 16, 1, true);
    view.setBigUint64(EVENTS + 24, 2_000_000n, true);
    memory[EVENTS + 48 + 8] = 1;
    this.call('wasi_poll_oneoff', [EVENTS, EVENTS + 0x80, 2, RESULT], [[EVENTS + 0x80, EVENTS + 0xc0], [RESULT, RESULT + 4]], ERRNO_MOST);
  }

  step(): void {
    const { dice } = this;
    const names = ['netWrite', 'netRead', 'yield', 'block', 'block', 'ticket', 'otherBlock', 'print', 'input', 'wasi'] as const;
    this[dice.pick(names)]();
    if (dice.chance(0.2)) this.storm.machine.clock.pass(dice.pick([100, 10_000, 3_000_000]));
  }

  settleAll(): void {
    for (const ticket of [...this.#tickets.keys()]) this.#settle(ticket, 'wait');
  }
}
