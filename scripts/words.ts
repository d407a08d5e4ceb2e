// The kernel command line: words split at blanks, double quotes group, backslash escapes inside quotes, and
// everything after a bare `--` is the application's arguments. This file writes that grammar (and reads it, for tests
// and for `inspect`); assembly/kernel reads it in the guest. docs/cli.md describes the words.
import { AsoloError } from './errors.ts';

/** Longest command line the kernel takes, in bytes, with its end. */
export const WORDS_LIMIT = 4096;

/** One word, quoted if it must be. */
export function quoteWord(word: string): string {
  if (word !== '' && word !== '--' && !/[\s"\\\x00-\x1f\x7f]/.test(word)) return word;
  return `"${word.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}

/** Splits a command line into words; `separator` is the index of the bare `--`, or -1. */
export function splitWords(line: string): { words: string[]; separator: number } {
  const words: string[] = [];
  let separator = -1;
  let i = 0;
  while (i < line.length) {
    if (/[ \t\n\r]/.test(line[i]!)) {
      i++;
      continue;
    }
    let word = '';
    let quoted = false;
    let plain = true;
    for (; i < line.length && (quoted || !/[ \t\n\r]/.test(line[i]!)); i++) {
      if (line[i] === '"') {
        quoted = !quoted;
        plain = false;
      } else if (quoted && line[i] === '\\' && i + 1 < line.length) {
        word += line[++i];
      } else {
        word += line[i];
      }
    }
    if (plain && word === '--' && separator < 0) separator = words.length;
    else words.push(word);
  }
  return { words, separator };
}

/** Checks `--env K=V`: a name, no NUL. */
export function checkEnvironment(pairs: readonly string[]): void {
  for (const pair of pairs) {
    if (pair.indexOf('=') <= 0) throw new AsoloError('usage', `--env '${pair}': expected NAME=VALUE`);
    if (pair.includes('\0')) throw new AsoloError('usage', '--env: a value cannot hold a NUL byte');
  }
}

/** Joins words into a command line; refuses one that the kernel would not take. */
export function joinWords(words: readonly string[], args: readonly string[] | undefined, reserved = 0): string {
  const line = [...words.map(quoteWord), ...(args && args.length > 0 ? ['--', ...args.map(quoteWord)] : [])].join(' ');
  const bytes = Buffer.byteLength(line) + 1 + reserved;
  if (bytes > WORDS_LIMIT) {
    throw new AsoloError('words-too-long', `arguments and environment take ${bytes} bytes, more than the ${WORDS_LIMIT} that fit on the guest's command line`);
  }
  return line;
}
