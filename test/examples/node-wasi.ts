// What an example prints and how it ends under Node's WASI: the other implementation that tests compare with.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../bench/node-wasi.ts');

export interface Reference {
  status: number | null;
  stdout: string;
}

export interface ReferenceOptions {
  args?: readonly string[];
  /** At least one: Node's environ_get fails where there is none. */
  env?: readonly string[];
  input?: string;
  /** HOST::GUEST each. */
  directories?: readonly string[];
}

/** Runs the Wasm file in Node; its output goes to a file, because Node makes a pipe that is full an error. */
export async function nodeWasi(wasm: string, { args = [], env = ['LANG=C'], input = '', directories = [] }: ReferenceOptions = {}): Promise<Reference> {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-node-'));
  const path = join(directory, 'stdout');
  const stdout = openSync(path, 'w');
  try {
    const variables = [...env.flatMap((variable) => ['--env', variable]), ...directories.flatMap((pair) => ['--dir', pair])];
    const words = ['--no-warnings', '--import', 'tsx', program, ...variables, wasm, ...args];
    const status = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, words, { stdio: ['pipe', stdout, 'inherit'] });
      child.on('error', reject).on('close', resolve);
      child.stdin!.on('error', () => undefined).end(input);
    });
    return { status, stdout: readFileSync(path, 'utf8') };
  } finally {
    closeSync(stdout);
    rmSync(directory, { recursive: true });
  }
}
