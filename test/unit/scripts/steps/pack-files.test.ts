import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NAME_MAX, PATH_MAX, PREOPENS_MAX, packFiles, parseDirectories } from '../../../../scripts/steps/pack-files.ts';
import { ROOT } from '../../../../scripts/paths.ts';
import { LINK_KEEP, mount } from '../../assembly/fs/harness.ts';

let directory: string;
const path = (...names: string[]): string => join(directory, ...names);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-pack-'));
});
afterEach(() => {
  delete process.env['SOURCE_DATE_EPOCH'];
  rmSync(directory, { recursive: true });
});

describe('parseDirectories', () => {
  it('takes HOST::GUEST', () => {
    expect(parseDirectories(['a::/', 'b c::d::e'])).toEqual([{ host: 'a', guest: '/', isReadOnly: false }, { host: 'b c', guest: 'd::e', isReadOnly: false }]);
    expect(parseDirectories(['a::/x:ro', 'b::/y:rw', 'c::z:'])).toEqual([{ host: 'a', guest: '/x', isReadOnly: true }, { host: 'b', guest: '/y', isReadOnly: false }, { host: 'c', guest: 'z:', isReadOnly: false }]);
  });

  it.each([[['a']], [['a:b']], [['::b']], [['a::']], [['a:::ro']], [['']], [['a::x', 'b::x']], [['a::x\0']], [[`a::${'x'.repeat(PATH_MAX + 1)}`]], [Array.from({ length: PREOPENS_MAX + 1 }, (_, i) => `a::${i}`)]])('refuses %j', (values) => {
    expect(() => parseDirectories(values)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(/^--dir: /) as string }));
  });
});

describe('packFiles', () => {
  const pack = (...names: string[]): ReturnType<typeof packFiles> => packFiles(names.map((name, i) => ({ host: path(name), guest: `${i}`, isReadOnly: i === 1 })));

  it('makes what the kernel reads, names and links of any length among it', async () => {
    const long = `${'é'.repeat(100)}`;
    mkdirSync(path('d', long, 'x'), { recursive: true });
    mkdirSync(path('e'));
    writeFileSync(path('d', long, 'x', 'y'.repeat(255)), 'deep');
    writeFileSync(path('d', 'B'), 'b');
    writeFileSync(path('d', 'a'), '');
    symlinkSync(`${'t'.repeat(200)}`, path('d', 'link'));
    const packed = (await pack('d', 'e'))!;
    expect(packed).toMatchObject({ entries: 6, files: 3, bytes: 5 });
    const { unit, isGood, list, root, resolve, contents } = await mount(packed);
    expect(isGood).toBe(true);
    expect(list()).toEqual(['B: 4', 'a: 4', 'link: 7', `${long}: 3`, `${long}/x: 3`, `${long}/x/${'y'.repeat(255)}: 4`]);
    expect(list(1)).toEqual([]);
    expect(contents(resolve(root(), `${long}/x/${'y'.repeat(255)}`, LINK_KEEP).node)).toBe('deep');
    expect(contents(resolve(root(), 'link', LINK_KEEP).node)).toBe('t'.repeat(200));
    expect([0, 1].map((i) => new DataView(unit.memory.buffer).getUint8(root(i) + 62))).toEqual([0, 1]);
  });

  it('says when files were changed, to the second and not after SOURCE_DATE_EPOCH', async () => {
    mkdirSync(path('d'));
    writeFileSync(path('d', 'a'), '');
    utimesSync(path('d', 'a'), 5, 1234567.9);
    const times = async (): Promise<bigint[]> => {
      const { unit, root, resolve } = await mount((await pack('d'))!);
      return [8, 16, 24].map((at) => new DataView(unit.memory.buffer).getBigUint64(resolve(root(), 'a', LINK_KEEP).node + at, true));
    };
    expect(await times()).toEqual([1234567000000000n, 1234567000000000n, 1234567000000000n]);
    process.env['SOURCE_DATE_EPOCH'] = '77';
    expect(await times()).toEqual([77000000000n, 77000000000n, 77000000000n]);
    process.env['SOURCE_DATE_EPOCH'] = 'x';
    await expect(times()).rejects.toMatchObject({ code: 'usage' });
  });

  it('says nothing of modes and owners, nor of the order in which files were made', async () => {
    process.env['SOURCE_DATE_EPOCH'] = '0';
    mkdirSync(path('one'));
    mkdirSync(path('two'));
    for (const name of ['a', 'b', 'ä', 'Z']) writeFileSync(path('one', name), name);
    for (const name of ['Z', 'ä', 'b', 'a']) writeFileSync(path('two', name), name);
    chmodSync(path('two', 'a'), 0o700);
    utimesSync(path('two', 'b'), 1, 2);
    const at = async (name: string): Promise<Buffer> => (await packFiles([{ host: path(name), guest: '/', isReadOnly: false }]))!.archive;
    expect((await at('one')).equals(await at('two'))).toBe(true);
    expect((await at('one')).includes(directory)).toBe(false);
  });

  it('makes an archive that tar can list', async () => {
    mkdirSync(path('d'));
    writeFileSync(path('d', 'file'), 'contents');
    writeFileSync(path('all.tar'), (await pack('d'))!.archive);
    expect(execFileSync('tar', ['-tf', path('all.tar')], { encoding: 'utf8' })).toBe('.preopens\n0/\n0/file\n');
  });

  it('refuses what cannot be packed', async () => {
    await expect(pack('missing')).rejects.toMatchObject({ code: 'unreadable', message: expect.stringContaining('no such file') as string });
    writeFileSync(path('file'), '');
    await expect(pack('file')).rejects.toMatchObject({ code: 'unreadable', message: expect.stringContaining('is not a directory') as string });
    mkdirSync(path('d'));
    execFileSync('mkfifo', [path('d', 'fifo')]);
    await expect(pack('d')).rejects.toMatchObject({ code: 'files', message: expect.stringContaining('fifo is neither') as string });
    rmSync(path('d', 'fifo'));
    writeFileSync(Buffer.concat([Buffer.from(path('d/')), Buffer.of(0x61, 0xff)]), '');
    await expect(pack('d')).rejects.toMatchObject({ code: 'files', message: expect.stringContaining('not UTF-8') as string });
  });

  it('has nothing to do without directories', async () => {
    expect(await packFiles([])).toBeUndefined();
  });
});

it('knows the kernel\'s limits', () => {
  const limits = readFileSync(join(ROOT, 'assembly/base/limits.ts'), 'utf8');
  for (const [name, value] of Object.entries({ PREOPENS_MAX, NAME_MAX, PATH_MAX })) expect(limits).toContain(`${name}: u32 = ${value};`);
});
