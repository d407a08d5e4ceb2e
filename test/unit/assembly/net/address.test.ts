// assembly/net/address.ts: addresses by their bits and as text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH } from '../../../support/assembly.ts';
import { dotted, ip } from '../../../support/net/frames.ts';

const unit = await instantiate('net/address.ts');
const address = unit.exports;
const parse = (text: string): bigint => BigInt.asUintN(64, address['parseAddress']!<bigint>(SCRATCH, put(unit, SCRATCH, text)));
const NONE = 0xffff_ffff_ffff_ffffn;

test('every address in the usual notation is read, and nothing else', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
    expect(parse(dotted(value))).toBe(BigInt(value));
  }), { seed: 1, numRuns: 200 });
  for (const wrong of ['', '1', '1.2.3', '1.2.3.', '.1.2.3', '1.2.3.4.5', '1..2.3', '256.1.1.1', '1.2.3.0x4', '01.2.3.4', '1.2.3.4 ', '1.2.3.00', '-1.2.3.4']) {
    expect(parse(wrong), wrong).toBe(NONE);
  }
});

test('what a host may have', () => {
  const may = (text: string): boolean => address['isHostAddress']!(ip(text)) !== 0;
  expect(['10.0.0.1', '192.168.1.1', '223.255.255.255', '1.0.0.0', '169.254.1.1'].filter(may)).toHaveLength(5);
  expect(['0.0.0.0', '0.1.2.3', '127.0.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'].filter(may)).toEqual([]);
});

test('masks and broadcast addresses, those of /31 and /32 among them', () => {
  const mask = (bits: number): number => address['maskOfPrefix']!(bits) >>> 0;
  expect([0, 1, 24, 31, 32].map(mask)).toEqual([0, 0x80000000, 0xffffff00, 0xfffffffe, 0xffffffff]);
  expect([0, 0x80000000, 0xffffff00, 0xffffffff].every((value) => address['isMask']!(value) !== 0)).toBe(true);
  expect([1, 0xff00ff00, 0x7fffffff].some((value) => address['isMask']!(value) !== 0)).toBe(false);
  const isBroadcast = (to: string, bits: number): boolean => address['isBroadcastOf']!(ip(to), ip('10.0.0.1'), mask(bits)) !== 0;
  expect([isBroadcast('10.0.0.255', 24), isBroadcast('10.0.0.1', 32), isBroadcast('10.0.0.1', 31), isBroadcast('10.0.0.254', 24)]).toEqual([true, false, false, false]);
});
