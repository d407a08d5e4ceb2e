// Preview 1's socket calls as a test's application makes them, on a machine that listens on port 80 with a peer on its cable.
// A result below 0 is an errno.
import { expect } from 'vitest';
import type { Application } from './application.ts';
import { NetworkMachine, type NetworkOptions } from './network-machine.ts';
import type { Socket } from '../net/socket.ts';

export const NONBLOCK = 4;
export const [PEEK, WAITALL] = [1, 2];
export const [RD, WR] = [1, 2];
export const OUT = 0x900;
export const VECTORS = 0x10000;
export const DATA = 0x20000;
export const LISTENER = 3;

type Body = (app: Application, net: NetworkMachine) => void;

export async function inside(body: Body, options: NetworkOptions = {}): Promise<ReturnType<NetworkMachine['run']>> {
  const net = await NetworkMachine.create({ ...options, commandLine: `tcplisten=0.0.0.0:80 ${(options.commandLine as string | undefined) ?? ''}` });
  return net.run((app) => body(app, net));
}

export const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? new TextEncoder().encode(text) : text);
export const textOf = (bytes: Uint8Array | number): string | number => (typeof bytes === 'number' ? bytes : new TextDecoder().decode(bytes));
export const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >>> 8) * 13) & 0xff);

export function accept(app: Application, listener = LISTENER, flags = 0): number {
  const error = app.wasi['sock_accept']!(listener, flags, OUT);
  return error === 0 ? app.u32(OUT) : -error;
}

export function send(app: Application, descriptor: number, data: string | Uint8Array, flags = 0): number {
  const bytes = bytesOf(data);
  app.memory.set(bytes, DATA);
  app.vector(VECTORS, DATA, bytes.length);
  const error = app.wasi['sock_send']!(descriptor, VECTORS, 1, flags, OUT);
  return error === 0 ? app.u32(OUT) : -error;
}

export function receive(app: Application, descriptor: number, length: number, flags = 0): Uint8Array | number {
  app.vector(VECTORS, DATA, length);
  const error = app.wasi['sock_recv']!(descriptor, VECTORS, 1, flags, OUT, OUT + 4);
  return error === 0 ? app.memory.slice(DATA, DATA + app.u32(OUT)) : error;
}

interface Ready { userdata: number; error: number; type: number; bytes: number; flags: number }

/** Polls descriptors, `-fd` for writing; `timeout` in ms. */
export function poll(app: Application, descriptors: readonly number[], timeout?: number): Ready[] {
  const count = descriptors.length + (timeout === undefined ? 0 : 1);
  app.memory.fill(0, 0x1000, 0x1000 + 48 * count);
  descriptors.forEach((descriptor, i) => {
    app.view.setUint32(0x1000 + 48 * i, Math.abs(descriptor), true);
    app.view.setUint8(0x1000 + 48 * i + 8, descriptor < 0 ? 2 : 1);
    app.view.setUint32(0x1000 + 48 * i + 16, Math.abs(descriptor), true);
  });
  if (timeout !== undefined) {
    app.view.setUint32(0x1000 + 48 * (count - 1) + 16, 1, true);
    app.view.setBigUint64(0x1000 + 48 * (count - 1) + 24, BigInt(timeout * 1e6), true);
  }
  expect(app.wasi['poll_oneoff']!(0x1000, 0x4000, count, OUT)).toBe(0);
  return Array.from({ length: app.u32(OUT) }, (_, i) => {
    const at = 0x4000 + 32 * i;
    return {
      userdata: app.view.getUint32(at, true), error: app.view.getUint16(at + 8, true), type: app.view.getUint8(at + 10),
      bytes: Number(app.view.getBigUint64(at + 16, true)), flags: app.view.getUint16(at + 24, true),
    };
  });
}

/** A connection from the peer, accepted. */
export function connected(app: Application, net: NetworkMachine, flags = 0): { fd: number; peer: Socket } {
  const peer = net.connect();
  return { fd: accept(app, LISTENER, flags), peer };
}
