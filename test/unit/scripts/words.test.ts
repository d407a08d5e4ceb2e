import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AsoloError } from '../../../scripts/errors.ts';
import { WORDS_LIMIT, checkEnvironment, joinWords, quoteWord, splitWords } from '../../../scripts/words.ts';

const word = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));

describe('words', () => {
  it('leaves a plain word as it is', () => {
    expect(quoteWord('env=A=1')).toBe('env=A=1');
  });

  it('quotes blanks, quotes and backslashes', () => {
    expect(quoteWord('a "b" \\c')).toBe('"a \\"b\\" \\\\c"');
  });

  it('an argument that is -- is not the separator', () => {
    expect(splitWords(joinWords(['name=x'], ['--', 'y']))).toEqual({ words: ['name=x', '--', 'y'], separator: 1 });
  });

  it('any words and arguments come back as they were', () => {
    fc.assert(fc.property(fc.array(word, { maxLength: 8 }), fc.array(word, { minLength: 1, maxLength: 8 }), (words, args) => {
      expect(splitWords(joinWords(words, args))).toEqual({ words: [...words, ...args], separator: words.length });
    }));
  });

  it('without arguments there is no separator', () => {
    fc.assert(fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      expect(splitWords(joinWords(words, []))).toEqual({ words, separator: -1 });
    }));
  });

  it('refuses one byte more than fits, counting bytes and not characters', () => {
    const fits = 'x'.repeat(WORDS_LIMIT - 1);
    expect(joinWords([fits], undefined)).toBe(fits);
    expect(() => joinWords([`${fits}x`], undefined)).toThrow(AsoloError);
    expect(() => joinWords(['é'.repeat(WORDS_LIMIT / 2)], undefined)).toThrow(/more than the 4096/);
    expect(() => joinWords([fits], undefined, 1)).toThrow(/4097 bytes/);
  });

  it('an environment variable has a name', () => {
    expect(() => checkEnvironment(['A=', 'B=c=d'])).not.toThrow();
    expect(() => checkEnvironment(['=x'])).toThrow("--env '=x': expected NAME=VALUE");
    expect(() => checkEnvironment(['x'])).toThrow(/NAME=VALUE/);
  });
});
