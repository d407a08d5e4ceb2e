// app.wasm or kernel.wasm -> C, with npm wabt's wasm2c, then the patches of patch-c.ts.
// wasm2c is run with a large stack (wasm2c-stack.cjs says why), a time limit, and its output is checked.
import { closeSync, copyFileSync, existsSync, fstatSync, openSync, readSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Cache, hashFile, keyOf } from '../cache.ts';
import { AsoloError } from '../errors.ts';
import { WASM2C_STACK, packageProgram, packageVersion } from '../paths.ts';
import { type Finished, commandError, plainText, tryCommand } from '../run-command.ts';
import { DATA_OBJECT_BYTES, moveData } from './data-object.ts';
import { PATCH_VERSION, type PatchOptions, patchFiles } from './patch-c.ts';

/** More code than this is split into several C files, compiled in parallel; splitting costs up to 5 % of speed. */
const SPLIT_CODE_BYTES = 768 * 1024;
const SPLIT_PIECE_BYTES = 256 * 1024;
const MAX_PIECES = 64;
const TIMEOUT_MS = 15 * 60 * 1000;

const OPTIONS = [
  '--enable-exceptions', '--enable-extended-const', '--enable-tail-call', '--enable-multi-memory', '--enable-memory64',
  '--enable-custom-page-sizes',
];

export interface Translation {
  directory: string;
  header: string;
  /** C files and, for much data, one of assembly; sorted, as names in the directory. */
  sources: string[];
}

/** How many C files: a multiple of the cores, so that they end together. */
export function piecesOf(codeBytes: number, cores = availableParallelism()): number {
  if (codeBytes <= SPLIT_CODE_BYTES) return 1;
  const pieces = Math.ceil(codeBytes / SPLIT_PIECE_BYTES / cores) * cores;
  return Math.min(Math.max(pieces, cores), MAX_PIECES);
}

export async function wasmToC(cache: Cache, wasm: string, name: string, codeBytes: number, patch: PatchOptions): Promise<Translation> {
  // The number of pieces must not depend on this machine's cores, or two machines would build different bytes.
  const pieces = piecesOf(codeBytes, 4);
  const key = keyOf('c', packageVersion('wabt'), OPTIONS, hashFile(wasm), name, pieces, PATCH_VERSION, DATA_OBJECT_BYTES, patch.base, patch.fast, hashFile(WASM2C_STACK));
  const directory = await cache.entry('c', key, async (work) => {
    const output = join(work, `${name}.c`);
    const split = pieces > 1 ? [`--num-outputs=${pieces}`] : [];
    const command = {
      program: process.execPath,
      args: ['--stack-size=60000', '-r', WASM2C_STACK, packageProgram('wabt', 'wasm2c'), ...OPTIONS, '-n', name, ...split, wasm, '-o', output],
      largeStack: true,
      timeout: TIMEOUT_MS,
    };
    const finished = await tryCommand(command);
    if (finished.status !== 0 || finished.timedOut) throw explain(finished) ?? commandError(command, finished, 'translating to C');
    checkOutput(work, name, pieces);
    moveData(work, name, pieces);
    patchFiles(work, name, pieces, patch);
  });
  const sources = readdirSync(directory).filter((file) => /\.[cS]$/.test(file)).sort();
  return { directory, header: join(directory, `${name}.h`), sources };
}

/** Copies what a translation made, for --keep. */
export function keepTranslation(translation: Translation, target: string): void {
  for (const file of readdirSync(translation.directory)) {
    if (/\.([chS]|bin)$/.test(file)) copyFileSync(join(translation.directory, file), join(target, file));
  }
}

/** Features by the first byte of an opcode that wasm2c refuses. */
const OPCODE_FEATURES: Readonly<Record<string, string>> = {
  '0x14': 'typed function references',
  '0x15': 'typed function references',
  '0xd3': 'garbage collection',
  '0xd4': 'typed function references',
  '0xd5': 'typed function references',
  '0xd6': 'typed function references',
  '0xfb': 'garbage collection',
  '0xfd': 'relaxed SIMD (build without -mrelaxed-simd)',
  '0xfe': 'threads (atomic instructions; build without -pthread and -matomics)',
};

const MESSAGE_FEATURES: readonly [RegExp, string][] = [
  [/threads not allowed/, 'threads (a shared memory)'],
  [/got 0x(4e|4f|50|5e|5f)\)/, 'garbage collection'],
];

/** What wasm2c's message means for a person, if it says that the module is at fault. */
export function explain(finished: Pick<Finished, 'stderr'>): AsoloError | undefined {
  const message = plainText(finished.stderr);
  const opcode = /unexpected opcode: (0x[0-9a-f]+)(?: 0x[0-9a-f]+)?/.exec(message)?.[1];
  const feature = (opcode && OPCODE_FEATURES[opcode]) || MESSAGE_FEATURES.find(([pattern]) => pattern.test(message))?.[1];
  if (feature) return new AsoloError('feature', `the module uses ${feature}, which asolo does not support`);
  const line = message.split('\n').find((text) => /error:/.test(text));
  if (!line) return undefined;
  const text = line.replace(/^.*?([0-9a-f]{7}): error:\s*/, 'at byte 0x$1: ').trim();
  const truncated = /unable to read|unexpected end|past end|extends past/.test(text);
  return new AsoloError(truncated ? 'truncated' : 'malformed', `not a valid module: ${text}`);
}

/** wasm2c, run out of its stack, has been seen to end well with half a file: the end must be there. */
function checkOutput(directory: string, name: string, pieces: number): void {
  const files = pieces === 1 ? [`${name}.c`] : Array.from({ length: pieces }, (_, i) => `${name}_${i}.c`);
  for (const file of [`${name}.h`, ...files]) {
    const path = join(directory, file);
    const text = endOf(path);
    const whole = file.endsWith('.h') ? /#endif\s+\/\* \w+_H_GENERATED_ \*\/\s*$/.test(text) : text.length > 0 && /[};]\s*$|\*\/\s*$|"\s*$/.test(text);
    if (!whole) throw new AsoloError('generated-code', `wasm2c wrote no complete ${file}`);
  }
}

/** The last characters of a file: the whole may be longer than a string can be. */
function endOf(path: string): string {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, 4096));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('latin1');
  } finally {
    closeSync(file);
  }
}
