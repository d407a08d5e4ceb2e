// asolo inspect: what is in an image, as a table or as JSON.
import { statSync } from 'node:fs';
import pc from 'picocolors';
import { PT_LOAD, SHF_ALLOC } from '../elf/reader.ts';
import { formatBytes } from '../log.ts';
import { type Image, leastMemory, readImage } from '../steps/manifest.ts';

export interface Inspection {
  file: string;
  bytes: number;
  sections: { name: string; bytes: number; loaded: boolean }[];
  segments: { physical: string; bytes: number; rights: string }[];
  leastMemory: number;
  manifest: Image['manifest'];
}

export function inspect(path: string): Inspection {
  const { elf, manifest } = readImage(path);
  return {
    file: path,
    bytes: statSync(path).size,
    sections: elf.sections.filter(({ name }) => name !== '').map(({ name, size, flags }) => ({ name, bytes: size, loaded: (flags & SHF_ALLOC) !== 0 })),
    segments: elf.segments.filter(({ type }) => type === PT_LOAD).map(({ physical, memorySize, flags }) => ({
      physical: `0x${physical.toString(16)}`,
      bytes: memorySize,
      rights: `${flags & 4 ? 'r' : '-'}${flags & 2 ? 'w' : '-'}${flags & 1 ? 'x' : '-'}`,
    })),
    leastMemory: leastMemory(manifest),
    manifest,
  };
}

/** The same for people. */
export function formatInspection(inspection: Inspection): string {
  const { manifest } = inspection;
  const { memory } = manifest;
  const pages = (count: number): string => `${count} pages (${formatBytes(count * 65536)})`;
  const blocks: [string, [string, string][]][] = [
    [`${inspection.file}  ${formatBytes(inspection.bytes)}`, [
      ['application', `${manifest.application.name}, ${formatBytes(manifest.application.bytes)}`],
      ['built by', `asolo ${manifest.asolo}, ${manifest.tools['cc'] ?? '?'}`],
      ['options', `--optimize ${manifest.options.optimize} --cpu ${manifest.options.cpu}${manifest.options.fast ? ' --fast (not conforming)' : ''}`],
      ['words', manifest.words || '(none)'],
    ]],
    ...(manifest.files ? [['Files', [
      ['directories', manifest.files.preopens.join(', ')],
      ['files', `${manifest.files.files}, ${formatBytes(manifest.files.bytes)}; with directories and links ${manifest.files.entries} entries`],
      ['archive', manifest.files.sha256],
    ]] satisfies [string, [string, string][]]] : []),
    ...(manifest.devices ? [[`Devices (${manifest.devices.length})`, manifest.devices.map(({ name, type, ...options }): [string, string] => [
      name, [type, ...Object.entries(options).map(([key, value]) => (value === true ? key : `${key} ${value}`))].join(', '),
    ])] satisfies [string, [string, string][]]] : []),
    ['Sections', inspection.sections.map(({ name, bytes, loaded }) => [name, `${formatBytes(bytes).padStart(10)}${loaded ? '' : '  not loaded'}`])],
    ['Segments', inspection.segments.map(({ physical, bytes, rights }) => [physical, `${formatBytes(bytes).padStart(10)}  ${rights}`])],
    ['Memory', [
      ['application, at start', pages(memory.initialPages)],
      ['application, at most', pages(memory.maximumPages)],
      ['stack', formatBytes(memory.stackBytes)],
      ['image', `${formatBytes(memory.imageBytes)} (stack and tables included)`],
      ['machine, at least', formatBytes(inspection.leastMemory)],
    ]],
    [`Imports (${manifest.imports.length})`, manifest.imports.map(({ module, name, servedBy }) => [`${module}.${name}`, `kernel: ${servedBy}`])],
    ['Built from (SHA-256)', [
      [manifest.application.name, manifest.application.sha256],
      ['kernel.wasm', manifest.kernel.sha256],
      ['boot/', manifest.sources.boot],
      ['shim/', manifest.sources.shim],
    ]],
    ['Tools', Object.entries(manifest.tools)],
  ];
  return blocks.map(([title, rows]) => `${pc.bold(title)}\n${formatRows(rows)}`).join('\n');
}

function formatRows(rows: readonly [string, string][]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${pc.dim(name.padEnd(width))}  ${value}\n`).join('');
}
