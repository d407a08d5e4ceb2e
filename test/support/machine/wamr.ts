// WAMR's socket calls as a test's application makes them, on a machine with a peer on its cable. A result below 0 is an errno.
import type { Application } from './application.ts';
import { NetworkMachine, type NetworkOptions } from './network-machine.ts';
import { bytesOf, DATA, OUT, VECTORS } from './sockets.ts';

export const [DGRAM, STREAM] = [0, 1];
/** Of the options that our own calls number (assembly/wasi/sock-options.ts). */
export const OPTION = {
  type: 0, error: 1, isListening: 2, reuseAddress: 3, sendBuffer: 4, receiveBuffer: 5, sendTimeout: 6, receiveTimeout: 7, broadcast: 8,
  linger: 9, noDelay: 10, keepAlive: 11, keepIdle: 12, keepInterval: 13, keepCount: 14, reusePort: 15,
  timeToLive: 16, groupTimeToLive: 17, groupLoop: 18, quickAck: 19, fastOpen: 20,
} as const;
export const ADDRESS = 0x800;
const INFOS = 0x8000;

export interface Name { host: string; port: number }

/** Runs the application; what it throws comes out. */
export async function online(body: (app: Application, net: NetworkMachine) => void, options: NetworkOptions = {}): Promise<ReturnType<NetworkMachine['run']>> {
  const net = await NetworkMachine.create(options);
  return net.run((app) => body(app, net));
}

export function putAddress(app: Application, host: string, port: number, kind = 0): number {
  app.memory.fill(0, ADDRESS, ADDRESS + 24);
  app.view.setUint32(ADDRESS, kind, true);
  host.split('.').forEach((part, i) => { app.memory[ADDRESS + 4 + i] = Number(part); });
  app.view.setUint16(ADDRESS + 8, port, true);
  return ADDRESS;
}

export function addressAt(app: Application, at = ADDRESS): Name {
  return { host: [...app.memory.subarray(at + 4, at + 8)].join('.'), port: app.view.getUint16(at + 8, true) };
}

export function open(app: Application, type = STREAM): number {
  const error = app.wamr['sock_open']!(-1, 0, type, OUT);
  return error === 0 ? app.u32(OUT) : -error;
}

export const bind = (app: Application, fd: number, host: string, port: number): number => app.wamr['sock_bind']!(fd, putAddress(app, host, port));
export const connect = (app: Application, fd: number, host: string, port: number): number => app.wamr['sock_connect']!(fd, putAddress(app, host, port));
export const listen = (app: Application, fd: number, backlog = 8): number => app.wamr['sock_listen']!(fd, backlog);
export const close = (app: Application, fd: number): number => app.wamr['sock_close']!(fd);
export const setNonblocking = (app: Application, fd: number): number => app.wasi['fd_fdstat_set_flags']!(fd, 4);

function nameBy(app: Application, call: string, fd: number): Name | number {
  const error = app.wamr[call]!(fd, ADDRESS);
  return error === 0 ? addressAt(app) : error;
}

export const localName = (app: Application, fd: number): Name | number => nameBy(app, 'sock_addr_local', fd);
export const peerName = (app: Application, fd: number): Name | number => nameBy(app, 'sock_addr_remote', fd);

export function sendTo(app: Application, fd: number, data: string | Uint8Array, host: string, port: number): number {
  const bytes = bytesOf(data);
  app.memory.set(bytes, DATA);
  app.vector(VECTORS, DATA, bytes.length);
  const error = app.wamr['sock_send_to']!(fd, VECTORS, 1, 0, putAddress(app, host, port), OUT);
  return error === 0 ? app.u32(OUT) : -error;
}

export function receiveFrom(app: Application, fd: number, length: number, flags = 0): { data: Uint8Array; from: Name } | number {
  app.vector(VECTORS, DATA, length);
  const error = app.wamr['sock_recv_from']!(fd, VECTORS, 1, flags, ADDRESS, OUT);
  return error === 0 ? { data: app.memory.slice(DATA, DATA + app.u32(OUT)), from: addressAt(app) } : error;
}

/** The value of an option by our own number, or -errno. */
export function option(app: Application, fd: number, number: number): number {
  const error = app.own['sock_get_option']!(fd, number, OUT);
  return error === 0 ? Number(app.view.getBigUint64(OUT, true)) : -error;
}

export const setOption = (app: Application, fd: number, number: number, value: number | bigint): number => app.own['sock_set_option']!(fd, number, BigInt(value));

export interface Hints { type: number; family?: number }

/** sock_addr_resolve with room for `room` answers: what it says, and how many it says there are. */
export function resolve(app: Application, host: string, service = '', hints?: Hints, room = 16): { found: number; names: (Name & { type: number })[] } | number {
  const put = (at: number, text: string): number => {
    app.memory.set(new TextEncoder().encode(`${text}\0`), at);
    return at;
  };
  app.view.setInt32(0x700, hints?.type ?? 0, true);
  app.view.setUint32(0x704, hints?.family ?? 0, true);
  app.memory[0x708] = hints === undefined ? 0 : 1;
  const error = app.wamr['sock_addr_resolve']!(put(0x4000, host), put(0x5000, service), 0x700, INFOS, room, OUT);
  if (error !== 0) return error;
  const found = app.u32(OUT);
  const names = Array.from({ length: Math.min(found, room) }, (_, i) => ({ ...addressAt(app, INFOS + 28 * i), type: app.u32(INFOS + 28 * i + 24) }));
  return { found, names };
}
