// assembly/fs/path.ts against a model: the same answers, and never a node outside the directory that it began in.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archiveOfTree, type Tree } from '../../../support/archive.ts';
import { LINK_FOLLOW, LINK_KEEP, LINK_NAME, mount, type Mounted } from './harness.ts';

const [SUCCESS, ILSEQ, INVAL, LOOP, NAMETOOLONG, NOENT, NOTDIR, NOTCAPABLE] = [0, 25, 28, 32, 37, 44, 54, 76];

/** What a path leads to: the absolute name in the tree, or an errno. `base` and names in the tree begin with no slash. */
function model(tree: Tree, base: string, path: string, follow: boolean): string | number {
  if (path === '') return NOENT;
  if (path.startsWith('/')) return NOTCAPABLE;
  const from = base === '' ? [] : base.split('/');
  let at = [...from];
  let rest = path.split('/');
  let links = 0;
  const isDirectory = (names: string[]): boolean => names.length === 0 || tree[names.join('/')] === null;
  while (rest.length > 0) {
    if (!isDirectory(at)) return NOTDIR;
    const name = rest[0]!;
    rest = rest.slice(1);
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at.length === from.length) return NOTCAPABLE;
      at = at.slice(0, -1);
      continue;
    }
    const next = [...at, name];
    const what = tree[next.join('/')];
    if (what === undefined) return NOENT;
    const isLink = what !== null && typeof what === 'object' && 'link' in what;
    if (!isLink || (rest.length === 0 && !follow)) {
      at = next;
      continue;
    }
    if (++links > 40) return LOOP;
    const { link } = what;
    if (link.startsWith('/')) return NOTCAPABLE;
    rest = [...link.split('/'), ...rest];
  }
  return at.join('/');
}

const names = ['a', 'b', 'c', 'd'];
const target = fc.array(fc.constantFrom(...names, '..', '.', ''), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')).filter((link) => link !== '');
const what = fc.oneof(fc.constant('text'), fc.constant(null), fc.constant(null), target.map((link) => ({ link })));

/** Trees of up to three levels, in which every parent is a directory. */
const trees: fc.Arbitrary<Tree> = fc.array(fc.tuple(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }), what), { maxLength: 14 }).map((entries) => {
  const tree: Tree = {};
  for (const [parts, value] of entries) {
    const parents = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('/'));
    if (parents.some((parent) => parent in tree && tree[parent] !== null) || parts.join('/') in tree) continue;
    for (const parent of parents) tree[parent] = null;
    tree[parts.join('/')] = value;
  }
  return tree;
});
const paths = fc.array(fc.constantFrom(...names, ...names, '..', '.', ''), { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/'));

test('paths lead where the model says, and never out of the directory', async () => {
  let found = 0;
  await fc.assert(fc.asyncProperty(trees, fc.array(fc.tuple(paths, fc.boolean(), fc.nat()), { minLength: 20, maxLength: 40 }), async (tree, queries) => {
    const mounted = await mount(archiveOfTree(tree, { other: { a: null, b: 'not ours' } }));
    expect(mounted.isGood).toBe(true);
    const directories = ['', ...Object.keys(tree).filter((name) => tree[name] === null)];
    for (const [path, follow, which] of queries) {
      const base = directories[which % directories.length]!;
      const from = base === '' ? mounted.root() : mounted.resolve(mounted.root(), base, LINK_KEEP).node;
      const { error, node } = mounted.resolve(from, path, follow ? LINK_FOLLOW : LINK_KEEP);
      const expected = model(tree, base, path, follow);
      const answer = error === SUCCESS ? mounted.pathOf(node).slice(1) : error;
      expect(answer, `${JSON.stringify(tree)} ${base} ${path} ${follow}`).toBe(expected);
      if (typeof answer === 'string') {
        found++;
        expect(base === '' || answer === base || answer.startsWith(`${base}/`)).toBe(true);
      }
    }
  }), { seed: 1, numRuns: 150 });
  expect(found).toBeGreaterThan(200);
});

describe('a path', () => {
  const tree: Tree = {
    'dir': null, 'dir/file': 'x', 'loop': { link: 'loop' }, 'ping': { link: 'pong' }, 'pong': { link: 'ping' }, 'out': { link: '../x' },
    'absolute': { link: '/dir' }, 'to-dir': { link: 'dir' }, 'to-file': { link: 'dir/file' }, 'dangling': { link: 'nowhere' }, 'chain40': { link: 'dir' },
  };
  for (let i = 39; i > 0; i--) tree[`chain${i}`] = { link: `chain${i + 1}` };
  tree['chain0'] = { link: 'chain1' };
  const at = (mounted: Mounted) => (path: string | Uint8Array, link = LINK_FOLLOW): ReturnType<Mounted['resolve']> => mounted.resolve(mounted.root(), path, link);
  const error = async (path: string | Uint8Array): Promise<number> => at(await mount(archiveOfTree(tree)))(path).error;

  test.each<[string, number]>([
    ['', NOENT], ['/', NOTCAPABLE], ['/dir', NOTCAPABLE], ['..', NOTCAPABLE], ['dir/../..', NOTCAPABLE], ['dir/..', SUCCESS], ['.', SUCCESS], ['./', SUCCESS],
    ['dir/', SUCCESS], ['dir//file', SUCCESS], ['dir/file/', NOTDIR], ['dir/file/.', NOTDIR], ['dir/file/..', NOTDIR], ['dir/none', NOENT], ['none/none', NOENT],
    ['loop', LOOP], ['ping', LOOP], ['loop/x', LOOP], ['out', NOTCAPABLE], ['absolute', NOTCAPABLE], ['absolute/file', NOTCAPABLE],
    ['to-dir', SUCCESS], ['to-dir/', SUCCESS], ['to-dir/file', SUCCESS], ['to-file/', NOTDIR], ['to-file/x', NOTDIR], ['dangling', NOENT], ['dangling/', NOENT],
    ['chain1', SUCCESS], ['chain0', LOOP], ['a\0b', INVAL], ['dir\0', INVAL], ['n'.repeat(255), NOENT], ['n'.repeat(256), NAMETOOLONG],
    [`${'./'.repeat(2046)}dir`, SUCCESS], [`${'./'.repeat(2047)}dir`, NAMETOOLONG],
  ])('%j is answered', async (path, expected) => {
    expect(await error(path)).toBe(expected);
  });

  test('of bytes that are no text is ILSEQ', async () => {
    expect(await error(Uint8Array.of(0xff))).toBe(ILSEQ);
    expect(await error(Uint8Array.of(0x61, 0xc3))).toBe(ILSEQ);
  });

  test('whose last name is missing has its directory, and any other failure has none', async () => {
    const mounted = await mount(archiveOfTree(tree));
    const resolve = at(mounted);
    expect(mounted.pathOf(resolve('dir/new').parent)).toBe('/dir');
    expect(mounted.pathOf(resolve('dir/new/').parent)).toBe('/dir');
    expect(resolve('dangling')).toMatchObject({ error: NOENT, node: 0, parent: mounted.root() });
    expect(resolve('none/new').parent).toBe(0);
    expect(resolve('dir/file/new').parent).toBe(0);
  });

  test('is not followed at its end unless that is asked for, or a slash comes', async () => {
    const mounted = await mount(archiveOfTree(tree));
    const [resolve, pathOf] = [at(mounted), mounted.pathOf];
    expect(pathOf(resolve('to-dir', LINK_KEEP).node)).toBe('/to-dir');
    expect(pathOf(resolve('to-dir', LINK_FOLLOW).node)).toBe('/dir');
    expect(pathOf(resolve('to-dir/', LINK_KEEP).node)).toBe('/dir');
    expect(pathOf(resolve('to-dir/file', LINK_KEEP).node)).toBe('/dir/file');
    expect(resolve('loop', LINK_KEEP).error).toBe(SUCCESS);
  });

  test('names the link itself, and nothing else, to what removes or moves a name', async () => {
    const mounted = await mount(archiveOfTree(tree));
    const resolve = at(mounted);
    expect(mounted.pathOf(resolve('to-dir', LINK_NAME).node)).toBe('/to-dir');
    expect(resolve('to-dir/', LINK_NAME).error).toBe(NOTDIR);
    expect(mounted.pathOf(resolve('to-dir/file', LINK_NAME).node)).toBe('/dir/file');
    expect(resolve('.', LINK_NAME)).toMatchObject({ error: SUCCESS, parent: 0 });
  });
});
