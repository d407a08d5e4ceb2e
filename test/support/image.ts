// Builds an image from text for a test, with its symbols.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElf } from '../../scripts/elf/reader.ts';
import { asolo } from './asolo.ts';
import { compileWat } from './wat.ts';

export interface Image {
  elf: string;
  /** Virtual address of a symbol. */
  address(symbol: string): bigint;
  remove(): void;
}

export async function buildImageFrom(wat: string, ...flags: string[]): Promise<Image> {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-image-'));
  const wasm = join(directory, 'app.wasm');
  const elf = join(directory, 'app.elf');
  writeFileSync(wasm, await compileWat(wat));
  const built = await asolo(['build', wasm, '-o', elf, '--keep', join(directory, 'keep'), ...flags]);
  if (built.status !== 0) throw new Error(`the build failed: ${built.stderr}`);
  const symbols = new Map(readElf(readFileSync(join(directory, 'keep/app.unstripped.elf'))).symbols.map((s) => [s.name, s.value]));
  return {
    elf,
    address(symbol) {
      const value = symbols.get(symbol);
      if (value === undefined) throw new Error(`no symbol ${symbol}`);
      return value;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
