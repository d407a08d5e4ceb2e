// asolo run: a virtual machine that looks like a local program.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';
import { ENDLESS, TRAPS, compile, sayAndExit } from './modules.ts';

const PROGRAM = join(import.meta.dirname, '../../scripts/asolo.mjs');

let directory: string;
let cat: string;
let argsEnv: string;
const path = (name: string): string => join(directory, name);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo run, "quoted" -- '));
  for (const status of [0, 7, 126, 127, 134, 255]) writeFileSync(path(`exit ${status}.wasm`), await compile(sayAndExit(`out ${status}\n`, status)));
  writeFileSync(path('stderr.wasm'), await compile(sayAndExit('err\n', 0, 2)));
  writeFileSync(path('endless.wasm'), await compile(ENDLESS));
  writeFileSync(path('traps.wasm'), await compile(TRAPS));
  cat = await buildExample('cat');
  argsEnv = await buildExample('args-env');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('asolo run', () => {
  it.each([0, 7, 126, 127, 134, 255])('exit status %i comes back', async (status) => {
    expect(await asolo(['run', path(`exit ${status}.wasm`)])).toMatchObject({ status, stdout: `out ${status}\n`, stderr: '' });
  });

  it.each(['microvm', 'q35', 'pc'])('boots an image on %s, from a path with blanks, quotes and dashes', async (machine) => {
    expect((await asolo(['build', path('exit 7.wasm'), '-o', path('an -- image.elf')])).status).toBe(0);
    expect(await asolo(['run', path('an -- image.elf'), '--machine', machine, '--accel', 'tcg'])).toMatchObject({ status: 7, stdout: 'out 7\n', stderr: '' });
  });

  it('standard error is not standard output', async () => {
    expect(await asolo(['run', path('stderr.wasm')])).toMatchObject({ status: 0, stdout: '', stderr: 'err\n' });
  });

  it('a trap is 134, with names', async () => {
    const { status, stderr } = await asolo(['run', path('traps.wasm')]);
    expect(status).toBe(134);
    expect(stderr).toMatch(/^wasm trap: .*unreachable/);
    expect(stderr).toMatch(/inner[^]*outer|outer[^]*_start|_start/);
  });

  it('standard input comes in byte for byte, and ends', async () => {
    const input = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
    const { status, bytes } = await asolo(['run', cat, '--accel', 'tcg'], { input });
    expect(status).toBe(0);
    expect(bytes.equals(input)).toBe(true);
  });

  it('no input is an empty input', async () => {
    expect(await asolo(['run', cat])).toMatchObject({ status: 0, stdout: '' });
    expect(spawnSync('sh', ['-c', 'exec node "$0" run "$1" <&-', PROGRAM, cat]).status).toBe(0);
  });

  it('arguments and environment arrive as they were given', async () => {
    const args = ['plain', 'two words', 'quote " and \\ back', '', '--', '-x', 'käse', 'tab\there'];
    const { stdout } = await asolo(['run', argsEnv, '--env', 'A=1', '--env', 'B=x y "z"', '--env', 'A=2', '--', ...args]);
    for (const arg of args) expect(stdout).toContain(arg);
    expect(stdout).toContain('A=2');
    expect(stdout).toContain('B=x y "z"');
    expect(stdout).not.toContain('A=1');
  });

  it('a built-in variable is there, and --env of run wins', async () => {
    expect((await asolo(['build', argsEnv, '-o', path('env.elf'), '--env', 'A=built', '--env', 'C=in'])).status).toBe(0);
    const { stdout } = await asolo(['run', path('env.elf'), '--env', 'A=run']);
    expect(stdout).toContain('A=run');
    expect(stdout).toContain('C=in');
  });

  it('--timeout ends it with 124', async () => {
    const { status, stderr } = await asolo(['run', path('endless.wasm'), '--timeout', '500ms']);
    expect(status).toBe(124);
    expect(stderr).toBe('asolo: error[timeout]: the application did not end within 0.5 s\n');
  });

  it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s ends the machine quietly with %i', async (signal, expected) => {
    const child = spawn('node', [PROGRAM, 'run', path('endless.wasm'), '-v']);
    let stderr = '';
    const status = await new Promise((resolve) => {
      child.stderr.on('data', (text: Buffer) => {
        // The command line of QEMU is printed just before it is started.
        if (stderr === '' || !stderr.includes('-kernel')) setTimeout(() => child.kill(signal), 300);
        stderr += text.toString();
      });
      child.on('close', resolve);
    });
    expect(status).toBe(expected);
    expect(stderr).not.toContain('error');
  });

  it('ends quietly when nobody reads any more', () => {
    const { stdout, stderr } = spawnSync('bash', ['-c', 'yes | node "$0" run "$1" | head -1; echo "${PIPESTATUS[1]}"', PROGRAM, cat], { encoding: 'utf8', timeout: 60_000 });
    expect({ stdout, stderr }).toEqual({ stdout: 'y\n141\n', stderr: '' });
  });

  it('an application that asks for no input takes none', () => {
    const { stdout } = spawnSync('bash', ['-c', 'printf "a\\nb\\n" | { node "$0" run "$1"; cat; }', PROGRAM, path('exit 0.wasm')], { encoding: 'utf8' });
    expect(stdout).toBe('out 0\na\nb\n');
  });

  it('--verbose shows the QEMU command and kernel messages on standard error', async () => {
    const { stdout, stderr } = await asolo(['run', path('exit 0.wasm'), '--verbose']);
    expect(stdout).toBe('out 0\n');
    expect(stderr).toMatch(/qemu-system-x86_64 .*-kernel/);
    expect(stderr).toMatch(/^asolo: /m);
  });
});
