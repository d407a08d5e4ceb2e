// Modules for the tests of the command line: whole programs, and wrong ones of every kind.
import loadWabt from 'wabt';
import type { ErrorCode } from '../../scripts/errors.ts';

const FEATURES = {
  exceptions: true, mutable_globals: true, sat_float_to_int: true, sign_extension: true, simd: true, relaxed_simd: true, threads: true,
  multi_value: true, tail_call: true, bulk_memory: true, reference_types: true, memory64: true, multi_memory: true,
};

export async function compile(text: string): Promise<Uint8Array> {
  const wabt = await loadWabt();
  const module = wabt.parseWat('test.wat', text, FEATURES);
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}

const WRITE = '(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))';
const EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))';

/** Prints a text on a descriptor and exits with a status. */
export function sayAndExit(text: string, status: number, fd = 1): string {
  const data = [...Buffer.from(text)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return `(module ${WRITE} ${EXIT} (memory (export "memory") 1) (data (i32.const 0) "\\10\\00\\00\\00") (data (i32.const 16) "${data}")
    (func (export "_start")
      (i32.store (i32.const 4) (i32.const ${Buffer.byteLength(text)}))
      (drop (call $write (i32.const ${fd}) (i32.const 0) (i32.const 1) (i32.const 8)))
      (call $exit (i32.const ${status}))))`;
}

/** Never ends, and sleeps in no system call. */
export const ENDLESS = '(module (memory (export "memory") 1) (func (export "_start") (loop $again (br $again))))';

/** Starts with more memory than most machines of the tests. */
export const LARGE_MEMORY = '(module (memory (export "memory") 1600) (func (export "_start")))';

export const TRAPS = '(module (memory (export "memory") 1) (func $inner unreachable) (func $outer call $inner) (func (export "_start") call $outer))';

/** What is wrong -> text of the module, error code, what the message must say. */
export const WRONG_MODULES: readonly (readonly [string, string, ErrorCode, RegExp])[] = [
  ['no _start', '(module (func (export "main")))', 'no-start', /exports no '_start' function/],
  ['a reactor', '(module (func (export "_initialize")))', 'no-start', /WASI reactor/],
  ['a _start with parameters', '(module (func (export "_start") (param i32)))', 'no-start', /must be \(\) -> \(\), it is \(i32\) -> \(\)/],
  ['a _start that is a memory', '(module (memory (export "_start") 1))', 'no-start', /is a memory, not a function/],
  ['two beginnings', '(module (memory 1) (func (export "_start")) (func (export "solo5_app_main") (param i32) (result i32) (i32.const 0)))', 'no-start', /both '_start' and 'solo5_app_main'/],
  ['a solo5_app_main of another type', '(module (memory 1) (func (export "solo5_app_main")))', 'no-start', /'solo5_app_main' must be \(i32\) -> i32, it is \(\) -> \(\)/],
  ['a solo5_app_main without memory', '(module (func (export "solo5_app_main") (param i32) (result i32) (i32.const 0)))', 'no-start', /must have a memory/],
  ['a solo5_app_main without a heap', '(module (memory 1 1) (func (export "solo5_app_main") (param i32) (result i32) (i32.const 0)))', 'no-start', /memory must be able to grow/],
  ['a misspelt Solo5 import', '(module (import "solo5" "solo5_yeild" (func (param i64 i32))) (memory 1) (func (export "_start")))', 'import-unknown', /nearest is 'solo5.solo5_yield'/],
  ['an imported memory', '(module (import "env" "memory" (memory 1)) (func (export "_start")))', 'import-kind', /imports a memory \('env.memory'\)/],
  ['an imported table', '(module (import "env" "t" (table 1 funcref)) (func (export "_start")))', 'import-kind', /imports a table/],
  ['an imported global', '(module (import "env" "g" (global i32)) (func (export "_start")))', 'import-kind', /imports a global/],
  ['a misspelt import', '(module (import "wasi_snapshot_preview1" "fd_wriet" (func (param i32 i32 i32 i32) (result i32))) (func (export "_start")))', 'import-unknown', /'wasi_snapshot_preview1.fd_wriet'.*nearest is 'wasi_snapshot_preview1.fd_write'/],
  ['an import of another world', '(module (import "env" "puts" (func (param i32))) (func (export "_start")))', 'import-unknown', /'env.puts' \(i32\) -> \(\)/],
  ['an import of another type', '(module (import "wasi_snapshot_preview1" "fd_write" (func (param i64) (result i32))) (func (export "_start")))', 'import-signature', /declared as \(i64\) -> i32 but asolo offers \(i32, i32, i32, i32\) -> i32/],
  ['relaxed SIMD', '(module (func (export "_start") (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))))', 'feature', /relaxed SIMD/],
  ['a shared memory', '(module (memory 1 2 shared) (func (export "_start")))', 'feature', /threads/],
  ['atomic instructions', '(module (memory 1) (func (export "_start") (drop (i32.atomic.load (i32.const 0)))))', 'feature', /threads/],
  ['too many memories', `(module ${'(memory 1)'.repeat(17)} (func (export "_start")))`, 'feature', /more than 16 memories/],
  ['an exported memory that is not the first', '(module (memory 1) (memory (export "memory") 1) (func (export "_start")))', 'feature', /'memory'.*first/],
  ['a table of exceptions', '(module (table 1 exnref) (func (export "_start")))', 'feature', /tables of exception references/],
  ['tail calls in a 64-bit table', '(module (type $t (func)) (table i64 1 funcref) (func (export "_start") (return_call_indirect (type $t) (i64.const 0))))', 'malformed', /return_call_indirect/],
];
