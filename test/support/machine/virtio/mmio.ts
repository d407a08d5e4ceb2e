// The memory-mapped transport, version 2 (VirtIO 1.2 §4.2.2), or a legacy one that only says so.
import type { VirtioDevice } from './device.ts';

export class VirtioMmio {
  readonly device: VirtioDevice;
  #line: (up: boolean) => void;
  #status = 0;
  #deviceHalf = 0;
  #driverHalf = 0;
  #queue = 0;

  constructor(device: VirtioDevice, line: (up: boolean) => void) {
    this.device = device;
    this.#line = line;
    device.raise = (queue) => {
      this.#status |= queue === undefined ? 2 : 1;
      this.#line(true);
    };
  }

  access(offset: number, bytes: number, value?: number): number {
    if (offset >= 0x100) return this.#config(offset - 0x100, bytes);
    if (bytes !== 4) throw new Error(`register ${offset.toString(16)} accessed with ${bytes} bytes (§4.2.2.2)`);
    if (value === undefined) return this.#read(offset);
    this.#write(offset, value >>> 0);
    return 0;
  }

  #config(offset: number, bytes: number): number {
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (this.device.config[offset + i] ?? 0);
    return value;
  }

  #read(offset: number): number {
    const { device } = this;
    switch (offset) {
      case 0x000: return 0x74726976;
      case 0x004: return device.options.legacyOnly ? 1 : 2;
      case 0x008: return device.type;
      case 0x010: return Number(BigInt.asUintN(32, device.offered >> BigInt(this.#deviceHalf * 32)));
      case 0x034: return device.queues[this.#queue]?.sizeMax ?? 0;
      case 0x044: return device.queues[this.#queue]?.ready ? 1 : 0;
      case 0x060: return this.#status;
      case 0x070: return device.status;
      case 0x0fc: return device.generation;
      default: throw new Error(`virtio-mmio register ${offset.toString(16)} cannot be read`);
    }
  }

  #write(offset: number, value: number): void {
    const { device } = this;
    const queue = device.queues[this.#queue];
    const half = (old: bigint, high: boolean): bigint => (high
      ? (old & 0xffffffffn) | BigInt(value) << 32n : (old >> 32n << 32n) | BigInt(value));
    switch (offset) {
      case 0x014: this.#deviceHalf = value; break;
      case 0x020: device.accepted = half(device.accepted, this.#driverHalf === 1); break;
      case 0x024: this.#driverHalf = value; break;
      case 0x030: this.#queue = value; break;
      case 0x038: if (queue) queue.size = value; break;
      case 0x044: if (queue) queue.ready = value === 1; break;
      case 0x050: device.notify(value); break;
      case 0x064:
        this.#status &= ~value;
        if (this.#status === 0) this.#line(false);
        break;
      case 0x070:
        device.writeStatus(value);
        if (value === 0) {
          this.#status = 0;
          this.#line(false);
        }
        break;
      case 0x080: case 0x084: if (queue) queue.descriptors = half(queue.descriptors, offset === 0x084); break;
      case 0x090: case 0x094: if (queue) queue.available = half(queue.available, offset === 0x094); break;
      case 0x0a0: case 0x0a4: if (queue) queue.used = half(queue.used, offset === 0x0a4); break;
      default: throw new Error(`virtio-mmio register ${offset.toString(16)} cannot be written`);
    }
  }
}
