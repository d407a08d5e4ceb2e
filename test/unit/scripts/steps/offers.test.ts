import { describe, expect, it } from 'vitest';
import { checkImports, offerFor, readOffers, type Offers } from '../../../../scripts/steps/offers.ts';
import type { Import, Signature, WasmModule } from '../../../../scripts/wasm/module.ts';

const four: Signature = { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] };
const kernel = { exports: [
  { name: 'boot', kind: 'function', index: 0, signature: { params: [], results: [] } },
  { name: 'wasi_fd_write', kind: 'function', index: 1, signature: four },
  { name: 'wasi_fd_read', kind: 'function', index: 2, signature: four },
  { name: 'wasi_table', kind: 'table', index: 0 },
] } as unknown as WasmModule;
const offers: Offers = readOffers(kernel);
const wanted = (module: string, name: string, signature: Signature = four): Import[] => [{ module, name, kind: 'function', signature }];

describe('offers', () => {
  it('are the kernel\'s functions with a known prefix', () => {
    expect([...offers.keys()]).toEqual(['wasi_snapshot_preview1.fd_write', 'wasi_snapshot_preview1.fd_read']);
    expect(() => checkImports(wanted('wasi_snapshot_preview1', 'fd_write'), offers)).not.toThrow();
  });

  it('of Solo5 keep their names, and are served where a C compiler puts them as well', () => {
    const solo5 = readOffers({ exports: [{ name: 'solo5_yield', kind: 'function', index: 0, signature: four }] } as unknown as WasmModule);
    expect([...solo5]).toEqual(['solo5', 'env'].map((module) => [`${module}.solo5_yield`, [{ kernelExport: 'solo5_yield', signature: four }]]));
    expect(() => checkImports(wanted('env', 'puts'), solo5)).toThrow(/declared but not linked in/);
  });

  it.each([
    ['wasi_snapshot_preview1', 'fd_wriet', "nobody offers the import 'wasi_snapshot_preview1.fd_wriet' (i32, i32, i32, i32) -> i32; the nearest is 'wasi_snapshot_preview1.fd_write'"],
    ['wasi_snapshot_previev1', 'fd_write', /the nearest is 'wasi_snapshot_preview1.fd_write'/],
    ['wasi_unstable', 'fd_write', /WASI preview 0/],
    ['env', 'puts', /declared but not linked in/],
    ['canvas', 'draw', /offered modules: wasi_snapshot_preview1/],
  ])('%s.%s', (module, name, message) => {
    expect(() => checkImports(wanted(module, name), offers)).toThrow(message);
  });

  it('a wrong signature shows both', () => {
    expect(() => checkImports(wanted('wasi_snapshot_preview1', 'fd_read', { params: ['i64'], results: [] }), offers))
      .toThrow("import 'wasi_snapshot_preview1.fd_read' is declared as (i64) -> () but asolo offers (i32, i32, i32, i32) -> i32");
  });

  it('that an application wants of an unknown dialect of sockets are named all at once', () => {
    const calls = ['sock_open_v7', 'fd_write', 'sock_teleport'].flatMap((name) => wanted('wasi_snapshot_preview1', name));
    expect(() => checkImports(calls, offers)).toThrow("nobody offers the socket calls 'sock_open_v7', 'sock_teleport' of wasi_snapshot_preview1; those that there are: preview 1's, WAMR's and WasmEdge's");
    expect(() => checkImports(wanted('wasi_snapshot_preview1', 'sock_teleport'), offers)).toThrow("nobody offers the import 'wasi_snapshot_preview1.sock_teleport'");
  });

  it('of one name are told apart by their types', () => {
    const two: Signature = { params: ['i32', 'i32'], results: ['i32'] };
    const both = readOffers({ exports: [
      { name: 'wamr_sock_accept', kind: 'function', index: 0, signature: two },
      { name: 'wasi_sock_accept', kind: 'function', index: 1, signature: four },
    ] } as unknown as WasmModule);
    const served = (signature: Signature): string | undefined => offerFor(wanted('wasi_snapshot_preview1', 'sock_accept', signature)[0]!, both)?.kernelExport;
    expect([served(two), served(four), served({ params: [], results: [] })]).toEqual(['wamr_sock_accept', 'wasi_sock_accept', undefined]);
    expect(() => checkImports(wanted('wasi_snapshot_preview1', 'sock_accept', { params: ['i64'], results: [] }), both))
      .toThrow('is declared as (i64) -> () but asolo offers (i32, i32, i32, i32) -> i32 or (i32, i32) -> i32');
    expect(() => checkImports([two, four].flatMap((signature) => wanted('wasi_snapshot_preview1', 'sock_accept', signature)), both))
      .toThrow('is declared twice, as (i32, i32) -> i32 and as (i32, i32, i32, i32) -> i32');
  });

  it('of WasmEdge have a second name', () => {
    const wasmedge = readOffers({ exports: ['wasmedge_sock_bind', 'wasmedge1_sock_getsockopt'].map((name, index) => ({ name, kind: 'function', index, signature: four })) } as unknown as WasmModule);
    expect([...wasmedge.keys()]).toEqual(['sock_bind', 'sock_bind_v2', 'sock_getsockopt'].map((name) => `wasi_snapshot_preview1.${name}`));
  });

  it.each(['memory', 'table', 'global', 'tag'] as const)('an imported %s is refused', (kind) => {
    expect(() => checkImports([{ module: 'env', name: 'x', kind }], offers)).toThrow(`the module imports a ${kind} ('env.x')`);
  });
});
