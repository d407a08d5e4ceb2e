// Objects -> the image. Linked twice: the first link gives the functions' addresses, from which the table of names is
// made; the table lies behind all code, so in the second link no function moves. That is checked.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cache, keyOf, sha256 } from '../cache.ts';
import { PT_NOTE, type Elf, readElf } from '../elf/reader.ts';
import { AsoloError } from '../errors.ts';
import { LINK, type Cpu } from '../flags.ts';
import { LINKER_SCRIPT } from '../paths.ts';
import { runCommand } from '../run-command.ts';
import { type Compiler, findTool } from '../toolchain.ts';
import { compile } from './compile-c.ts';
import { type DeclaredDevice, devicesSource } from './device-manifest.ts';
import type { PackedFiles } from './pack-files.ts';
import { FILES_ARCHIVE, filesSource, imageTables, symbolTableSource, wordsSource } from './symbols.ts';

/** Page tables for registers of devices above 4 GiB: one of each upper level, and two for 4 MiB of registers. */
const DEVICE_TABLES = 4;

export interface LinkInput {
  /** In the order of the link. */
  objects: readonly string[];
  stackBytes: number;
  tableBytes: number;
  /** Pages for the page tables of further memories (scripts/wasm/memories.ts). */
  memoryTables?: number;
  cpu: Cpu;
  words: string;
  files?: PackedFiles | undefined;
  /** What the application's manifest declares. */
  devices?: readonly DeclaredDevice[] | undefined;
  /** Wasm function names of both modules. */
  names: ReadonlySet<string>;
}

export interface Linked {
  elf: Elf;
  /** Files in the work directory. */
  unstripped: string;
  symbolsSource: string;
  wordsSource: string;
}

export async function link(cache: Cache, compiler: Compiler, work: string, input: LinkInput): Promise<Linked> {
  const words = await assemble(cache, compiler, work, 'words.S', wordsSource(input.words));
  const devices = await assemble(cache, compiler, work, 'devices.S', devicesSource(input.devices ?? []));
  const empty = await assemble(cache, compiler, work, 'symbols.S', symbolTableSource({ functions: [], frames: [] }));
  const files = await assembleFiles(cache, compiler, work, input.files);
  const first = await runLinker(work, 'first.elf', input, [empty.object, words.object, devices.object, files]);
  const tables = imageTables(first, input.names);
  const table = await assemble(cache, compiler, work, 'symbols.S', symbolTableSource(tables));
  rmSync(join(work, 'first.elf'));
  const second = await runLinker(work, 'app.unstripped.elf', input, [table.object, words.object, devices.object, files]);
  if (JSON.stringify(imageTables(second, input.names)) !== JSON.stringify(tables)) {
    throw new AsoloError('link', 'functions moved between the two links; the linker script must place .symbols and .words behind all code');
  }
  checkNotes(second);
  return { elf: second, unstripped: join(work, 'app.unstripped.elf'), symbolsSource: table.source, wordsSource: words.source };
}

async function assemble(cache: Cache, compiler: Compiler, work: string, name: string, text: string): Promise<{ source: string; object: string }> {
  const source = join(work, name);
  writeFileSync(source, text);
  return { source, object: await compile(cache, compiler, { source, flags: [], includes: [], headers: keyOf('none') }) };
}

/** The archive is a part of the key: the source only names it. */
async function assembleFiles(cache: Cache, compiler: Compiler, work: string, files: PackedFiles | undefined): Promise<string> {
  const source = join(work, 'files.S');
  writeFileSync(source, filesSource(files));
  if (files) writeFileSync(join(work, FILES_ARCHIVE), files.archive);
  return compile(cache, compiler, { source, flags: [], includes: [work], headers: keyOf('files', files ? sha256(files.archive) : 'none') });
}

async function runLinker(work: string, name: string, input: LinkInput, tables: readonly string[]): Promise<Elf> {
  const output = join(work, name);
  const symbols: Record<string, number> = {
    asolo_stack_bytes: input.stackBytes,
    asolo_table_bytes: input.tableBytes,
    asolo_memory_tables: (input.memoryTables ?? 0) + DEVICE_TABLES,
    asolo_want_avx: input.cpu === 'x86-64-v3' ? 1 : 0,
  };
  const defined = Object.entries(symbols).flatMap(([symbol, value]) => ['--defsym', `${symbol}=${value}`]);
  const args = [...LINK.map(({ flag }) => flag), '-T', LINKER_SCRIPT, ...defined, '-o', output, ...input.objects, ...tables];
  await runCommand({ program: findTool('ld'), args }, 'linking');
  return readElf(readFileSync(output));
}

/** Monitors take the entry from the last note segment they see: there must be exactly one. */
function checkNotes(elf: Elf): void {
  const notes = elf.segments.filter(({ type }) => type === PT_NOTE);
  if (notes.length !== 1) throw new AsoloError('link', `the image has ${notes.length} note segments; it must have exactly one, with the PVH note`);
}

/** Writes the final image: symbols stripped, the manifest added as a section that is not loaded. */
export async function finishImage(work: string, unstripped: string, manifest: string): Promise<string> {
  const text = join(work, 'manifest.json');
  const output = join(work, 'app.elf');
  writeFileSync(text, manifest);
  await runCommand({ program: findTool('objcopy'), args: ['--strip-all', '--remove-section', '.eh_frame', '--add-section', `.asolo=${text}`, '--set-section-flags', '.asolo=readonly', unstripped, output] }, 'stripping');
  const elf = readElf(readFileSync(output));
  checkNotes(elf);
  if (elf.symbols.length > 0) throw new AsoloError('link', 'the image was not stripped');
  return output;
}
