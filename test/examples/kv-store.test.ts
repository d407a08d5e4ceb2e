// The key-value store of examples/ on a disk in QEMU: QEMU itself is killed at random moments (SIGKILL: nothing is said to
// the guest), and what was acknowledged is there at the next start. Then damage that no kill makes, and a full disk.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { type Finished, asolo } from '../support/asolo.ts';
import { randomNumbers } from '../support/net/random.ts';

const BLOCK = 512;
const ROUNDS = 8;
const manifest = join(import.meta.dirname, '../../examples/kv-store/asolo.json');
const directory = mkdtempSync(join(tmpdir(), 'asolo-kv-'));
const elf = join(directory, 'kv.elf');

beforeAll(async () => {
  const built = await asolo(['build', await buildExample('kv-store'), '-o', elf, '--manifest', manifest]);
  if (built.status !== 0) throw new Error(built.stderr);
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function newDisk(name: string, blocks: number): string {
  const path = join(directory, name);
  writeFileSync(path, Buffer.alloc(blocks * BLOCK));
  return path;
}

const runArguments = (disk: string): string[] => ['run', elf, '--accel', 'tcg', '--timeout', '100', '--disk', disk];

function run(disk: string, ...commands: string[]): Promise<Finished> {
  return asolo(runArguments(disk), { input: commands.map((command) => `${command}\n`).join('') });
}

async function answers(disk: string, ...commands: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await run(disk, ...commands);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

/** The machine that `asolo run` has started: a process of ours, found by its parents. */
function machineOf(child: ChildProcess): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = `/proc/${name}/stat`;
    try {
      if (existsSync(stat)) parents.set(Number(name), Number(/\) \S (\d+)/.exec(readFileSync(stat, 'latin1'))![1]));
    } catch { /* it has ended meanwhile */ }
  }
  const isOurs = (pid: number | undefined): boolean => pid === child.pid || (pid !== undefined && pid > 1 && isOurs(parents.get(pid)));
  const found = [...parents.keys()].filter((pid) => isOurs(pid) && readFileSync(`/proc/${pid}/comm`, 'latin1').startsWith('qemu'));
  expect(found).toHaveLength(1);
  return found[0]!;
}

type Change = readonly [key: string, value: string | undefined];

function apply(contents: Map<string, string>, [key, value]: Change): void {
  if (value === undefined) contents.delete(key);
  else contents.set(key, value);
}

/** Sends changes one behind the other, kills the machine after some answers and a while; how many were acknowledged. */
async function killAmid(disk: string, changes: readonly Change[], after: number, milliseconds: number): Promise<number> {
  const child = spawn('node', [join(import.meta.dirname, '../../scripts/asolo.mjs'), ...runArguments(disk)], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {});
  child.stdin.write(changes.map(([key, value]) => (value === undefined ? `delete ${key}\n` : `set ${key} ${value}\n`)).join(''));
  let said = '';
  const count = (): number => said.match(/^(ok|none)$/gm)?.length ?? 0;
  let isKilled = false;
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (isKilled || count() < after) return;
      isKilled = true;
      setTimeout(() => process.kill(machineOf(child), 'SIGKILL'), milliseconds);
    });
    child.on('close', () => resolve());
  });
  expect(isKilled).toBe(true);
  // An answer may be cut: only whole lines count.
  said = said.slice(0, said.lastIndexOf('\n') + 1);
  expect(said).toMatch(/^((ok|none)\n)*$/);
  return count();
}

async function contentsOf(disk: string): Promise<Map<string, string>> {
  const keys = (await answers(disk, 'list')).filter((line) => line.startsWith('key ')).map((line) => line.slice(4));
  const values = await answers(disk, ...keys.map((key) => `get ${key}`), 'size');
  return new Map(keys.map((key, i) => [key, values[i]!.replace(/^value /, '')]));
}

test(`what was acknowledged is there after the machine was killed, ${ROUNDS} times`, async () => {
  const disk = newDisk('killed', 100);
  const next = randomNumbers(20261123);
  const below = (limit: number): number => Math.floor(next() * limit);
  let known = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    const changes = Array.from({ length: 3000 }, (_, i): Change => {
      const key = `key-${below(12)}`;
      return [key, below(4) === 0 ? undefined : `${round}.${i} ${'x'.repeat(below(1500))}`];
    });
    const acknowledged = await killAmid(disk, changes, 20 + below(200), below(30));
    const found = await contentsOf(disk);
    for (const change of changes.slice(0, acknowledged)) apply(known, change);
    // What was on its way may have come as well, in its order.
    let more = acknowledged;
    const isSame = (): boolean => JSON.stringify([...known].sort()) === JSON.stringify([...found].sort());
    while (!isSame() && more < Math.min(changes.length, acknowledged + 400)) apply(known, changes[more++]!);
    expect([...found].sort()).toEqual([...known].sort());
    known = found;
  }
}, 300_000);

test('commands are answered, and wrong ones with what is wrong', async () => {
  const disk = newDisk('commands', 100);
  expect(await answers(disk, 'set a 1', 'set b two  words', 'set c', 'get a', 'get b', 'get c', 'get d', 'delete a', 'delete a', 'list', 'size', 'get', 'sit a 1', `get ${'k'.repeat(256)}`, `set a ${'v'.repeat(32769)}`, `set a ${'v'.repeat(40000)}`, 'get b'))
    .toEqual(['ok', 'ok', 'ok', 'value 1', 'value two  words', 'value ', 'none', 'ok', 'none', 'key b', 'key c', 'ok', 'keys 2, blocks live 2, used 4 of 49',
      'error: a key is missing', "error: no command is called 'sit'; help shows them", 'error: the key is too long', 'error: the value is too long', 'error: the line is too long, or has a NUL', 'value two  words']);
}, 60_000);

test('a record at the end that is not whole is dropped, and its place used again', async () => {
  const disk = newDisk('torn', 100);
  await answers(disk, 'set a 1', `set b ${'2'.repeat(1000)}`);
  const contents = readFileSync(disk);
  contents.fill(0, 4 * BLOCK, 5 * BLOCK); // the middle of b's three blocks
  writeFileSync(disk, contents);
  expect(await answers(disk, 'list', 'size', 'set c 3')).toEqual(['key a', 'ok', 'keys 1, blocks live 1, used 1 of 49', 'ok']);
  expect(await answers(disk, 'list', 'get c')).toEqual(['key a', 'key c', 'ok', 'value 3']);
}, 60_000);

test('a damaged record with others behind it is an error, and nothing is changed', async () => {
  const disk = newDisk('damaged', 200);
  await answers(disk, 'set a 1', `set b ${'2'.repeat(20_000)}`, 'set c 3');
  const contents = readFileSync(disk);
  contents[3 * BLOCK + 100]! ^= 1;
  writeFileSync(disk, contents);
  expect(await run(disk, 'list')).toMatchObject({ status: 1, stdout: '', stderr: 'kv-store: the record at block 3 is damaged, and there are others behind it\n' });
  expect(readFileSync(disk).equals(contents)).toBe(true);
}, 60_000);

test('a full disk says so, keeps what it has, and can be emptied', async () => {
  const disk = newDisk('full', 22); // two halves of ten blocks
  const fill = await answers(disk, ...Array.from({ length: 10 }, (_, i) => `set k${i} ${i}`), 'set k0 again', 'list');
  expect(fill.slice(0, 11)).toEqual([...Array<string>(9).fill('ok'), 'error: the disk is full', 'error: the disk is full']);
  expect(fill.slice(11)).toEqual([...Array.from({ length: 9 }, (_, i) => `key k${i}`), 'ok']);
  expect(await answers(disk, 'delete k0', 'delete k1', 'delete k2', 'set k3 again', 'set k3 twice', 'get k3', 'get k8', 'get k0', 'size'))
    .toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'value twice', 'value 8', 'none', expect.stringMatching(/^keys 6, blocks live 6,/)]);
}, 60_000);

test('a disk with something else on it is left alone', async () => {
  const disk = newDisk('other', 100);
  writeFileSync(disk, Buffer.alloc(100 * BLOCK, 'somebody else'));
  expect(await run(disk, 'set a 1')).toMatchObject({ status: 1, stderr: 'kv-store: the disk holds something else; one that begins with zeros would be used\n' });
  expect(readFileSync(disk).equals(Buffer.alloc(100 * BLOCK, 'somebody else'))).toBe(true);
}, 60_000);
