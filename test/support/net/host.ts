// A host with our network stack, compiled, and devices that are the test: frames go in with receive(), and come out in
// `sent`, finished as a device finishes them. The clock is the test's: `now`, in ns. Randomness is seeded.
import { instantiate, put, SCRATCH, type Exports, type Unit } from '../assembly.ts';
import { checksum, macNumber, parse, type ParsedFrame } from './frames.ts';
import { writeHostProgram } from './host-program.ts';
import { randomWords } from './random.ts';

export const DEVICE = { checksum: 1, tso4: 2, receiveChecksum: 4 } as const;
export const SECOND = 1_000_000_000n;
export const NEVER = 0xffff_ffff_ffff_ffffn;

/** Where receive() puts a frame: after the kernel's memory. */
const FRAME_AT = 0x1e0000;
/** Memory for TCP, between that and what tests use at SCRATCH. */
const TCP_MEMORY = { at: 0x1a0000, bytes: 0x40000 };

export interface DeviceOptions { mac?: string; mtu?: number; features?: number }
export interface HostOptions {
  /** Words of the command line: `ip=10.0.0.1/24`. */
  words?: readonly string[];
  /** One device of the usual kind if not said. */
  devices?: readonly DeviceOptions[];
  seed?: number;
  /** Whether it has TCP. */
  tcp?: boolean;
}
export interface SentFrame { device: number; bytes: Uint8Array; segmentSize: number }

/** A host's usual MAC address. */
export const OWN_MAC = '02:00:00:00:00:01';

export class Host {
  readonly unit: Unit;
  readonly sent: SentFrame[] = [];
  now = SECOND;
  /** Whether the devices have room. */
  accepts = true;
  /** Whether payloads are released only by release(), as by a slow device. */
  holds = false;
  readonly held: number[] = [];
  /** Called with each frame in place of collecting it. */
  onTransmit: ((frame: SentFrame) => void) | undefined;
  private readonly indices: number[] = [];

  private constructor(unit: Unit) {
    this.unit = unit;
  }

  get call(): Exports {
    return this.unit.exports;
  }

  static async create(options: HostOptions = {}): Promise<Host> {
    const random = randomWords(options.seed ?? 1);
    const unit: Unit = await instantiate(writeHostProgram(), {
      link: { transmit: (...values: number[]) => host.transmitted(values) },
      cpu: {
        identify: (leaf: number) => (leaf === 0 ? 7 : -1),
        random: (_kind: number, out: number) => { unit.view.setBigUint64(out, random(), true); return 1; },
      },
    });
    const host: Host = new Host(unit);
    host.call['initialiseFrames']!();
    host.call['initialiseNetwork']!();
    if (options.tcp === true) host.call['tcpInitialise']!(TCP_MEMORY.at, TCP_MEMORY.bytes);
    if (!host.configure(options.words ?? [])) throw new Error('a word of the command line was refused');
    for (const device of options.devices ?? [{}]) host.addDevice(device);
    host.poll();
    return host;
  }

  /** Reads words of the command line; false if one is refused. */
  configure(words: readonly string[]): boolean {
    for (const word of words) this.call['appendString']!(this.call['networkStrings']!(), SCRATCH, put(this.unit, SCRATCH, word));
    return this.call['readNetworkWords']!() !== 0;
  }

  addDevice(device: DeviceOptions): void {
    const mac = macNumber(device.mac ?? OWN_MAC);
    this.indices.push(this.call['addLink']!(mac, device.mtu ?? 1500, device.features ?? 0, this.indices.length));
  }

  /** A frame arrives at a device. */
  receive(bytes: Uint8Array, device = 0, checksumValid = 0): void {
    this.call['setNow']!(this.now);
    put(this.unit, FRAME_AT, bytes);
    this.call['receiveFrame']!(this.indices[device]!, FRAME_AT, bytes.length, checksumValid);
  }

  /** One turn of the stack, now or after some time. */
  poll(after = 0n): void {
    this.now += after;
    this.call['pollNetwork']!(this.now);
  }

  /** Turns whenever the stack asks for one, until `time` has passed. */
  run(time: bigint): void {
    const end = this.now + time;
    for (let at = this.deadline(); at <= end; at = this.deadline()) {
      if (at > this.now) this.now = at;
      this.poll();
    }
    this.now = end;
    this.poll();
  }

  deadline(): bigint {
    return BigInt.asUintN(64, this.call['nextNetworkDeadline']!<bigint>());
  }

  /** Gives back what the devices hold. */
  release(): void {
    for (const owner of this.held.splice(0)) this.call['released']!(owner);
  }

  /** The frames sent since the last time, parsed. */
  take(): ParsedFrame[] {
    return this.sent.splice(0).map((frame) => parse(frame.bytes));
  }

  freeBuffers(): number {
    return this.call['freePackets']!();
  }

  /** A counter by its name without COUNTER_. */
  counter(name: string): number {
    const global = this.call[`COUNTER_${name}`] as unknown as WebAssembly.Global | undefined;
    if (global === undefined) throw new Error(`no counter ${name}`);
    return Number(BigInt.asUintN(64, this.call['counterValue']!<bigint>(global.value as number)));
  }

  private transmitted(values: number[]): number {
    const [device, header, headerBytes, payload, payloadBytes, checksumStart, checksumOffset, segmentSize, owner] = values as [
      number, number, number, number, number, number, number, number, number];
    if (headerBytes > 128) throw new Error(`a frame header of ${headerBytes} bytes`);
    if (!this.accepts) return 0;
    const bytes = new Uint8Array(headerBytes + payloadBytes);
    bytes.set(this.unit.bytes.subarray(header, header + headerBytes));
    bytes.set(this.unit.bytes.subarray(payload, payload + payloadBytes), headerBytes);
    if (checksumStart !== 0) {
      const sum = checksum(bytes.subarray(checksumStart));
      new DataView(bytes.buffer).setUint16(checksumStart + checksumOffset, sum === 0 ? 0xffff : sum);
    }
    if (owner !== 0) {
      if (this.holds) this.held.push(owner);
      else this.call['released']!(owner);
    }
    const frame = { device, bytes, segmentSize };
    if (this.onTransmit === undefined) this.sent.push(frame);
    else this.onTransmit(frame);
    return 1;
  }
}
