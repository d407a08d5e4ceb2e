// One network stack, compiled as it is into the kernel, on a simulated clock: a device in TypeScript takes what it sends
// and gives it what it receives, and the socket calls are its exports. Loss, delay and the like are path.ts's.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { textOf, type Exports } from '../assembly.ts';
import { checksum, ip, macNumber } from './frames.ts';
import { randomNumbers } from './random.ts';

const root = join(import.meta.dirname, '../../..');
const cache = join(root, 'build/unit');
/** Memory beyond the kernel's own: TCP's tables and rings, then what tests use themselves. */
const TCP_MEMORY = 0x200000;
const SECOND = 1e9;

export const DEVICE = { checksum: 1, tso4: 2, receiveChecksum: 4 } as const;
export const STATUS = {
  ok: 0, wouldBlock: 1, inProgress: 2, refused: 3, reset: 4, timedOut: 5, unreachable: 6, addressInUse: 7, addressUnknown: 8,
  notConnected: 9, connected: 10, shutDown: 11, invalid: 12, noPort: 13,
} as const;
export const READY = { readable: 1, writable: 2, acceptable: 4, failed: 8, hungUp: 16, peerDone: 32 } as const;
export const STATE = {
  closed: 0, listen: 1, synSent: 2, synReceived: 3, established: 4, finWait1: 5, finWait2: 6, closeWait: 7, closing: 8, lastAck: 9,
  timeWait: 10,
} as const;

const FILES = [
  'base/panic', 'mm/frames', 'mm/heap', 'net/interface', 'net/now', 'net/stack', 'net/device', 'net/ipv4/addresses', 'net/ipv4/routes',
  'net/tcp/memory', 'net/tcp/socket', 'net/tcp/stream', 'net/tcp/socket-options', 'net/tcp/counters', 'net/tcp/rings',
  'net/tcp/connection', 'net/tcp/half-open', 'net/tcp/time-wait', 'net/tcp/timers', 'net/udp/sockets', 'net/udp/queue', 'net/udp/output',
];

/** The device's side as AssemblyScript sees it. */
const ENTRY = `
import { addDevice } from "ASSEMBLY/net/device";
import { setAddress, setGateway } from "ASSEMBLY/net/ipv4/addresses";
import { settingsOf, WITHOUT } from "ASSEMBLY/net/settings";
@external("wire", "transmit") declare function wireTransmit(
  device: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32, checksumOffset: u32,
  segmentSize: u32, owner: usize): u32;
function transmit(
  device: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32, checksumOffset: u32,
  segmentSize: u32, owner: usize): u32 {
  return wireTransmit(device, header, headerBytes, payload, payloadBytes, checksumStart, checksumOffset, segmentSize, owner);
}
export function attachDevice(mac: u64, mtu: u32, features: u32, address: u32, mask: u32, gateway: u32): u32 {
  settingsOf(1).method = WITHOUT;
  const index = addDevice(mac, mtu, features, transmit, 0);
  setAddress(index, address, mask, false);
  if (gateway != 0) setGateway(index, gateway);
  return index;
}
`;

let compiled: Promise<WebAssembly.Module> | undefined;

function compile(): Promise<WebAssembly.Module> {
  compiled ??= compileStack();
  return compiled;
}

/** The whole stack as one program. Cached by the content of all sources, as assembly.ts does it. */
async function compileStack(): Promise<WebAssembly.Module> {
  const hash = createHash('sha256').update(ENTRY).update(FILES.join());
  for (const name of readdirSync(join(root, 'assembly'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts')).sort()) {
    hash.update(name).update(readFileSync(join(root, 'assembly', name)));
  }
  const out = join(cache, `stack.${hash.digest('hex').slice(0, 16)}.wasm`);
  if (!existsSync(out)) {
    mkdirSync(cache, { recursive: true });
    const entry = join(cache, `stack.${process.pid}.entry.ts`);
    writeFileSync(entry, [...FILES.map((file) => `export * from "../../assembly/${file}";`), ENTRY.replaceAll('ASSEMBLY', '../../assembly')].join('\n'));
    const asc = await import('assemblyscript/asc');
    const stderr = asc.createMemoryStream();
    const { options } = JSON.parse(readFileSync(join(root, 'asconfig.json'), 'utf8')) as { options: Record<string, unknown> };
    const words = Object.entries(options).flatMap(([name, value]) => (value === false ? [] : [`--${name}`, String(value)]));
    const part = `${out}.${process.pid}`;
    const result = await asc.main([
      relative(root, entry), '--config', 'none', '--baseDir', root, ...words, '--optimizeLevel', '1', '--debug', '--outFile', relative(root, part),
    ], { stderr });
    if (result.error !== null) throw new Error(`${result.error.message}\n${textOf(stderr)}`);
    renameSync(part, out);
  }
  return new WebAssembly.Module(readFileSync(out));
}

export interface StackOptions {
  address: string; mac?: string; mask?: string; gateway?: string; mtu?: number; features?: number;
  /** Bytes for TCP. */
  memory?: number;
  /** Packets that the device holds until they are taken; more are refused. */
  queue?: number;
  /** Of the machine's entropy. */
  seed?: number;
  /** Simulated ns since the machine began. */
  startAt?: number;
}

interface Queued { header: Uint8Array; payload: number; bytes: number; start: number; offset: number; segmentSize: number; owner: number }

export class Stack {
  readonly address: string;
  readonly features: number;
  readonly exports: Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #queue: Queued[] = [];
  readonly #queueMax: number;
  readonly #interface: number;
  readonly scratch: number;
  /** Simulated time in ns; only its owner moves it. */
  now: number;
  /** Called when the device has got something to send. */
  onTransmit: () => void = () => undefined;

  static async create(options: StackOptions): Promise<Stack> {
    return new Stack(await compile(), options);
  }

  private constructor(module: WebAssembly.Module, options: StackOptions) {
    this.address = options.address;
    this.features = options.features ?? 0;
    this.#queueMax = options.queue ?? 256;
    this.now = options.startAt ?? SECOND;
    const given: Record<string, Record<string, unknown>> = {};
    const imports = this.#imports(randomNumbers(options.seed ?? 1));
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      given[from] ??= {};
      given[from][name] = imports[`${from}.${name}`] ?? (() => { throw new Error(`${from}.${name} was not expected`); });
    }
    const { exports } = new WebAssembly.Instance(module, given as WebAssembly.Imports);
    this.exports = exports as Exports;
    this.#memory = exports['memory'] as WebAssembly.Memory;
    const bytes = options.memory ?? 0x200000;
    this.scratch = TCP_MEMORY + bytes;
    this.#memory.grow(Math.ceil(bytes / 65536) + 32);
    this.call('initialiseFrames');
    this.call('initialiseNetwork');
    this.call('tcpInitialise', TCP_MEMORY, bytes);
    this.poll();
    const mac = options.mac ?? '52:54:00:00:00:01';
    this.#interface = this.exports['attachDevice']!(
      macNumber(mac), options.mtu ?? 1500, this.features, ip(options.address), ip(options.mask ?? '255.255.255.0'), ip(options.gateway ?? '0.0.0.0'));
    this.poll();
  }

  get bytes(): Uint8Array { return new Uint8Array(this.#memory.buffer); }
  get view(): DataView { return new DataView(this.#memory.buffer); }

  /** An export, at the present time. Pointers and counts come back unsigned. */
  call(name: string, ...values: (number | bigint)[]): number {
    const found = this.exports[name];
    if (found === undefined) throw new Error(`no export ${name}`);
    this.exports['setNow']?.(BigInt(Math.round(this.now)));
    const result: unknown = found(...values);
    return typeof result === 'number' ? result >>> 0 : 0;
  }

  /** One turn of the stack. */
  poll(): void {
    this.exports['pollNetwork']!(BigInt(Math.round(this.now)));
  }

  /** When the next turn is due; Infinity: only when something comes. */
  deadline(): number {
    const at = BigInt.asUintN(64, this.exports['nextNetworkDeadline']!<bigint>());
    return at === 0xffffffffffffffffn ? Infinity : Number(at);
  }

  counter(index: number): number {
    return Number(this.exports['tcpCounter']!<bigint>(index));
  }

  /** A frame comes in; the stack does not get its turn yet. */
  receive(frame: Uint8Array, checksumValid = false): void {
    this.exports['setNow']!(BigInt(Math.round(this.now)));
    this.bytes.set(frame, this.scratch);
    this.exports['receiveFrame']!(this.#interface, this.scratch, frame.length, checksumValid ? 1 : 0);
  }

  /** Packets that wait in the device. */
  get queued(): number { return this.#queue.length; }

  /** The device takes the next packet out of memory and releases it: frames as they go on the wire. */
  take(): Uint8Array[] {
    const next = this.#queue.shift();
    if (next === undefined) return [];
    const payload = this.bytes.slice(next.payload, next.payload + next.bytes);
    this.call('released', next.owner);
    if (next.segmentSize !== 0) return segments(next, payload);
    const frame = new Uint8Array(next.header.length + payload.length);
    frame.set(next.header);
    frame.set(payload, next.header.length);
    if (next.start !== 0) complete(frame, next.start, next.offset);
    return [frame];
  }

  #imports(random: () => number): Record<string, unknown> {
    let said = '';
    return {
      'wire.transmit': (_device: number, header: number, headerBytes: number, payload: number, bytes: number, start: number,
        offset: number, segmentSize: number, owner: number): number => {
        if (this.#queue.length >= this.#queueMax) return 0;
        if (headerBytes > 128) throw new Error('header too long for the device');
        const copied = owner === 0 && bytes !== 0;
        const head = this.bytes.slice(header, header + headerBytes);
        const tail = copied ? this.bytes.slice(payload, payload + bytes) : new Uint8Array();
        const all = new Uint8Array(head.length + tail.length);
        all.set(head);
        all.set(tail, head.length);
        this.#queue.push({ header: all, payload: copied ? 0 : payload, bytes: copied ? 0 : bytes, start, offset, segmentSize, owner });
        this.onTransmit();
        return 1;
      },
      // CPUID: a processor with RDRAND, whose numbers come from the seed.
      'cpu.identify': (leaf: number, _subleaf: number, register: number): number => (leaf === 1 && register === 2 ? 1 << 30 : 0),
      'cpu.random': (_kind: number, out: number): number => {
        this.view.setUint32(out, random() * 2 ** 32, true);
        this.view.setUint32(out + 4, random() * 2 ** 32, true);
        return 1;
      },
      'cpu.pause': () => undefined,
      'io.in8': () => 0x60,
      'io.outs8': (_port: number, from: number, count: number) => { said += new TextDecoder().decode(this.bytes.slice(from, from + count)); },
      'io.out8': (port: number, value: number) => { if (port === 0xf4) throw new Error(`power off ${value}: ${said}`); },
    };
  }
}

/** What a device with checksum offload does: the field holds the pseudo-header's sum. */
function complete(frame: Uint8Array, start: number, offset: number): void {
  const sum = checksum(frame.subarray(start));
  new DataView(frame.buffer, frame.byteOffset).setUint16(start + offset, sum);
}

/** What a device with segmentation offload does: one packet for each `segmentSize` bytes, with its own headers. */
function segments(packet: Queued, payload: Uint8Array): Uint8Array[] {
  const made: Uint8Array[] = [];
  const transport = packet.start;
  const tcpBytes = packet.header.length - transport;
  const original = new DataView(packet.header.buffer);
  for (let at = 0; at < payload.length; at += packet.segmentSize) {
    const part = payload.subarray(at, at + packet.segmentSize);
    const isLast = at + part.length === payload.length;
    const frame = new Uint8Array(packet.header.length + part.length);
    frame.set(packet.header);
    frame.set(part, packet.header.length);
    const view = new DataView(frame.buffer);
    view.setUint16(16, 20 + tcpBytes + part.length);
    view.setUint16(18, (original.getUint16(18) + at / packet.segmentSize) & 0xffff);
    view.setUint16(24, 0);
    view.setUint16(24, checksum(frame.subarray(14, 34)));
    view.setUint32(transport + 4, (original.getUint32(transport + 4) + at) >>> 0);
    // FIN and PSH belong to the last packet alone.
    if (!isLast) frame[transport + 13]! &= ~9;
    // The pseudo-header's sum was made for the whole length.
    const pseudo = new Uint8Array(12);
    pseudo.set(frame.subarray(26, 34));
    new DataView(pseudo.buffer).setUint16(8, 6);
    new DataView(pseudo.buffer).setUint16(10, tcpBytes + part.length);
    view.setUint16(transport + packet.offset, 0);
    view.setUint16(transport + packet.offset, checksum(pseudo, frame.subarray(transport)));
    made.push(frame);
  }
  return made;
}
