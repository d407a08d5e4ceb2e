import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkWritable, makeDirectory, replaceFile } from '../../../scripts/output.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-output-'));
  writeFileSync(join(directory, 'from'), 'new');
  chmodSync(join(directory, 'from'), 0o600);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('output', () => {
  it('replaces a file whole and leaves nothing beside it', () => {
    writeFileSync(join(directory, 'to'), 'old');
    replaceFile(join(directory, 'from'), join(directory, 'to'));
    expect(readFileSync(join(directory, 'to'), 'utf8')).toBe('new');
    expect(readdirSync(directory).sort()).toEqual(['from', 'to']);
  });

  it('gives the file the rights of a new file, not those of the cache', () => {
    replaceFile(join(directory, 'from'), join(directory, 'to'));
    expect(statSync(join(directory, 'to')).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it('a failure leaves the old file', () => {
    writeFileSync(join(directory, 'to'), 'old');
    expect(() => replaceFile(join(directory, 'missing'), join(directory, 'to'))).toThrow(/cannot write/);
    expect(readFileSync(join(directory, 'to'), 'utf8')).toBe('old');
    expect(readdirSync(directory).sort()).toEqual(['from', 'to']);
  });

  it('says early what cannot be written', () => {
    expect(() => checkWritable(directory)).toThrow(/is a directory/);
    expect(() => checkWritable(join(directory, 'no', 'file'))).toThrow(/no such file or directory/);
    expect(() => checkWritable(join(directory, 'from', 'file'))).toThrow(/cannot write/);
    expect(() => checkWritable(join(directory, 'to'))).not.toThrow();
    expect(() => makeDirectory(join(directory, 'from'))).toThrow(/cannot write/);
  });
});
