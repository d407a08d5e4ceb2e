// An application with directories that the host shares, on the simulated machine. Read next: files.ts, machine/virtio/ninep.ts.
import { expect } from 'vitest';
import { Files, NO_FILES } from './files.ts';
import type { Application } from './machine/application.ts';
import { Machine, type MachineOptions, type MachineResult } from './machine/machine.ts';
import type { Share, ShareOptions } from './machine/virtio/ninep.ts';

export type ShareSpec = ShareOptions & { readonly transport?: 'mmio' | 'pci'; readonly mode?: 'ro' | 'rw'; readonly guest?: string };

export interface Shared {
  readonly app: Application;
  readonly files: Files;
  /** The devices, in order. */
  readonly shares: Share[];
  readonly machine: Machine;
}

/** Runs `body` with these shares, which are descriptors 3 and up, `/tmp` behind them; how it ended. */
export function withShares(specs: readonly ShareSpec[], body: (shared: Shared) => number | void, options: MachineOptions = {}): MachineResult & { machine: Machine; shares: Share[] } {
  const words = specs.map(({ mode = 'rw', guest }, i) => `share=${mode}:${guest ?? `/s${i}`}`);
  const devices = specs.map(({ mode, ...spec }) => ({ device: '9p' as const, readOnly: mode === 'ro', ...spec }));
  const machine = new Machine({ applicationBytes: 0x80000, files: NO_FILES, cpu: { kvmclock: true }, commandLine: words.join(' '), ...options, devices });
  const result = machine.run((app) => body({ app, files: new Files(app), shares: machine.devices as Share[], machine }));
  return { ...result, machine, shares: machine.devices as Share[] };
}

/** The same for a body that must get to its end. */
export function inShares(specs: readonly ShareSpec[], body: (shared: Shared) => void, options: MachineOptions = {}): Machine {
  const { status, stdout, machine } = withShares(specs, body, options);
  expect(status, stdout).toBe(0);
  return machine;
}

const ALL = (1n << 30n) - 1n;
const ERRNO_LAST = 76;
const [GUARD, GUARD_END] = [0x50000, 0x60000];

/** Everything that can be done with a share, descriptor 3: the errno of each call. Fails if other memory was touched. */
export function useAll(app: Application, files: Files): number[] {
  const { wasi } = app;
  const results: number[] = [];
  const path = (text: string, at = 0x400): [number, number] => files.put(at, text);
  const put = (name: string, ...args: (number | bigint)[]): number => results[results.push(wasi[name]!(...args)) - 1]!;
  app.memory.fill(0xee, GUARD, GUARD_END);
  const open = (name: string, oflags: number, then: (descriptor: number) => void): void => {
    if (put('path_open', 3, 1, ...path(name), oflags, ALL, ALL, 0, 0x100) !== 0) return;
    const descriptor = app.u32(0x100);
    then(descriptor);
    put('fd_close', descriptor);
  };
  const onFile = (file: number): void => {
    app.vector(0x200, 0x30000, 8000);
    for (const name of ['fd_write', 'fd_read']) put(name, file, 0x200, 1, 0x300);
    put('fd_pread', file, 0x200, 1, 3n, 0x300);
    put('fd_filestat_get', file, 0x300);
    put('fd_filestat_set_size', file, 5n);
    put('fd_allocate', file, 0n, 50n);
    put('fd_filestat_set_times', file, 1n, 2n, 5);
    put('fd_seek', file, 0n, 2, 0x300);
    put('fd_sync', file);
  };
  open('file', 0, onFile);
  open('new', 1, onFile);
  open('link', 8, onFile);
  open('dir', 2, (dir) => {
    for (const size of [300, 8000]) put('fd_readdir', dir, 0x30000, size, 0n, 0x300);
    put('fd_sync', dir);
  });
  put('fd_readdir', 3, 0x30000, 8000, 0n, 0x300);
  put('path_filestat_get', 3, 1, ...path('dir/../link'), 0x300);
  put('path_filestat_set_times', 3, 1, ...path('dir'), 1n, 2n, 10);
  put('path_create_directory', 3, ...path('made'));
  put('path_symlink', ...path('file', 0x1400), 3, ...path('made/link'));
  put('path_readlink', 3, ...path('made/link'), 0x30000, 4096, 0x300);
  put('path_link', 3, 0, ...path('file', 0x1400), 3, ...path('made/again'));
  put('path_rename', 3, ...path('made/again', 0x1400), 3, ...path('made/moved'));
  for (const name of ['made/moved', 'made/link', 'file']) put('path_unlink_file', 3, ...path(name));
  put('path_remove_directory', 3, ...path('made'));
  expect(results.every((error) => error >= 0 && error <= ERRNO_LAST), results.join(' ')).toBe(true);
  expect(app.memory.subarray(GUARD, GUARD_END).every((byte) => byte === 0xee)).toBe(true);
  return results;
}
