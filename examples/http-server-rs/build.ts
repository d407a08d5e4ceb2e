// Compiles the HTTP server in Rust with a rustc that has the target wasm32-wasip1, which npm has not: docs/rust.md says where from.
//
//   tsx examples/http-server-rs/build.ts     to build/examples/http-server-rs.wasm; RUSTC names another rustc
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUTPUT } from '../build.ts';

const TARGET = 'wasm32-wasip1';
const FOLDER = dirname(fileURLToPath(import.meta.url));

function rustc(): string {
  return process.env['RUSTC'] || 'rustc';
}

/** Whether the compiler is there, with the standard library for the target. */
export function hasRust(): boolean {
  const { status, stdout } = spawnSync(rustc(), ['--print', 'target-libdir', '--target', TARGET], { encoding: 'utf8' });
  return status === 0 && existsSync(stdout.trim());
}

/** Returns the path of the Wasm file. */
export function buildRustServer(target = join(OUTPUT, 'http-server-rs.wasm')): string {
  if (!hasRust()) throw new Error(`there is no ${rustc()} with the target ${TARGET}: docs/rust.md says what installs it`);
  mkdirSync(dirname(target), { recursive: true });
  execFileSync(rustc(), ['--edition', '2021', '--target', TARGET, '-O', join(FOLDER, 'main.rs'), '-o', target], { stdio: ['ignore', 'ignore', 'inherit'] });
  return target;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(relative(process.cwd(), buildRustServer()));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
