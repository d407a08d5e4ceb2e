// WASI preview 1 on the simulated machine: every function, its answers, and every pointer it takes. Covers assembly/wasi.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { Machine, type MachineOptions } from '../support/machine/machine.ts';

const [SUCCESS, BADF, FAULT, INVAL, NODEV, NOTDIR, NOTSOCK, NOTSUP, SPIPE, NOTCAPABLE] = [0, 8, 21, 28, 43, 54, 57, 58, 70, 76];
const SIZE = 0x40000;
const CLOSED = 9;

/** Runs `body` as the application; its failures come out. */
function inside(body: (app: Application) => void, options: MachineOptions = {}): string {
  const { status, stdout, stderr } = new Machine({ applicationBytes: SIZE, ...options }).run(body);
  // A panic would end the body early, and quietly.
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

// P: a pointer to as many bytes as given; V: a pointer to two vectors, which the next argument counts. d: the descriptor.
type Argument = number | bigint | 'd' | { readonly pointer: number } | { readonly vectors: true };
const P = (pointer: number): Argument => ({ pointer });
const V: Argument = { vectors: true };

/** Arguments of every function that takes a pointer; and its answer for a stream, and for a closed descriptor. */
const CALLS: [name: string, values: readonly Argument[], stream: number, closed: number][] = [
  ['args_get', [P(4), P(4)], SUCCESS, SUCCESS],
  ['args_sizes_get', [P(4), P(4)], SUCCESS, SUCCESS],
  ['environ_get', [P(4), P(4)], SUCCESS, SUCCESS],
  ['environ_sizes_get', [P(4), P(4)], SUCCESS, SUCCESS],
  ['clock_res_get', [0, P(8)], SUCCESS, SUCCESS],
  ['clock_time_get', [1, 0n, P(8)], SUCCESS, SUCCESS],
  ['random_get', [P(16), 16], SUCCESS, SUCCESS],
  ['fd_fdstat_get', ['d', P(24)], SUCCESS, BADF],
  ['fd_filestat_get', ['d', P(64)], SUCCESS, BADF],
  ['fd_pread', ['d', V, 2, 0n, P(4)], BADF, BADF],
  ['fd_prestat_get', ['d', P(8)], BADF, BADF],
  ['fd_prestat_dir_name', ['d', P(4), 4], BADF, BADF],
  ['fd_pwrite', ['d', V, 2, 0n, P(4)], SPIPE, BADF],
  ['fd_read', ['d', V, 2, P(4)], BADF, BADF],
  ['fd_readdir', ['d', P(9), 9, 0n, P(4)], NOTDIR, BADF],
  ['fd_seek', ['d', 0n, 0, P(8)], SPIPE, BADF],
  ['fd_tell', ['d', P(8)], SPIPE, BADF],
  ['fd_write', ['d', V, 2, P(4)], SUCCESS, BADF],
  ['path_create_directory', ['d', P(3), 3], NOTDIR, BADF],
  ['path_filestat_get', ['d', 0, P(3), 3, P(64)], NOTDIR, BADF],
  ['path_filestat_set_times', ['d', 0, P(3), 3, 0n, 0n, 0], NOTDIR, BADF],
  ['path_link', ['d', 0, P(3), 3, 'd', P(5), 5], NOTDIR, BADF],
  ['path_open', ['d', 0, P(3), 3, 0, 0n, 0n, 0, P(4)], NOTDIR, BADF],
  ['path_readlink', ['d', P(3), 3, P(9), 9, P(4)], NOTDIR, BADF],
  ['path_remove_directory', ['d', P(3), 3], NOTDIR, BADF],
  ['path_rename', ['d', P(3), 3, 'd', P(5), 5], NOTDIR, BADF],
  ['path_symlink', [P(3), 3, 'd', P(5), 5], NOTDIR, BADF],
  ['path_unlink_file', ['d', P(3), 3], NOTDIR, BADF],
  ['poll_oneoff', [P(48), P(32), 1, P(4)], SUCCESS, SUCCESS],
  ['sock_accept', ['d', 0, P(4)], NOTSOCK, BADF],
  ['sock_recv', ['d', V, 2, 0, P(4), P(2)], NOTSOCK, BADF],
  ['sock_send', ['d', V, 2, 0, P(4)], NOTSOCK, BADF],
];

/** Functions that take none. */
const PLAIN: [name: string, values: readonly Argument[], stream: number, closed: number][] = [
  ['fd_advise', ['d', 0n, 0n, 0], SPIPE, BADF],
  ['fd_allocate', ['d', 0n, 1n], NODEV, BADF],
  ['fd_close', ['d'], SUCCESS, BADF],
  ['fd_datasync', ['d'], SUCCESS, BADF],
  ['fd_fdstat_set_flags', ['d', 1], SUCCESS, BADF],
  ['fd_fdstat_set_rights', ['d', 0n, 0n], SUCCESS, BADF],
  ['fd_filestat_set_size', ['d', 0n], INVAL, BADF],
  ['fd_filestat_set_times', ['d', 0n, 0n, 0], NOTSUP, BADF],
  ['fd_renumber', ['d', 'd'], SUCCESS, BADF],
  ['fd_sync', ['d'], SUCCESS, BADF],
  ['sched_yield', [], SUCCESS, SUCCESS],
  ['sock_shutdown', ['d', 1], NOTSOCK, BADF],
];

const VECTORS = 0x30000;

/** The call with every pointer good; `bad` puts something else in place of argument `index`. */
function call(app: Application, name: string, values: readonly Argument[], descriptor: number, index = -1, bad = 0): number {
  app.vector(VECTORS, 0x31000, 1);
  app.vector(VECTORS + 8, 0x31001, 2);
  return app.wasi[name]!(...values.map((value, i) => {
    if (i === index) return bad;
    if (value === 'd') return descriptor;
    if (typeof value !== 'object') return value;
    return 'vectors' in value ? VECTORS : 0x20000 + i * 0x100;
  }));
}

describe.each(CALLS)('%s', (name, values, stream, closed) => {
  test('answers for a stream, and for a closed descriptor', () => {
    inside((app) => {
      expect(call(app, name, values, 1)).toBe(stream);
      for (const descriptor of [CLOSED, 10, 0x7fffffff, 0xffffffff]) expect(call(app, name, values, descriptor)).toBe(closed);
    });
  });

  test('answers EFAULT to each pointer that is not all in memory, and never touches what lies there', () => {
    inside((app) => {
      values.forEach((value, index) => {
        if (typeof value !== 'object') return;
        const bytes = 'vectors' in value ? 16 : value.pointer;
        for (const bad of [SIZE - bytes + 1, SIZE, SIZE + 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000 - bytes]) {
          expect(call(app, name, values, 1, index, bad | 0), `argument ${index} = ${bad.toString(16)}`).toBe(FAULT);
        }
        // A closed descriptor, the wrong stream or nothing at all: but never a fault, right up to the end.
        expect(call(app, name, values, 1, index, SIZE - bytes)).not.toBe(FAULT);
      });
    }, { builtIn: 'env=A=B' });
  });

  test('checks vectors as well as the list of them', () => {
    const list = values.findIndex((value) => typeof value === 'object' && 'vectors' in value);
    if (list < 0) return;
    inside((app) => {
      const at = 0x38000;
      const withVectors = (count: number, ...vectors: [number, number][]): number => {
        vectors.forEach(([buffer, length], i) => app.vector(at + i * 8, buffer, length));
        return call(app, name, values.map((value, i) => (i === list + 1 ? count : value)), 1, list, at);
      };
      for (const bad of [[SIZE, 1], [0, SIZE + 1], [0xffffffff, 2], [1, 0xffffffff], [SIZE - 1, 2]] as [number, number][]) {
        expect(withVectors(2, [0x31000, 1], bad)).toBe(FAULT);
      }
      expect(withVectors(1025)).toBe(INVAL);
      expect(withVectors(0xffffffff | 0)).toBe(INVAL);
      expect(withVectors(0)).toBe(stream);
      expect(withVectors(1, [SIZE, 0])).toBe(stream);
    });
  });
});

describe.each(PLAIN)('%s', (name, values, stream, closed) => {
  test('answers for a stream, and for a closed descriptor', () => {
    inside((app) => {
      for (const descriptor of [CLOSED, 0xffffffff]) expect(call(app, name, values, descriptor)).toBe(closed);
      expect(call(app, name, values, 1)).toBe(stream);
    });
  });
});

test('the tables and proc_exit, proc_raise are all of preview 1', () => {
  expect(CALLS.length + PLAIN.length + 2).toBe(46);
});

describe('vectors', () => {
  test('a bad one writes nothing at all', () => {
    const out = inside((app) => {
      app.memory.set([65, 66], 0x31000);
      app.vector(VECTORS, 0x31000, 2);
      app.vector(VECTORS + 8, SIZE, 1);
      expect(app.wasi['fd_write']!(1, VECTORS, 2, 0)).toBe(FAULT);
    });
    expect(out).toBe('');
  });

  test('more than 4 GiB in all is EINVAL', () => {
    // 1024 vectors of 4 MiB and 4 KiB are 4 GiB and 4 MiB.
    inside((app) => {
      for (let i = 0; i < 1024; i++) app.vector(VECTORS + i * 8, 0, 0x401000);
      expect(app.wasi['fd_write']!(1, VECTORS, 1024, 0)).toBe(INVAL);
    }, { applicationBytes: 0x500000 });
  });
});

describe('arguments and environment', () => {
  const lists = (app: Application, get: string, sizes: string): string[] => {
    expect(app.wasi[sizes]!(0, 4)).toBe(SUCCESS);
    const [count, bytes] = [app.u32(0), app.u32(4)];
    const strings = 0x1000 + count * 4;
    app.memory.fill(0xff, 0x1000);
    expect(app.wasi[get]!(0x1000, strings)).toBe(SUCCESS);
    expect(app.memory[strings + bytes]).toBe(0xff);
    const found = Array.from({ length: count }, (_, i) => app.string(app.u32(0x1000 + i * 4)));
    expect(new TextEncoder().encode(found.map((text) => `${text}\0`).join('')).length).toBe(bytes);
    return found;
  };

  test('are what the command line says', () => {
    inside((app) => {
      expect(lists(app, 'args_get', 'args_sizes_get')).toEqual(['hello', 'a b', '', 'verbose', '--']);
      expect(lists(app, 'environ_get', 'environ_sizes_get')).toEqual(['B=2=3', 'A=late']);
    }, { builtIn: 'name=built env=A=early env=B=2=3 -- ignored', commandLine: 'name=hello env=A=late -- "a b" "" verbose --' });
  });

  test('have defaults: a name and nothing else; built-in arguments stay if there are no others', () => {
    inside((app) => {
      expect(lists(app, 'args_get', 'args_sizes_get')).toEqual(['app', 'kept']);
      expect(lists(app, 'environ_get', 'environ_sizes_get')).toEqual([]);
    }, { builtIn: '-- kept' });
  });

  test('come through whatever they hold', () => {
    const value = fc.string({ maxLength: 30, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, (c) => `\\${c}`)}"`;
    fc.assert(fc.property(fc.array(value, { maxLength: 10 }), value, (values, variable) => {
      inside((app) => {
        expect(lists(app, 'args_get', 'args_sizes_get').slice(1)).toEqual(values);
        expect(lists(app, 'environ_get', 'environ_sizes_get')).toEqual([`K=${variable}`]);
      }, { commandLine: `env=${quote(`K=${variable}`)} -- ${values.map(quote).join(' ')}` });
    }), { seed: 1, numRuns: 30 });
  });
});

describe('descriptors', () => {
  const stat = (app: Application, descriptor: number): { type: number; flags: number; rights: bigint } => {
    expect(app.wasi['fd_fdstat_get']!(descriptor, 0x100)).toBe(SUCCESS);
    return { type: app.memory[0x100]!, flags: app.view.getUint16(0x102, true), rights: app.view.getBigUint64(0x108, true) };
  };

  test('are terminals as libc knows them, or not, as tty= says', () => {
    const SEEK_OR_TELL = 0x24n;
    inside((app) => {
      expect([0, 1, 2].map((i) => stat(app, i).type)).toEqual([2, 0, 2]);
      for (const i of [0, 1, 2]) expect(stat(app, i).rights & SEEK_OR_TELL).toBe(0n);
    }, { commandLine: 'tty=0,2' });
  });

  test('keep their flags, and refuse those that promise too much', () => {
    inside((app) => {
      expect(app.wasi['fd_fdstat_set_flags']!(1, 5)).toBe(SUCCESS);
      expect(stat(app, 1).flags).toBe(5);
      expect(app.wasi['fd_fdstat_set_flags']!(1, 2)).toBe(NOTSUP);
      expect(app.wasi['fd_fdstat_set_flags']!(1, 32)).toBe(INVAL);
      expect(stat(app, 1).flags).toBe(5);
    });
  });

  test('give up rights and never get them back', () => {
    inside((app) => {
      const { rights } = stat(app, 1);
      expect(app.wasi['fd_fdstat_set_rights']!(1, rights & ~0x40n, 0n)).toBe(SUCCESS);
      expect(app.write(1, 'x')).toBe(NOTCAPABLE);
      expect(app.wasi['fd_fdstat_set_rights']!(1, rights, 0n)).toBe(NOTCAPABLE);
      expect(app.wasi['fd_fdstat_set_rights']!(0, 0n, 1n)).toBe(NOTCAPABLE);
    });
  });

  test('are read and written in one direction only', () => {
    inside((app) => {
      expect(app.write(0, 'x')).toBe(BADF);
      expect(app.read(1, 1)).toBe(BADF);
    });
  });

  test('close, and can be renumbered among themselves', () => {
    const out = inside((app) => {
      expect(app.wasi['fd_renumber']!(1, 2)).toBe(SUCCESS);
      expect(app.write(1, 'gone')).toBe(BADF);
      expect(app.write(2, 'moved')).toBe(SUCCESS);
      expect(app.wasi['fd_renumber']!(2, CLOSED)).toBe(BADF);
      expect(app.wasi['fd_close']!(2)).toBe(SUCCESS);
      expect(app.wasi['fd_close']!(2)).toBe(BADF);
    }, { commandLine: 'stderr=com2' });
    expect(out).toBe('moved');
  });

  test.each([
    ['fd_advise', [1, 0n, 0n, 6]], ['fd_seek', [1, 0n, 3, 0]], ['fd_filestat_set_times', [1, 0n, 0n, 16]],
    ['sock_shutdown', [1, 0]], ['sock_shutdown', [1, 4]], ['proc_raise', [31]], ['proc_raise', [-1]],
  ] as [string, (number | bigint)[]][])('%s, case %#, is EINVAL', (name, values) => {
    inside((app) => { expect(app.wasi[name]!(...values)).toBe(INVAL); });
  });
});
