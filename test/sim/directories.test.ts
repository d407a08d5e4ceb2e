// Directories of files in the image, links, and the calls that would change something: assembly/wasi/fd-directory.ts and
// path.ts on the simulated machine. Read first: files.test.ts.
import { describe, expect, test } from 'vitest';
import { archiveOfTree, type Tree } from '../support/archive.ts';
import { inside, READ_ONLY } from '../support/files.ts';

const [SUCCESS, BADF, EXIST, FAULT, INVAL, ISDIR, NOENT, NOTDIR, ROFS, NOTCAPABLE] = [0, 8, 20, 21, 28, 31, 44, 54, 69, 76];
const O_DIRECTORY = 2;

describe('fd_readdir', () => {
  test('lists a directory once, with . and .., in one call or entry by entry', () => {
    inside((_, files) => {
      const names = ['.', '..', 'hello.txt', 'empty', 'sub', 'link', 'to-sub', 'loop', 'out', 'nothing'];
      const entries = files.readdir(3, 4096);
      expect(entries.map(({ name }) => name)).toEqual(names);
      expect(entries.map(({ type }) => type)).toEqual([3, 3, 4, 4, 3, 7, 7, 7, 7, 3]);
      for (const { name, inode } of entries.slice(2)) expect(inode).toBe(files.stat(3, name, false).inode);
      for (const size of [24 + 9, 40, 64, 100]) expect(files.readdir(3, size)).toEqual(entries);
      for (const { name, next } of entries) {
        const after = files.readdir(3, 4096, next);
        expect(after).toEqual(entries.slice(entries.findIndex((entry) => entry.name === name) + 1));
      }
    });
  });

  test('cuts the last entry at the end of the buffer, and says that it is full', () => {
    inside((app, files) => {
      for (let size = 0; size < 200; size++) {
        app.memory.fill(0xee, 0x1000, 0x2000);
        expect(app.wasi['fd_readdir']!(3, 0x1000, size, 0n, 0)).toBe(SUCCESS);
        expect(app.u32(0)).toBe(size);
        expect(app.memory[0x1000 + size]).toBe(0xee);
      }
      expect(files.readdir(files.open(3, 'nothing', { oflags: O_DIRECTORY }), 100).map(({ name }) => name)).toEqual(['.', '..']);
    });
  });

  test('answers any cookie, and only a directory', () => {
    inside((app, files) => {
      const sub = files.open(3, 'sub', { oflags: O_DIRECTORY });
      const used = (descriptor: number, cookie: bigint): number => {
        expect(app.wasi['fd_readdir']!(descriptor, 0x1000, 4096, cookie, 0)).toBe(SUCCESS);
        return app.u32(0);
      };
      expect(used(sub, 0n)).toBeGreaterThan(0);
      for (const cookie of [1000n, 1n << 32n, (1n << 64n) - 1n]) expect(used(sub, cookie), `${cookie}`).toBe(0);
      expect(app.wasi['fd_readdir']!(files.open(3, 'hello.txt'), 0x1000, 100, 0n, 0)).toBe(NOTDIR);
    });
  });

  test('lists 10,000 files', () => {
    const many: Tree = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`${i}`, '']));
    inside((_, files) => {
      expect(files.readdir(3, 8192).map(({ name }) => name)).toEqual(['.', '..', ...Object.keys(many)]);
      expect(files.tryOpen(3, '9999')).toBe(SUCCESS);
    }, archiveOfTree(many));
  });
});

test('path_readlink gives the target, cut to the buffer', () => {
  inside((app, files) => {
    expect(files.readlink('link', 100)).toBe('hello.txt');
    expect(files.readlink('link', 4)).toBe('hell');
    expect(files.readlink('to-sub', 0)).toBe('');
    expect(files.readlink('hello.txt', 9)).toBe(INVAL);
    expect(files.readlink('none', 9)).toBe(NOENT);
    expect(files.readlink('to-sub/', 9)).toBe(INVAL);
    expect(app.wasi['path_readlink']!(3, 0, 4, 0x7ffff, 2, 0)).toBe(FAULT);
  });
});

describe('whatever would change a read-only directory is EROFS, once the rest of the call is in order:', () => {
  test.each<[string, string, string, number]>([
    ['path_create_directory', 'new', '', ROFS], ['path_create_directory', 'sub', '', EXIST], ['path_create_directory', 'none/new', '', NOENT],
    ['path_unlink_file', 'hello.txt', '', ROFS], ['path_unlink_file', 'loop', '', ROFS], ['path_unlink_file', 'sub', '', ISDIR], ['path_unlink_file', 'none', '', NOENT],
    ['path_remove_directory', 'nothing', '', ROFS], ['path_remove_directory', 'hello.txt', '', NOTDIR], ['path_remove_directory', 'none', '', NOENT],
    ['path_rename', 'hello.txt', 'new', ROFS], ['path_rename', 'hello.txt', 'empty', ROFS], ['path_rename', 'none', 'new', NOENT], ['path_rename', 'empty', 'none/x', NOENT],
    ['path_link', 'hello.txt', 'new', ROFS], ['path_link', 'hello.txt', 'empty', EXIST], ['path_link', 'none', 'new', NOENT],
    ['path_symlink', 'anything', 'new', ROFS], ['path_symlink', 'anything', 'empty', EXIST], ['path_symlink', 'anything', '../x', NOTCAPABLE],
    ['path_filestat_set_times', 'hello.txt', '', ROFS], ['path_filestat_set_times', 'none', '', NOENT],
  ])('%s %s %s', (name, first, second, expected) => {
    inside((app, files) => {
      const [a, b] = [files.put(0x400, first), files.put(0x1400, second)];
      const calls: Record<string, (number | bigint)[]> = {
        path_rename: [3, ...a, 3, ...b], path_link: [3, 0, ...a, 3, ...b], path_symlink: [...a, 3, ...b], path_filestat_set_times: [3, 0, ...a, 0n, 0n, 1],
      };
      expect(app.wasi[name]!(...(calls[name] ?? [3, ...a]))).toBe(expected);
    }, READ_ONLY);
  });
});

test('a directory answers EBADF to what is for files', () => {
  inside((app) => {
    expect(app.read(3, 1)).toBe(BADF);
    expect(app.write(3, 'x')).toBe(BADF);
    for (const [name, ...values] of [['fd_seek', 0n, 0, 0], ['fd_tell', 0], ['fd_advise', 0n, 0n, 0], ['fd_allocate', 0n, 1n], ['fd_filestat_set_size', 0n]] as [string, ...(number | bigint)[]][]) {
      expect(app.wasi[name]!(3, ...values), name).toBe(BADF);
    }
    expect(app.wasi['fd_filestat_set_times']!(3, 0n, 0n, 1)).toBe(ROFS);
  }, READ_ONLY);
});

