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
