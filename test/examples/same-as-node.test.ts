// Each example in a virtual machine (QEMU's own emulation, microvm) against the same Wasm file under Node's WASI.
import { beforeAll, describe, expect, test } from 'vitest';

import { buildExample, exampleNames } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';
import { nodeWasi } from './node-wasi.ts';

const wasm: Record<string, string> = {};

interface Run {
  args?: readonly string[];
  env?: readonly string[];
  input?: string;
}

function inMachine(name: string, { args = [], env = ['LANG=C'], input = '' }: Run): ReturnType<typeof asolo> {
  const variables = env.flatMap((variable) => ['--env', variable]);
  return asolo(['run', '--accel', 'tcg', '--timeout', '60', ...variables, wasm[name]!, '--', ...args], { input });
}

/** argv[0] is the file as it was named to each: only the rest is the application's business. */
function withoutProgramName(text: string): string {
  return text.replace(/^argument 0: .*\n/m, '');
}

/** Clocks and random bytes differ from run to run; their shape does not. */
function withoutChance(text: string): string {
  return text
    .replace(/^(  wall clock ).*$/m, (_, label: string) => label)
    .replace(/^(  monotonic  ).*$/m, (_, label: string) => label)
    .replace(/^(  random    )( [0-9a-f]{2}){8}$/m, (_, label: string) => label)
    .replace(/^(seconds    )[0-9.]+$/m, (_, label: string) => label);
}

async function expectSame(name: string, run: Run, normal: (text: string) => string = (text) => text): Promise<void> {
  const [machine, node] = await Promise.all([inMachine(name, run), nodeWasi(wasm[name]!, run)]);
  expect(machine.stderr).toBe('');
  expect(normal(machine.stdout)).toBe(normal(node.stdout));
  expect(machine.status).toBe(node.status);
}

beforeAll(async () => {
  for (const name of exampleNames()) wasm[name] = await buildExample(name);
}, 120_000);

describe('an example in the machine prints what it prints under Node', () => {
  test('hello', () => expectSame('hello', { args: ['one', 'two words'] }, withoutChance));
  test('hello-as', () => expectSame('hello-as', { args: ['one', 'two words'] }, withoutChance));
  test('cpu-load', () => expectSame('cpu-load', { args: ['20'] }, withoutChance));
  test('guess, number found', () => expectSame('guess', { args: ['42'], input: '50\n10\n42\n7\n' }));
  test('guess, input at its end', () => expectSame('guess', { args: ['42'], input: '50\n' }));
  test('guess, no input at all', () => expectSame('guess', { args: ['42'] }));
});

describe.each(['args-env', 'args-env-as'])('%s in the machine', (name) => {
  test('sees arguments with blanks, quotes, backslashes and none at all', () =>
    expectSame(name, { args: ['plain', 'two words', '', 'a"b', "c'd", 'e\\f', '--', '-x', 'tab\there'] }, withoutProgramName));

  test('sees text beyond ASCII', () =>
    expectSame(name, { args: ['naïve', '日本語', '🙂'], env: ['CITY=Zürich'] }, withoutProgramName));

  test('sees the variables given, in their order, and no others', () =>
    expectSame(name, { env: ['B=2', 'A=1', 'EMPTY=', 'EQUALS=a=b', 'BLANKS= x  y '] }, withoutProgramName));

  test.each([0, 7, 200])('hands back exit status %i', async (status) => {
    await expectSame(name, { args: ['--exit', String(status)] }, withoutProgramName);
    const { status: seen } = await inMachine(name, { args: ['--exit', String(status)] });
    expect(seen).toBe(status);
  });

  test('runs without any variable', async () => {
    const { stdout, status } = await inMachine(name, { env: [] });
    expect(stdout).toMatch(/^argument 0: .*\n$/);
    expect(status).toBe(0);
  });
});

test('hello shows the time and random bytes that differ', async () => {
  const before = Date.now();
  const first = await inMachine('hello', {});
  const second = await inMachine('hello', {});
  const random = /^  random     .*$/m;
  const clock = /^  wall clock (.*) UTC$/m.exec(second.stdout)?.[1];

  expect(first.stdout).toMatch(random);
  expect(first.stdout.match(random)![0]).not.toBe(second.stdout.match(random)![0]);
  const seen = Date.parse(`${clock!.replace(' ', 'T')}Z`);
  expect(seen).toBeGreaterThanOrEqual(before - 2000);
  expect(seen).toBeLessThanOrEqual(Date.now() + 2000);
});
