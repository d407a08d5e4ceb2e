import { describe, expect, it } from 'vitest';
import { DEFAULT_MEMORY, machineMemory } from '../../../../scripts/commands/run.ts';
import type { Manifest } from '../../../../scripts/steps/manifest.ts';

const MIB = 1024 * 1024;
const manifest = (initialPages: number): Manifest => ({ application: { name: 'a.wasm' }, memory: { initialPages, imageBytes: 2 * MIB } } as unknown as Manifest);

describe('run', () => {
  it('a machine has 64 MiB, or more if the application starts with more', () => {
    expect(machineMemory(manifest(16), undefined)).toBe(DEFAULT_MEMORY);
    expect(machineMemory(manifest(1600), undefined)).toBe(208 * MIB);
  });

  it('what is asked for is taken if it can do', () => {
    expect(machineMemory(manifest(16), 5 * MIB)).toBe(5 * MIB);
    expect(() => machineMemory(manifest(1600), 64 * MIB)).toThrow('the machine has 64.0 MiB but a.wasm needs at least 104.0 MiB to start (100.0 MiB of its own memory); try --memory 106M');
  });
});
