// assembly/fs/archive.ts: good archives become the tree that they describe, bad ones are refused.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archiveOf, archiveOfTree, attributes, BLOCK, member, type Member, type Tree } from '../../../support/archive.ts';
import { LINK_KEEP, mount } from './harness.ts';

const root = member({ name: '0/', type: '5' });

async function isRefused(...members: Buffer[]): Promise<boolean> {
  return !(await mount(archiveOf([root, ...members]))).isGood;
}

describe('a good archive', () => {
  test('becomes the tree that it describes, in its order', async () => {
    const files = archiveOfTree({ 'b': 'B', 'a': null, 'a/x': 'X', 'a/y': { link: 'x' }, 'ü/deep/file': '' }, { other: { z: 'Z' } });
    const mounted = await mount(files);
    expect(mounted.isGood).toBe(true);
    expect(mounted.list()).toEqual(['b: 4', 'a: 3', 'a/x: 4', 'a/y: 7', 'ü: 3', 'ü/deep: 3', 'ü/deep/file: 4']);
    expect(mounted.list(1)).toEqual(['z: 4']);
    expect(mounted.contents(mounted.resolve(mounted.root(), 'a/x', LINK_KEEP).node)).toBe('X');
  });

  test('may have a prefix, pax attributes or GNU long names', async () => {
    const long = 'n'.repeat(200);
    const { isGood, list } = await mount(archiveOf([
      root,
      member({ name: 'file', prefix: `0/${'p'.repeat(120)}/q` }),
      attributes({ comment: 'none', path: `0/${long}`, linkpath: 'unused' }), member({ name: 'short' }),
      member({ name: '././@LongLink', type: 'L', contents: `0/${long}2\0` }), member({ name: 'short', type: '2', link: 'target' }),
      member({ name: 'pax_global_header', type: 'g', contents: '13 comment=x\n' }),
      member({ name: '0/last', type: '\0' }),
    ]));
    expect(isGood).toBe(true);
    expect(list()).toEqual([`${'p'.repeat(120)}: 3`, `${'p'.repeat(120)}/q: 3`, `${'p'.repeat(120)}/q/file: 4`, `${long}: 4`, `${long}2: 7`, 'last: 4']);
  });

  test('may name a file twice: the later one counts', async () => {
    const { isGood, list, root: top, resolve, contents } = await mount(archiveOf([root, member({ name: '0/a', contents: 'old' }), member({ name: '0/a', contents: 'new' })]));
    expect(isGood).toBe(true);
    expect(list()).toEqual(['a: 4']);
    expect(contents(resolve(top(), 'a', LINK_KEEP).node)).toBe('new');
  });

  test('may hold as many files as there is memory for, each found', async () => {
    const tree: Tree = Object.fromEntries(Array.from({ length: 40000 }, (_, i) => [`file ${i}`, '']));
    const { isGood, root: top, resolve, pathOf } = await mount(archiveOfTree(tree));
    expect(isGood).toBe(true);
    for (const i of [0, 1, 9999, 39999]) expect(pathOf(resolve(top(), `file ${i}`, LINK_KEEP).node)).toBe(`/file ${i}`);
    expect(resolve(top(), 'file 40000', LINK_KEEP).error).toBe(44);
  });

  test('may come from the system\'s tar', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'asolo-tar-'));
    try {
      writeFileSync(join(directory, '.preopens'), '/\0');
      execFileSync('sh', ['-c', 'mkdir -p 0/sub && echo hello > 0/sub/hello && ln -s sub/hello 0/link && mkdir 0/$(printf %090d 7) && head -c 70000 /dev/zero > 0/$(printf %090d 7)/zeros-that-make-the-whole-name-longer-than-one-hundred-bytes'], { cwd: directory });
      for (const format of ['ustar', 'gnu', 'pax']) {
        execFileSync('tar', [`--format=${format}`, '-cf', 'all.tar', '.preopens', '0'], { cwd: directory });
        const archive = execFileSync('cat', ['all.tar'], { cwd: directory, maxBuffer: 2 ** 24 });
        const { isGood, list } = await mount({ archive });
        expect(isGood, format).toBe(true);
        expect(list().sort()).toEqual([`${'7'.padStart(90, '0')}: 3`, `${'7'.padStart(90, '0')}/zeros-that-make-the-whole-name-longer-than-one-hundred-bytes: 4`, 'link: 7', 'sub/hello: 4', 'sub: 3'].sort());
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

test('its names of directories are told apart by their NULs', async () => {
  for (const [contents, isGood] of [['/\0', true], ['/\0/b\0', true], ['/', false], ['', false], ['/\0b', false], ['\0'.repeat(33), false], [`${'x'.repeat(4097)}\0`, false]] as const) {
    const archive = Buffer.concat([member({ name: '.preopens', contents }), root, Buffer.alloc(2 * BLOCK)]);
    expect((await mount({ archive })).isGood, contents.slice(0, 5)).toBe(isGood);
  }
});

describe('a bad archive is refused:', () => {
  const file: Member = { name: '0/a', contents: 'text' };
  test.each<[string, Buffer[]]>([
    ['a wrong checksum', [Buffer.concat([member(file).fill('x', 5, 6)])]],
    ['no ustar in it', [member({ ...file, spoil: (header) => header.fill(0, 257, 262) })]],
    ['a size beyond the end', [member({ ...file, size: '00000100000\0' })]],
    ['a huge size', [member({ ...file, size: '777777777777' })]],
    ['a size in base 256', [member({ ...file, spoil: (header) => header.writeUInt32BE(0x80000000, 124) })]],
    ['a size that is no number', [member({ ...file, size: '12x\0' })]],
    ['.. in a name', [member({ name: '0/../b' })]],
    ['a name that is ..', [member({ name: '0/..' })]],
    ['a name that is .', [member({ name: '0/.' })]],
    ['a directory called ..', [member({ name: '0/../', type: '5' })]],
    ['a file without a directory', [member({ name: 'a' })]],
    ['a directory that is not opened', [member({ name: '1/a' })]],
    ['a number that wraps', [member({ name: '4294967296/a' })]],
    ['no name', [member({ name: '' })]],
    ['a file whose name ends with a slash', [member({ name: '0/a/' })]],
    ['a name of 256 bytes', [attributes({ path: `0/${'n'.repeat(256)}` }), member(file)]],
    ['a path of more than 4096 bytes', [attributes({ path: `0/${'n/'.repeat(2100)}a` }), member(file)]],
    ['a name that is not UTF-8', [member({ name: Uint8Array.of(0x30, 0x2f, 0xff) })]],
    ['NUL in a long name', [attributes({ path: '0/a\0b' }), member(file)]],
    ['a file below a file', [member(file), member({ name: '0/a/b' })]],
    ['a file where a directory is', [member({ name: '0/a/b' }), member(file)]],
    ['a directory where a file is', [member(file), member({ name: '0/a/', type: '5' })]],
    ['a hard link', [member(file), member({ name: '0/b', type: '1', link: '0/a' })]],
    ['a device', [member({ name: '0/b', type: '3' })]],
    ['a link without a target', [member({ name: '0/b', type: '2' })]],
    ['a link with contents', [member({ name: '0/b', type: '2', link: 'a', contents: 'x' })]],
    ['attributes whose length is none', [member({ name: 'x', type: 'x', contents: 'abc path=0/a\n' }), member(file)]],
    ['attributes that are longer than they are', [member({ name: 'x', type: 'x', contents: '99 path=0/a\n' }), member(file)]],
    ['attributes of no length', [member({ name: 'x', type: 'x', contents: '0 path=0/a\n' }), member(file)]],
    ['attributes without a key', [member({ name: 'x', type: 'x', contents: '7 path\n' }), member(file)]],
    ['attributes without an end', [member({ name: 'x', type: 'x', contents: '12 path=0/ab' }), member(file)]],
    ['attributes with an empty path', [attributes({ path: '' }), member(file)]],
    ['a size in attributes', [attributes({ size: '5' }), member(file)]],
    ['names of directories twice', [member({ name: '.preopens', contents: '/\0/x\0' })]],
  ])('%s', async (_, members) => {
    expect(await isRefused(...members)).toBe(true);
  });

  test('no end, no beginning, nothing at all', async () => {
    const { archive } = archiveOf([root, member(file)]);
    for (const bytes of [archive.subarray(0, archive.length - 2 * BLOCK), archive.subarray(0, 700), archive.subarray(0, 100), archive.subarray(BLOCK * 2)]) {
      expect((await mount({ archive: bytes })).isGood).toBe(false);
    }
  });
});

test('whatever is changed in an archive, nothing outside it is read and nothing panics', async () => {
  const { archive } = archiveOf([
    root, member({ name: '0/a/b', contents: 'x'.repeat(600) }), attributes({ path: '0/long', linkpath: 't' }), member({ name: 's', type: '2', link: 'a' }),
    member({ name: 'L', type: 'L', contents: '0/longer\0' }), member({ name: 's' }),
  ], ['/', 'b']);
  const change = fc.record({ at: fc.nat({ max: archive.length - 1 }), value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 0x2f, 0x2e, 0x37, 0x80)) });
  await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat({ max: archive.length }), fc.boolean(), async (changes, length, isCut) => {
    const bytes = Buffer.from(archive);
    for (const { at, value } of changes) bytes[at] = value;
    // Checksums are made good again, so that what they protect is reached.
    for (let at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
      if (bytes.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
      bytes.fill(' ', at + 148, at + 156);
      bytes.write(`${bytes.subarray(at, at + BLOCK).reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, at + 148);
    }
    const mounted = await mount({ archive: isCut ? bytes.subarray(0, length) : bytes });
    if (mounted.isGood) for (const preopen of [0, 1]) mounted.list(preopen);
  }), { seed: 3, numRuns: 2000 });
});
