// A disk in QEMU, memory-mapped on microvm and on PCI elsewhere: what the host's file holds is what the program reads,
// and what it writes is what the file then holds.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileSolo5 } from '../../examples/build.ts';
import { asolo, type Finished } from '../support/asolo.ts';

const BLOCK = 512;
const BLOCKS = 2048;
const directory = mkdtempSync(join(tmpdir(), 'asolo-disk-'));
const elf = join(directory, 'guest.elf');

beforeAll(async () => {
  const source = join(import.meta.dirname, '../support/disk/guest.c');
  const wasm = await compileSolo5({ 'guest.c': readFileSync(source, 'utf8') }, join(directory, 'guest.wasm'));
  writeFileSync(join(directory, 'asolo.json'), JSON.stringify({ devices: [{ name: 'storage', type: 'block' }] }));
  const built = await asolo(['build', wasm, '-o', elf, '--manifest', join(directory, 'asolo.json')]);
  if (built.status !== 0) throw new Error(built.stderr);
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The same contents as guest.c's make_block. */
function makeBlock(number: number): Buffer {
  const block = Buffer.from(Uint8Array.from({ length: BLOCK }, (_, i) => (number * 13 + i) & 0xff));
  block.writeBigUInt64LE(BigInt(number));
  return block;
}

const whole = Buffer.concat(Array.from({ length: BLOCKS }, (_, i) => makeBlock(i)));

function disk(name: string, contents: Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, contents);
  return path;
}

function run(machine: string, file: string, mode: string): Promise<Finished> {
  return asolo(['run', elf, '--machine', machine, '--accel', 'tcg', '--timeout', '60', '--disk', `storage=${file}`, '--', mode]);
}

describe.each(['microvm', 'q35', 'pc'])('on %s', (machine) => {
  test('the blocks of the file are read', async () => {
    expect(await run(machine, disk(`${machine}-check`, whole), 'check')).toMatchObject({ status: 0, stderr: '' });
  });

  test('the blocks that are written are in the file', async () => {
    const file = disk(`${machine}-fill`, Buffer.alloc(whole.length));
    expect(await run(machine, file, 'fill')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  test('blocks are discarded and zeroed, and what is past the end is refused', async () => {
    const file = disk(`${machine}-all`, whole);
    expect((await run(machine, file, 'all')).stdout).toBe('size 512 read 0 write 0 discard 0 zeroes 0 flush 0 past 2\n');
    expect(readFileSync(file).subarray(BLOCK, 2 * BLOCK).equals(Buffer.alloc(BLOCK))).toBe(true);
    expect(readFileSync(file).subarray(2 * BLOCK).equals(whole.subarray(2 * BLOCK))).toBe(true);
  });

  test('a disk for reading only is not written', async () => {
    const file = disk(`${machine}-ro`, whole);
    expect((await run(machine, `${file},readonly`, 'all')).stdout).toBe('size 512 read 0 write 3 discard 3 zeroes 3 flush 0 past 2\n');
    expect(readFileSync(file).equals(whole)).toBe(true);
  });
});

test('what was flushed is in the file when the machine is killed in the middle of a write', async () => {
  const file = disk('killed', Buffer.alloc(whole.length));
  const child = spawn('node', [join(import.meta.dirname, '../../scripts/asolo.mjs'), 'run', elf, '--accel', 'tcg', '--disk', `storage=${file}`, '--', 'write'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (/flushed 200\n/.test(said)) child.kill('SIGTERM');
    });
    child.on('close', () => resolve());
  });
  const flushed = Math.min(BLOCKS, Math.max(...[...said.matchAll(/^flushed (\d+)$/gm)].map((match) => Number(match[1]))));
  expect(flushed).toBeGreaterThanOrEqual(200);
  const contents = readFileSync(file);
  for (let i = 0; i < flushed; i++) {
    // Written again in a later round: then its number is larger by a multiple of all blocks.
    const number = Number(contents.readBigUInt64LE(i * BLOCK));
    expect(number % BLOCKS).toBe(i);
    expect(contents.subarray(i * BLOCK, (i + 1) * BLOCK).equals(makeBlock(number))).toBe(true);
  }
});
