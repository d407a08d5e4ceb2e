// Reads what asolo must know of a Wasm module: imports and exports with their types, memories, function names,
// producers. It does not look into function bodies: wasm2c validates those.
// Wasm core specification 2.0, 5.5 (modules); tool conventions "Producers".
import { AsoloError } from '../errors.ts';
import { Cursor } from './cursor.ts';
import { readFunctionNames, readProducers } from './custom.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'funcref' | 'externref' | 'exnref' | 'ref';

export interface Signature {
  params: ValueType[];
  results: ValueType[];
}

export type ExternalKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

export interface Import {
  module: string;
  name: string;
  kind: ExternalKind;
  /** Only of functions. */
  signature?: Signature;
}

export interface Export {
  name: string;
  kind: ExternalKind;
  index: number;
  signature?: Signature;
}

export interface Memory {
  initial: number;
  maximum?: number;
  shared: boolean;
  is64: boolean;
  /** 65536, or what the custom-page-sizes proposal allows: 1. */
  pageSize: number;
}

export interface Table {
  element: ValueType;
  initial: number;
  maximum?: number;
}

export interface WasmModule {
  imports: Import[];
  exports: Export[];
  memories: Memory[];
  tables: Table[];
  functionCount: number;
  codeBytes: number;
  dataBytes: number;
  hasStart: boolean;
  hasTags: boolean;
  /** Function index -> name, from the name section. */
  functionNames: Map<number, string>;
  /** 'language C', 'processed-by clang 18', ... */
  producers: string[];
}

const KINDS: ExternalKind[] = ['function', 'table', 'memory', 'global', 'tag'];
const VALUE_TYPES: Record<number, ValueType> = {
  0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64', 0x7b: 'v128', 0x70: 'funcref', 0x6f: 'externref', 0x69: 'exnref',
};
/** Type forms of the GC proposal: rec, sub, sub final, array, struct. */
const GC_FORMS = new Set([0x4e, 0x50, 0x4f, 0x5e, 0x5f]);

export function unsupported(feature: string, why = ''): AsoloError {
  return new AsoloError('feature', `the module uses ${feature}, which asolo does not support${why ? `: ${why}` : ''}`);
}

/** Reads a module; throws an AsoloError that says what is wrong with it. */
export function readModule(bytes: Uint8Array): WasmModule {
  checkHeader(bytes);
  const module: WasmModule = {
    imports: [], exports: [], memories: [], tables: [], functionCount: 0, codeBytes: 0, dataBytes: 0,
    hasStart: false, hasTags: false, functionNames: new Map(), producers: [],
  };
  const types: Signature[] = [];
  const functions: number[] = [];
  const cursor = new Cursor(bytes, 8);
  while (!cursor.atEnd) {
    const id = cursor.byte();
    const section = cursor.range(cursor.length());
    readSection(id, section, module, types, functions);
  }
  module.functionCount = functions.length;
  for (const item of module.exports) {
    if (item.kind !== 'function') continue;
    const signature = types[functions[item.index] ?? -1];
    if (!signature) throw new AsoloError('malformed', `export '${item.name}' names a function that is not there`);
    item.signature = signature;
  }
  return module;
}

function checkHeader(bytes: Uint8Array): void {
  const magic = [0x00, 0x61, 0x73, 0x6d];
  const start = bytes.subarray(0, 4);
  if (start.length === 0) throw new AsoloError('not-wasm', 'not a WebAssembly module: the file is empty');
  if (!start.every((byte, i) => byte === magic[i])) {
    const text = /^\s*\(/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1')) ? ' (it looks like the text format: convert it with wat2wasm)' : '';
    const elf = start[0] === 0x7f && start[1] === 0x45 ? ' (it is an ELF file)' : '';
    throw new AsoloError('not-wasm', `not a WebAssembly module: the file does not begin with '\\0asm'${text}${elf}`);
  }
  if (bytes.length < 8) throw new AsoloError('truncated', 'the file ends within its first 8 bytes');
  const layer = bytes[6]! | (bytes[7]! << 8);
  const version = bytes[4]! | (bytes[5]! << 8);
  if (layer === 1) {
    throw new AsoloError('component', "this is a WebAssembly component; asolo takes a core module for WASI preview 1 (for Rust: target wasm32-wasip1; 'wasm-tools component unbundle' extracts the core modules)");
  }
  if (version !== 1 || layer !== 0) throw new AsoloError('malformed', `unknown WebAssembly version ${version} (layer ${layer})`);
}

function readSection(id: number, section: Cursor, module: WasmModule, types: Signature[], functions: number[]): void {
  switch (id) {
    case 0:
      readCustom(section, module);
      return;
    case 1:
      repeat(section, () => types.push(readType(section)));
      return;
    case 2:
      repeat(section, () => readImport(section, module, types, functions));
      return;
    case 3:
      repeat(section, () => functions.push(section.unsigned()));
      return;
    case 4:
      repeat(section, () => module.tables.push(readTable(section)));
      return;
    case 5:
      repeat(section, () => module.memories.push(readMemory(section)));
      return;
    case 7:
      repeat(section, () => module.exports.push({ name: section.name(), kind: readKind(section), index: section.unsigned() }));
      return;
    case 8:
      module.hasStart = true;
      return;
    case 10:
      module.codeBytes = section.end - section.offset;
      return;
    case 11:
      module.dataBytes = section.end - section.offset;
      return;
    case 13:
      module.hasTags = true;
      return;
    case 6: case 9: case 12:
      return;
    default:
      throw new AsoloError('malformed', `unknown section ${id} at byte ${section.offset}`);
  }
}

function readCustom(section: Cursor, module: WasmModule): void {
  try {
    const name = section.name();
    if (name === 'name') module.functionNames = readFunctionNames(section);
    if (name === 'producers') module.producers = readProducers(section);
  } catch {
    // A custom section that cannot be read is ignored, as the standard asks.
  }
}

function repeat(section: Cursor, read: () => void): void {
  const count = section.unsigned();
  for (let i = 0; i < count; i++) read();
}

function readType(section: Cursor): Signature {
  const form = section.byte();
  if (GC_FORMS.has(form)) throw unsupported('garbage collection (struct, array or recursive types)');
  if (form !== 0x60) throw new AsoloError('malformed', `unknown type form 0x${form.toString(16)}`);
  const signature: Signature = { params: [], results: [] };
  repeat(section, () => signature.params.push(readValueType(section)));
  repeat(section, () => signature.results.push(readValueType(section)));
  return signature;
}

function readValueType(section: Cursor): ValueType {
  const byte = section.byte();
  if (byte === 0x63 || byte === 0x64) throw unsupported('typed function references');
  const type = VALUE_TYPES[byte];
  if (type) return type;
  if (byte >= 0x68 && byte <= 0x74) throw unsupported('garbage collection (reference types of that proposal)');
  throw new AsoloError('malformed', `unknown value type 0x${byte.toString(16)}`);
}

function readKind(section: Cursor): ExternalKind {
  const byte = section.byte();
  const kind = KINDS[byte];
  if (!kind) throw new AsoloError('malformed', `unknown kind ${byte} of an import or export`);
  return kind;
}

function readImport(section: Cursor, module: WasmModule, types: Signature[], functions: number[]): void {
  const item: Import = { module: section.name(), name: section.name(), kind: readKind(section) };
  if (item.kind === 'function') {
    const index = section.unsigned();
    functions.push(index);
    const signature = types[index];
    if (!signature) throw new AsoloError('malformed', `import '${item.module}.${item.name}' has no type`);
    item.signature = signature;
  } else if (item.kind === 'table') {
    readValueType(section);
    readMemory(section);
  } else if (item.kind === 'memory') {
    const memory = readMemory(section);
    if (memory.shared) throw unsupported('threads (an imported shared memory)');
  } else if (item.kind === 'global') {
    readValueType(section);
    section.byte();
  } else {
    section.byte();
    section.unsigned();
  }
  module.imports.push(item);
}

function readTable(section: Cursor): Table {
  const first = section.bytes[section.offset];
  if (first === 0x40 || first === 0x63 || first === 0x64) throw unsupported('typed function references');
  const element = readValueType(section);
  const { initial, maximum } = readMemory(section);
  return maximum === undefined ? { element, initial } : { element, initial, maximum };
}

/** Limits of a memory or table: bit 0 maximum, bit 1 shared, bit 2 64-bit, bit 3 custom page size. */
function readMemory(section: Cursor): Memory {
  const flags = section.byte();
  const memory: Memory = { initial: section.unsigned(), shared: (flags & 2) !== 0, is64: (flags & 4) !== 0, pageSize: 65536 };
  if (flags & 1) memory.maximum = section.unsigned();
  if (flags & 8) memory.pageSize = 2 ** section.unsigned();
  return memory;
}
