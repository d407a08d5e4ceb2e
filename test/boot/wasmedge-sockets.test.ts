// A C program that uses WasmEdge's socket calls, in QEMU on a user network: its imports find what serves them by their types, and
// it talks to this host by TCP and UDP.
import dgram from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileC } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';

const directory = mkdtempSync(join(tmpdir(), 'asolo-wasmedge-'));
const stream = net.createServer((socket) => socket.once('data', (data) => socket.end(`${data.toString()} heard`)));
const datagrams = dgram.createSocket('udp4');
let wasm = '';

beforeAll(async () => {
  wasm = await compileC({ 'main.c': readFileSync(join(import.meta.dirname, 'wasmedge-sockets.c'), 'utf8') }, join(directory, 'client.wasm'));
  await new Promise<void>((resolve) => { stream.listen(0, '127.0.0.1', resolve); });
  await new Promise<void>((resolve) => { datagrams.bind(0, '127.0.0.1', resolve); });
  datagrams.on('message', (message, from) => datagrams.send(`${message.toString()} heard`, from.port, from.address));
}, 120_000);

afterAll(() => {
  stream.close();
  datagrams.close();
  rmSync(directory, { recursive: true });
});

test('a client by WasmEdge\'s calls talks to the host', async () => {
  const ports = [(stream.address() as net.AddressInfo).port, datagrams.address().port].map(String);
  const { status, stdout, stderr } = await asolo(['run', '--accel', 'tcg', '--timeout', '100', '--net', 'user', wasm, '--', ...ports]);
  expect({ stderr, stdout, status }).toEqual({
    stderr: '',
    stdout: [
      'stream: ping heard, peer 10.0.2.2:same, type 2', 'datagrams: own port 5353, family 1', 'datagrams: question heard, from 10.0.2.2:same',
      'names: 1, 127.0.0.1:80', '',
    ].join('\n'),
    status: 0,
  });
}, 280_000);
