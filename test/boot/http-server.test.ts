// The HTTP server of examples/ in QEMU, emulated, on a user network whose port is forwarded: requests from Node, as a browser
// and as bad company would send them. The machine has 16 MiB.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';

const PAGE = '<!doctype html><title>page</title>';
const LARGE = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => (i * 31 + (i >>> 8)) & 0xff));
let directory = '';
let port = 0;
let server: ChildProcess;
let stderr = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-http-'));
  mkdirSync(join(directory, 'site/sub'), { recursive: true });
  writeFileSync(join(directory, 'site/index.html'), PAGE);
  writeFileSync(join(directory, 'site/sub/index.html'), 'sub');
  writeFileSync(join(directory, 'site/large.bin'), LARGE);
  const built = await asolo(['build', await buildExample('http-server'), '-o', join(directory, 'http.elf'), '--dir', `${join(directory, 'site')}::/:ro`]);
  expect(built).toMatchObject({ status: 0 });
  port = await freePort();
  server = spawn('node', [join(import.meta.dirname, '../../scripts/asolo.mjs'), 'run', '--accel', 'tcg', '--memory', '16M', '--timeout', '280',
    '--tcplisten', `127.0.0.1:${port}`, join(directory, 'http.elf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  server.stderr!.on('data', (data: Buffer) => { stderr += data.toString(); });
  await ready();
}, 290_000);

afterAll(async () => {
  if (server && server.exitCode === null) {
    const ended = new Promise((resolve) => server.on('close', resolve));
    server.kill('SIGTERM');
    await ended;
  }
  rmSync(directory, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port: found } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(found));
    });
  });
}

interface Answer { status: number; headers: http.IncomingHttpHeaders; body: Buffer }

function fetchPage(path: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Until the guest has an address and answers: QEMU accepts, and closes again, before. */
async function ready(): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended: ${stderr}`);
    try {
      await fetchPage('/');
      return;
    } catch {
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
  }
}

/** Sends text over a connection of its own, part by part with pauses; everything that comes back until the end. */
async function talk(parts: readonly string[], pause = 0): Promise<string> {
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

test('serves pages, and says what they are', async () => {
  expect(await fetchPage('/')).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from(PAGE) });
  expect((await fetchPage('/sub/')).body.toString()).toBe('sub');
  expect((await fetchPage('/%69ndex.html?query')).body.toString()).toBe(PAGE);
  expect(await fetchPage('/none')).toMatchObject({ status: 404 });
  expect(await fetchPage('/', { method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'content-length': String(PAGE.length) }, body: Buffer.alloc(0) });
  const status = JSON.parse((await fetchPage('/status.json')).body.toString()) as { requests: number };
  expect(status.requests).toBeGreaterThan(5);
});

test('a file of a megabyte comes whole', async () => {
  expect((await fetchPage('/large.bin')).body.equals(LARGE)).toBe(true);
}, 60_000);

test('a hundred requests go over one connection', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const before = JSON.parse((await fetchPage('/status.json', { agent })).body.toString()) as { connections: number };
  for (let i = 0; i < 100; i++) expect((await fetchPage('/', { agent })).body.toString()).toBe(PAGE);
  const after = JSON.parse((await fetchPage('/status.json', { agent })).body.toString()) as { connections: number };
  agent.destroy();
  expect(after.connections).toBe(before.connections);
}, 60_000);

// One after the other to begin with: QEMU's user network listens with a backlog of 1, and what finds it full is tried again
// by the host only after seconds.
test('fifty connections are served at a time', async () => {
  const agents = Array.from({ length: 50 }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
  for (const agent of agents) expect((await fetchPage('/', { agent })).status).toBe(200);
  const answers = await Promise.all(agents.map((agent) => fetchPage('/', { agent })));
  for (const { body } of answers) expect(body.toString()).toBe(PAGE);
  const { open } = JSON.parse((await fetchPage('/status.json', { agent: agents[0]! })).body.toString()) as { open: number };
  expect(open).toBe(50);
  for (const agent of agents) agent.destroy();
}, 60_000);

test('requests that come together are answered in order', async () => {
  const said = await talk(['GET /sub/ HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.0\r\n\r\n']);
  expect([...said.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404', '200']);
  expect(said.indexOf('\r\n\r\nsub')).toBeLessThan(said.indexOf('404'));
});

test('a client that sends a byte at a time is served, and holds up nobody', async () => {
  const slow = talk([...'GET / HTTP/1.0\r\n\r\n'], 30);
  expect((await fetchPage('/')).status).toBe(200);
  expect((await slow).endsWith(PAGE)).toBe(true);
}, 60_000);

test('a client that reads slowly gets everything', async () => {
  const socket = net.connect(port, '127.0.0.1');
  socket.write('GET /large.bin HTTP/1.0\r\n\r\n');
  const parts: Buffer[] = [];
  socket.on('data', (data) => {
    parts.push(data);
    socket.pause();
    setTimeout(() => socket.resume(), 2);
  });
  await new Promise((resolve) => { socket.on('close', resolve); });
  expect(Buffer.concat(parts).subarray(-LARGE.length).equals(LARGE)).toBe(true);
}, 100_000);

test.each([
  ['no request at all', 'nonsense\r\n\r\n', 400], ['no host', 'GET / HTTP/1.1\r\n\r\n', 400], ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
  ['a field without a name', 'GET / HTTP/1.1\r\n: a\r\n\r\n', 400], ['a way out of the directory', 'GET /../x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['a hidden way out', 'GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n', 400], ['another method', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc', 405],
  ['another version', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505], ['chunks', 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n', 501],
  ['a long target', `GET /${'a'.repeat(2000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414], ['a longer one', `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  ['a large head', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(9000)}\r\n\r\n`, 431],
])('%s is refused, and the connection closed', async (_name, text, status) => {
  expect(await talk([text])).toMatch(new RegExp(`^HTTP/1.1 ${status} .*Connection: close`, 's'));
});

test('nothing was said on standard error, and the server still runs', () => {
  expect(stderr).toBe('');
  expect(server.exitCode).toBe(null);
});
