import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compilerTrouble, largestFunction } from '../../../../scripts/steps/compiler-trouble.ts';

const directory = mkdtempSync(join(tmpdir(), 'asolo-trouble-'));
const source = join(directory, 'app_7.c');
const TEXT = `#include "app-impl.h"

u32 w2c_app_small(w2c_app*, u32);

u32 w2c_app_small(w2c_app* instance, u32 var_p0) {
  return var_p0;
}

static void w2c_app_vm0x2Eexec_0(w2c_app* instance) {
${'  w2c_app_small(instance, 1u);\n'.repeat(100)}}
`;
writeFileSync(source, TEXT);
afterAll(() => rmSync(directory, { recursive: true }));

const command = { program: 'gcc', args: [], timeout: 60_000 };
const ended = { status: 1, signal: null, stdout: '', stderr: '', timedOut: false };

describe('a compiler that does not end well', () => {
  it.each([
    ['killed', { ...ended, stderr: 'gcc: fatal error: Killed signal terminated program cc1\ncompilation terminated.' }],
    ['killed itself', { ...ended, status: null, signal: 'SIGKILL' as const }],
    ['out of memory', { ...ended, stderr: 'cc1: out of memory allocating 65536 bytes after a total of 99999 bytes' }],
  ])('%s: the largest function is named', (_, finished) => {
    const error = compilerTrouble(command, finished, source);
    expect(error.code).toBe('tool-failed');
    expect(error.message).toBe("compiling app_7.c (its largest function is 'vm.exec_0', 3.1 KiB of C): the compiler ran out of memory; a lower --optimize needs less");
  });

  it('in time: the same', () => {
    const error = compilerTrouble(command, { ...ended, timedOut: true }, source);
    expect(error.code).toBe('tool-timeout');
    expect(error.message).toMatch(/^compiling app_7\.c \(its largest function is 'vm\.exec_0', .*did not end in 60 s/);
  });

  it('with a message: the function that the compiler names', () => {
    const stderr = "app_7.c: In function 'w2c_app_small':\napp_7.c:6:3: internal compiler error: in build2, at tree.c:1\n";
    const error = compilerTrouble(command, { ...ended, stderr }, source);
    expect(error.message).toBe("compiling app_7.c (in function 'small'): gcc ended with status 1");
    expect(error.detail).toContain('internal compiler error');
  });
});

describe('the largest function', () => {
  it('is found by the text between its braces', () => {
    expect(largestFunction(TEXT)).toMatchObject({ name: 'w2c_app_vm0x2Eexec_0' });
    expect(largestFunction('int x;\n')).toBeUndefined();
  });
});
