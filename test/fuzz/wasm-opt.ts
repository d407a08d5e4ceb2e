// Runs binaryen's wasm-opt many times in one process: `node --import tsx wasm-opt.ts JOBS.json`, a list of lists of arguments.
// Most of a run of the program is V8 compiling it; here that happens once. Each job has an instance, so a memory, of its
// own, and its outcome depends on nothing before it. Read first: generate.ts, which starts this.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { packageProgram } from '../../scripts/paths.ts';

const PATH = packageProgram('binaryen', 'wasm-opt');
/** What the program, an Emscripten script, takes from its surroundings. */
const NAMES = ['process', 'module', 'require', '__filename', '__dirname', 'WebAssembly', 'Module'];
const text = readFileSync(PATH, 'utf8').replace(/^#!.*/, '');
const program = new Script(`(function (${NAMES.join(', ')}) {${text}\n})`, { filename: PATH }).runInThisContext() as (...surroundings: unknown[]) => void;

let compiled: WebAssembly.Module | undefined;
/** WebAssembly, but for compiling the same bytes again. */
const compileOnce: unknown = Object.create(WebAssembly, {
  instantiate: {
    value: async (bytes: BufferSource, imports: WebAssembly.Imports) => {
      compiled ??= await WebAssembly.compile(bytes);
      return { module: compiled, instance: await WebAssembly.instantiate(compiled, imports) };
    },
  },
});

async function run(args: readonly string[]): Promise<void> {
  const said: string[] = [];
  const status = await new Promise<number>((resolve) => {
    const ownProcess: unknown = Object.create(process, { argv: { value: [process.execPath, PATH, ...args] }, exitCode: { value: 0, writable: true } });
    const say = (line: string): unknown => said.push(line);
    const quit = (code: number, reason: unknown): never => {
      resolve(code);
      throw reason;
    };
    const settings = { print: say, printErr: say, quit, postRun: [() => resolve(0)] };
    program(ownProcess, {}, createRequire(PATH), PATH, dirname(PATH), compileOnce, settings);
  });
  if (status !== 0) throw new Error(`wasm-opt ${args.join(' ')} ended with status ${status}:\n${said.join('\n')}`);
}

for (const args of JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as string[][]) await run(args);
