// A C program with sdk/asolo-socket.h in QEMU, emulated, on a user network: it talks to servers in this process, and serves
// clients in it. What each call answers in every state: test/sim/sockets-own.test.ts and its neighbours.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileC } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
let directory = '';
let image = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-sockets-'));
  const sources = Object.fromEntries(['test/boot/sockets.c', 'sdk/asolo-socket.c', 'sdk/asolo-names.c', 'sdk/asolo-socket.h', 'sdk/asolo-wamr.h']
    .map((path) => [path.split('/').at(-1), read(path)]));
  const program = await compileC(sources, join(directory, 'sockets.wasm'), ['-I.']);
  image = join(directory, 'sockets.elf');
  expect(await asolo(['build', program, '-o', image])).toMatchObject({ status: 0 });
}, 290_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function listen(server: net.Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
  });
}

function bind(socket: dgram.Socket): Promise<number> {
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port));
  });
}

/** A port that nobody has, of the other protocol's too as a rule. */
async function freePort(): Promise<number> {
  const probe = net.createServer();
  const port = await listen(probe);
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

/** What the machine's server sends back on one connection. */
function connectAndSay(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
    let said = '';
    socket.on('data', (data) => { said += data.toString(); });
    socket.on('close', () => resolve(said)).on('error', reject);
  });
}

/** The answer to a datagram, which is said again until there is one. */
function sendUntilAnswered(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    const again = setInterval(() => socket.send(text, port, '127.0.0.1'), 500);
    socket.on('message', (data) => {
      clearInterval(again);
      socket.close();
      resolve(data.toString());
    });
  });
}

test('connects out, sends datagrams, looks names up, and serves both', async () => {
  const tcp = net.createServer((socket) => { socket.on('error', () => undefined).pipe(socket); });
  const udp = dgram.createSocket('udp4');
  udp.on('message', (data, from) => { udp.send(data, from.port, from.address); });
  const ports = [await listen(tcp), await bind(udp)];
  const [tcpForward, udpForward] = [await freePort(), await freePort()];
  const guest = spawn('node', [join(root, 'scripts/asolo.mjs'), 'run', '--accel', 'tcg', '--memory', '32M', '--timeout', '200', '--net', 'user',
    '-p', `127.0.0.1:${tcpForward}:8000`, '-p', `127.0.0.1:${udpForward}:7000/udp`, image, '--', ...ports.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  let clients: Promise<string[]> | undefined;
  guest.stderr.on('data', (data: Buffer) => { stderr += data.toString(); });
  guest.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    if (stdout.includes('ready\n')) clients ??= Promise.all([connectAndSay(tcpForward, 'over tcp'), sendUntilAnswered(udpForward, 'over udp')]);
  });
  const status = await new Promise((resolve) => { guest.on('close', resolve); });
  tcp.close();
  udp.close();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(await clients).toEqual(['over tcp', 'over udp']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.slice(0, lines.indexOf('ready'))).toEqual([
    'connect: 0', 'own: 10.0.2.15', 'peer: 10.0.2.2', 'send: 5', 'recv: hello', 'end: 0',
    'nonblocking: -1 EINPROGRESS', 'poll: 1', 'SO_ERROR: 0', 'refused: -1 ECONNREFUSED',
    'nodelay: 0', 'options: 1 2000 1 3', 'unknown: 1',
    'datagram: 1400 from 10.0.2.2:its port',
    'localhost: 0 127.0.0.1:80', 'name.invalid: nobody, or nobody knows', 'no service: unknown service',
  ]);
  expect(lines.slice(lines.indexOf('ready') + 1).sort()).toEqual(['served a connection: over tcp', 'served a datagram: over udp']);
}, 250_000);
