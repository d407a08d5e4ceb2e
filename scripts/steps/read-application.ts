// Reads an application and checks everything that can be checked before wasm2c: each fault gives one clear error.
import { readFileSync } from 'node:fs';
import { AsoloError, type ErrorCode, describeSystemError } from '../errors.ts';
import { type Export, type Signature, type WasmModule, readModule, unsupported } from '../wasm/module.ts';
import { formatSignature, sameSignature } from '../wasm/signature.ts';
import { type Offers, checkImports } from './offers.ts';

/** Of one application: each further one takes page tables (scripts/wasm/memories.ts). shim/memory.c has 64 slots. */
const MEMORIES_MAX = 16;

const SOLO5_MAIN = 'solo5_app_main';

export interface Application {
  path: string;
  bytes: Uint8Array;
  module: WasmModule;
}

export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new AsoloError('unreadable', `cannot read ${path}: ${describeSystemError(error)}`);
  }
}

/** Reads an application and checks all that does not depend on the kernel. */
export function readApplication(path: string, bytes = readBytes(path)): Application {
  return about(path, () => {
    const module = readModule(bytes);
    checkMemories(module);
    checkTables(module);
    checkStart(module);
    return { path, bytes, module };
  });
}

/** Throws if the application imports what the kernel does not offer. */
export function checkApplicationImports({ path, module }: Application, offers: Offers): void {
  about(path, () => checkImports(module.imports, offers));
}

/** Does a piece of work; what it throws about the application begins with its path. */
export function about<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withPath(path, error);
  }
}

const ABOUT_THE_MODULE: readonly ErrorCode[] = ['not-wasm', 'truncated', 'malformed', 'component', 'no-start', 'import-kind', 'import-unknown', 'import-signature', 'feature'];

export function withPath(path: string, error: unknown): unknown {
  if (!(error instanceof AsoloError) || !ABOUT_THE_MODULE.includes(error.code)) return error;
  return new AsoloError(error.code, `${path}: ${error.message}`, error.detail);
}

function checkMemories({ memories, exports }: WasmModule): void {
  if (memories.some(({ shared }) => shared)) throw unsupported('threads (a shared memory)');
  if (memories.length > MEMORIES_MAX) throw unsupported(`more than ${MEMORIES_MAX} memories`);
  // WASI functions mean the memory that is exported as 'memory'; the kernel knows the first one only.
  if (exports.some(({ name, kind, index }) => name === 'memory' && kind === 'memory' && index > 0)) {
    throw unsupported("an export 'memory' that is not the module's first memory");
  }
}

function checkTables({ tables }: WasmModule): void {
  // wasm2c 1.0.39 writes no accessors for them.
  if (tables.some(({ element }) => element === 'exnref')) throw unsupported('tables of exception references');
}

/** Where the application begins: WASI's `_start`, or `solo5_app_main` of the Solo5 ABI. */
export function entryOf({ exports }: Pick<WasmModule, 'exports'>): 'wasi' | 'solo5' {
  return exports.some(({ name }) => name === SOLO5_MAIN) ? 'solo5' : 'wasi';
}

function checkStart(module: WasmModule): void {
  const { exports } = module;
  const start = exports.find(({ name }) => name === '_start');
  const main = exports.find(({ name }) => name === SOLO5_MAIN);
  if (start && main) throw new AsoloError('no-start', "the module exports both '_start' and 'solo5_app_main'; a Solo5 application is linked with -mexec-model=reactor or -nostartfiles");
  if (main) return checkSolo5(module, main);
  if (!start) {
    const reactor = exports.some(({ name }) => name === '_initialize');
    throw new AsoloError('no-start', reactor
      ? "the module exports '_initialize' but no '_start': it is a WASI reactor (a library); asolo runs WASI commands (programs with a main function)"
      : "the module exports no '_start' function: asolo runs WASI commands (programs with a main function) and Solo5 applications ('solo5_app_main')");
  }
  checkFunction(start, { params: [], results: [] });
}

/** It is told where things are in its memory, and its heap is what the memory grows by. */
function checkSolo5({ memories, exports }: WasmModule, main: Export): void {
  checkFunction(main, { params: ['i32'], results: ['i32'] });
  const initialise = exports.find(({ name }) => name === '_initialize');
  if (initialise) checkFunction(initialise, { params: [], results: [] });
  const [memory] = memories;
  if (!memory) throw new AsoloError('no-start', "a Solo5 application must have a memory: what 'solo5_app_main' is called with lies there");
  if (memory.maximum !== undefined && memory.maximum <= memory.initial) {
    throw new AsoloError('no-start', "a Solo5 application's memory must be able to grow: that is its heap (link without --max-memory, or with a larger one)");
  }
}

function checkFunction(found: Export, signature: Signature): void {
  if (found.kind !== 'function') throw new AsoloError('no-start', `the export '${found.name}' is a ${found.kind}, not a function`);
  if (!sameSignature(found.signature!, signature)) {
    throw new AsoloError('no-start', `the export '${found.name}' must be ${formatSignature(signature)}, it is ${formatSignature(found.signature!)}`);
  }
}
