// Directories shared with a real machine by QEMU's 9P server, on each machine: both sides see what the other does.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileC } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';

const ENTRIES = 300;
let directory: string;
let image: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-boot-shares-'));
  const wasm = await compileC({ 'shares.c': readFileSync(join(import.meta.dirname, 'shares.c'), 'utf8') }, join(directory, 'shares.wasm'));
  image = join(directory, 'shares.elf');
  expect(await asolo(['build', wasm, '-o', image])).toMatchObject({ status: 0 });
}, 200_000);
afterAll(() => rmSync(directory, { recursive: true }));

const EXPECTED = `page: one
written: 0
page now: two, by the host
large: 1
link inside: two, by the host
link outside: errno 76
through a link outside: errno 76
above: errno 76
removed: 0, still, 0, 5 bytes
replaced: 0, cut 1
moved: 0, away 1, linked 0
times: 0
directories: 0 0 1
read-only: 1 1 1
read-only page: two, by the host
entries: ${ENTRIES + 2}
`;

test.each(['microvm', 'q35', 'pc'])('%s: what the host edits is seen, what is written the host sees, and nothing else of it can be reached', async (machine) => {
  const top = join(directory, machine);
  const at = (...names: string[]): string => join(top, 'a, directory', ...names);
  for (const name of ['dir', 'full/one', 'many']) mkdirSync(at(name), { recursive: true });
  for (let i = 0; i < ENTRIES; i++) writeFileSync(at('many', `entry ${i} ${'x'.repeat(i % 60)}`), '');
  writeFileSync(at('page'), 'one');
  writeFileSync(join(top, 'secret'), 'secret');
  for (const [target, name] of [['page', 'inside'], ['../secret', 'outside'], ['..', 'up']] as const) symlinkSync(target, at(name));
  const edit = async (): Promise<void> => {
    for (let i = 0; i < 3000 && !existsSync(at('ready')); i++) await sleep(20);
    expect(readFileSync(at('dir', 'from the guest'), 'utf8')).toBe('written by the guest');
    writeFileSync(at('page'), 'two, by the host');
    writeFileSync(at('go'), '');
  };
  const shares = [`${at()}::/s`, `${at()}::/ro:ro`].flatMap((share) => ['--share', share]);
  const [{ status, stdout, stderr }] = await Promise.all([asolo(['run', image, '--machine', machine, '--accel', 'tcg', '--timeout', '120', ...shares]), edit()]);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: EXPECTED, stderr: '' });
  expect([statSync(at('moved')).atimeMs, statSync(at('moved')).mtimeMs]).toEqual([100_000, 200_000]);
  expect([readFileSync(at('moved'), 'utf8'), readlinkSync(at('symbolic')), readFileSync(at('large')).length, readFileSync(at('gone'), 'utf8'), existsSync(at('new'))]).toEqual(['written by the guest', 'moved', 1 << 20, 'another', false]);
  expect(readFileSync(join(top, 'secret'), 'utf8')).toBe('secret');
}, 200_000);
