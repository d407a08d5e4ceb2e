// Memory as a device sees it: by physical address, wherever the guest pointed it to.

export interface Ram {
  /** `count` bytes at a physical address, to be read or written in place; throws if the guest had no right to hand them out. */
  bytes(address: bigint, count: number): Uint8Array;
}

export function view(ram: Ram, address: bigint, count: number): DataView {
  const part = ram.bytes(address, count);
  return new DataView(part.buffer, part.byteOffset, count);
}
