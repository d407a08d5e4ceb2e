// What a compiler could not digest, in one line: which function, or, where the compiler names none, the largest one of
// the file. The rest of the compiler's words follow as detail.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { AsoloError } from '../errors.ts';
import { formatBytes } from '../log.ts';
import { type Command, type Finished, commandError, lastLines, plainText } from '../run-command.ts';
import { unescapeName } from './symbols.ts';

const OUT_OF_MEMORY = /out of memory|virtual memory exhausted|Cannot allocate memory|bad_alloc|[Kk]illed|SIGKILL/;

/** The error for a file of C whose compiler did not end well. */
export function compilerTrouble(command: Command, finished: Finished, source: string): AsoloError {
  const name = basename(source);
  const text = plainText(finished.stderr || finished.stdout);
  const what = `compiling ${name}${suspect(source, text)}`;
  if (finished.timedOut) {
    return new AsoloError('tool-timeout', `${what}: the compiler did not end in ${Math.round(command.timeout! / 1000)} s; a lower --optimize is quicker`);
  }
  if (finished.signal === 'SIGKILL' || finished.status === 137 || OUT_OF_MEMORY.test(text)) {
    return new AsoloError('tool-failed', `${what}: the compiler ran out of memory; a lower --optimize needs less`, lastLines(text));
  }
  return commandError(command, finished, what);
}

/** " (in function 'f')" as the compiler says, else " (its largest function is 'f', …)"; nothing for what is not generated. */
function suspect(source: string, messages: string): string {
  const named = /[Ii]n function [‘'`"](\w+)[’'"]/.exec(messages)?.[1];
  if (named) return ` (in function '${functionName(named)}')`;
  const largest = source.endsWith('.c') ? largestFunction(readFileSync(source, 'latin1')) : undefined;
  return largest ? ` (its largest function is '${functionName(largest.name)}', ${formatBytes(largest.bytes)} of C)` : '';
}

/** wasm2c's name of a function -> the module's. */
function functionName(name: string): string {
  return unescapeName(name.replace(/^w2c_(app|kernel)_/, ''));
}

/** wasm2c begins each function's definition at the start of a line and ends it with a brace there. */
export function largestFunction(text: string): { name: string; bytes: number } | undefined {
  let largest: { name: string; bytes: number } | undefined;
  for (const match of text.matchAll(/^[\w* ]+?\b(w2c_\w+)\([^;{}]*\) \{$/gm)) {
    const bytes = text.indexOf('\n}', match.index) - match.index;
    if (!largest || bytes > largest.bytes) largest = { name: match[1]!, bytes };
  }
  return largest;
}
