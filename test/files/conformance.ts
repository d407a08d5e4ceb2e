// Every function of preview 1 that has to do with files, and every errno that it can give, each with a call that gives it.
// conformance.test.ts makes the calls, and compares this list with the table in docs/wasi.md.
//
// The machine: TREE of test/support/files.ts as `/` (3), a read-only copy of it as `ro` (4), and `/tmp` (5).

export const ERRNO = {
  SUCCESS: 0, AGAIN: 6, BADF: 8, BUSY: 10, EXIST: 20, FAULT: 21, FBIG: 22, ILSEQ: 25, INVAL: 28, ISDIR: 31, LOOP: 32, MFILE: 33, NAMETOOLONG: 37, NODEV: 43,
  NOENT: 44, NOSPC: 51, NOTDIR: 54, NOTEMPTY: 55, NOTSUP: 58, PERM: 63, ROFS: 69, SPIPE: 70, XDEV: 75, NOTCAPABLE: 76,
} as const;
export type Errno = keyof typeof ERRNO;

/** A path stands for its address and its length. `file` etc. are descriptors that the test opens, with all rights. */
export type Argument = number | bigint | string | { descriptor: Descriptor };
export type Descriptor = 'file' | 'ro-file' | 'weak' | 'weak-dir' | 'sub' | 'closed' | 'gone';
const d = (descriptor: Descriptor): Argument => ({ descriptor });

const [ROOT, RO] = [3, 4];
const OUT = 0x20000;
/** A vector of 10 bytes is at VECTOR, one that leaves memory at BAD. */
export const [VECTOR, BAD, SIZE] = [0x30000, 0x30100, 0x80000];
const LONG = 'n'.repeat(256);
const LONG_PATH = './'.repeat(2049);
const READ = 2n;
const WRITE = 64n;
const ALL = (1n << 30n) - 1n;

/** What every function with one path says of it: the rest of its arguments come before and after. */
function paths(before: Argument[], after: Argument[], last: [Errno, string][] = []): [Errno, Argument[]][] {
  const at = (path: Argument, directory: Argument = ROOT): Argument[] => [directory, ...before, path, ...after];
  return [
    ['BADF', at('x', d('closed'))], ['BADF', at('x', -1)], ['NOTDIR', at('x', 1)], ['NOTDIR', at('x', d('file'))], ['NOTCAPABLE', at('x', d('weak-dir'))],
    ['FAULT', [ROOT, ...before, SIZE - 1, 2, ...after]], ['FAULT', [ROOT, ...before, 0x7fffffff, 0x7fffffff, ...after]],
    ['ILSEQ', at('\xff')], ['INVAL', at('a\0b')], ['NOENT', at('')], ['NOENT', at('none/x')], ['NOTDIR', at('hello.txt/x')], ['NOTCAPABLE', at('/x')], ['NOTCAPABLE', at('../x')],
    ['NOTCAPABLE', at('out/x')], ['LOOP', at('loop/x')], ['NAMETOOLONG', at(LONG)], ['NAMETOOLONG', at(LONG_PATH)], ['NOENT', at('x', d('gone'))],
    ...last.map(([errno, path]): [Errno, Argument[]] => [errno, at(path)]),
  ];
}

const onlyFiles = (call: (descriptor: Argument) => Argument[], stream: Errno): [Errno, Argument[]][] => [
  ['SUCCESS', call(d('file'))], ['BADF', call(d('closed'))], ['BADF', call(-1)], ['BADF', call(256)], ['BADF', call(ROOT)], [stream, call(1)], ['NOTCAPABLE', call(d('weak'))],
];
const openWith = (oflags: number, rights: bigint, path: string, directory: Argument = ROOT, lookup = 1): Argument[] => [directory, lookup, path, oflags, rights, 0n, 0, OUT];

export const CASES: Record<string, [Errno, Argument[]][]> = {
  fd_advise: [...onlyFiles((it) => [it, 0n, 0n, 0], 'SPIPE'), ['INVAL', [d('file'), 0n, 0n, 6]]],
  fd_allocate: [
    ...onlyFiles((it) => [it, 0n, 1n], 'NODEV'), ['INVAL', [d('file'), 0n, 0n]], ['FBIG', [d('file'), 1n << 42n, 1n]], ['FBIG', [d('file'), 1n, (1n << 64n) - 1n]],
    ['ROFS', [d('ro-file'), 0n, 1n]], ['NOSPC', [d('file'), 0n, 1n << 41n]],
  ],
  fd_close: [['SUCCESS', [d('file')]], ['SUCCESS', [1]], ['BADF', [d('closed')]], ['BADF', [-1]]],
  fd_datasync: [['SUCCESS', [d('file')]], ['SUCCESS', [ROOT]], ['BADF', [d('closed')]]],
  fd_sync: [['SUCCESS', [d('file')]], ['SUCCESS', [1]], ['BADF', [d('closed')]]],
  fd_fdstat_get: [['SUCCESS', [d('file'), OUT]], ['BADF', [d('closed'), OUT]], ['FAULT', [d('file'), SIZE - 23]]],
  fd_fdstat_set_flags: [['SUCCESS', [d('file'), 1]], ['BADF', [d('closed'), 1]], ['INVAL', [d('file'), 32]], ['NOTSUP', [d('file'), 16]], ['NOTCAPABLE', [d('weak'), 1]]],
  fd_fdstat_set_rights: [['SUCCESS', [d('file'), READ, 0n]], ['BADF', [d('closed'), 0n, 0n]], ['NOTCAPABLE', [d('weak'), READ, 0n]], ['NOTCAPABLE', [d('file'), 0n, ALL]]],
  fd_filestat_get: [['SUCCESS', [d('file'), OUT]], ['BADF', [d('closed'), OUT]], ['FAULT', [d('file'), SIZE - 63]], ['NOTCAPABLE', [d('weak'), OUT]]],
  fd_filestat_set_size: [...onlyFiles((it) => [it, 5n], 'INVAL'), ['FBIG', [d('file'), (1n << 42n) + 1n]], ['ROFS', [d('ro-file'), 5n]]],
  fd_filestat_set_times: [
    ['SUCCESS', [d('file'), 1n, 2n, 5]], ['SUCCESS', [ROOT, 1n, 2n, 10]], ['BADF', [d('closed'), 0n, 0n, 1]], ['INVAL', [d('file'), 0n, 0n, 16]], ['INVAL', [d('file'), 0n, 0n, 3]],
    ['INVAL', [d('file'), 0n, 0n, 12]], ['NOTSUP', [1, 0n, 0n, 1]], ['NOTCAPABLE', [d('weak'), 0n, 0n, 1]], ['ROFS', [d('ro-file'), 0n, 0n, 1]],
  ],
  fd_pread: [
    ['SUCCESS', [d('file'), VECTOR, 1, 0n, OUT]], ['BADF', [d('closed'), VECTOR, 1, 0n, OUT]], ['BADF', [1, VECTOR, 1, 0n, OUT]], ['BADF', [ROOT, VECTOR, 1, 0n, OUT]], ['SPIPE', [0, VECTOR, 1, 0n, OUT]],
    ['NOTCAPABLE', [d('weak'), VECTOR, 1, 0n, OUT]], ['FAULT', [d('file'), BAD, 1, 0n, OUT]], ['FAULT', [d('file'), VECTOR, 1, 0n, SIZE - 3]], ['INVAL', [d('file'), VECTOR, 1025, 0n, OUT]],
  ],
  fd_prestat_get: [['SUCCESS', [ROOT, OUT]], ['BADF', [d('file'), OUT]], ['BADF', [1, OUT]], ['BADF', [d('sub'), OUT]], ['FAULT', [ROOT, SIZE - 7]]],
  fd_prestat_dir_name: [['SUCCESS', [ROOT, OUT, 1]], ['NAMETOOLONG', [ROOT, OUT, 0]], ['BADF', [d('file'), OUT, 9]], ['FAULT', [ROOT, SIZE, 1]]],
  fd_pwrite: [
    ['SUCCESS', [d('file'), VECTOR, 1, 0n, OUT]], ['BADF', [d('closed'), VECTOR, 1, 0n, OUT]], ['BADF', [0, VECTOR, 1, 0n, OUT]], ['SPIPE', [1, VECTOR, 1, 0n, OUT]], ['NOTCAPABLE', [d('weak'), VECTOR, 1, 0n, OUT]],
    ['FAULT', [d('file'), BAD, 1, 0n, OUT]], ['INVAL', [d('file'), VECTOR, 1025, 0n, OUT]], ['FBIG', [d('file'), VECTOR, 1, 1n << 42n, OUT]], ['FBIG', [d('file'), VECTOR, 1, (1n << 64n) - 1n, OUT]],
  ],
  fd_read: [
    ['SUCCESS', [d('file'), VECTOR, 1, OUT]], ['BADF', [d('closed'), VECTOR, 1, OUT]], ['BADF', [1, VECTOR, 1, OUT]], ['BADF', [ROOT, VECTOR, 1, OUT]], ['NOTCAPABLE', [d('weak'), VECTOR, 1, OUT]],
    ['FAULT', [d('file'), BAD, 1, OUT]], ['INVAL', [d('file'), VECTOR, -1, OUT]],
  ],
  fd_readdir: [
    ['SUCCESS', [ROOT, OUT, 100, 0n, OUT + 200]], ['SUCCESS', [ROOT, OUT, 100, (1n << 64n) - 1n, OUT + 200]], ['BADF', [d('closed'), OUT, 100, 0n, OUT]], ['NOTDIR', [d('file'), OUT, 100, 0n, OUT]], ['NOTDIR', [1, OUT, 100, 0n, OUT]],
    ['NOTCAPABLE', [d('weak-dir'), OUT, 100, 0n, OUT]], ['FAULT', [ROOT, SIZE - 9, 10, 0n, OUT]], ['FAULT', [ROOT, OUT, 100, 0n, SIZE - 3]],
  ],
  fd_renumber: [['SUCCESS', [d('file'), 1]], ['SUCCESS', [d('file'), d('sub')]], ['BADF', [d('closed'), d('file')]], ['BADF', [d('file'), d('closed')]], ['BADF', [d('file'), -1]]],
  fd_seek: [
    ...onlyFiles((it) => [it, 5n, 0, OUT], 'SPIPE'), ['INVAL', [d('file'), -1n, 0, OUT]], ['INVAL', [d('file'), -1n, 2, OUT]], ['INVAL', [d('file'), -(1n << 63n), 1, OUT]], ['INVAL', [d('file'), 0n, 3, OUT]], ['FAULT', [d('file'), 0n, 0, SIZE - 7]],
  ],
  fd_tell: [...onlyFiles((it) => [it, OUT], 'SPIPE'), ['FAULT', [d('file'), SIZE - 7]]],
  fd_write: [
    ['SUCCESS', [d('file'), VECTOR, 1, OUT]], ['BADF', [d('closed'), VECTOR, 1, OUT]], ['BADF', [0, VECTOR, 1, OUT]], ['BADF', [ROOT, VECTOR, 1, OUT]], ['NOTCAPABLE', [d('weak'), VECTOR, 1, OUT]],
    ['FAULT', [d('file'), BAD, 1, OUT]], ['INVAL', [d('file'), VECTOR, 1025, OUT]],
  ],
  path_create_directory: [['SUCCESS', [ROOT, 'new']], ['SUCCESS', [ROOT, 'new/']], ...paths([], [], [['EXIST', 'sub'], ['EXIST', 'link'], ['EXIST', '.'], ['EXIST', 'hello.txt']]), ['ROFS', [RO, 'new']]],
  path_filestat_get: [
    ['SUCCESS', [ROOT, 0, 'loop', OUT]], ...paths([1], [OUT], [['NOENT', 'none'], ['LOOP', 'loop'], ['NOTCAPABLE', 'out'], ['NOTDIR', 'hello.txt/']]), ['INVAL', [ROOT, 2, 'sub', OUT]], ['FAULT', [ROOT, 0, 'sub', SIZE - 63]],
  ],
  path_filestat_set_times: [
    ['SUCCESS', [ROOT, 1, 'hello.txt', 1n, 1n, 5]], ...paths([1], [0n, 0n, 1], [['NOENT', 'none'], ['LOOP', 'loop']]), ['INVAL', [ROOT, 1, 'sub', 0n, 0n, 16]], ['INVAL', [ROOT, 1, 'sub', 0n, 0n, 3]], ['ROFS', [RO, 1, 'sub', 0n, 0n, 1]],
  ],
  path_link: [
    ['SUCCESS', [ROOT, 0, 'hello.txt', ROOT, 'new']], ['SUCCESS', [ROOT, 0, 'loop', ROOT, 'new']], ...paths([0], [ROOT, 'new'], [['NOENT', 'none'], ['PERM', 'sub']]), ['INVAL', [ROOT, 2, 'empty', ROOT, 'new']],
    ['EXIST', [ROOT, 0, 'hello.txt', ROOT, 'empty']], ['NOENT', [ROOT, 0, 'hello.txt', ROOT, 'new/']], ['ROFS', [RO, 0, 'hello.txt', RO, 'new']], ['XDEV', [RO, 0, 'hello.txt', ROOT, 'new']],
    ['NOTDIR', [ROOT, 0, 'hello.txt', d('file'), 'new']], ['BADF', [ROOT, 0, 'hello.txt', d('closed'), 'new']], ['NOTCAPABLE', [ROOT, 0, 'hello.txt', d('weak-dir'), 'new']],
  ],
  path_open: [
    ['SUCCESS', openWith(0, READ, 'hello.txt')], ['SUCCESS', openWith(9, READ | WRITE, 'new')],
    ...paths([1], [0, READ, 0n, 0, OUT], [['NOENT', 'none'], ['LOOP', 'loop'], ['NOTDIR', 'hello.txt/']]),
    ['LOOP', openWith(0, READ, 'link', ROOT, 0)], ['EXIST', openWith(5, READ, 'hello.txt')], ['EXIST', openWith(5, READ, 'loop')], ['ISDIR', openWith(0, WRITE, 'sub')], ['ISDIR', openWith(1, READ, 'sub')], ['ISDIR', openWith(1, READ, 'new/')],
    ['NOTDIR', openWith(2, READ, 'hello.txt')], ['INVAL', openWith(16, READ, 'sub')], ['INVAL', openWith(3, READ, 'sub')], ['INVAL', openWith(0, READ, 'sub', ROOT, 2)], ['INVAL', [ROOT, 1, 'sub', 0, READ, 0n, 32, OUT]],
    ['ROFS', openWith(1, READ, 'new', RO)], ['ROFS', openWith(0, WRITE, 'hello.txt', RO)], ['ROFS', openWith(8, READ, 'hello.txt', RO)], ['NOTCAPABLE', openWith(0, ALL, 'deep', d('sub'))], ['FAULT', [ROOT, 1, 'sub', 0, READ, 0n, 0, SIZE - 3]],
  ],
  path_readlink: [['SUCCESS', [ROOT, 'loop', OUT, 9, OUT + 100]], ...paths([], [OUT, 9, OUT + 100], [['NOENT', 'none'], ['INVAL', 'hello.txt'], ['INVAL', 'to-sub/']]), ['FAULT', [ROOT, 'link', SIZE - 1, 9, OUT]]],
  path_remove_directory: [
    ['SUCCESS', [ROOT, 'nothing']], ['SUCCESS', [ROOT, 'nothing/']], ...paths([], [], [['NOENT', 'none'], ['NOTDIR', 'hello.txt'], ['NOTDIR', 'to-sub'], ['NOTDIR', 'to-sub/'], ['NOTEMPTY', 'sub'], ['NOTEMPTY', 'sub/deep/..'], ['INVAL', '.'], ['INVAL', 'sub/.']]),
    ['ROFS', [RO, 'nothing']],
  ],
  path_rename: [
    ['SUCCESS', [ROOT, 'hello.txt', ROOT, 'new']], ['SUCCESS', [ROOT, 'sub', ROOT, 'nothing']], ['SUCCESS', [ROOT, 'sub', ROOT, 'new/']], ['SUCCESS', [ROOT, 'sub', ROOT, 'sub']], ...paths([], [ROOT, 'new'], [['NOENT', 'none'], ['BUSY', '.'], ['BUSY', 'sub/..']]),
    ['BUSY', [ROOT, 'sub', ROOT, 'nothing/.']], ['INVAL', [ROOT, 'sub', ROOT, 'sub/deep/x']], ['INVAL', [ROOT, 'sub', ROOT, 'sub/x']], ['ISDIR', [ROOT, 'hello.txt', ROOT, 'nothing']], ['NOTDIR', [ROOT, 'sub', ROOT, 'hello.txt']],
    ['NOTDIR', [ROOT, 'hello.txt', ROOT, 'new/']], ['NOTDIR', [ROOT, 'hello.txt/', ROOT, 'new']], ['NOTEMPTY', [ROOT, 'nothing', ROOT, 'sub']], ['NOTEMPTY', [ROOT, 'sub/deep/file', ROOT, 'sub']],
    ['ROFS', [RO, 'hello.txt', RO, 'new']], ['ROFS', [ROOT, 'hello.txt', RO, 'new']], ['ROFS', [RO, 'hello.txt', ROOT, 'new']], ['BADF', [ROOT, 'hello.txt', d('closed'), 'x']], ['NOTDIR', [ROOT, 'hello.txt', d('file'), 'x']],
  ],
  path_symlink: [
    ['SUCCESS', ['any/../thing', ROOT, 'new']],
    ...paths([], [], [['EXIST', 'hello.txt'], ['NOENT', 'new/']]).filter(([, args]) => typeof args[1] === 'string').map(([errno, args]): [Errno, Argument[]] => [errno, ['target', ...args]]),
    ['FAULT', [SIZE - 1, 2, ROOT, 'new']], ['FAULT', ['target', ROOT, SIZE - 1, 2]], ['NOENT', ['', ROOT, 'new']], ['NAMETOOLONG', ['x'.repeat(4097), ROOT, 'new']], ['ILSEQ', ['\xff', ROOT, 'new']], ['INVAL', ['a\0', ROOT, 'new']],
    ['NOTCAPABLE', ['/etc', ROOT, 'new']], ['ROFS', ['target', RO, 'new']],
  ],
  path_unlink_file: [['SUCCESS', [ROOT, 'hello.txt']], ['SUCCESS', [ROOT, 'loop']], ...paths([], [], [['NOENT', 'none'], ['ISDIR', 'sub'], ['ISDIR', '.'], ['ISDIR', '..'.replace('..', 'sub/..')], ['NOTDIR', 'hello.txt/'], ['NOTDIR', 'to-sub/']]), ['ROFS', [RO, 'hello.txt']]],
};

/** Given by what conformance.test.ts does beside this list: a full table, a full memory; and by streams (test/sim/console.test.ts). */
export const ELSEWHERE: Record<string, Errno[]> = {
  path_open: ['MFILE', 'NOSPC'], fd_write: ['FBIG', 'NOSPC'], fd_pwrite: ['NOSPC'], path_create_directory: ['NOSPC'], path_link: ['NOSPC'], path_rename: ['NOSPC'], path_symlink: ['NOSPC'], fd_read: ['AGAIN'],
};
