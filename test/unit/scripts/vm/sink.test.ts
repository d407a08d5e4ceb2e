import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Sink } from '../../../../scripts/vm/sink.ts';

describe('sink', () => {
  it('writes everything a source gives, in order', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'asolo-sink-'));
    const path = join(directory, 'file');
    const fd = openSync(path, 'w');
    const pieces = Array.from({ length: 200 }, (_, i) => Buffer.alloc(5000, i));
    const sink = new Sink(fd);
    const source = Readable.from(pieces);
    sink.from(source);
    await new Promise((resolve) => source.on('end', resolve));
    await sink.flushed();
    closeSync(fd);
    expect(readFileSync(path).equals(Buffer.concat(pieces))).toBe(true);
    rmSync(directory, { recursive: true });
  });

  it('tells once that nobody reads, and drops the rest', async () => {
    let broken = 0;
    const directory = mkdtempSync(join(tmpdir(), 'asolo-sink-'));
    const path = join(directory, 'file');
    closeSync(openSync(path, 'w'));
    const fd = openSync(path, 'r'); // writing fails
    const sink = new Sink(fd, () => broken++);
    sink.push(Buffer.from('a'));
    sink.push(Buffer.from('b'));
    await sink.flushed();
    sink.push(Buffer.from('c'));
    await sink.flushed();
    closeSync(fd);
    expect(broken).toBe(1);
    rmSync(directory, { recursive: true });
  });
});
