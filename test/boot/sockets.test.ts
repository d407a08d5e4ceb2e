// A C program with sdk/asolo-socket.h, and one in AssemblyScript with sdk/assembly/socket.ts, in QEMU, emulated, on a user
// network: they talk to servers in this process, and the first serves clients in it. What each call answers in every state:
// test/sim/sockets-own.test.ts and its neighbours.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileAssemblyScript, compileC } from '../../examples/build.ts';
import { freePort } from '../../scripts/free-port.ts';
import { asolo } from '../support/asolo.ts';
import { dnsResponse } from '../support/net/dns-server.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
let directory = '';
let [image, imageAs] = ['', ''];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-sockets-'));
  imageAs = join(directory, 'sockets-as.elf');
  expect(await asolo(['build', await compileAssemblyScript(join(root, 'sdk/assembly/example.ts'), join(directory, 'as.wasm')), '-o', imageAs])).toMatchObject({ status: 0 });
  const sources = Object.fromEntries(['test/boot/sockets.c', 'sdk/asolo-socket.c', 'sdk/asolo-names.c', 'sdk/asolo-socket.h', 'sdk/asolo-wamr.h', 'sdk/netdb.h']
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

/** A name server, 10.0.2.2 for the machine, that gives every name 192.0.2.7; undefined where port 53 is not for us. */
function serveNames(): Promise<dgram.Socket | undefined> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    socket.on('error', () => { resolve(undefined); });
    socket.on('message', (question, from) => {
      const labels: string[] = [];
      for (let at = 12; question[at] !== 0; at += 1 + question[at]!) labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!));
      const name = labels.join('.');
      socket.send(dnsResponse({ id: question.readUInt16BE(0), name, answers: [{ name, address: '192.0.2.7' }] }), from.port, from.address);
    });
    socket.bind(53, '127.0.0.1', () => { resolve(socket); });
  });
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

/** Servers that echo, while something runs. */
async function withServers<T>(run: (tcp: number, udp: number) => Promise<T>): Promise<T> {
  const tcp = net.createServer((socket) => { socket.on('error', () => undefined).pipe(socket); });
  const udp = dgram.createSocket('udp4');
  udp.on('message', (data, from) => { udp.send(data, from.port, from.address); });
  const ports = [await listen(tcp), await bind(udp)] as const;
  try {
    return await run(...ports);
  } finally {
    tcp.close();
    udp.close();
  }
}

test('a C program connects out, sends datagrams, looks names up, and serves both', () => withServers(async (...ports) => {
  const names = await serveNames();
  if (names === undefined) console.warn('port 53 of this computer is not free for a name server: names are asked of QEMU\'s');
  const [tcpForward, udpForward] = [await freePort(), await freePort()];
  const guest = spawn('node', [join(root, 'scripts/asolo.mjs'), 'run', '--accel', 'tcg', '--memory', '32M', '--timeout', '200', '--net', 'user',
    '-p', `127.0.0.1:${tcpForward}:8000`, '-p', `127.0.0.1:${udpForward}:7000/udp`, ...(names ? ['--dns', '10.0.2.2'] : []), image, '--', ...ports.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  let clients: Promise<string[]> | undefined;
  guest.stderr.on('data', (data: Buffer) => { stderr += data.toString(); });
  guest.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    if (stdout.includes('ready\n')) clients ??= Promise.all([connectAndSay(tcpForward, 'over tcp'), sendUntilAnswered(udpForward, 'over udp')]);
  });
  const status = await new Promise((resolve) => { guest.on('close', resolve); });
  names?.close();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(await clients).toEqual(['over tcp', 'over udp']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.slice(0, lines.indexOf('ready'))).toEqual([
    'connect: 0', 'own: 10.0.2.15', 'peer: 10.0.2.2', 'send: 5', 'recv: hello', 'end: 0',
    'nonblocking: -1 EINPROGRESS', 'poll: 1', 'SO_ERROR: 0', 'refused: -1 ECONNREFUSED',
    'nodelay: 0', 'options: 1 2000 1 3', 'more options: 0, 9 hops', 'unknown: 1',
    'datagram: 1400 from 10.0.2.2:its port',
    'localhost: 0 127.0.0.1:80', names ? 'name.invalid: 192.0.2.7' : 'name.invalid: nobody, or nobody knows', 'no service: unknown service',
    'getnameinfo: 0 192.0.2.1 8080, no room for the name', 'gethostbyname: 127.0.0.1 1',
  ]);
  expect(lines.slice(lines.indexOf('ready') + 1).sort()).toEqual(['served a connection: over tcp', 'served a datagram: over udp']);
}), 250_000);

test('an AssemblyScript program does the same', () => withServers(async (...ports) => {
  const { status, stdout, stderr } = await asolo(['run', '--accel', 'tcg', '--memory', '32M', '--timeout', '200', '--net', 'user', imageAs, '--', ...ports.map(String)]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.trimEnd().split('\n')).toEqual([
    'connect: true', 'own: 10.0.2.15, peer: 10.0.2.2', 'no delay: true 1 -1', 'send: 5', 'peek: hel', 'receive: hello', 'end: 0', 'close: true false 8',
    'datagram: ping from 10.0.2.2, true',
    'listen: true true', 'refused: false 14', 'none: true 6', 'served: inside', 'names: 127.0.0.1 192.0.2.9 0',
  ]);
}), 250_000);
