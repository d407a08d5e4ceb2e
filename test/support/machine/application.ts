// The application's side: its linear memory and its calls into the kernel. Addresses below 64 KiB are for the test's
// own data; helpers place their structures above.
import type { Clock } from './clock.ts';

export type Wasi = Record<string, (...values: (number | bigint)[]) => number>;
/** Results are numbers, but of the clocks. */
export type Solo5 = Record<string, (...values: (number | bigint)[]) => number | bigint>;

const VECTORS = 0x10000;
const RESULT = 0x10100;
const TEXT = 0x10200;

export class Application {
  readonly memory: Uint8Array;
  readonly view: DataView;
  readonly wasi: Wasi;
  readonly solo5: Solo5;
  /** WAMR's socket calls, and those of our own module. */
  readonly wamr: Wasi;
  readonly own: Wasi;
  /** WasmEdge's, and the older forms of them. */
  readonly wasmedge: Wasi;
  readonly wasmedge1: Wasi;
  readonly clock: Clock;

  /** `offered` gives the kernel's exports with a prefix, by the rest of their names. */
  constructor(memory: Uint8Array, offered: (prefix: string) => Wasi, clock: Clock) {
    this.memory = memory;
    this.view = new DataView(memory.buffer);
    this.wasi = offered('wasi_');
    this.solo5 = offered('solo5_');
    this.wamr = offered('wamr_');
    this.own = offered('asolo_');
    this.wasmedge = offered('wasmedge_');
    this.wasmedge1 = offered('wasmedge1_');
    this.clock = clock;
  }

  /** fd_write of one buffer; the errno. */
  write(descriptor: number, text: string | Uint8Array): number {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    this.memory.set(bytes, TEXT);
    this.vector(VECTORS, TEXT, bytes.length);
    return this.wasi['fd_write']!(descriptor, VECTORS, 1, RESULT);
  }

  /** fd_read of one buffer: the bytes, or the errno. */
  read(descriptor: number, length: number): Uint8Array | number {
    this.vector(VECTORS, TEXT, length);
    const error = this.wasi['fd_read']!(descriptor, VECTORS, 1, RESULT);
    return error === 0 ? this.memory.slice(TEXT, TEXT + this.u32(RESULT)) : error;
  }

  /** clock_time_get: the time in ns. */
  time(clock: number): bigint {
    const error = this.wasi['clock_time_get']!(clock, 0n, RESULT);
    if (error !== 0) throw new Error(`clock_time_get: errno ${error}`);
    return this.view.getBigUint64(RESULT, true);
  }

  vector(at: number, buffer: number, length: number): void {
    this.view.setUint32(at, buffer, true);
    this.view.setUint32(at + 4, length, true);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  /** The NUL-terminated string at an address. */
  string(at: number): string {
    return new TextDecoder().decode(this.memory.subarray(at, this.memory.indexOf(0, at)));
  }
}
