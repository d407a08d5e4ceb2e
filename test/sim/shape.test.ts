// The shape of kernel.wasm: imports, exports, size, and what must not be in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModule } from '../../scripts/wasm/module.ts';
import { textOf } from '../support/assembly.ts';
import { compileKernel, kernelPath } from '../support/machine/kernel.ts';

const PREVIEW_1 = [
  'args_get', 'args_sizes_get', 'clock_res_get', 'clock_time_get', 'environ_get', 'environ_sizes_get', 'fd_advise',
  'fd_allocate', 'fd_close', 'fd_datasync', 'fd_fdstat_get', 'fd_fdstat_set_flags', 'fd_fdstat_set_rights',
  'fd_filestat_get', 'fd_filestat_set_size', 'fd_filestat_set_times', 'fd_pread', 'fd_prestat_dir_name', 'fd_prestat_get',
  'fd_pwrite', 'fd_read', 'fd_readdir', 'fd_renumber', 'fd_seek', 'fd_sync', 'fd_tell', 'fd_write', 'path_create_directory',
  'path_filestat_get', 'path_filestat_set_times', 'path_link', 'path_open', 'path_readlink', 'path_remove_directory',
  'path_rename', 'path_symlink', 'path_unlink_file', 'poll_oneoff', 'proc_exit', 'proc_raise', 'random_get', 'sched_yield',
  'sock_accept', 'sock_recv', 'sock_send', 'sock_shutdown',
];

const SOLO5 = [
  'abort', 'block_acquire', 'block_read', 'block_write', 'clock_monotonic', 'clock_wall', 'console_write', 'exit', 'net_acquire',
  'net_read', 'net_write', 'set_tls_base', 'tls_init', 'tls_size', 'tls_tp_offset', 'yield',
];

const OWN = [
  'block_discard', 'block_flush', 'block_poll', 'block_submit', 'block_wait', 'block_write_zeroes', 'sock_get_option', 'sock_set_option',
];

/** Of WAMR's lib-socket, what preview 1 does not have, and the older sock_accept. */
const WAMR = [
  'sock_accept', 'sock_addr_local', 'sock_addr_remote', 'sock_addr_resolve', 'sock_bind', 'sock_close', 'sock_connect',
  'sock_listen', 'sock_open', 'sock_recv_from', 'sock_send_to', 'sock_set_ip_add_membership', 'sock_set_ip_drop_membership',
  ...['broadcast', 'ip_multicast_loop', 'ip_multicast_ttl', 'ip_ttl', 'ipv6_only', 'keep_alive', 'linger', 'recv_buf_size', 'recv_timeout',
    'reuse_addr', 'reuse_port', 'send_buf_size', 'send_timeout', 'tcp_fastopen_connect', 'tcp_keep_idle', 'tcp_keep_intvl',
    'tcp_no_delay', 'tcp_quick_ack'].flatMap((option) => [`sock_get_${option}`, `sock_set_${option}`]),
];

/** Of WasmEdge's: what has a second name that ends in _v2, and what has not. */
const WASMEDGE = ['accept', 'bind', 'connect', 'getlocaladdr', 'getpeeraddr', 'listen', 'open', 'recv', 'recv_from', 'send', 'send_to'];
const WASMEDGE_1 = ['epoll_oneoff', ...['getaddrinfo', 'getlocaladdr', 'getpeeraddr', 'getsockopt', 'recv_from', 'setsockopt'].map((name) => `sock_${name}`)];

/** What the shim offers; asc leaves out what the kernel does not use. */
const OFFERED: Record<string, string[]> = {
  io: ['in8', 'in16', 'in32', 'out8', 'out16', 'out32', 'outs8', 'ins8'],
  mmio: ['read8', 'read16', 'read32', 'write8', 'write16', 'write32'],
  dma: ['load8', 'load16', 'load32', 'load64', 'store8', 'store16', 'store32', 'store64', 'fence'],
  cpu: ['cycles', 'identify', 'random', 'pause', 'wait', 'takePending', 'enableKvmclock'],
  vm: ['map', 'mapFar', 'setApplication', 'growable', 'takeTop'],
  app: ['copyIn', 'copyOut', 'size'],
  image: ['end', 'commandLine', 'symbol', 'symbolStart', 'files', 'filesAt', 'readFiles', 'copyFiles', 'declared', 'readDeclared'],
  power: ['reset'],
};

/** The ids of a module's sections, custom ones left out, with the bytes they take. */
function sections(bytes: Uint8Array): Map<number, number> {
  const found = new Map<number, number>();
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at++]!;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    found.set(id, (found.get(id) ?? 0) + size);
    at += size;
  }
  return found;
}

describe('kernel.wasm', () => {
  test('exports what the shim calls, the 46 functions of preview 1, the 16 of Solo5, the 49 of WAMR\'s sockets, the 18 of WasmEdge\'s, ours and its memory, and nothing else', () => {
    expect([PREVIEW_1.length, SOLO5.length, WAMR.length]).toEqual([46, 16, 49]);
    const exports = WebAssembly.Module.exports(compileKernel()).map(({ name }) => name).sort();
    const expected = ['staticsEnd', 'boot', 'enterApplication', 'exit', 'trap', 'fault', 'outOfMemory', 'startSolo5', 'memory', ...PREVIEW_1.map((name) => `wasi_${name}`), ...SOLO5.map((name) => `solo5_${name}`), ...WAMR.map((name) => `wamr_${name}`), ...OWN.map((name) => `asolo_${name}`), ...WASMEDGE.map((name) => `wasmedge_sock_${name}`), ...WASMEDGE_1.map((name) => `wasmedge1_${name}`)];
    expect(exports).toEqual(expected.sort());
  });

  test('offers WAMR\'s calls with the types of its wasi_socket_ext.h', () => {
    const exports = new Map(readModule(readFileSync(kernelPath)).exports.map(({ name, signature }) => [name, signature]));
    const counts: Record<string, number> = {
      sock_close: 1, sock_open: 4, sock_addr_resolve: 6, sock_send_to: 6, sock_recv_from: 6, sock_set_linger: 3, sock_get_linger: 3,
      sock_set_ip_multicast_loop: 3, sock_get_ip_multicast_loop: 3, sock_set_ip_add_membership: 3, sock_set_ip_drop_membership: 3,
    };
    for (const name of WAMR) {
      const params: string[] = Array.from({ length: counts[name] ?? 2 }, () => 'i32');
      if (/sock_set_(send|recv)_timeout/.test(name)) params[1] = 'i64';
      expect(exports.get(`wamr_${name}`), name).toEqual({ params, results: ['i32'] });
    }
  });

  test('imports only what the shim offers', () => {
    for (const { module, name, kind } of WebAssembly.Module.imports(compileKernel())) {
      expect(kind).toBe('function');
      expect(OFFERED[module], `${module}.${name}`).toContain(name);
    }
  });

  test('has no start function: nothing runs before the shim is ready', () => {
    const START = 8;
    expect(sections(readFileSync(kernelPath)).has(START)).toBe(false);
  });

  test('is small: its code and data, with every feature, take less than 160 KiB', () => {
    const [CUSTOM, CODE, DATA] = [0, 10, 11];
    const found = sections(readFileSync(kernelPath));
    expect(found.get(CODE)! + found.get(DATA)!).toBeLessThan(160 * 1024);
    expect(readFileSync(kernelPath).length - (found.get(CUSTOM) ?? 0)).toBeLessThan(160 * 1024);
  });

  test('compiles with a runtime that has no allocator: nothing is managed', async () => {
    const asc = await import('assemblyscript/asc');
    const stderr = asc.createMemoryStream();
    const { error } = await asc.main(['assembly/index.ts', 'assembly/index-sockets.ts', '--target', 'unit', '--runtime', 'test/support/no-runtime',
      '--baseDir', join(import.meta.dirname, '../..'), '--noEmit'], { stderr });
    expect(error, textOf(stderr)).toBeNull();
  });
});
