// WasmEdge's socket calls as a test's application makes them. A result below 0 is an errno. `form` is the length of addresses:
// 4 (or 16, to be filled), the plain ones, or 128, which begin with a family.
import type { Application } from './application.ts';
import { bytesOf, DATA, OUT, VECTORS } from './sockets.ts';
import type { Name } from './wamr.ts';

export const [INET4, INET6] = [1, 2];
export const [DGRAM, STREAM] = [1, 2];
/** __wasi_sock_opt_so_t */
export const SO = { reuseAddress: 0, type: 1, error: 2, dontRoute: 3, broadcast: 4, sendBuffer: 5, receiveBuffer: 6, keepAlive: 7, linger: 9, receiveTimeout: 11, sendTimeout: 12, isListening: 13, device: 14 } as const;
const RECORD = 0x800;
export const BUFFER = 0x840;
const PORT = OUT + 8;
const FLAGS = OUT + 16;

/** An address record of this form, with this address if there is one. */
export function putAddress(app: Application, form: number, host?: string): number {
  app.memory.fill(0, BUFFER, BUFFER + 128);
  app.view.setUint32(RECORD, BUFFER, true);
  app.view.setUint32(RECORD + 4, form, true);
  if (host === undefined) return RECORD;
  if (form === 128) app.view.setUint16(BUFFER, INET4, true);
  host.split('.').forEach((part, i) => { app.memory[BUFFER + (form === 128 ? 2 : 0) + i] = Number(part); });
  return RECORD;
}

export function hostAt(app: Application, form: number): string {
  const at = BUFFER + (form === 128 ? 2 : 0);
  return [...app.memory.subarray(at, at + 4)].join('.');
}

export function open(app: Application, type = STREAM, family = INET4): number {
  const error = app.wasmedge['sock_open']!(family, type, OUT);
  return error === 0 ? app.u32(OUT) : -error;
}

export const bind = (app: Application, fd: number, host: string, port: number, form = 4): number => app.wasmedge['sock_bind']!(fd, putAddress(app, form, host), port);
export const connect = (app: Application, fd: number, host: string, port: number, form = 4): number => app.wasmedge['sock_connect']!(fd, putAddress(app, form, host), port);
export const listen = (app: Application, fd: number, backlog = 8): number => app.wasmedge['sock_listen']!(fd, backlog);

/** By the call of today, or by the older one, which says the type of address, too. */
export function nameBy(app: Application, call: 'sock_getlocaladdr' | 'sock_getpeeraddr', fd: number, form: number, isOld = false): (Name & { type?: number }) | number {
  const record = putAddress(app, form);
  const error = isOld ? app.wasmedge1[call]!(fd, record, FLAGS, PORT) : app.wasmedge[call]!(fd, record, PORT);
  if (error !== 0) return error;
  if (form === 128 && app.view.getUint16(BUFFER, true) !== INET4) throw new Error('the family is missing');
  return { host: hostAt(app, form), port: app.u32(PORT), ...(isOld ? { type: app.u32(FLAGS) } : {}) };
}

export function sendTo(app: Application, fd: number, data: string | Uint8Array, host: string, port: number, form = 4): number {
  const bytes = bytesOf(data);
  app.memory.set(bytes, DATA);
  app.vector(VECTORS, DATA, bytes.length);
  const error = app.wasmedge['sock_send_to']!(fd, VECTORS, 1, putAddress(app, form, host), port, 0, OUT);
  return error === 0 ? app.u32(OUT) : -error;
}

export interface Received { data: Uint8Array; host: string; port: number; flags: number }

export function receiveFrom(app: Application, fd: number, length: number, form: number, isOld = false): Received | number {
  app.vector(VECTORS, DATA, length);
  app.view.setUint32(PORT, 0, true);
  app.view.setUint32(FLAGS, 0, true);
  const record = putAddress(app, form);
  const error = isOld
    ? app.wasmedge1['sock_recv_from']!(fd, VECTORS, 1, record, 0, OUT, FLAGS)
    : app.wasmedge['sock_recv_from']!(fd, VECTORS, 1, record, 0, PORT, OUT, FLAGS);
  if (error !== 0) return error;
  return { data: app.memory.slice(DATA, DATA + app.u32(OUT)), host: hostAt(app, form), port: app.u32(PORT), flags: app.u32(FLAGS) };
}

/** The bytes of an option's value as numbers of `width` bytes, or -errno. */
export function option(app: Application, fd: number, name: number, room = 16, width = 4, level = 0): number[] | number {
  app.view.setUint32(OUT, room, true);
  const error = app.wasmedge1['sock_getsockopt']!(fd, level, name, DATA, OUT);
  if (error !== 0) return -error;
  return Array.from({ length: app.u32(OUT) / width }, (_, i) => (width === 8 ? Number(app.view.getBigInt64(DATA + 8 * i, true)) : app.view.getInt32(DATA + 4 * i, true)));
}

export function setOption(app: Application, fd: number, name: number, values: readonly number[], width = 4, level = 0): number {
  values.forEach((value, i) => (width === 8 ? app.view.setBigInt64(DATA + 8 * i, BigInt(value), true) : app.view.setInt32(DATA + 4 * i, value, true)));
  return app.wasmedge1['sock_setsockopt']!(fd, level, name, DATA, width * values.length);
}

const [LIST, HINTS, NAME, SERVICE] = [0x8000, 0x7000, 0x4000, 0x5000];
const stride = 64;

export interface Hints { flags?: number; family?: number; type?: number; protocol?: number }

/** sock_getaddrinfo with a list of `room` elements, as the Rust crate lays it out: NULs are counted. */
export function resolve(app: Application, host: string, service: string, hints: Hints = {}, room = 4): (Name & { type: number; protocol: number })[] | number {
  const put = (at: number, text: string): number => {
    const bytes = new TextEncoder().encode(`${text}\0`);
    app.memory.set(bytes, at);
    return bytes.length;
  };
  const lengths = [put(NAME, host), put(SERVICE, service)] as const;
  app.memory.fill(0, HINTS, HINTS + 28);
  app.view.setUint16(HINTS, hints.flags ?? 0, true);
  app.memory.set([hints.family ?? 0, hints.type ?? 0, hints.protocol ?? 0], HINTS + 2);
  app.memory.fill(0, LIST, LIST + stride * Math.max(room, 1));
  for (let i = 0; i < room; i++) {
    const at = LIST + stride * i;
    app.view.setUint32(at + 12, at + 28, true);
    app.view.setUint32(at + 24, i + 1 < room ? at + stride : 0, true);
    app.view.setUint32(at + 32, 14, true);
    app.view.setUint32(at + 36, at + 40, true);
  }
  app.view.setUint32(OUT, LIST, true);
  const error = app.wasmedge1['sock_getaddrinfo']!(NAME, lengths[0], SERVICE, lengths[1], HINTS, OUT, room, OUT + 4);
  if (error !== 0) return error;
  return Array.from({ length: app.u32(OUT + 4) }, (_, i) => {
    const at = LIST + stride * i;
    if (app.memory[at + 2] !== INET4 || app.memory[at + 28] !== INET4 || app.u32(at + 8) !== 16) throw new Error('not IPv4');
    return { host: [...app.memory.subarray(at + 42, at + 46)].join('.'), port: app.view.getUint16(at + 40), type: app.memory[at + 3]!, protocol: app.memory[at + 4]! };
  });
}
