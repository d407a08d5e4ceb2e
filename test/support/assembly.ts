// Compiles one file of assembly/ as a program of its own, so that a pure layer can be tested alone, with whatever the
// test gives it for imports. The result is cached under build/ by the content of all sources and the options.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const cache = join(root, 'build/unit');

/** A 64-bit result is a bigint, any other a number; the place where it is used says which. */
 
export type Exports = Record<string, <T extends number | bigint = number>(...values: (number | bigint)[]) => T>;

export interface Unit {
  readonly exports: Exports;
  readonly memory: WebAssembly.Memory;
  readonly view: DataView;
  readonly bytes: Uint8Array;
}

/** Memory that tests may use freely: well after the statics. */
export const SCRATCH = 0x180000;

function hashSources(): string {
  const hash = createHash('sha256');
  const names = readdirSync(join(root, 'assembly'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  for (const name of names.sort()) hash.update(name).update('\0').update(readFileSync(join(root, 'assembly', name))).update('\0');
  return hash.digest('hex').slice(0, 16);
}

let sources: string | undefined;

/** The bytes of `assembly/<file>` compiled with its own exports; several files become one program with all of theirs. */
export async function compileAssembly(...files: string[]): Promise<Buffer<ArrayBuffer>> {
  sources ??= hashSources();
  const name = files.join('+').replaceAll('/', '_');
  const out = join(cache, `${name}.${sources}.wasm`);
  if (!existsSync(out)) {
    mkdirSync(cache, { recursive: true });
    const part = `${out}.${process.pid}`;
    const entry = files.length === 1 ? `assembly/${files[0]}` : writeEntry(name, files);
    // Loading the compiler takes most of a second: only where there is something to compile.
    const asc = await import('assemblyscript/asc');
    const stderr = asc.createMemoryStream();
    const result = await asc.main([entry, '--target', 'unit', '--baseDir', root, '--outFile', relative(root, part)], { stderr });
    if (result.error !== null) throw new Error(`${name}: ${result.error.message}\n${textOf(stderr)}`);
    renameSync(part, out);
  }
  return readFileSync(out);
}

/** asc's streams in memory have a toString of their own. */
export function textOf(stream: { toString: () => string }): string {
  return stream.toString();
}

function writeEntry(name: string, files: readonly string[]): string {
  const entry = join(cache, `${name}.${process.pid}.entry.ts`);
  writeFileSync(entry, files.map((file) => `export * from "../../assembly/${file.replace(/\.ts$/, '')}";\n`).join(''));
  return relative(root, entry);
}

/** Serial ports that collect what is said, and an exit port that throws it: so a panic becomes an error with its line. */
function panicPorts(memory: () => WebAssembly.Memory): Record<string, unknown> {
  let said = '';
  return {
    in8: () => 0x60,
    out8: (port: number, value: number) => {
      if (port === 0xf4) throw new Error(`power off ${value}: ${said}`);
    },
    outs8: (_port: number, from: number, count: number) => {
      said += new TextDecoder().decode(new Uint8Array(memory().buffer, from, count));
    },
  };
}

/** A fresh instance; an import that is not given fails when it is called, with its name. */
export async function instantiate(
  files: string | readonly string[], imports: Record<string, Record<string, unknown>> = {},
): Promise<Unit> {
  const module = new WebAssembly.Module(await compileAssembly(...[files].flat()));
  const ports = panicPorts(() => memory);
  const given: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    given[from] ??= {};
    given[from][name] = imports[from]?.[name] ?? (from === 'io' ? ports[name] : undefined) ?? (() => {
      throw new Error(`${from}.${name} was not expected`);
    });
  }
  const { exports } = new WebAssembly.Instance(module, given as WebAssembly.Imports);
  const memory = exports['memory'] as WebAssembly.Memory;
  return { exports: exports as Exports, memory, view: new DataView(memory.buffer), bytes: new Uint8Array(memory.buffer) };
}

/** Writes ASCII text; returns its length. */
export function put(unit: Unit, at: number, text: string | Uint8Array): number {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  unit.bytes.set(bytes, at);
  return bytes.length;
}

/** Reads text back. */
export function take(unit: Unit, at: number, length: number): string {
  return new TextDecoder().decode(unit.bytes.subarray(at, at + length));
}
