// FNV-1a over 32-bit words, as test/support/driver.h computes it in the guest: what both sides compare.
export const DIGEST_START = 0x811c9dc5;

export function digest(sum: number, word: number): number {
  return Math.imul(sum ^ word, 0x01000193) >>> 0;
}

export function digest64(sum: number, value: bigint): number {
  return digest(digest(sum, Number(value & 0xffff_ffffn)), Number((value >> 32n) & 0xffff_ffffn));
}

/** Of a whole number of words, little-endian. */
export function digestMemory(buffer: ArrayBufferLike): number {
  let sum = DIGEST_START;
  for (const word of new Uint32Array(buffer)) sum = Math.imul(sum ^ word, 0x01000193);
  return sum >>> 0;
}
