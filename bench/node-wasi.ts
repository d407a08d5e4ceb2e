// Runs a WASI program in Node, for comparison with the same program in a virtual machine.
//
//   tsx bench/node-wasi.ts [--env K=V]… [--dir HOST::GUEST]… program.wasm [argument…]
//
// The program gets this process's standard streams, the variables and directories given and no others;
// argv[0] is the file's name without `.wasm`, as `asolo run` has it. The exit status is the program's. Two limits of Node's: without any
// variable `environ_get` fails there with EINVAL, and standard output should be a file, not a pipe that fills up.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { WASI } from 'node:wasi';

const words = process.argv.slice(2);
const env: Record<string, string> = {};
const preopens: Record<string, string> = {};
while (words[0] === '--env' || words[0] === '--dir') {
  const [option, text = ''] = words.splice(0, 2);
  if (option === '--dir') {
    const [host = '', guest = ''] = text.split('::');
    preopens[guest] = host;
  } else {
    const [key = '', ...value] = text.split('=');
    env[key] = value.join('=');
  }
}

const [file, ...args] = words;
if (file === undefined) {
  console.error('usage: tsx bench/node-wasi.ts [--env K=V]… [--dir HOST::GUEST]… program.wasm [argument…]');
  process.exit(2);
}

const wasi = new WASI({ version: 'preview1', args: [basename(file, '.wasm'), ...args], env, preopens, returnOnExit: true });
const { instance } = await WebAssembly.instantiate(readFileSync(file), {
  wasi_snapshot_preview1: wasi.wasiImport,
});
process.exitCode = wasi.start(instance);
