// build/kernel.wasm for the simulated machine: built when a source is newer, compiled once per process.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
export const kernelPath = join(root, 'build/kernel.wasm');
let compiled: WebAssembly.Module | undefined;

export function compileKernel(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(kernelPath));
  return compiled;
}

/** Runs asc if the kernel is missing or older than its sources. */
export function buildKernel(): void {
  const sources = readdirSync(join(root, 'assembly'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts')).map((name) => join(root, 'assembly', name));
  const newest = Math.max(...[join(root, 'asconfig.json'), ...sources].map((path) => statSync(path).mtimeMs));
  if (existsSync(kernelPath) && statSync(kernelPath).mtimeMs >= newest) return;
  // Written beside its place and moved there, so that whoever reads meanwhile sees a whole file.
  const part = `build/kernel.${process.pid}.wasm`;
  execFileSync(process.execPath, [join(root, 'node_modules/assemblyscript/bin/asc.js'), 'assembly/index-sockets.ts', '--target', 'release',
    '--outFile', part], { cwd: root, stdio: 'pipe' });
  renameSync(join(root, part), kernelPath);
}
