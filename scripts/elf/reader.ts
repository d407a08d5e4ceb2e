// Reads what asolo needs of an ELF64 little-endian file: sections, segments, symbols.
// System V ABI, chapters 4 (object files) and 5 (program loading).
import { AsoloError } from '../errors.ts';

export interface Section {
  name: string;
  type: number;
  flags: number;
  address: number;
  offset: number;
  size: number;
  link: number;
}

export interface Segment {
  type: number;
  flags: number;
  offset: number;
  /** Physical address: virtual ones of an image lie above 2^53 and are not needed. */
  physical: number;
  fileSize: number;
  memorySize: number;
}

export interface Symbol {
  name: string;
  /** As an unsigned 64-bit number. */
  value: bigint;
  size: number;
  type: number;
  global: boolean;
  /** Section name; '' for absolute and undefined ones. */
  section: string;
}

export interface Elf {
  entry: number;
  sections: Section[];
  segments: Segment[];
  symbols: Symbol[];
  bytes: Uint8Array;
}

export const PT_LOAD = 1;
export const PT_NOTE = 4;
export const SHT_SYMTAB = 2;
export const SHT_NOBITS = 8;
export const SHF_ALLOC = 2;
export const STT_NOTYPE = 0;
export const STT_FUNC = 2;

const SYMBOL_BYTES = 24;

export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

export function readElf(bytes: Uint8Array): Elf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isElf(bytes) || bytes.length < 64 || bytes[4] !== 2 || bytes[5] !== 1) {
    throw new AsoloError('not-an-image', 'not a 64-bit little-endian ELF file');
  }
  try {
    const low = (at: number): number => Number(view.getBigUint64(at, true) & 0x1fffffffffffffn);
    const segments = Array.from({ length: view.getUint16(56, true) }, (_, i) => readSegment(view, low(32) + i * 56, low));
    const raw = Array.from({ length: view.getUint16(60, true) }, (_, i) => readSection(view, low(40) + i * 64, low));
    const names = raw[view.getUint16(62, true)]?.section;
    const sections = raw.map(({ nameOffset, section }) => ({ ...section, name: names ? text(bytes, names.offset + nameOffset) : '' }));
    return { entry: low(24), sections, segments, symbols: readSymbols(bytes, sections), bytes };
  } catch (error) {
    if (error instanceof RangeError) throw new AsoloError('not-an-image', 'the ELF file is cut short');
    throw error;
  }
}

function readSegment(view: DataView, at: number, low: (at: number) => number): Segment {
  return {
    type: view.getUint32(at, true), flags: view.getUint32(at + 4, true), offset: low(at + 8),
    physical: low(at + 24), fileSize: low(at + 32), memorySize: low(at + 40),
  };
}

function readSection(view: DataView, at: number, low: (at: number) => number): { nameOffset: number; section: Section } {
  return {
    nameOffset: view.getUint32(at, true),
    section: {
      name: '', type: view.getUint32(at + 4, true), flags: low(at + 8), address: low(at + 16),
      offset: low(at + 24), size: low(at + 32), link: view.getUint32(at + 40, true),
    },
  };
}

function text(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return Buffer.from(bytes.subarray(at, end < 0 ? bytes.length : end)).toString('utf8');
}

export function sectionNamed(elf: Elf, name: string): Section | undefined {
  return elf.sections.find((section) => section.name === name);
}

export function sectionBytes(elf: Elf, section: Section): Uint8Array {
  return section.type === SHT_NOBITS ? new Uint8Array() : elf.bytes.subarray(section.offset, section.offset + section.size);
}

function readSymbols(bytes: Uint8Array, sections: readonly Section[]): Symbol[] {
  const table = sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = table && sections[table.link];
  if (!table || !strings) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: table.size / SYMBOL_BYTES }, (_, i) => {
    const at = table.offset + i * SYMBOL_BYTES;
    const info = bytes[at + 4]!;
    const index = view.getUint16(at + 6, true);
    return {
      name: text(bytes, strings.offset + view.getUint32(at, true)),
      value: view.getBigUint64(at + 8, true),
      size: Number(view.getBigUint64(at + 16, true) & 0x1fffffffffffffn),
      type: info & 15,
      global: info >> 4 !== 0,
      section: index > 0 && index < 0xff00 ? (sections[index]?.name ?? '') : '',
    };
  });
}
