import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../../../scripts/paths.ts';
import { ALL_FEATURES, checkSocketsHaveDevices, featuresFor, leftOut } from '../../../../scripts/steps/kernel-features.ts';

const imports = (...names: string[]): { name: string }[] => names.map((name) => ({ name }));

test('a program that only writes gets no drivers', () => {
  expect(featuresFor(imports('fd_write', 'poll_oneoff', 'solo5_yield'))).toEqual({ network: false, block: false, sockets: false, files: false, shares: false });
});

test('frames need the network driver, sockets the stack too, blocks theirs', () => {
  expect(featuresFor(imports('solo5_net_read'))).toEqual({ network: true, block: false, sockets: false, files: false, shares: false });
  expect(featuresFor(imports('sock_recv'))).toEqual({ network: true, block: false, sockets: true, files: false, shares: false });
  expect(featuresFor(imports('solo5_block_acquire'))).toEqual({ network: false, block: true, sockets: false, files: false, shares: false });
});

test('files are reached by paths and by the list of open directories', () => {
  for (const name of ['path_open', 'fd_prestat_get', 'fd_readdir']) expect(featuresFor(imports(name)).files, name).toBe(true);
  expect(featuresFor(imports('fd_read', 'fd_seek', 'fd_close')).files).toBe(false);
});

test('directories can be shared with who opens anything by a path', () => {
  expect(featuresFor(imports('path_open')).shares).toBe(true);
  expect(featuresFor(imports('fd_prestat_get', 'fd_readdir')).shares).toBe(false);
});

test('what the manifest declares is driven, whatever is imported', () => {
  expect(featuresFor([], [{ type: 'net' }])).toMatchObject({ network: true, block: false });
  expect(featuresFor([], [{ type: 'block' }])).toMatchObject({ network: false, block: true });
});

test('sockets of an application whose interfaces are all declared for Solo5 are refused', () => {
  const declared = [{ name: 'service', type: 'net' }, { name: 'data', type: 'block' }] as const;
  expect(() => checkSocketsHaveDevices(imports('fd_write', 'sock_open'), declared))
    .toThrow("the application opens sockets ('sock_open'), and its manifest declares 'service' for solo5_net_acquire alone; sockets use interfaces that are not declared: leave it out");
  expect(() => checkSocketsHaveDevices(imports('sock_open_v2'), [...declared, { name: 'b', type: 'net' }])).toThrow("'service', 'b'");
  expect(() => checkSocketsHaveDevices(imports('sock_recv', 'solo5_net_acquire'), declared)).not.toThrow();
  expect(() => checkSocketsHaveDevices(imports('sock_open'), declared.slice(1))).not.toThrow();
  expect(() => checkSocketsHaveDevices(imports('sock_open'))).not.toThrow();
});

/** The constants of base/features.ts as asc folds them. */
async function constants(options: readonly string[]): Promise<Record<string, number>> {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-features-'));
  try {
    const out = join(directory, 'features.wasm');
    const asc = await import('assemblyscript/asc');
    const args = ['assembly/base/features.ts', '--config', 'none', '--runtime', 'stub', '--baseDir', ROOT, '--outFile', relative(ROOT, out)];
    const { error } = await asc.main([...args, ...options], { stderr: asc.createMemoryStream() });
    if (error) throw error;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(out)));
    return Object.fromEntries(Object.entries(exports).filter(([name]) => name.startsWith('HAS_')).map(([name, value]) => [name, Number((value as WebAssembly.Global).value)]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('asc folds a feature away when it is told to, and else has them all', async () => {
  expect(leftOut(ALL_FEATURES)).toEqual([]);
  expect(await constants([])).toEqual({ HAS_NETWORK: 1, HAS_BLOCK: 1, HAS_SOCKETS: 1, HAS_FILES: 1, HAS_SHARES: 1 });
  expect(await constants(leftOut({ network: false, block: true, sockets: true, files: true, shares: false }))).toEqual({ HAS_NETWORK: 0, HAS_BLOCK: 1, HAS_SOCKETS: 1, HAS_FILES: 1, HAS_SHARES: 0 });
  expect(await constants(leftOut({ network: false, block: false, sockets: false, files: false, shares: false }))).toEqual({ HAS_NETWORK: 0, HAS_BLOCK: 0, HAS_SOCKETS: 0, HAS_FILES: 0, HAS_SHARES: 0 });
}, 60_000);
