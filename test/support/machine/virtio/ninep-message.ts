// A message of 9P as bytes: read field by field, or put together (Plan 9 manual, intro(5)).
import type { HostNode } from './host-tree.ts';

/** A message being read or put together. */
export class Message {
  bytes: number[] = [];
  #view: DataView;
  #at = 7;

  constructor(request: Uint8Array = new Uint8Array(7)) {
    this.#view = new DataView(request.buffer, request.byteOffset, request.length);
  }

  u16 = (): number => this.#view.getUint16((this.#at += 2) - 2, true);
  u32 = (): number => this.#view.getUint32((this.#at += 4) - 4, true);
  u64 = (): bigint => this.#view.getBigUint64((this.#at += 8) - 8, true);

  string(): string {
    return Buffer.from(this.data(this.u16())).toString();
  }

  data(count: number): Uint8Array {
    this.#at += count;
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at - count, count).slice();
  }

  end(): void {
    if (this.#at !== this.#view.byteLength) throw new Error(`a request with ${this.#view.byteLength - this.#at} bytes too many`);
  }

  put(bytes: number, value: number | bigint): this {
    for (let i = 0n; i < BigInt(bytes); i++) this.bytes.push(Number((BigInt(value) >> (8n * i)) & 0xffn));
    return this;
  }

  putString(text: string | Uint8Array): this {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    this.put(2, bytes.length).bytes.push(...bytes);
    return this;
  }

  putQid(node: HostNode): this {
    return this.put(1, node.type === 'directory' ? 0x80 : node.type === 'link' ? 2 : 0).put(4, 0).put(8, node.number);
  }

  finish(type: number, tag: number, data = new Uint8Array(0)): Uint8Array {
    const whole = new Uint8Array(7 + this.bytes.length + data.length);
    whole.set(new Message().put(4, whole.length).put(1, type).put(2, tag).bytes);
    whole.set(this.bytes, 7);
    whole.set(data, 7 + this.bytes.length);
    return whole;
  }
}
