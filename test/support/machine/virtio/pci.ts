// The PCI transport, modern or transitional (VirtIO 1.2 §4.1), with MSI-X or INTx. Registers in BAR 4, as in QEMU:
//
//   0x0000 common   0x1000 interrupt status   0x2000 device configuration   0x3000 notifications, 4 bytes a queue
//   BAR 1: the MSI-X table
import { type PciFunction, littleEndian } from '../pci-bus.ts';
import type { VirtioDevice } from './device.ts';
import type { DeviceQueue } from './queue.ts';

const MSIX_AT = 0x40;
const VIRTIO_CAPS_AT = 0x50;
const NOTIFY_MULTIPLIER = 4;
const TRANSITIONAL: Readonly<Record<number, number>> = { 1: 0x1000, 2: 0x1001, 3: 0x1003, 4: 0x1005 };

export class VirtioPci implements PciFunction {
  readonly config = new Uint8Array(256);
  readonly bars = new Map<number, { base: bigint; size: number }>();
  readonly device: VirtioDevice;
  #line: (up: boolean) => void;
  #message: (address: number, data: number) => void;
  #isr = 0;
  #deviceHalf = 0;
  #driverHalf = 0;
  #queue = 0;
  #configVector = 0xffff;
  #msix = new Uint8Array(64);

  constructor(device: VirtioDevice, index: number, irq: number, line: (up: boolean) => void, message: (address: number, data: number) => void) {
    this.device = device;
    this.#line = line;
    this.#message = message;
    this.#describe(index, irq);
    device.raise = (queue) => this.#raise(queue);
  }

  #describe(index: number, irq: number): void {
    const { type, options } = this.device;
    const view = new DataView(this.config.buffer);
    view.setUint16(0, 0x1af4, true);
    view.setUint16(2, options.transitional || options.legacyOnly ? TRANSITIONAL[type]! : 0x1040 + type, true);
    view.setUint16(6, 0x10, true);
    view.setUint16(0x2e, type, true);
    this.config[0x3c] = irq;
    this.config[0x3d] = 1;
    const bar4 = options.barAt ?? 0xfe000000n + BigInt(index) * 0x4000n;
    this.bars.set(4, { base: bar4, size: 0x4000 });
    view.setUint32(0x20, Number(bar4 & 0xfffffff0n) | 0xc, true);
    view.setUint32(0x24, Number(bar4 >> 32n), true);
    let last = 0x34;
    const add = (at: number, bytes: readonly number[]): void => {
      this.config[last] = at;
      this.config.set(bytes, at);
      last = at + 1;
    };
    if (!options.withoutMsix) {
      const bar1 = 0xfd000000 + index * 0x1000;
      this.bars.set(1, { base: BigInt(bar1), size: 0x1000 });
      view.setUint32(0x14, bar1, true);
      add(MSIX_AT, [0x11, 0, 2, 0, 1, 0, 0, 0, 1, 8, 0, 0]);
    }
    if (options.legacyOnly) return;
    const word = (value: number): number[] => [value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff, value >>> 24];
    const capability = (i: number, kind: number, offset: number, bytes: number, more: number[] = []): void =>
      add(VIRTIO_CAPS_AT + i * 20, [9, 0, 16 + more.length, kind, 4, 0, 0, 0, ...word(offset), ...word(bytes), ...more]);
    capability(0, 1, 0, 56);
    capability(1, 3, 0x1000, 1);
    if (this.device.config.length > 0) capability(2, 4, 0x2000, this.device.config.length);
    capability(3, 2, 0x3000, 4 * this.device.queues.length, word(NOTIFY_MULTIPLIER));
  }

  get #isMsixOn(): boolean {
    return !this.device.options.withoutMsix && (this.config[MSIX_AT + 3]! & 0xc0) === 0x80;
  }

  #raise(queue: DeviceQueue | undefined): void {
    if (!this.#isMsixOn) {
      this.#isr |= queue === undefined ? 2 : 1;
      return this.#line(true);
    }
    const entry = queue === undefined ? this.#configVector : queue.vector;
    if (entry > 1 || this.#msix[entry * 16 + 12]! & 1) return;
    this.#message(littleEndian(this.#msix, entry * 16, 4), littleEndian(this.#msix, entry * 16 + 8, 4));
  }

  access(bar: number, offset: number, bytes: number, value?: number): number {
    if (bar === 1) {
      if (value === undefined) return littleEndian(this.#msix, offset, bytes);
      for (let i = 0; i < bytes; i++) this.#msix[offset + i] = value >>> (8 * i);
      return 0;
    }
    if (offset >= 0x3000) {
      this.device.notify(value ?? 0);
      return 0;
    }
    if (offset >= 0x2000) return littleEndian(this.device.config, offset - 0x2000, bytes);
    if (offset >= 0x1000) return this.#readIsr();
    if (value === undefined) return this.#read(offset, bytes);
    this.#write(offset, bytes, value >>> 0);
    return 0;
  }

  #readIsr(): number {
    const isr = this.#isr;
    this.#isr = 0;
    this.#line(false);
    return isr;
  }

  #read(offset: number, bytes: number): number {
    const { device } = this;
    const queue = device.queues[this.#queue];
    switch (`${offset}.${bytes}`) {
      case '4.4': return Number(BigInt.asUintN(32, device.offered >> BigInt(this.#deviceHalf * 32)));
      case '16.2': return this.#configVector;
      case '18.2': return device.queues.length;
      case '20.1': return device.status;
      case '21.1': return device.generation;
      case '24.2': return queue?.size || queue?.sizeMax || 0;
      case '26.2': return queue?.vector ?? 0xffff;
      case '28.2': return queue?.ready ? 1 : 0;
      case '30.2': return this.#queue;
      default: throw new Error(`common configuration ${offset} is not read with ${bytes} bytes (§4.1.3.1)`);
    }
  }

  #write(offset: number, bytes: number, value: number): void {
    const { device } = this;
    const queue = device.queues[this.#queue];
    const half = (old: bigint, high: boolean): bigint => (high
      ? (old & 0xffffffffn) | BigInt(value) << 32n : (old >> 32n << 32n) | BigInt(value));
    switch (`${offset}.${bytes}`) {
      case '0.4': this.#deviceHalf = value; break;
      case '8.4': this.#driverHalf = value; break;
      case '12.4': device.accepted = half(device.accepted, this.#driverHalf === 1); break;
      case '16.2': this.#configVector = value; break;
      case '20.1':
        device.writeStatus(value);
        if (value === 0) {
          this.#readIsr();
          this.#configVector = 0xffff;
        }
        break;
      case '22.2': this.#queue = value; break;
      case '24.2': if (queue) queue.size = value; break;
      case '26.2': if (queue) queue.vector = value; break;
      case '28.2': if (queue) queue.ready = value === 1; break;
      case '32.4': case '36.4': if (queue) queue.descriptors = half(queue.descriptors, offset === 36); break;
      case '40.4': case '44.4': if (queue) queue.available = half(queue.available, offset === 44); break;
      case '48.4': case '52.4': if (queue) queue.used = half(queue.used, offset === 52); break;
      default: throw new Error(`common configuration ${offset} is not written with ${bytes} bytes (§4.1.3.1)`);
    }
  }
}
