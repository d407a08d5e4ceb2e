// assembly/net/wire/checksum.ts against the definition.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH } from '../../../../support/assembly.ts';
import { checksum, dotted, pseudoHeader } from '../../../../support/net/frames.ts';

const unit = await instantiate('net/wire/checksum.ts');
const sum = unit.exports;
const swapped = (value: number): number => (value & 255) << 8 | value >> 8;
const bytes = fc.uint8Array({ maxLength: 300 });

test('the sum of any bytes at any alignment is that of RFC 1071', () => {
  fc.assert(fc.property(bytes, fc.nat(7), (data, shift) => {
    put(unit, SCRATCH + shift, data);
    const found = sum['checksumOf']!(sum['sumOf']!<bigint>(SCRATCH + shift, data.length));
    expect(swapped(found)).toBe(checksum(data));
  }), { seed: 1, numRuns: 500 });
});

test('sums of pieces add up, and all ones do not overflow', () => {
  const ones = new Uint8Array(65536).fill(255);
  put(unit, SCRATCH, ones);
  expect(sum['foldSum']!(sum['sumOf']!<bigint>(SCRATCH, 65535))).toBe(0x00ff);
  fc.assert(fc.property(bytes, fc.nat(150), (data, half) => {
    const cut = Math.min(half * 2, data.length & ~1);
    put(unit, SCRATCH, data);
    const parts = sum['sumOf']!<bigint>(SCRATCH, cut) + sum['sumOf']!<bigint>(SCRATCH + cut, data.length - cut);
    expect(swapped(sum['checksumOf']!(parts))).toBe(checksum(data));
  }), { seed: 2, numRuns: 200 });
});

test('copying and summing does both', () => {
  fc.assert(fc.property(bytes, fc.nat(7), (data, shift) => {
    put(unit, SCRATCH + shift, data);
    unit.bytes.fill(0xee, SCRATCH + 0x1000, SCRATCH + 0x1200);
    const found = sum['copyAndSum']!<bigint>(SCRATCH + 0x1001, SCRATCH + shift, data.length);
    expect(swapped(sum['checksumOf']!(found))).toBe(checksum(data));
    expect(unit.bytes.subarray(SCRATCH + 0x1001, SCRATCH + 0x1001 + data.length)).toEqual(data);
    expect(unit.bytes[SCRATCH + 0x1001 + data.length]).toBe(0xee);
  }), { seed: 3, numRuns: 200 });
});

test('the pseudo-header is in network order', () => {
  const [source, destination] = [0xc0a80102, 0x0a0b0c0d];
  const found = sum['checksumOf']!(sum['pseudoSum']!<bigint>(source, destination, 6, 1234));
  expect(swapped(found)).toBe(checksum(pseudoHeader(dotted(source), dotted(destination), 6, 1234)));
});

test('data with its checksum is valid, and not with one bit changed', () => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0);
  const right = checksum(data);
  data.set([right >> 8, right & 255], 6);
  put(unit, SCRATCH, data);
  expect(sum['isSumValid']!(sum['sumOf']!<bigint>(SCRATCH, 8))).toBe(1);
  unit.bytes[SCRATCH + 3]! ^= 1;
  expect(sum['isSumValid']!(sum['sumOf']!<bigint>(SCRATCH, 8))).toBe(0);
});
