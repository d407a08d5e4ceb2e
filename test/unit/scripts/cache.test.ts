import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cache, keyOf } from '../../../scripts/cache.ts';

let directory: string;
let cache: Cache;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-cache-'));
  cache = new Cache(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const produce = (text: string) => (work: string): Promise<void> => {
  writeFileSync(join(work, 'file'), text);
  return Promise.resolve();
};
const never = (): Promise<void> => Promise.reject(new Error('made again'));

describe('cache', () => {
  it('makes an entry once', async () => {
    const first = await cache.entry('kind', 'key', produce('one'));
    expect(readFileSync(join(first, 'file'), 'utf8')).toBe('one');
    expect(await cache.entry('kind', 'key', never)).toBe(first);
    expect(cache.find('kind', 'key')).toBe(first);
  });

  it.each([
    ['a changed file', (entry: string) => writeFileSync(join(entry, 'file'), 'two')],
    ['a shortened file', (entry: string) => writeFileSync(join(entry, 'file'), 'o')],
    ['a missing file', (entry: string) => rmSync(join(entry, 'file'))],
    ['a missing index', (entry: string) => rmSync(join(entry, 'entry.json'))],
    ['a broken index', (entry: string) => writeFileSync(join(entry, 'entry.json'), '{')],
  ])('notices %s and makes the entry again', async (_, damage) => {
    damage(await cache.entry('kind', 'key', produce('one')));
    expect(cache.find('kind', 'key')).toBeUndefined();
    const again = await cache.entry('kind', 'key', produce('one'));
    expect(readFileSync(join(again, 'file'), 'utf8')).toBe('one');
  });

  it('keeps nothing of a failed entry', async () => {
    await expect(cache.entry('kind', 'key', never)).rejects.toThrow('made again');
    expect(cache.find('kind', 'key')).toBeUndefined();
    expect(readdirSync(join(directory, 'scratch'))).toEqual([]);
  });

  it('two at once both get a whole entry', async () => {
    const entries = await Promise.all([1, 2, 3].map(() => cache.entry('kind', 'key', produce('one'))));
    expect(new Set(entries).size).toBe(1);
    expect(cache.find('kind', 'key')).toBe(entries[0]);
  });

  it('drops scratch when told to', () => {
    const scratch = cache.makeScratch();
    cache.dropAll();
    expect(existsSync(scratch)).toBe(false);
  });

  it('a place that cannot be written is one clear error', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => new Cache(file)).toThrow(/cannot write the cache .*ASOLO_CACHE/);
  });

  it('keys tell lists apart', () => {
    expect(keyOf('ab', 'c')).not.toBe(keyOf('a', 'bc'));
    expect(keyOf(['a'], 'b')).not.toBe(keyOf(['a', 'b']));
  });
});
