// assembly/config/words.ts: how a line becomes words.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantiate, put, SCRATCH, take } from '../../../support/assembly.ts';

const unit = await instantiate('config/words.ts');
const words = unit.exports;
const OUT = SCRATCH + 8192;
const [NONE, FOUND, SEPARATOR, UNTERMINATED] = [0, 1, 2, 3];

function split(line: string | Uint8Array): { words: string[]; end: number } {
  words['beginWords']!(SCRATCH, put(unit, SCRATCH, line));
  const found: string[] = [];
  for (;;) {
    const kind = words['nextWord']!(OUT);
    if (kind === NONE || kind === UNTERMINATED) return { words: found, end: kind };
    found.push(kind === SEPARATOR ? '<--->' : take(unit, OUT, words['wordLength']!()));
  }
}

describe('the grammar of the command line', () => {
  test.each([
    ['', []],
    [' \t\n ', []],
    ['one two', ['one', 'two']],
    ['  env=A="b c"\tx ', ['env=A=b c', 'x']],
    ['"a\\"b" "\\\\"', ['a"b', '\\']],
    ['""', ['']],
    ['back\\slash', ['back\\slash']],
    ['a -- b "--" -- --x', ['a', '<--->', 'b', '--', '<--->', '--x']],
    ['end\0ignored', ['end']],
  ])('%j', (line, expected) => {
    expect(split(line)).toEqual({ words: expected, end: NONE });
  });

  test.each(['"open', 'a b"', '"\\', '"x\0"'])('%j ends inside quotes', (line) => {
    expect(split(line).end).toBe(UNTERMINATED);
  });

  test('every word survives quoting', () => {
    const word = fc.string({ minLength: 0, maxLength: 12 }).filter((text) => !text.includes('\0'));
    const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, (c) => `\\${c}`)}"`;
    fc.assert(fc.property(fc.array(word, { maxLength: 8 }), (list) => {
      expect(split(list.map(quote).join(' '))).toEqual({ words: list, end: NONE });
    }), { seed: 1, numRuns: 300 });
  });

  test('no line makes a word longer than itself or loops', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (line) => {
      words['beginWords']!(SCRATCH, put(unit, SCRATCH, line));
      let total = 0;
      for (let kind = FOUND; kind === FOUND || kind === SEPARATOR;) {
        kind = words['nextWord']!(OUT);
        total += words['wordLength']!();
      }
      expect(total).toBeLessThanOrEqual(line.length);
    }), { seed: 2, numRuns: 300 });
  });
});
