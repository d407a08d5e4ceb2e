// Every errno of every function that has to do with files (conformance.ts), and docs/wasi.md, which lists them. Nothing is
// changed by a call that fails: the tree is the same before and after.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { archiveOf, archiveOfTree, BLOCK } from '../support/archive.ts';
import { inside, type Files, TREE } from '../support/files.ts';
import type { Application } from '../support/machine/application.ts';
import type { ImageFiles } from '../support/machine/machine.ts';
import { type Argument, BAD, CASES, type Descriptor, ELSEWHERE, ERRNO, SIZE, VECTOR } from './conformance.ts';

const ALL = (1n << 30n) - 1n;
const [READ, WRITE] = [2n, 64n];

/** `/` and a read-only copy of it. */
function both(): ImageFiles {
  const [one, two] = [archiveOfTree(TREE), archiveOfTree({}, { ro: TREE }, 0o555)].map(({ archive }) => Buffer.from(archive));
  // Behind the names: members of 0/ of the one, of 1/ of the other.
  const from = two!.indexOf('1/\0');
  return archiveOf([one!.subarray(2 * BLOCK, -2 * BLOCK), two!.subarray(from, -2 * BLOCK)], ['/', 'ro']);
}
const FILES = both();

function open(kind: Descriptor, app: Application, files: Files): number {
  switch (kind) {
    case 'file': return files.open(3, 'empty', { rights: ALL });
    case 'ro-file': return files.open(4, 'empty', { rights: ALL & ~WRITE });
    case 'weak': return files.open(3, 'empty', { rights: 0n });
    case 'weak-dir': return files.open(3, 'sub', { rights: 0n, oflags: 2 });
    case 'sub': return files.open(3, 'sub', { oflags: 2, rights: ALL, inheriting: READ });
    case 'closed': return 99;
    case 'gone': {
      app.wasi['path_create_directory']!(3, ...files.put(0x400, 'gone'));
      const gone = files.open(3, 'gone', { oflags: 2, rights: ALL, inheriting: ALL });
      expect(app.wasi['path_remove_directory']!(3, ...files.put(0x400, 'gone'))).toBe(0);
      return gone;
    }
  }
}

function call(app: Application, files: Files, name: string, args: readonly Argument[]): number {
  let text = 0x1000;
  app.vector(VECTOR, VECTOR + 0x200, 10);
  app.vector(BAD, SIZE - 9, 10);
  return app.wasi[name]!(...args.flatMap((argument): (number | bigint)[] => {
    if (typeof argument === 'string') {
      const bytes = Buffer.from(argument, argument === '\xff' ? 'latin1' : 'utf8');
      app.memory.set(bytes, text += 0x2000);
      return [text, bytes.length];
    }
    return typeof argument === 'object' ? [open(argument.descriptor, app, files)] : [argument];
  }));
}

/** Everything that can be seen of the tree. */
function look(files: Files, directory: number): unknown {
  return files.readdir(directory, 4096).filter(({ name }) => !/^\.\.?$/.test(name)).map(({ name, type }): unknown => {
    const { links, size, times } = files.stat(directory, name, false);
    return [name, type, links, size, times, type === 3 ? look(files, files.open(directory, name, { oflags: 2 })) : ''];
  });
}

describe.each(Object.entries(CASES))('%s', (name, cases) => {
  test.each(cases.map(([errno, args], i) => [errno, i, args] as const))('gives %s (%i)', (errno, _, args) => {
    inside((app, files) => {
      const before = look(files, 3);
      expect(call(app, files, name, args)).toBe(ERRNO[errno]);
      if (errno !== 'SUCCESS' && !args.some((argument) => typeof argument === 'object' && argument.descriptor === 'gone')) expect(look(files, 3)).toEqual(before);
    }, FILES);
  });
});

describe('what it takes more to get', () => {
  test('EMFILE from path_open leaves nothing behind', () => {
    inside((app, files) => {
      while (files.tryOpen(3, 'hello.txt') === 0);
      expect(files.tryOpen(5, 'new', { oflags: 1, rights: WRITE })).toBe(ERRNO.MFILE);
      expect(app.wasi['fd_close']!(100)).toBe(0);
      expect(files.tryStat(5, 'new')).toBe(ERRNO.NOENT);
    }, FILES);
  });

  test('EFBIG from fd_write at the largest position', () => {
    inside((app, files) => {
      const file = files.open(5, 'large', { oflags: 1, rights: ALL });
      files.seek(file, (1n << 42n) - 3n, 0);
      app.vector(VECTOR, VECTOR + 0x200, 10);
      expect(app.wasi['fd_write']!(file, VECTOR, 1, 0)).toBe(0);
      expect(app.u32(0)).toBe(3);
      expect(app.wasi['fd_write']!(file, VECTOR, 1, 0)).toBe(ERRNO.FBIG);
      expect(files.fstat(file).size).toBe(1n << 42n);
    }, FILES);
  });

  test('ENOSPC from everything that needs memory, and nothing is lost or left behind; what is given back can be used', () => {
    inside((app, files) => {
      const file = files.open(5, 'file', { oflags: 1, rights: ALL });
      expect(files.open(5, 'spare', { oflags: 1, rights: ALL })).toBe(file + 1);
      app.vector(VECTOR, 0, 0x40000);
      while (app.wasi['fd_write']!(file, VECTOR, 1, 0x40000) === 0);
      const written = files.fstat(file).size;
      expect(written).toBeGreaterThan(1n << 20n);
      expect(app.wasi['fd_pwrite']!(file, VECTOR, 1, written + 8192n, 0)).toBe(ERRNO.NOSPC);
      expect(app.wasi['fd_allocate']!(file, 0n, written + (1n << 20n))).toBe(ERRNO.NOSPC);
      // Names come out of pieces of blocks: until the last is used up.
      let names = 0;
      while (app.wasi['path_create_directory']!(5, ...files.put(0x400, `${names}`.padStart(200, 'x'))) === 0) names++;
      const [fresh, old] = [files.put(0x400, 'n'.repeat(250)), files.put(0x1400, 'spare')];
      const before = look(files, 5);
      expect(app.wasi['path_create_directory']!(5, ...fresh)).toBe(ERRNO.NOSPC);
      expect(files.tryOpen(5, 'n'.repeat(250), { oflags: 1, rights: WRITE })).toBe(ERRNO.NOSPC);
      expect(app.wasi['path_symlink']!(...old, 5, ...files.put(0x400, 'n'.repeat(250)))).toBe(ERRNO.NOSPC);
      expect(app.wasi['path_link']!(5, 0, ...files.put(0x1400, 'spare'), 5, ...files.put(0x400, 'n'.repeat(250)))).toBe(ERRNO.NOSPC);
      expect(app.wasi['path_rename']!(5, ...files.put(0x1400, 'spare'), 5, ...files.put(0x400, 'n'.repeat(250)))).toBe(ERRNO.NOSPC);
      expect(look(files, 5)).toEqual(before);
      // A packed file that cannot get a block of its own is as it was.
      const packed = files.open(3, 'hello.txt', { rights: ALL });
      app.vector(VECTOR, 0, 5);
      expect(app.wasi['fd_write']!(packed, VECTOR, 1, 0x40000)).toBe(ERRNO.NOSPC);
      expect(files.readAll(packed)).toBe('Hello, world\n');
      expect(app.wasi['fd_filestat_set_size']!(file, 4096n)).toBe(0);
      expect(app.wasi['fd_write']!(packed, VECTOR, 1, 0x40000)).toBe(0);
      expect(files.tryOpen(5, 'n'.repeat(250), { oflags: 1, rights: WRITE })).toBe(0);
      files.seek(file, 0n, 2);
      for (let size = 4096n; size < written - 600_000n; size += 0x40000n) {
        app.vector(VECTOR, 0, 0x40000);
        expect(app.wasi['fd_write']!(file, VECTOR, 1, 0x40000)).toBe(0);
      }
    }, FILES, { memory: '6M' });
  });
});

test('docs/wasi.md lists for each of these functions the errors that it gives here, and no others', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/wasi.md'), 'utf8');
  const common = [...text.match(/\*Path errors\* are [^:]*:\n([A-Z, ]+)\./)![1]!.matchAll(/E(\w+)/g)].map((match) => match[1]!);
  const rows = new Map([...text.matchAll(/^\|\s*`(\w+)`\s*\|[^|]*\|([^|\n]*)\|/gm)].map((match) => [match[1]!, match[2]!]));
  for (const [name, cases] of Object.entries(CASES)) {
    const given = new Set<string>([...cases.map(([errno]) => errno), ...(ELSEWHERE[name] ?? [])].filter((errno) => errno !== 'SUCCESS'));
    const listed = new Set([...(rows.get(name) ?? '').matchAll(/`E(\w+)`/g)].map((match) => match[1]!).concat(rows.get(name)?.includes('path errors') ? common : []));
    expect([...listed].sort(), name).toEqual([...given].sort());
  }
});
