// Makes a program of ruby.wasm: Ruby 3.4 as its npm package ships it is a library (a WASI reactor) that wants a
// JavaScript host. Two small modules are joined to it with binaryen's wasm-merge: host.wat, generated here, closes the
// imports that are not WASI; start.wat adds `_start`. README.md says what then works.
//
//   tsx examples/ruby/build.ts [ruby.wasm]     to build/examples/ruby.wasm; downloads the package (30 MB) unless given
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';
import { packageProgram } from '../../scripts/paths.ts';
import { OUTPUT } from '../build.ts';
import { packageFile } from '../npm-package.ts';
import { type Import, type Signature, type WasmModule, readModule } from '../../scripts/wasm/module.ts';

const PACKAGE = '@ruby/3.4-wasm-wasi@2.10.1';

const folder = dirname(fileURLToPath(import.meta.url));
const FEATURES = ['--enable-bulk-memory', '--enable-bulk-memory-opt', '--enable-mutable-globals', '--enable-sign-ext', '--enable-nontrapping-float-to-int', '--enable-multivalue', '--enable-reference-types'];

/** Handles of Ruby's values are what a host numbers; without one the value's address is its handle. */
const IDENTITIES = new Set(['resource_new_rb-abi-value', 'resource_get_rb-abi-value']);
/** Called when an exception is to be forbidden to pass the host's frames, and when a handle is dropped: nothing to do. */
const IGNORED = new Set(['rb_wasm_throw_prohibit_rewind_exception', 'resource_drop_js-abi-value']);

/** For wasm-metadce: what the outside reaches. */
const GRAPH = [
  { name: 'outside', root: true, reaches: ['start', 'memory'] },
  { name: 'start', export: '_start' },
  { name: 'memory', export: 'memory' },
];

/** Joins everything to one command module, and returns its path. */
export async function buildRuby(library = packageFile(PACKAGE, 'dist/ruby.wasm'), target = join(OUTPUT, 'ruby.wasm')): Promise<string> {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(`${target}.`);
  const write = async (name: string, text: string): Promise<string> => {
    writeFileSync(join(work, `${name}.wasm`), await assemble(name, text));
    return join(work, `${name}.wasm`);
  };
  try {
    const module = readModule(readFileSync(library));
    const inputs = [library, 'ruby'];
    for (const from of hostModules(module)) inputs.push(await write(from, hostText(module, from)), from);
    inputs.push(await write('start', startText()), 'start');
    const [merged, command] = [join(work, 'merged.wasm'), join(work, 'command.wasm')];
    run('wasm-merge', [...inputs, ...FEATURES, '--skip-export-conflicts', '-o', merged]);
    // A command exports _start and memory alone; what only the library's exports reached goes too.
    writeFileSync(join(work, 'graph.json'), JSON.stringify(GRAPH));
    run('wasm-metadce', [merged, ...FEATURES, '--graph-file', join(work, 'graph.json'), '-o', command]);
    renameSync(command, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

/** Who is to serve imports beside WASI. */
export function hostModules({ imports }: WasmModule): string[] {
  return [...new Set(imports.map(({ module }) => module))].filter((module) => module !== 'wasi_snapshot_preview1');
}

/** A module with each function that is imported from `from`. Without JavaScript, whoever calls for it traps. */
export function hostText({ imports }: Pick<WasmModule, 'imports'>, from: string): string {
  const functions = imports.filter(({ module }) => module === from).map((item) => {
    const { params, results } = item.signature!;
    return `  (func (export ${JSON.stringify(item.name)})${part('param', params)}${part('result', results)} ${hostBody(item)})`;
  });
  return `(module\n${functions.join('\n')})\n`;
}

function hostBody({ name, signature }: Import): string {
  if (IDENTITIES.has(name)) return 'local.get 0';
  if (IGNORED.has(name) && signature!.results.length === 0) return '';
  return 'unreachable';
}

function part(word: string, types: Signature['params']): string {
  return types.length > 0 ? ` (${word} ${types.join(' ')})` : '';
}

function startText(): string {
  const runner = Buffer.concat([readFileSync(join(folder, 'runner.rb')), Buffer.from([0])]);
  const escaped = [...runner].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return readFileSync(join(folder, 'start.wat'), 'utf8').replace('"<runner>"', `"${escaped}"`).replaceAll('<runner bytes>', String(runner.length));
}

async function assemble(name: string, text: string): Promise<Uint8Array> {
  const wabt = await loadWabt();
  const module = wabt.parseWat(`${name}.wat`, text, { bulk_memory: true });
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}

function run(program: string, args: readonly string[]): void {
  execFileSync(process.execPath, [packageProgram('binaryen', program), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(relative(process.cwd(), await buildRuby(process.argv[2])));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
