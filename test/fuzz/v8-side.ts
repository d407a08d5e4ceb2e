// One side of the comparison: Node's V8 runs the modules of a batch and writes one line a call. A process of its own, for
// a module may run long. `node --import tsx v8-side.ts BATCH.json`; the other side: guest-side.ts, which writes the same.
import { readFileSync } from 'node:fs';
import { DIGEST_START, digest, digest64, digestMemory } from '../support/digest.ts';
import type { ValueType } from '../../scripts/wasm/module.ts';
import { AFTER_TRAP, CALL_EXPORT_COUNT, CALL_EXPORT_DEPTH, callsOf, NUMBERS } from './calls.ts';
import { type FuzzModule, prepare } from './module.ts';

/** What both sides write for a trap: the codes of wasm-rt.h, where V8's message tells which. */
const MESSAGES: readonly [RegExp, string][] = [
  [/unreachable/, '5'],
  [/memory access out of bounds|segment out of bounds|data segment|element segment|table initializer/, '1'],
  [/divide by zero|remainder by zero/, '3'],
  [/divide result unrepresentable/, '2'],
  [/float unrepresentable/, 'f'],
  [/table index is out of bounds|table access/, 't'],
  [/null function or function signature/, '6'],
  [/Maximum call stack/, 'a'],
];

export function codeOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? `? ${message}`;
}

const scratch = new DataView(new ArrayBuffer(8));

function bitsToValue(bits: bigint, type: ValueType): unknown {
  scratch.setBigUint64(0, bits, true);
  if (type === 'i32') return Number(BigInt.asIntN(32, bits));
  if (type === 'i64') return BigInt.asIntN(64, bits);
  if (type === 'f32') return scratch.getFloat32(0, true);
  if (type === 'f64') return scratch.getFloat64(0, true);
  return null;
}

/** NaNs are one NaN: their payloads may differ. */
function add(sum: number, value: unknown, type: ValueType): number {
  if (type === 'i32') return digest(sum, value as number);
  if (type === 'i64') return digest64(sum, BigInt.asUintN(64, value as bigint));
  if (type === 'f32') {
    scratch.setFloat32(0, value as number, true);
    return digest(sum, Number.isNaN(value) ? 0x7fc00000 : scratch.getUint32(0, true));
  }
  if (type === 'f64') {
    scratch.setFloat64(0, value as number, true);
    return digest64(sum, Number.isNaN(value) ? 0x7ff8_0000_0000_0000n : scratch.getBigUint64(0, true));
  }
  return digest(sum, value === null ? 0 : 1);
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/**
 * JavaScript cannot take a vector, so a Wasm function takes it apart:
 * (func (import "a" "b") (param i64)) (func (export "f") (param v128) (call 0 (i64x2.extract_lane 0 …)) (… 1 …))
 */
function vectorLogger(log: (half: unknown) => void): WebAssembly.ExportValue {
  const bytes = [
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9, 2, 0x60, 1, 0x7e, 0, 0x60, 1, 0x7b, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0, 3, 2, 1, 1,
    7, 5, 1, 1, 0x66, 0, 1, 10, 18, 1, 16, 0, 0x20, 0, 0xfd, 0x1d, 0, 0x10, 0, 0x20, 0, 0xfd, 0x1d, 1, 0x10, 0, 0x0b,
  ];
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)), { a: { b: log } }).exports['f']!;
}

class Runner {
  private readonly module: FuzzModule;
  private readonly seed: string;
  private exports: Record<string, unknown> = {};
  private log = DIGEST_START;
  private depth = 0;
  private count = 0;
  private exhausted = false;

  constructor(module: FuzzModule, seed: string) {
    this.module = module;
    this.seed = seed;
  }

  /** One line for instantiation, one for each call; ends early where the stack was exhausted. */
  run(write: (line: string) => void): void {
    const { module } = this;
    const compiled = new WebAssembly.Module(module.wasm as Uint8Array<ArrayBuffer>);
    const code = this.attempt(() => {
      this.exports = new WebAssembly.Instance(compiled, this.imports()).exports;
    });
    write(`instantiate ${code}`);
    if (code !== '0') return;
    for (const [i, { function: index, values }] of callsOf(module, this.seed).entries()) {
      const { name, signature } = module.functions[index]!;
      const { results } = signature;
      let sum = DIGEST_START;
      this.count = 0;
      const outcome = this.attempt(() => {
        const result = (this.exports[name] as (...values: unknown[]) => unknown)(...values.map((value, at) => bitsToValue(value, signature.params[at]!)));
        const all = results.length > 1 ? (result as unknown[]) : [result];
        results.forEach((type, at) => (sum = add(sum, all[at], type)));
      });
      if (this.exhausted) {
        write(`${i} exhausted`);
        return;
      }
      write(`${i} ${outcome} ${hex(sum)} ${hex(this.log)} ${this.state()}`);
    }
  }

  private attempt(work: () => void): string {
    const { depth } = this;
    try {
      work();
      return '0';
    } catch (error) {
      const code = codeOf(error);
      if (code === 'a') this.exhausted = true;
      this.forget();
      return code;
    } finally {
      this.depth = depth;
    }
  }

  /** After a trap: calls.ts, AFTER_TRAP. */
  private forget(): void {
    const memory = this.exports['memory_0'] as WebAssembly.Memory | undefined;
    if (memory) new Uint8Array(memory.buffer).fill(0);
    this.module.globals.forEach(({ type, mutable }, i) => {
      const global = this.exports[`g${i}`] as WebAssembly.Global | undefined;
      if (global && mutable && NUMBERS.includes(type)) global.value = type === 'i64' ? BigInt(AFTER_TRAP) : AFTER_TRAP;
    });
  }

  private state(): string {
    const memory = this.exports['memory_0'] as WebAssembly.Memory | undefined;
    let sum = DIGEST_START;
    this.module.globals.forEach(({ type }, i) => {
      if (NUMBERS.includes(type)) sum = add(sum, (this.exports[`g${i}`] as WebAssembly.Global).value, type);
    });
    return `${hex(memory ? digestMemory(memory.buffer) : 0)} ${hex(sum)}`;
  }

  private callExport(index: number): number {
    const { functions } = this.module;
    // A start function runs before JavaScript has the exports: there is nothing to call yet, on either side.
    if (Object.keys(this.exports).length === 0 || functions.length === 0 || this.depth >= CALL_EXPORT_DEPTH || this.count >= CALL_EXPORT_COUNT) return 0;
    this.count++;
    this.depth++;
    const { name, signature } = functions[(index >>> 0) % functions.length]!;
    (this.exports[name] as (...values: unknown[]) => unknown)(...signature.params.map((type) => bitsToValue(0n, type)));
    this.depth--;
    return 1;
  }

  private imports(): WebAssembly.Imports {
    const note = (type: ValueType) => (value: unknown): void => void (this.log = add(this.log, value, type));
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {
      'fuzzing-support': {
        'log-i32': note('i32'), 'log-i64': note('i64'), 'log-f32': note('f32'), 'log-f64': note('f64'),
        'call-export': (index: number) => void this.callExport(index),
        'call-export-catch': (index: number) => Number(this.attempt(() => this.callExport(index)) !== '0'),
        'call-ref': note('funcref'), 'call-ref-catch': (value: unknown) => (note('funcref')(value), 0),
        'table-get': () => null, 'table-set': (_: number, value: unknown) => note('funcref')(value),
        'sleep': (_: number, id: number) => id,
        'log-v128': vectorLogger(note('i64')),
      },
    };
    for (const { module, name, type, mutable } of this.module.importedGlobals) {
      const kind = (type === 'funcref' ? 'anyfunc' : type) as keyof WebAssembly.ValueTypeMap;
      (imports[module] ??= {})[name] = new WebAssembly.Global({ value: kind, mutable }, bitsToValue(0n, type));
    }
    return imports;
  }
}

/** A batch as a file: modules as base64, and their seeds. */
export interface BatchFile {
  modules: { name: string; seed: string; wasm: string }[];
}

if (process.argv[2] !== undefined) {
  const { modules } = JSON.parse(readFileSync(process.argv[2], 'utf8')) as BatchFile;
  for (const { name, seed, wasm } of modules) {
    process.stdout.write(`module ${name}\n`);
    try {
      new Runner(prepare(name, Buffer.from(wasm, 'base64')), seed).run((line) => process.stdout.write(`${line}\n`));
    } catch (error) {
      process.stdout.write(`refused ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
