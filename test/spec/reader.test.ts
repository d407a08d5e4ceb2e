// The parts of the suite that need no guest: numbers, scripts, renamed imports, batches.
// Read first: sexpr.ts, literals.ts, wast.ts, imports.ts.
import { describe, expect, test } from 'vitest';
import { renameImports } from './imports.ts';
import { floatBits, integerBits } from './literals.ts';
import { parse } from './sexpr.ts';
import { batch } from './suite.ts';
import { cut } from './unit.ts';
import { readWast } from './wast.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

describe('numbers become exactly their bits', () => {
  test.each([
    ['0', 0], ['-0', 0x80000000], ['1', 0x3f800000], ['inf', 0x7f800000], ['-inf', 0xff800000], ['nan', 0x7fc00000], ['-nan:0x200000', 0xffa00000],
    ['0x1p-149', 1], ['0x1p-150', 0], ['0x1.8p-150', 1], ['0x1.fffffep127', 0x7f7fffff], ['0x1.ffffffp127', 0x7f800000], ['1e39', 0x7f800000],
    ['16777217', 0x4b800000], ['16777219', 0x4b800002], ['0x1.000001p0', 0x3f800000], ['0x1.000003p0', 0x3f800002], ['1_0.5', 0x41280000],
    // Rounded to f64 first, this would lie half way and go to the even neighbour.
    ['1.00000017881393432617187499', 0x3f800001],
  ])('f32 %s', (text, expected) => expect(floatBits(text, 'f32')).toBe(BigInt(expected)));

  test('f64 as JavaScript has them', () => {
    const view = new DataView(new ArrayBuffer(8));
    for (const value of [0.1, 1 / 3, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 123456789.123, -2.5]) {
      view.setFloat64(0, value);
      expect(floatBits(String(value), 'f64')).toBe(view.getBigUint64(0));
    }
  });

  test('integers of either sign and base', () => {
    expect(integerBits('-1', 32)).toBe(0xffffffffn);
    expect(integerBits('0xffff_ffff', 32)).toBe(0xffffffffn);
    expect(integerBits('-0x8000_0000_0000_0000', 64)).toBe(1n << 63n);
  });
});

describe('a script is read', () => {
  test('with nested comments, escapes and line numbers', () => {
    const [list] = parse('(; a (; b ;) ;)\n;; c\n(x "\\00\\u{e9}\\"" $y)');
    expect(list).toMatchObject({ line: 3, items: [{ text: 'x' }, { bytes: '\0\xc3\xa9"' }, { text: '$y' }] });
    expect(() => parse('(x')).toThrow(/never closed/);
    expect(() => parse(')')).toThrow(/too many/);
  });

  test('to commands, patterns as masks', () => {
    const commands = readWast(bytes(`(module $M (func)) (register "r" $M)
      (assert_return (invoke $M "f" (i32.const -1) (ref.extern 0)) (f32.const nan:canonical) (v128.const i16x8 1 2 3 4 5 6 7 8) (ref.null func))
      (assert_trap (module quote "(func)" "(func)") "unreachable") (assert_malformed (module binary "\\00asm") "end")`));
    expect(commands.map(({ type }) => type)).toEqual(['module', 'register', 'return', 'uninstantiable', 'malformed']);
    expect(commands[2]).toMatchObject({
      line: 2,
      action: { module: '$M', field: 'f', values: [{ low: 0xffffffffn }, { low: 1n }] },
      expected: [{ low: 0x7fc00000n, maskLow: 0x7fffffffn }, { low: 0x0004000300020001n, high: 0x0008000700060005n }, { low: 0n }],
    });
  });

  test('also when it is the bare fields of one module', () => {
    expect(readWast(bytes('(func) (memory 0)'))).toMatchObject([{ type: 'module', source: { kind: 'text' } }]);
  });
});

test('imports are renamed, everything else in the binary stays', () => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const before = Uint8Array.from([...header, 1, 4, 1, 0x60, 0, 0, 2, 15, 2, 1, 0x61, 1, 0x66, 0, 0, 1, 0x61, 1, 0x6d, 2, 1, 1, 2, 3, 2, 1, 0]);
  const after = Uint8Array.from([...header, 1, 4, 1, 0x60, 0, 0, 2, 19, 2, 3, 0x78, 0x79, 0x7a, 1, 0x66, 0, 0, 3, 0x78, 0x79, 0x7a, 1, 0x6d, 2, 1, 1, 2, 3, 2, 1, 0]);
  expect([...renameImports(before, (module) => (module === 'a' ? 'xyz' : module))]).toEqual([...after]);
});

test('units share images up to a size', () => {
  const unit = (memories: number): { unit: { sourceBytes: number; memories: number } } => ({ unit: { sourceBytes: 1, memories } });
  expect(batch([unit(30), unit(20), unit(10), unit(100), unit(1)]).map((units) => units.length)).toEqual([2, 1, 1, 1]);
});

test('a long script is cut before a module, unless modules refer to each other', () => {
  const modules = (text: string): number[] => cut(readWast(bytes(text))).map((part) => part.length);
  expect(modules('(module) (invoke "f")'.repeat(41))).toEqual([80, 2]);
  expect(modules(`(register "r") ${'(module) (invoke "f")'.repeat(41)}`)).toEqual([83]);
  expect(modules('(module $M) (invoke $M "f")'.repeat(41))).toEqual([82]);
});
