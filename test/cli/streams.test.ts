// Standard streams of asolo run as pipes, files, devices and a terminal: what the program (streams.c) takes them for, when
// it sees what was typed, and the end of input.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileC } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';
import { hasTerminals, onTerminal } from '../support/terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'asolo-streams-'));
const at = (name: string): string => join(directory, name);
const run = `exec node '${join(import.meta.dirname, '../../scripts/asolo.mjs')}' run --accel tcg --timeout 60 '${at('streams.elf')}' --`;

beforeAll(async () => {
  const source = readFileSync(join(import.meta.dirname, 'streams.c'), 'utf8');
  const wasm = await compileC({ 'streams.c': source }, at('streams.wasm'));
  const built = await asolo(['build', wasm, '-o', at('streams.elf')]);
  if (built.status !== 0) throw new Error(built.stderr);
  writeFileSync(at('input'), 'one\ntwo');
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Preview 1's file types: 2 is a character device, which a terminal is; 0 is unknown. */
const TERMINAL = '2 2 terminal';
const OTHER = '0 0 none';
const types = (...names: readonly string[]): string => names.map((name, i) => `${i}: ${name}\n`).join('');

function shell(command: string): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8', timeout: 90_000, cwd: directory });
  return { status, stdout, stderr };
}

describe('without a terminal', () => {
  const whole = (input: string): string => `${types(OTHER, OTHER, OTHER)}> ${input}> 0[]\n> 0[]\n`;

  test('pipes are of an unknown type; their end is seen, and stays', () => {
    expect(shell(`printf abc | (${run} 1) | cat; exit \${PIPESTATUS[1]}`)).toEqual({ status: 0, stdout: whole('3[abc]\n'), stderr: '' });
  });

  test('so are files: the input is all there is, the output what was said', () => {
    expect(shell(`${run} 1 < input > output`)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(at('output'), 'utf8')).toBe(whole('7[one\ntwo]\n'));
    expect(shell(`${run} 2 < input 2>> output`)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(at('output'), 'utf8')).toBe(whole('7[one\ntwo]\n').repeat(2));
  });

  test('and devices that are no terminals', () => {
    expect(shell(`${run} 2 < /dev/null > /dev/null`)).toEqual({ status: 0, stdout: '', stderr: `${types(OTHER, OTHER, OTHER)}> 0[]\n> 0[]\n` });
  });

  test('streams that are closed are empty, and take everything', () => {
    expect(shell(`${run} 2 <&- >&-`)).toEqual({ status: 0, stdout: '', stderr: `${types(OTHER, OTHER, OTHER)}> 0[]\n> 0[]\n` });
  });

  test('a reader of standard error that has gone ends the machine, as one of standard output does', () => {
    for (const [stream, redirected] of [[1, ''], [2, '2>&1 > /dev/null']] as const) {
      expect(shell(`yes | (${run} ${stream}) ${redirected} | head -1; echo \${PIPESTATUS[1]}`)).toEqual({ status: 0, stdout: `0: ${OTHER}\n141\n`, stderr: '' });
    }
  });

  test('output that finds no room ends the machine with the reason', () => {
    expect(shell(`${run} 1 < /dev/null > /dev/full`)).toEqual({ status: 125, stdout: '', stderr: 'asolo: error[unwritable]: cannot write to standard output: no space left on the device\n' });
  });
});

/** Types a text when the screen ends with what is awaited; the whole screen at the end. */
function type(command: string, steps: readonly (readonly [awaited: string, text: string])[]): Promise<string> {
  const child = onTerminal(command, { cwd: directory });
  const left = [...steps];
  let screen = '';
  return new Promise((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      screen += data.toString().replaceAll('\r\n', '\n');
      const [awaited, text] = left[0] ?? [];
      if (awaited === undefined || !screen.endsWith(awaited)) return;
      left.shift();
      child.stdin.write(text!);
    });
    child.on('close', () => resolve(screen));
  });
}

describe.skipIf(!hasTerminals)('on a terminal', () => {
  test('each line comes when it was typed, and Ctrl-D is the end', async () => {
    const screen = await type(`${run} 1`, [['> ', 'first\n'], [']\n> ', 'second\n'], [']\n> ', '\x04']]);
    expect(screen).toBe(`${types(TERMINAL, TERMINAL, TERMINAL)}> first\n6[first\n]\n> second\n7[second\n]\n> 0[]\n> 0[]\n`);
  }, 90_000);

  test('Ctrl-D behind text gives that text without an end', async () => {
    const screen = await type(`${run} 1`, [['> ', 'abc\x04'], [']\n> ', '\x04']]);
    expect(screen).toBe(`${types(TERMINAL, TERMINAL, TERMINAL)}> abc3[abc]\n> 0[]\n> 0[]\n`);
  }, 90_000);

  test('in raw mode each key comes at once, and the mode stays as it was set', async () => {
    const screen = await type(`stty -icanon -echo min 1; (${run} 1); stty -a | grep -o -e -icanon; stty icanon`, [['> ', 'a'], ['[a]\n> ', 'b'], ['[b]\n> ', '\x03']]);
    expect(screen).toBe(`${types(TERMINAL, TERMINAL, TERMINAL)}> 1[a]\n> 1[b]\n> -icanon\n`);
  }, 90_000);

  test('the streams are told apart', async () => {
    expect(await type(`printf x | (${run} 1)`, [])).toBe(`${types(OTHER, TERMINAL, TERMINAL)}> 1[x]\n> 0[]\n> 0[]\n`);
    expect(await type(`(${run} 2) < input | cat`, [])).toBe(`${types(OTHER, OTHER, TERMINAL)}> 7[one\ntwo]\n> 0[]\n> 0[]\n`);
    expect(await type(`(${run} 1) < input 2> errors`, [])).toBe(`${types(OTHER, TERMINAL, OTHER)}> 7[one\ntwo]\n> 0[]\n> 0[]\n`);
  }, 90_000);
});
