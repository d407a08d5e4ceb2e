// Requests to a server in a machine, as a browser and as bad company would send them.
import http from 'node:http';
import net from 'node:net';
import type { Served } from './served.ts';

export interface Answer { status: number; headers: http.IncomingHttpHeaders; body: Buffer }

export function fetchPage(port: number, path: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer'))).on('error', reject);
  });
}

/**
 * Waits until the server answers. QEMU accepts before the guest has an address, and closes again or keeps the connection
 * for seconds: attempts are short at first.
 */
export async function answers(server: Served): Promise<void> {
  let patience = 0;
  await server.until(() => fetchPage(server.port, '/', { timeout: patience += 200 }));
}

/** Sends text over a connection of its own, part by part with pauses; everything that comes back until the end. */
export async function talk(port: number, parts: readonly string[], pause = 0): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let said = '';
  socket.on('data', (data) => { said += data.toString('latin1'); });
  const ended = new Promise<void>((resolve, reject) => socket.on('close', () => resolve()).on('error', reject));
  for (const part of parts) {
    socket.write(part);
    if (pause > 0) await new Promise((resolve) => { setTimeout(resolve, pause); });
  }
  await ended;
  return said;
}
