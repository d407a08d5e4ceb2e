// esbuild, a bundler of TypeScript, as its npm package ships it: a WASI command, compiled from Go. It is taken as it is.
//
//   tsx examples/esbuild/build.ts        to build/examples/esbuild.wasm; downloads the package (6 MB)
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUTPUT } from '../build.ts';
import { packageFile } from '../npm-package.ts';

const PACKAGE = '@esbuild/wasi-preview1@0.27.2';

export function buildEsbuild(target = join(OUTPUT, 'esbuild.wasm')): string {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(packageFile(PACKAGE, 'esbuild.wasm'), target);
  return target;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(relative(process.cwd(), buildEsbuild()));
}
