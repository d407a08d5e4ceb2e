// The HTTP servers of examples/, in C and in AssemblyScript, in QEMU, emulated, on a user network whose port is forwarded:
// requests from Node, as a browser and as bad company would send them. The machine has 16 MiB.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';
import { answers, fetchPage, talk } from '../support/http.ts';
import { Served } from '../support/served.ts';

const PAGE = '<!doctype html><title>page</title>';
const LARGE = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => (i * 31 + (i >>> 8)) & 0xff));
const SERVERS = [['http-server', 'C'], ['http-server-as', 'AssemblyScript']] as const;

let directory = '';
let port = 0;
let server: Served;

interface Status { requests: number; connections: number; open: number; seconds: number; memory: number; language: string; machine: string }

async function status(options: http.RequestOptions = {}): Promise<Status> {
  const { headers, body } = await fetchPage(port, '/status.json', options);
  expect(headers).toMatchObject({ 'content-type': 'application/json' });
  return JSON.parse(body.toString()) as Status;
}

describe.each(SERVERS)('%s', (name, language) => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'asolo-http-'));
    mkdirSync(join(directory, 'site/sub'), { recursive: true });
    writeFileSync(join(directory, 'site/index.html'), PAGE);
    writeFileSync(join(directory, 'site/sub/index.html'), 'sub');
    writeFileSync(join(directory, 'site/page.html'), PAGE.padEnd(612));
    writeFileSync(join(directory, 'site/large.bin'), LARGE);
    const image = join(directory, 'http.elf');
    expect(await asolo(['build', await buildExample(name), '-o', image, '--dir', `${join(directory, 'site')}::/:ro`])).toMatchObject({ status: 0 });
    server = await Served.start(['--env', 'MACHINE=a "quoted" machine', image]);
    port = server.port;
    await answers(server);
  }, 290_000);

  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('serves pages, and says what they are', async () => {
    expect(await fetchPage(port, '/')).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from(PAGE) });
    expect((await fetchPage(port, '/sub/')).body.toString()).toBe('sub');
    expect((await fetchPage(port, '/%69ndex.html?query')).body.toString()).toBe(PAGE);
    expect(await fetchPage(port, '/none')).toMatchObject({ status: 404 });
    expect(await fetchPage(port, '/', { method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'content-length': String(PAGE.length) }, body: Buffer.alloc(0) });
    const said = await status();
    expect(said).toMatchObject({ language, machine: 'a quoted machine' });
    expect(said.requests).toBeGreaterThan(5);
    expect(said.memory).toBeGreaterThan(65536);
  });

  test('a file of a megabyte comes whole', async () => {
    expect((await fetchPage(port, '/large.bin')).body.equals(LARGE)).toBe(true);
  }, 60_000);

  test('a hundred requests go over one connection', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const before = await status({ agent });
    for (let i = 0; i < 100; i++) expect((await fetchPage(port, '/', { agent })).body.toString()).toBe(PAGE);
    const after = await status({ agent });
    agent.destroy();
    // QEMU's network may still bring an attempt from before the server was ready.
    expect(after.connections - before.connections).toBeLessThan(5);
  }, 60_000);

  // Answers that the device reads in place, between acknowledgements that are copied: rings that were lent came back once only
  // as long as no copied frame was between them, and after a thousand answers there was no memory for another.
  test('three thousand answers leave no memory behind', async () => {
    const ask = async (agent: http.Agent): Promise<void> => {
      for (let i = 0; i < 300; i++) expect((await fetchPage(port, '/page.html', { agent })).body.length).toBe(612);
    };
    const agents = Array.from({ length: 10 }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
    for (const agent of agents) await fetchPage(port, '/', { agent });
    await Promise.all(agents.map(ask));
    for (const agent of agents) agent.destroy();
    expect((await fetchPage(port, '/')).status).toBe(200);
  }, 120_000);

  // One after the other to begin with: QEMU's user network listens with a backlog of 1, and what finds it full is tried again
  // by the host only after seconds.
  test('fifty connections are served at a time', async () => {
    const agents = Array.from({ length: 50 }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
    for (const agent of agents) expect((await fetchPage(port, '/', { agent })).status).toBe(200);
    const pages = await Promise.all(agents.map((agent) => fetchPage(port, '/', { agent })));
    for (const { body } of pages) expect(body.toString()).toBe(PAGE);
    const { open } = await status({ agent: agents[0]! });
    expect(open).toBe(50);
    for (const agent of agents) agent.destroy();
  }, 60_000);

  test('requests that come together are answered in order', async () => {
    const said = await talk(port, ['GET /sub/ HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.0\r\n\r\n']);
    expect([...said.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404', '200']);
    expect(said.indexOf('\r\n\r\nsub')).toBeLessThan(said.indexOf('404'));
  });

  test('a target may be a whole address, and a request may have a body that is skipped', async () => {
    const said = await talk(port, ['\r\nGET http://a/sub/?x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n', 'a\r\nbc', 'HEAD HTTP://a HTTP/1.0\nHost: a\n\n'], 20);
    expect(said).toMatch(new RegExp(`^HTTP/1.1 200 .*\r\n\r\nsubHTTP/1.1 200 .*Content-Length: ${PAGE.length}\r\n.*\r\n\r\n$`, 's'));
  }, 60_000);

  test('a client that sends a byte at a time is served, and holds up nobody', async () => {
    const slow = talk(port, [...'GET / HTTP/1.0\r\n\r\n'], 30);
    expect((await fetchPage(port, '/')).status).toBe(200);
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
    ['another version', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505], ['no version', 'GET / HTTP/1.x\r\nHost: a\r\n\r\n', 400], ['two lengths', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['a length that is no number', 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n', 400], ['a blank before a colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400], ['a folded line', 'GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n', 400],
    ['a name with a zero byte', 'GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n', 400], ['half a code', 'GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n', 400], ['another form of target', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', 400], ['chunks', 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n', 501],
    ['a long target', `GET /${'a'.repeat(2000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414], ['a longer one', `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    ['a large head', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(9000)}\r\n\r\n`, 431],
  ])('%s is refused, and the connection closed', async (_name, text, status) => {
    expect(await talk(port, [text])).toMatch(new RegExp(`^HTTP/1.1 ${status} .*Connection: close`, 's'));
  });

  test('nothing was said on standard error, and the server still runs', () => {
    expect(server).toMatchObject({ isRunning: true, stderr: '' });
  });
});
