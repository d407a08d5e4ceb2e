// Reads a Wasm binary byte by byte: LEB128 numbers, names, ranges. Knows nothing of modules.
// Wasm core specification 2.0, 5.2 (values).
import { AsoloError } from '../errors.ts';

/** A byte order mark is a part of a name like any other character. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.offset >= this.end;
  }

  byte(): number {
    if (this.offset >= this.end) throw new AsoloError('truncated', `the file ends in the middle of something (at byte ${this.offset})`);
    return this.bytes[this.offset++]!;
  }

  /** Unsigned LEB128 of at most 64 bits; exact up to 2^53. */
  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) return value;
      scale *= 128;
    }
    throw new AsoloError('malformed', `a number at byte ${this.offset} is too long`);
  }

  /** A length or count: must fit what is left. */
  length(): number {
    const value = this.unsigned();
    if (value > this.end - this.offset) {
      throw new AsoloError('truncated', `the file ends ${value - (this.end - this.offset)} bytes too early (at byte ${this.offset})`);
    }
    return value;
  }

  /** A sub-range of the given length, and moves past it. */
  range(length: number): Cursor {
    const part = new Cursor(this.bytes, this.offset, this.offset + length);
    this.offset += length;
    return part;
  }

  name(): string {
    const length = this.length();
    const at = this.offset;
    this.offset += length;
    try {
      return decoder.decode(this.bytes.subarray(at, this.offset));
    } catch {
      throw new AsoloError('malformed', `a name at byte ${at} is not UTF-8`);
    }
  }

  skip(count: number): void {
    this.offset = Math.min(this.end, this.offset + count);
  }
}
