// Random calls of everything that has to do with files, with good and bad descriptors, pointers, paths and numbers: every
// answer is an errno, the kernel neither panics nor touches what it was not given (the machine checks that).
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inside, READ_ONLY } from '../support/files.ts';

const SIZE = 0x80000;
const END_OF_INPUT = Uint8Array.of(0x10, 0x04);
const descriptor = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 3, max: 12 }) }, fc.constantFrom(0, 1, 2, 255, 256, -1, 0x7fffffff));
const place = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0x30000, max: 0x38000 }) }, fc.constantFrom(SIZE - 4, SIZE - 1, SIZE, -1, -8));
const size = fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 300 }) }, fc.constantFrom(0, 4096, 4097, -1, 0x7fffffff));
const number = fc.oneof(fc.bigInt({ min: -20n, max: 20n }), fc.constantFrom((1n << 63n) - 1n, -(1n << 63n), 1n << 32n));
const rights = fc.oneof(fc.constantFrom(0n, 2n, 0x3fffffffn, 0x3fffffbfn, -1n), fc.bigInt({ min: 0n, max: 0x3fffffffn }));
const flags = fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 3 }) }, fc.nat({ max: 64 }));
const path = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.constantFrom('hello.txt', 'empty', 'sub', 'deep', 'file', 'link', 'to-sub', 'loop', 'out', '..', '.', '', 'new'), { maxLength: 4 }).map((parts) => parts.join('/')) },
  fc.string({ unit: 'binary', maxLength: 20 }),
);

type Argument = fc.Arbitrary<number | bigint | string>;
/** A path stands for two arguments. */
const CALLS: Record<string, Argument[]> = {
  path_open: [descriptor, flags, path, flags, rights, rights, flags, place], path_filestat_get: [descriptor, flags, path, place],
  path_readlink: [descriptor, path, place, size, place], path_create_directory: [descriptor, path], path_unlink_file: [descriptor, path],
  path_remove_directory: [descriptor, path], path_rename: [descriptor, path, descriptor, path], path_link: [descriptor, flags, path, descriptor, path],
  path_symlink: [path, descriptor, path], path_filestat_set_times: [descriptor, flags, path, number, number, flags],
  fd_read: [descriptor, place, size, place], fd_pread: [descriptor, place, size, number, place], fd_write: [descriptor, place, size, place],
  fd_pwrite: [descriptor, place, size, number, place], fd_readdir: [descriptor, place, size, number, place], fd_seek: [descriptor, number, flags, place],
  fd_tell: [descriptor, place], fd_close: [descriptor], fd_renumber: [descriptor, descriptor], fd_fdstat_get: [descriptor, place],
  fd_fdstat_set_flags: [descriptor, flags], fd_fdstat_set_rights: [descriptor, rights, rights], fd_filestat_get: [descriptor, place],
  fd_filestat_set_size: [descriptor, number], fd_filestat_set_times: [descriptor, number, number, flags], fd_advise: [descriptor, number, number, flags],
  fd_allocate: [descriptor, number, number], fd_sync: [descriptor], fd_datasync: [descriptor], fd_prestat_get: [descriptor, place],
  fd_prestat_dir_name: [descriptor, place, size],
};
const call = fc.oneof(...Object.entries(CALLS).map(([name, values]) =>
  fc.record({ name: fc.constant(name), values: fc.tuple(...values) })), fc.record({ name: fc.constant('path_open'), values: fc.tuple(...CALLS['path_open']!) }));

test('any sequence of calls is answered', () => {
  const answers = new Map<number, number>();
  fc.assert(fc.property(fc.boolean(), fc.array(call, { minLength: 40, maxLength: 120 }), (isReadOnly, calls) => {
    inside((app, files) => {
      for (const { name, values } of calls) {
        // Vectors and subscriptions are read from there: mostly small buffers.
        for (let at = 0x30000; at < 0x30400; at += 8) app.vector(at, 0x40000 + (at & 0xfff), at & 0x3f);
        let next = 0x50000;
        const given = values.flatMap((value): (number | bigint)[] => (typeof value === 'string' ? files.put(next += 0x1000, value) : [value]));
        const errno = app.wasi[name]!(...given);
        expect(errno, name).toBeLessThanOrEqual(76);
        answers.set(errno, (answers.get(errno) ?? 0) + 1);
      }
    }, isReadOnly ? READ_ONLY : undefined, { commandLine: 'stdin=framed', stdin: END_OF_INPUT });
  }), { seed: 1, numRuns: 60 });
  for (const errno of [0, 8, 21, 28, 44, 54, 69, 76]) expect(answers.get(errno) ?? 0, `errno ${errno}`).toBeGreaterThan(10);
});
