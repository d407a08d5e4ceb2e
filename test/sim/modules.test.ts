// Files that come with the machine: archives in boot modules, on the simulated machine. Covers assembly/boot-info/modules.ts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archiveOf, archiveOfTree, BLOCK, member } from '../support/archive.ts';
import { inside, NO_FILES } from '../support/files.ts';
import { Machine, type MachineOptions } from '../support/machine/machine.ts';

const AT = 0x1000000;
const module = (contents: Uint8Array, start = AT): NonNullable<MachineOptions['modules']>[number] => ({ start, end: start + contents.length, contents });
const site = archiveOfTree({ 'index.html': '<h1>', 'sub': null, 'sub/large': 'x'.repeat(5_000_000) }).archive;
const data = archiveOfTree({ 'numbers': '1 2 3' }).archive;

test.each(['multiboot', 'pvh'] as const)('are read in place, and can be written over, as those of an image (%s)', (protocol) => {
  inside((app, files) => {
    expect(files.preopens()).toEqual(['/', '/tmp']);
    expect(files.readAll(files.open(3, 'index.html'))).toBe('<h1>');
    const large = files.open(3, 'sub/large', { rights: 2n | 4n | 64n | 32n });
    expect(files.pread(large, 4_999_990n, 100)).toBe('x'.repeat(10));
    files.seek(large, 2_500_000n, 0);
    expect(app.write(large, 'changed')).toBe(0);
    expect(files.pread(large, 2_499_998n, 11)).toBe('xxchangedxx');
    expect(Buffer.from(site).includes('changed')).toBe(false);
  }, NO_FILES, { protocol, modules: [module(site)] });
});

test('come after those of the image, in the order of the modules', () => {
  const more = archiveOf([member({ name: '0/', type: '5' }), member({ name: '0/own', contents: 'more' })], ['/more']).archive;
  inside((_, files) => {
    expect(files.preopens()).toEqual(['/', '/', '/more', '/tmp']);
    expect(files.readAll(files.open(4, 'numbers'))).toBe('1 2 3');
    expect(files.readAll(files.open(5, 'own'))).toBe('more');
  }, archiveOfTree({ a: 'A' }), { modules: [module(data), module(more, AT + 0x100000)] });
});

test.each<[string, Uint8Array, MachineOptions['modules'], string]>([
  ['is no archive', Buffer.alloc(4096, 'no archive'), undefined, 'the archive of files in a boot module cannot be read: byte 0'],
  ['is empty', Buffer.alloc(0), undefined, 'the archive of files in a boot module cannot be read: byte 0'],
  ['is cut', site.subarray(0, 3 * BLOCK), undefined, 'the archive of files in a boot module cannot be read: byte 1536'],
  ['lies at the end of what can be reached', data, [{ start: 0xfffff000, end: 0xffffffff }], 'a boot module does not fit into the machine\'s memory'],
])('a module that %s ends the machine with one line', (_, contents, modules, message) => {
  const { status, stdout } = new Machine({ modules: modules ?? [module(contents)] }).run((app) => void app.wasi['fd_prestat_get']!(3, 0));
  expect({ status, stdout }).toEqual({ status: 125, stdout: `asolo: ${message}\n` });
});

test('whatever a module holds, the machine says so or works', () => {
  const archive = archiveOf([member({ name: '0/', type: '5' }), member({ name: '0/a/b', contents: 'x'.repeat(600) }), member({ name: '0/link', type: '2', link: 'a/b' })]).archive;
  const change = fc.record({ at: fc.nat({ max: archive.length - 1 }), value: fc.nat({ max: 255 }) });
  const endings = new Set<number>();
  fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
    const bytes = Buffer.from(archive);
    for (const { at, value } of changes) bytes[at] = value;
    const { status, stdout } = new Machine({ modules: [module(bytes)] }).run((app) => {
      if (app.wasi['fd_readdir']!(3, 0x1000, 4096, 0n, 0) !== 0) throw new Error('no directory');
    });
    endings.add(status);
    if (status !== 0) expect({ status, stdout }).toEqual({ status: 125, stdout: expect.stringMatching(/^asolo: the archive of files in a boot module cannot be read: byte \d+\n$/) as string });
  }), { seed: 5, numRuns: 200 });
  expect(endings).toEqual(new Set([0, 125]));
});
