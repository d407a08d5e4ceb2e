// The examples that open sockets of their own, in a machine on QEMU's user network: the HTTP client asks a server of this process,
// and this process asks the UDP echo.
import dgram from 'node:dgram';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';
import { Served } from '../support/served.ts';

const PAGE = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31 + (i >>> 8)) & 0xff));

describe('http-client', () => {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url} HTTP/${request.httpVersion} ${request.headers.host}`);
    if (request.url === '/page?x=1') response.end(PAGE);
    else if (request.url === '/unknown-length') response.writeHead(200).end(PAGE.subarray(0, 5000));
    else if (request.url === '/cut') response.writeHead(200, { 'Content-Length': 100 }).write('ten bytes!', () => response.destroy());
    else response.writeHead(404).end('not here');
  });
  let wasm = '';
  let port = 0;

  beforeAll(async () => {
    wasm = await buildExample('http-client');
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    port = (server.address() as AddressInfo).port;
  }, 120_000);
  afterAll(() => { server.close(); });

  const fetchBy = (url: string): ReturnType<typeof asolo> => asolo(['run', '--accel', 'tcg', '--timeout', '60', '--net', 'user', wasm, '--', url]);

  test('writes the page out, byte for byte', async () => {
    const { bytes, stderr, status } = await fetchBy(`http://10.0.2.2:${port}/page?x=1`);
    expect({ stderr, status }).toEqual({ stderr: 'HTTP/1.1 200 OK\n', status: 0 });
    expect(bytes.equals(PAGE)).toBe(true);
    expect(asked).toEqual([`GET /page?x=1 HTTP/1.0 10.0.2.2:${port}`]);
  }, 280_000);

  test.each([
    ['a page whose length nobody said', '/unknown-length', 'HTTP/1.1 200 OK\n', 5000, 0],
    ['another status', '/none', 'HTTP/1.1 404 Not Found\n', 8, 1],
    ['a page that is cut', '/cut', 'HTTP/1.1 200 OK\nhttp-client: 10.0.2.2: the page is not whole\n', 10, 3],
  ])('%s', async (_name, path, said, length, expected) => {
    const { bytes, stderr, status } = await fetchBy(`http://10.0.2.2:${port}${path}`);
    expect({ stderr, status, length: bytes.length }).toEqual({ stderr: said, status: expected, length });
  }, 120_000);

  test('nobody there, and what is no address', async () => {
    expect(await fetchBy('http://127.0.0.1:1/')).toMatchObject({ status: 3, stderr: 'http-client: 127.0.0.1: Connection refused\n' });
    for (const url of ['ftp://a/', 'http://a@b/', 'http://a/\r\nX: y']) {
      expect(await fetchBy(url), url).toMatchObject({ status: 2, stderr: 'usage: http-client http://host[:port][/path]\n' });
    }
  }, 280_000);
});

describe('udp-echo', () => {
  let server: Served;
  const socket = dgram.createSocket('udp4');

  /** Sends it again until it comes back: QEMU drops what comes before the machine has an address. */
  function echoed(message: Buffer): Promise<Buffer> {
    return new Promise((resolve) => {
      const send = (): void => { socket.send(message, server.port, '127.0.0.1'); };
      const again = setInterval(send, 500);
      socket.once('message', (answer) => {
        clearInterval(again);
        resolve(answer);
      });
      send();
    });
  }

  beforeAll(async () => {
    server = await Served.start([await buildExample('udp-echo')], (port) => ['-p', `127.0.0.1:${port}:7/udp`]);
    await new Promise<void>((resolve) => { socket.bind(0, '127.0.0.1', resolve); });
    await echoed(Buffer.from('first'));
    socket.removeAllListeners('message');
    // What was sent too often is still to come.
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }, 290_000);
  afterAll(async () => {
    socket.close();
    await server?.stop();
  });

  test.each([1, 100, 1472])('%i bytes come back as they were', async (length) => {
    const message = PAGE.subarray(length, 2 * length);
    expect((await echoed(message)).equals(message)).toBe(true);
  }, 60_000);

  test('it still runs, and has said nothing', () => {
    expect(server).toMatchObject({ isRunning: true, stdout: '', stderr: '' });
  });
});
