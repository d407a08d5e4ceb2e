import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilerWords, findCompiler, which } from '../../../scripts/toolchain.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-tools-'));
  writeFileSync(join(directory, 'tool'), '#!/bin/sh\n');
  chmodSync(join(directory, 'tool'), 0o755);
  writeFileSync(join(directory, 'text'), '');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('toolchain', () => {
  it('finds programs that may be executed, on PATH or by path', () => {
    const env = { PATH: `/nonexistent:${directory}` };
    expect(which('tool', env)).toBe(join(directory, 'tool'));
    expect(which(join(directory, 'tool'), env)).toBe(join(directory, 'tool'));
    expect(which('text', env)).toBeUndefined();
    expect(which('.', env)).toBeUndefined();
  });

  it('CC may hold several words', () => {
    expect(compilerWords({ CC: ' ccache  gcc ' })).toEqual(['ccache', 'gcc']);
    expect(compilerWords({ PATH: directory })).toEqual(['gcc']);
  });

  it('finds the C compiler of this system', async () => {
    const compiler = await findCompiler();
    expect(compiler.version).toMatch(/\d+\.\d+/);
    expect(['gcc', 'clang']).toContain(compiler.kind);
  });
});
