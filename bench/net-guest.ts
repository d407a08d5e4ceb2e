// The guest of the network benchmark, and of the boot test with frames in flight: net/echo.c as an image.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compileC } from '../examples/build.ts';
import { ROOT } from '../scripts/paths.ts';
import { mustRun } from './process.ts';

/** Builds the image in a folder; its path. */
export async function buildEcho(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const sources = {
    'echo.c': readFileSync(join(ROOT, 'bench', 'net', 'echo.c'), 'utf8'),
    'solo5.h': readFileSync(join(ROOT, 'include', 'solo5.h'), 'utf8'),
  };
  const wasm = await compileC(sources, join(folder, 'echo.wasm'), ['-mexec-model=reactor', '-I.']);
  const manifest = join(folder, 'asolo.json');
  const image = join(folder, 'echo.elf');
  writeFileSync(manifest, '{ "devices": [{ "name": "net", "type": "net" }] }\n');
  await mustRun(process.execPath, [join(ROOT, 'scripts', 'asolo.mjs'), 'build', wasm, '--manifest', manifest, '-o', image]);
  return image;
}
