// Joins active data segments that lie close together: asc makes one of each string, and each costs a row of 16 bytes in
// the image, more than the few zeros between it and the next. Wasm core specification 2.0, §5.5.14 (data section).
import { Cursor } from './cursor.ts';
import { signedLeb, unsignedLeb } from './leb.ts';

/** For keys: what is made of the same module changes with it. */
export const MERGE_VERSION = 2;

const DATA = 11;
const DATA_COUNT = 12;
const I32_CONST = 0x41;
const END = 0x0b;
/** A longer gap costs more than a row, and than the alignment of one more array. */
const GAP_MOST = 32;

interface Segment {
  at: number;
  bytes: number[];
}

/** The module with fewer segments and the same memory; as it is if a segment is not of the plain kind, or out of order. */
export function mergeData(wasm: Uint8Array): Uint8Array {
  const cursor = new Cursor(wasm, 8);
  const parts: Uint8Array[] = [wasm.subarray(0, 8)];
  let count: number | undefined;
  while (!cursor.atEnd) {
    const start = cursor.offset;
    const id = cursor.byte();
    const body = cursor.range(cursor.length());
    if (id === DATA) {
      const merged = readSegments(body);
      if (!merged) return wasm;
      count = merged.length;
      parts.push(section(DATA, [...unsignedLeb(count), ...merged.flatMap(({ at, bytes }) => [0, I32_CONST, ...signedLeb(at), END, ...unsignedLeb(bytes.length), ...bytes])]));
    } else if (id !== DATA_COUNT) {
      parts.push(wasm.subarray(start, cursor.offset));
    }
  }
  // Only memory.init and data.drop need the count, and they need segments of another kind.
  return count === undefined ? wasm : Buffer.concat(parts);
}

function readSegments(body: Cursor): Segment[] | undefined {
  const merged: Segment[] = [];
  for (let left = body.unsigned(); left > 0; left--) {
    if (body.unsigned() !== 0 || body.byte() !== I32_CONST) return undefined;
    const at = readSigned(body);
    if (body.byte() !== END) return undefined;
    const length = body.length();
    const bytes = [...body.bytes.subarray(body.offset, body.offset + length)];
    body.skip(length);
    const last = merged.at(-1);
    const gap = last ? at - (last.at + last.bytes.length) : Infinity;
    if (gap < 0) return undefined;
    if (last && gap <= GAP_MOST) last.bytes.push(...new Array<number>(gap).fill(0), ...bytes);
    else merged.push({ at, bytes });
  }
  return merged;
}

function readSigned(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.byte();
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) return (byte & 0x40) !== 0 && shift < 25 ? value | (-1 << (shift + 7)) : value;
  }
}

function section(id: number, body: readonly number[]): Uint8Array {
  return Uint8Array.from([id, ...unsignedLeb(body.length), ...body]);
}
