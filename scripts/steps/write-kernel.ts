// Puts the kernel of the current sources at build/kernel.wasm: the same bytes that images are built from, for tests
// and for people.
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { type Cache, hashFile } from '../cache.ts';
import { BUILD, KERNEL_WASM } from '../paths.ts';
import { compileAssembly } from './compile-assembly.ts';

/** Path of build/kernel.wasm, up to date. */
export async function writeKernel(cache: Cache): Promise<string> {
  const compiled = await compileAssembly(cache);
  mkdirSync(BUILD, { recursive: true });
  try {
    if (hashFile(KERNEL_WASM) === hashFile(compiled)) return KERNEL_WASM;
  } catch {
    // Not there yet.
  }
  const temporary = `${KERNEL_WASM}.${process.pid}.tmp`;
  copyFileSync(compiled, temporary);
  renameSync(temporary, KERNEL_WASM);
  return KERNEL_WASM;
}
