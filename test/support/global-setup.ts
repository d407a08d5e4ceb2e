// Before any test: the kernel is built if a source is newer, and the files that unit tests compile alone are compiled
// in this one process, since loading the compiler takes longer than most of its work.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compileAssembly } from './assembly.ts';
import { buildKernel } from './machine/kernel.ts';

const root = join(import.meta.dirname, '../..');

export async function setup(): Promise<void> {
  buildKernel();
  const tests = readdirSync(join(root, 'test/unit/assembly'), { recursive: true, encoding: 'utf8' });
  const sources = tests.filter((name) => name.endsWith('.test.ts')).map((name) => name.replace('.test.ts', '.ts'));
  for (const source of sources) if (existsSync(join(root, 'assembly', source))) await compileAssembly(source);
}
