// What an image says of itself: a JSON text in the section .asolo, which is not loaded. `inspect` shows it, `run` reads
// the memory needs from it. Nothing in it depends on when or where the image was built.
import { readFileSync } from 'node:fs';
import { type Elf, PT_LOAD, readElf, sectionBytes, sectionNamed } from '../elf/reader.ts';
import { AsoloError, describeSystemError } from '../errors.ts';
import type { DeclaredDevice } from './device-manifest.ts';
import type { Features } from './kernel-features.ts';

export const MANIFEST_SECTION = '.asolo';
export const MANIFEST_VERSION = 1;

export interface Manifest {
  manifest: number;
  asolo: string;
  application: { name: string; sha256: string; bytes: number };
  kernel: { sha256: string };
  sources: { boot: string; shim: string };
  tools: Record<string, string>;
  flags: { application: string[]; kernel: string[] };
  options: { optimize: number; fast: boolean; cpu: string };
  imports: { module: string; name: string; servedBy: string }[];
  /** Pages of 64 KiB; bytes elsewhere. */
  memory: { initialPages: number; maximumPages: number; stackBytes: number; tableBytes: number; imageBytes: number };
  words: string;
  /** Which drivers the kernel has (kernel-features.ts). */
  features: Features;
  /** What the application's own manifest declares; absent if it has none. */
  devices?: DeclaredDevice[];
  /** Absent without --dir. */
  files?: { preopens: string[]; entries: number; files: number; bytes: number; sha256: string };
}

export interface Image {
  path: string;
  elf: Elf;
  manifest: Manifest;
}

/** Reads an image that asolo built. */
export function readImage(path: string): Image {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new AsoloError('unreadable', `cannot read ${path}: ${describeSystemError(error)}`);
  }
  try {
    const elf = readElf(bytes);
    return { path, elf, manifest: readManifest(elf) };
  } catch (error) {
    if (error instanceof AsoloError) throw new AsoloError(error.code, `${path}: ${error.message}`);
    throw error;
  }
}

function readManifest(elf: Elf): Manifest {
  const section = sectionNamed(elf, MANIFEST_SECTION);
  if (!section) throw new AsoloError('not-an-image', 'an ELF file that asolo did not build (it has no section .asolo)');
  try {
    return JSON.parse(Buffer.from(sectionBytes(elf, section)).toString('utf8')) as Manifest;
  } catch {
    throw new AsoloError('not-an-image', 'its section .asolo is damaged');
  }
}

/** Bytes of RAM from 1 MiB that the loaded image takes, its zero-filled parts included. */
export function loadedBytes(elf: Elf): number {
  const loads = elf.segments.filter(({ type }) => type === PT_LOAD);
  const end = Math.max(...loads.map(({ physical, memorySize }) => physical + memorySize));
  return end - Math.min(...loads.map(({ physical }) => physical));
}

/** RAM that a machine must have for the application's initial memory to fit, with what the kernel takes. */
export function leastMemory({ memory, files }: Manifest): number {
  const IMAGE_START = 2 * 1024 * 1024;
  return IMAGE_START + memory.imageBytes + memory.initialPages * 65536 + fileMemory(files?.entries ?? 0);
}

/** What the kernel keeps of files beside their contents: a node, a name and a place in the table each (docs/files.md). */
export function fileMemory(entries: number): number {
  return entries === 0 ? 0 : 128 * 1024 + entries * 160;
}
