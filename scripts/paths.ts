// The one list of paths: where asolo's own sources are, where its cache is, where the packages' tools are.
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const ASSEMBLY = join(ROOT, 'assembly');
export const ASCONFIG = join(ROOT, 'asconfig.json');
export const BOOT = join(ROOT, 'boot');
export const SHIM = join(ROOT, 'shim');
export const SHIM_INCLUDE = join(SHIM, 'include');
export const LINKER_SCRIPT = join(BOOT, 'kernel.ld');
export const WASM2C_STACK = join(ROOT, 'scripts/steps/wasm2c-stack.cjs');
/** Products that people and tests look at; never an input of a build. */
export const BUILD = join(ROOT, 'build');
export const KERNEL_WASM = join(BUILD, 'kernel.wasm');

/** Directory of an installed package, wherever npm put it. */
export function packageDirectory(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

/** A program inside an installed package; run with Node, never through npx or PATH. */
export function packageProgram(name: string, program: string): string {
  return join(packageDirectory(name), 'bin', program);
}

export function packageVersion(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}

/** ASOLO_CACHE, else $XDG_CACHE_HOME/asolo, else ~/.cache/asolo. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env['ASOLO_CACHE']) return resolve(env['ASOLO_CACHE']);
  const base = env['XDG_CACHE_HOME'];
  return join(base && base.startsWith('/') ? base : join(homedir(), '.cache'), 'asolo');
}
