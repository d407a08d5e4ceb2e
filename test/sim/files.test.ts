// Files in the image as an application sees them: the whole kernel on the simulated machine. Covers assembly/fs/files.ts,
// assembly/wasi/path-open.ts, filestat.ts and what descriptors of files answer. Read next: directories.test.ts.
import { describe, expect, test } from 'vitest';
import { archiveOf, archiveOfTree, member } from '../support/archive.ts';
import { DIRECTORY, FILE, inside, LINK, NO_FILES, READ_ONLY, TREE } from '../support/files.ts';
import { Machine } from '../support/machine/machine.ts';

const [SUCCESS, BADF, EXIST, FAULT, INVAL, ISDIR, LOOP, MFILE, NAMETOOLONG, NOENT, NOTDIR, ROFS, NOTCAPABLE] = [0, 8, 20, 21, 28, 31, 32, 33, 37, 44, 54, 69, 76];
const [CREAT, O_DIRECTORY, EXCL, TRUNC] = [1, 2, 4, 8];
const [READ, SEEK, WRITE] = [2n, 4n, 64n];
const ALL = (1n << 30n) - 1n;

describe('preopened directories', () => {
  test('have the names that the build gave them, from 3 on, and then nothing', () => {
    inside((app, files) => {
      expect(files.preopens()).toEqual(['/', 'data', '/tmp']);
      expect(app.wasi['fd_prestat_get']!(6, 0)).toBe(BADF);
      expect(app.wasi['fd_prestat_get']!(1, 0)).toBe(BADF);
      expect(app.wasi['fd_prestat_dir_name']!(4, 0, 3)).toBe(NAMETOOLONG);
      app.memory.fill(0xff, 0, 8);
      expect(app.wasi['fd_prestat_dir_name']!(4, 0, 8)).toBe(SUCCESS);
      expect([...app.memory.subarray(0, 8)]).toEqual([...Buffer.from('data'), 255, 255, 255, 255]);
    });
  });

  test('are apart from each other', () => {
    inside((_, files) => {
      expect(files.readAll(files.open(4, 'a'))).toBe('A');
      expect(files.tryOpen(4, 'hello.txt')).toBe(NOENT);
      expect(files.tryOpen(4, '../hello.txt')).toBe(NOTCAPABLE);
    });
  });

  test('are /tmp alone without files; a directory that is packed under that name takes its place', () => {
    inside((_, files) => {
      expect(files.preopens()).toEqual(['/tmp']);
      expect(files.readdir(3, 100).map(({ name }) => name)).toEqual(['.', '..']);
    }, NO_FILES);
    inside((_, files) => {
      expect(files.preopens()).toEqual(['/', '/tmp']);
      expect(files.readAll(files.open(4, 'mine'))).toBe('own');
    }, archiveOfTree({}, { '/tmp': { mine: 'own' } }));
  });
});

describe('path_open', () => {
  test.each<[string, number, bigint, number]>([
    ['hello.txt', 0, READ, SUCCESS], ['sub/deep/file', 0, READ, SUCCESS], ['sub', 0, READ, SUCCESS], ['sub', O_DIRECTORY, READ | WRITE, SUCCESS],
    ['.', O_DIRECTORY, 0n, SUCCESS], ['hello.txt', O_DIRECTORY, READ, NOTDIR], ['hello.txt/', 0, READ, NOTDIR], ['missing', 0, READ, NOENT],
    ['missing/x', CREAT, READ, NOENT], ['new', CREAT, WRITE, SUCCESS], ['sub/new', CREAT | EXCL, WRITE, SUCCESS], ['new/', CREAT, WRITE, ISDIR], ['hello.txt', CREAT, READ, SUCCESS],
    ['hello.txt', CREAT | EXCL, READ, EXIST], ['link', CREAT | EXCL, READ, EXIST], ['hello.txt', TRUNC, READ, SUCCESS], ['hello.txt', 0, READ | WRITE, SUCCESS],
    ['sub', CREAT, READ, ISDIR], ['sub', 0, READ | WRITE, ISDIR], ['sub', TRUNC, READ, ISDIR], ['sub', O_DIRECTORY | CREAT, READ, INVAL],
    ['hello.txt', 16, READ, INVAL], ['', 0, READ, NOENT], ['/hello.txt', 0, READ, NOTCAPABLE], ['../hello.txt', 0, READ, NOTCAPABLE],
    ['sub/../../x', 0, READ, NOTCAPABLE], ['link', 0, READ, SUCCESS], ['loop', 0, READ, LOOP], ['out', 0, READ, NOTCAPABLE], ['n'.repeat(256), 0, READ, NAMETOOLONG],
    ['a/'.repeat(2500), 0, READ, NAMETOOLONG],
  ])('%s, oflags %i, rights %i: errno %i', (path, oflags, rights, expected) => {
    inside((_, files) => { expect(files.tryOpen(3, path, { oflags, rights })).toBe(expected); });
  });

  test.each<[string, number, bigint, number]>([
    ['new', CREAT, WRITE, ROFS], ['hello.txt', CREAT | EXCL, READ, EXIST], ['hello.txt', CREAT, READ, SUCCESS], ['hello.txt', TRUNC, READ, ROFS],
    ['hello.txt', 0, READ | WRITE, ROFS], ['link', 0, WRITE, ROFS], ['sub', 0, WRITE, ISDIR], ['missing/x', CREAT, READ, NOENT],
  ])('in a read-only directory: %s, oflags %i, rights %i: errno %i', (path, oflags, rights, expected) => {
    inside((_, files) => { expect(files.tryOpen(3, path, { oflags, rights })).toBe(expected); }, READ_ONLY);
  });

  test('does not follow a link at the end unless asked', () => {
    inside((_, files) => {
      expect(files.tryOpen(3, 'link', { follow: false })).toBe(LOOP);
      expect(files.tryOpen(3, 'to-sub', { follow: false, oflags: O_DIRECTORY })).toBe(NOTDIR);
      expect(files.tryOpen(3, 'to-sub/deep', { follow: false })).toBe(SUCCESS);
    });
  });

  test('begins at any directory, and never leaves that one', () => {
    inside((_, files) => {
      const sub = files.open(3, 'sub', { oflags: O_DIRECTORY });
      expect(files.readAll(files.open(sub, 'deep/file'))).toHaveLength(5000);
      expect(files.tryOpen(sub, '../hello.txt')).toBe(NOTCAPABLE);
      expect(files.tryOpen(sub, 'deep/..')).toBe(SUCCESS);
      expect(files.tryOpen(files.open(3, 'hello.txt'), 'x')).toBe(NOTDIR);
      expect(files.tryOpen(1, 'x')).toBe(NOTDIR);
      expect(files.tryOpen(99, 'x')).toBe(BADF);
    });
  });

  test('gives no more rights than there are to inherit', () => {
    inside((app, files) => {
      const sub = files.open(3, 'sub', { oflags: O_DIRECTORY, rights: ALL, inheriting: READ });
      expect(files.tryOpen(sub, 'deep/file', { rights: READ })).toBe(SUCCESS);
      expect(files.tryOpen(sub, 'deep/file', { rights: READ | SEEK })).toBe(NOTCAPABLE);
      expect(files.tryOpen(sub, 'deep/file', { rights: READ, inheriting: SEEK })).toBe(NOTCAPABLE);
      const file = files.open(3, 'hello.txt', { rights: 0n });
      expect(app.read(file, 1)).toBe(NOTCAPABLE);
      expect(app.wasi['fd_seek']!(file, 0n, 0, 0)).toBe(NOTCAPABLE);
      expect(app.wasi['fd_fdstat_set_rights']!(3, 0n, 0n)).toBe(SUCCESS);
      expect(files.tryOpen(3, 'hello.txt')).toBe(NOTCAPABLE);
    });
  });

  test('runs out of descriptors at 1280, and has one again after a close', () => {
    inside((app, files) => {
      for (let expected = 6; expected < 1280; expected++) expect(files.open(3, 'hello.txt')).toBe(expected);
      expect(files.tryOpen(3, 'hello.txt')).toBe(MFILE);
      expect(app.wasi['fd_close']!(77)).toBe(SUCCESS);
      expect(files.open(3, 'empty')).toBe(77);
      expect(app.read(77, 10)).toHaveLength(0);
    });
  });
});

describe('a file', () => {
  test('is read, piece by piece and at any place', () => {
    inside((app, files) => {
      const file = files.open(3, 'hello.txt');
      expect(files.read(file, 5)).toBe('Hello');
      expect(files.tell(file)).toBe(5n);
      expect(files.pread(file, 7n, 5)).toBe('world');
      expect(files.read(file, 100)).toBe(', world\n');
      expect(files.read(file, 100)).toBe('');
      expect(files.seek(file, -6n, 2)).toBe(7n);
      expect(files.seek(file, 1n, 1)).toBe(8n);
      expect(files.read(file, 3)).toBe('orl');
      expect(files.seek(file, 1n << 40n, 0)).toBe(1n << 40n);
      expect(files.read(file, 3)).toBe('');
      expect(files.pread(file, (1n << 64n) - 1n, 3)).toBe('');
      for (const [offset, whence] of [[-1n, 0], [-14n, 2], [(1n << 63n) - 1n, 1]] as const) {
        expect(app.wasi['fd_seek']!(file, offset, whence, 0)).toBe(INVAL);
      }
      expect(app.wasi['fd_seek']!(file, 0n, 3, 0)).toBe(INVAL);
      expect(files.tell(file)).toBe(1n << 40n);
    });
  });

  test('fills vectors one after the other', () => {
    inside((app, files) => {
      const file = files.open(3, 'hello.txt');
      [[0x1000, 3], [0x2000, 0], [0x3000, 100]].forEach(([at, length], i) => app.vector(0x100 + i * 8, at!, length!));
      expect(app.wasi['fd_read']!(file, 0x100, 3, 0)).toBe(SUCCESS);
      expect(app.u32(0)).toBe(13);
      expect(Buffer.from(app.memory.subarray(0x1000, 0x1003)).toString() + Buffer.from(app.memory.subarray(0x3000, 0x300a)).toString()).toBe('Hello, world\n');
      expect(app.wasi['fd_read']!(file, 0x7fffc, 1, 0)).toBe(FAULT);
    });
  });

  test('opened twice has two positions', () => {
    inside((_, files) => {
      const [one, two] = [files.open(3, 'hello.txt'), files.open(3, 'link')];
      expect([files.read(one, 5), files.read(two, 2), files.read(one, 2)]).toEqual(['Hello', 'He', ', ']);
    });
  });

  test('of a read-only directory cannot be changed', () => {
    inside((app, files) => {
      const file = files.open(3, 'hello.txt');
      expect(app.write(file, 'x')).toBe(NOTCAPABLE);
      const all = files.open(3, 'hello.txt', { rights: ALL & ~WRITE });
      expect(app.wasi['fd_allocate']!(all, 0n, 1n)).toBe(ROFS);
      expect(app.wasi['fd_filestat_set_size']!(all, 0n)).toBe(ROFS);
      expect(app.wasi['fd_filestat_set_times']!(all, 0n, 0n, 1)).toBe(ROFS);
      expect(app.wasi['fd_pwrite']!(all, 0x100, 0, 0n, 0)).toBe(NOTCAPABLE);
    }, READ_ONLY);
  });

  test('takes advice, syncs, flags and is ready to be read at once', () => {
    inside((app, files) => {
      const file = files.open(3, 'hello.txt', { rights: ALL & ~WRITE });
      expect(app.wasi['fd_advise']!(file, 0n, 0n, 3)).toBe(SUCCESS);
      expect(app.wasi['fd_advise']!(file, 0n, 0n, 6)).toBe(INVAL);
      expect(app.wasi['fd_sync']!(file)).toBe(SUCCESS);
      expect(app.wasi['fd_datasync']!(3)).toBe(SUCCESS);
      expect(app.wasi['fd_fdstat_set_flags']!(file, 4)).toBe(SUCCESS);
      expect(files.fdstat(file)).toMatchObject({ type: FILE, flags: 4 });
      files.read(file, 3);
      app.view.setBigUint64(0x200, 7n, true);
      app.memory[0x208] = 1;
      app.view.setUint32(0x210, file, true);
      expect(app.wasi['poll_oneoff']!(0x200, 0x300, 1, 0)).toBe(SUCCESS);
      expect([app.u32(0), app.view.getUint16(0x308, true), app.view.getBigUint64(0x310, true)]).toEqual([1, 0, 10n]);
    });
  });

  test('moves to another number with its position', () => {
    inside((app, files) => {
      const [file, other] = [files.open(3, 'hello.txt'), files.open(3, 'empty')];
      files.read(file, 7);
      expect(app.wasi['fd_renumber']!(file, other)).toBe(SUCCESS);
      expect(files.read(other, 5)).toBe('world');
      expect(app.read(file, 1)).toBe(BADF);
      expect(app.wasi['fd_renumber']!(3, 0)).toBe(SUCCESS);
      expect(files.readAll(files.open(0, 'hello.txt'))).toBe('Hello, world\n');
      expect(app.wasi['fd_prestat_get']!(0, 0)).toBe(SUCCESS);
    });
  });
});

describe('filestat', () => {
  test('tells type, size and a number of its own', () => {
    inside((_, files) => {
      expect(files.stat(3, 'hello.txt')).toMatchObject({ device: 1n, type: FILE, links: 1n, size: 13n, times: [0n, 0n, 0n] });
      expect(files.stat(3, 'sub')).toMatchObject({ type: DIRECTORY, size: 0n });
      expect(files.stat(3, 'link', false)).toMatchObject({ type: LINK, size: 9n });
      expect(files.stat(3, 'link')).toEqual(files.stat(3, 'hello.txt'));
      expect(files.fstat(files.open(3, 'link'))).toEqual(files.stat(3, 'hello.txt'));
      expect(files.fstat(3)).toEqual(files.stat(3, 'sub/..'));
      const inodes = Object.keys(TREE).map((path) => files.stat(3, path, false).inode);
      expect(new Set([...inodes, files.fstat(3).inode, files.fstat(4).inode]).size).toBe(inodes.length + 2);
    });
  });

  test('has its errors', () => {
    inside((app, files) => {
      expect(files.tryStat(3, 'none')).toBe(NOENT);
      expect(files.tryStat(3, 'loop')).toBe(LOOP);
      expect(app.wasi['path_filestat_get']!(3, 2, 0, 1, 0x100)).toBe(INVAL);
      expect(app.wasi['path_filestat_get']!(3, 0, 0, 1, 0x80000 - 63)).toBe(FAULT);
    });
  });
});

describe('a machine with a bad archive', () => {
  const damaged = archiveOf([member({ name: '0/', type: '5' }), member({ name: '0/../x' })]);

  test('ends with one line before the application begins', () => {
    const { status, stdout } = new Machine({ files: damaged }).run((app) => {
      app.write(1, 'never');
    });
    expect({ status, stdout }).toEqual({ status: 125, stdout: 'asolo: the archive of files in the image cannot be read: byte 1536\n' });
  });

  test('ends with one line when the names do not fit into its memory', () => {
    const many = archiveOfTree(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`${i}`, ''])));
    const { status, stdout } = new Machine({ files: many, memory: '5M' }).run((app) => void app.wasi['fd_prestat_get']!(3, 0));
    expect({ status, stdout }).toEqual({ status: 125, stdout: 'asolo: the archive of files in the image does not fit into the machine\'s memory\n' });
  });
});
