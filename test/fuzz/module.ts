// A random module made comparable: every global and the memory are exported, and what it imports beside functions comes
// from a Wasm module name of its own, so that many such modules can be linked into one image.
// Read first: generate.ts. Wasm core specification 2.0, §5.5 (binary modules).
import { Cursor } from '../../scripts/wasm/cursor.ts';
import { unsignedLeb } from '../../scripts/wasm/leb.ts';
import { type Signature, type ValueType, readModule } from '../../scripts/wasm/module.ts';

export interface GlobalType {
  type: ValueType;
  mutable: boolean;
}

export interface ImportedGlobal extends GlobalType {
  module: string;
  name: string;
}

export interface FuzzModule {
  /** For wasm2c and as the cache of names: m000, m001, ... */
  name: string;
  wasm: Uint8Array;
  functions: { name: string; signature: Signature }[];
  importedGlobals: ImportedGlobal[];
  /** All globals by index, imported ones first; exported as g0, g1, ... */
  globals: GlobalType[];
  hasMemory: boolean;
}

const TYPES: Record<number, ValueType> = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64', 0x7b: 'v128', 0x70: 'funcref', 0x6f: 'externref' };
const IMPORT_MODULE = '__fuzz_import';
/** What JavaScript can neither pass nor take. */
const OPAQUE: readonly string[] = ['v128', 'exnref', 'ref'];

export function prepare(name: string, original: Uint8Array): FuzzModule {
  const wasm = renameImports(original, name);
  const { importedGlobals, globals, hasMemory } = readGlobals(wasm);
  const extra = [
    ...(hasMemory ? [{ name: 'memory_0', kind: 2, index: 0 }] : []),
    ...globals.map((_, index) => ({ name: `g${index}`, kind: 3, index })),
  ];
  const functions = readModule(original).exports.flatMap(({ name: exported, kind, signature }) =>
    kind === 'function' && ![...signature!.params, ...signature!.results].some((type) => OPAQUE.includes(type)) ? [{ name: exported, signature: signature! }] : []);
  return { name, wasm: addExports(wasm, extra), functions, importedGlobals, globals, hasMemory };
}

/** A name of the same length: nothing moves. */
function renameImports(original: Uint8Array, name: string): Uint8Array {
  const own = `fuzzed_${name}`.padEnd(IMPORT_MODULE.length, '_');
  if (own.length !== IMPORT_MODULE.length) throw new Error(`the name ${name} is too long`);
  const text = Buffer.from(original).toString('latin1');
  return Buffer.from(text.replaceAll(`\x0d${IMPORT_MODULE}`, `\x0d${own}`), 'latin1');
}

interface Section {
  id: number;
  body: Uint8Array;
}

function sections(wasm: Uint8Array): Section[] {
  const cursor = new Cursor(wasm, 8);
  const found: Section[] = [];
  while (!cursor.atEnd) {
    const id = cursor.byte();
    const { offset, end } = cursor.range(cursor.length());
    found.push({ id, body: wasm.subarray(offset, end) });
  }
  return found;
}

function readGlobals(wasm: Uint8Array): Pick<FuzzModule, 'importedGlobals' | 'globals' | 'hasMemory'> {
  const importedGlobals: ImportedGlobal[] = [];
  let hasMemory = false;
  const all = sections(wasm);
  const imports = all.find(({ id }) => id === 2);
  if (imports) eachImport(new Cursor(imports.body), (found) => importedGlobals.push(found));
  const memories = all.find(({ id }) => id === 5);
  if (memories && memories.body[0] !== 0) hasMemory = true;
  const globals: GlobalType[] = importedGlobals.map(({ type, mutable }) => ({ type, mutable }));
  const defined = all.find(({ id }) => id === 6);
  if (defined) globals.push(...definedGlobals(new Cursor(defined.body)));
  return { importedGlobals, globals, hasMemory };
}

function eachImport(section: Cursor, see: (found: ImportedGlobal) => void): void {
  for (let left = section.unsigned(); left > 0; left--) {
    const [module, name, kind] = [section.name(), section.name(), section.byte()];
    if (kind === 0) section.unsigned();
    else if (kind === 3) see({ module, name, type: TYPES[section.byte()]!, mutable: section.byte() === 1 });
    else throw new Error(`import ${module}.${name} of kind ${kind}`);
  }
}

function definedGlobals(section: Cursor): GlobalType[] {
  const found: GlobalType[] = [];
  for (let left = section.unsigned(); left > 0; left--) {
    found.push({ type: TYPES[section.byte()]!, mutable: section.byte() === 1 });
    skipConstant(section);
  }
  return found;
}

/** A constant expression: constants, global.get, ref.null, ref.func, additions, until `end`. */
function skipConstant(section: Cursor): void {
  for (;;) {
    const opcode = section.byte();
    if (opcode === 0x0b) return;
    if ([0x41, 0x42, 0x23, 0xd0, 0xd2].includes(opcode)) section.unsigned();
    else if (opcode === 0x43) section.skip(4);
    else if (opcode === 0x44) section.skip(8);
    else if (opcode === 0xfd) {
      section.unsigned();
      section.skip(16);
    } else if (![0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e].includes(opcode)) throw new Error(`opcode ${opcode} in a constant`);
  }
}

function addExports(wasm: Uint8Array, extra: readonly { name: string; kind: number; index: number }[]): Uint8Array {
  const entries = extra.flatMap(({ name, kind, index }) => [...unsignedLeb(name.length), ...Buffer.from(name), kind, ...unsignedLeb(index)]);
  const parts: number[][] = [[...wasm.subarray(0, 8)]];
  let done = false;
  const write = (id: number, body: readonly number[]): unknown => parts.push([id, ...unsignedLeb(body.length), ...body]);
  for (const { id, body } of sections(wasm)) {
    if (id === 7) {
      const cursor = new Cursor(body);
      const count = cursor.unsigned();
      write(7, [...unsignedLeb(count + extra.length), ...body.subarray(cursor.offset), ...entries]);
      done = true;
      continue;
    }
    // The export section stands before start (8), elements (9), data count (12), code (10), data (11).
    if (!done && id >= 8 && id <= 12) {
      write(7, [...unsignedLeb(extra.length), ...entries]);
      done = true;
    }
    write(id, [...body]);
  }
  return Uint8Array.from(parts.flat());
}
