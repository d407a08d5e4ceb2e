// assembly/net/wire/dns.ts: names. RFC 1035 §2.3.4, §4.1.4.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantiate, put, SCRATCH } from '../../../../support/assembly.ts';
import { dnsName } from '../../../../support/net/dns-server.ts';

const unit = await instantiate('net/wire/dns.ts');
const OUT = SCRATCH + 0x2000;

function encode(name: string): Uint8Array | undefined {
  const length = unit.exports['encodeName']!(OUT, SCRATCH, put(unit, SCRATCH, name));
  return length === 0 ? undefined : unit.bytes.slice(OUT, OUT + length);
}
function read(message: readonly number[], offset: number): { after: number; name: Uint8Array } {
  const after = unit.exports['readName']!(SCRATCH, put(unit, SCRATCH, Uint8Array.from(message)), offset, OUT);
  return { after, name: after === 0 ? new Uint8Array() : unit.bytes.slice(OUT, OUT + unit.exports['nameBytesAt']!(OUT)) };
}

describe('a name', () => {
  test('is put into wire form in lower case, with or without the last dot', () => {
    expect(encode('WWW.Example.COM')).toEqual(dnsName('www.example.com'));
    expect(encode('a.b.')).toEqual(dnsName('a.b'));
    expect(encode(`${'x'.repeat(63)}.y`)).toEqual(dnsName(`${'x'.repeat(63)}.y`));
    expect(encode(`${'abc.'.repeat(63)}a`)).toHaveLength(255);
  });

  test.each(['', '.', '..', 'a..b', '.a', 'a b', 'x'.repeat(64), `${'abc.'.repeat(63)}ab`, 'a\0b', `a${String.fromCharCode(127)}`])('is not %j', (text) => {
    expect(encode(text)).toBeUndefined();
  });

  test('is read with pointers back', () => {
    const message = [...dnsName('example.com'), 3, 119, 87, 119, 0xc0, 0, 9];
    expect(read(message, 13)).toEqual({ after: 19, name: dnsName('www.example.com') });
    expect(read(message, 0)).toEqual({ after: 13, name: dnsName('example.com') });
  });

  test.each<[string, number[], number]>([
    ['a pointer to itself', [0xc0, 0], 0],
    ['a pointer forwards', [0xc0, 2, 1, 97, 0], 0],
    ['pointers in a circle', [1, 97, 0xc0, 0], 0],
    ['a label over the end', [5, 97, 98], 0],
    ['no end', [1, 97, 1, 98], 0],
    ['half a pointer', [0xc0], 0],
    ['a reserved label kind', [0x80, 0, 0], 0],
    ['more than 255 bytes', [...Array.from({ length: 65 }, () => [3, 97, 98, 99]).flat(), 0], 0],
    ['nothing', [], 0],
  ])('with %s is malformed', (_what, message, offset) => {
    expect(read(message, offset).after).toBe(0);
  });

  test('never makes reading run over, whatever the bytes', () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 3, 0xc0, 0x3f), fc.nat(255));
    fc.assert(fc.property(fc.array(byte, { maxLength: 400 }), fc.nat(400), (message, offset) => {
      unit.bytes.fill(0xee, OUT + 255, OUT + 300);
      const { after } = read(message, offset);
      expect(after).toBeLessThanOrEqual(message.length);
      expect(unit.bytes[OUT + 255]).toBe(0xee);
    }), { seed: 1, numRuns: 2000 });
  });
});
