// Frames in flight, both ways, through QEMU's own network device: whatever is sent comes back, in order, and nothing
// ever stalls. QEMU's emulated processor leaves fences out (assembly/virtio/wait.ts), so a lost notification shows here.
// 5 seconds on each machine; a minute with ASOLO_LONG=1.
import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { qemuCommand } from '../../bench/machine.ts';
import { buildEcho } from '../../bench/net-guest.ts';

const SECONDS = process.env['ASOLO_LONG'] ? 60 : 5;
const IN_FLIGHT = 32;
/** No frame for so long is a stall; a busy computer is not. */
const PATIENCE = 20_000;
const HOST = '127.0.0.1';

let folder: string;
let image: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'asolo-flight-'));
  image = await buildEcho(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bind(): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, HOST, () => resolve(socket));
  });
}

/** A port that nobody has just now. */
async function freePort(): Promise<number> {
  const socket = await bind();
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function frame(bytes: number, text: string, sequence: number): Buffer {
  const made = Buffer.alloc(bytes, sequence & 0xff);
  made.write('ffffffffffff02000000000188b5', 'hex');
  made.write(text, 14, 'latin1');
  made.writeUInt32LE(sequence, 18);
  return made;
}

interface Flight { sent: number; back: number; wrong: string | undefined }

/** Keeps frames in flight for a while, then lets the last ones come back. */
function fly(socket: Socket, port: number, bytes: number): Promise<Flight> {
  return new Promise((resolve) => {
    const flight: Flight = { sent: 0, back: 0, wrong: undefined };
    const end = Date.now() + SECONDS * 1000;
    const send = (): void => socket.send(frame(bytes, 'DATA', flight.sent++), port, HOST);
    const finish = (wrong?: string): void => {
      flight.wrong = wrong;
      clearTimeout(patience);
      socket.removeAllListeners('message');
      resolve(flight);
    };
    const patience = setTimeout(() => finish(`stalled with ${flight.back} of ${flight.sent} back`), PATIENCE);
    socket.on('message', (got) => {
      if (got.toString('latin1', 14, 18) !== 'DATA') return; // a greeting that was slow
      patience.refresh();
      if (!got.equals(frame(bytes, 'DATA', flight.back))) return finish(`frame ${flight.back} came back as ${got.toString('hex', 0, 22)}, ${got.length} bytes`);
      flight.back++;
      if (Date.now() < end) send();
      else if (flight.back === flight.sent) finish();
    });
    for (let i = 0; i < IN_FLIGHT; i++) send();
  });
}

/** Until the guest has booted: one frame at a time, again and again. */
function greet(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve) => {
    const again = setInterval(() => socket.send(frame(64, 'HAIL', 0), port, HOST), 100);
    socket.once('message', () => {
      clearInterval(again);
      // Those that came too early may come back late.
      setTimeout(() => resolve(), 1000);
    });
  });
}

test.each(['microvm', 'q35'] as const)(`${IN_FLIGHT} frames in flight for ${SECONDS} s lose and stall nothing, on %s`, async (machine) => {
  const socket = await bind();
  const port = await freePort();
  const netdev = `dgram,id=net0,local.type=inet,local.host=${HOST},local.port=${port},remote.type=inet,remote.host=${HOST},remote.port=${socket.address().port}`;
  const device = { name: 'net', properties: { netdev: 'net0' }, before: ['-netdev', netdev] } as const;
  const [program, ...args] = qemuCommand({ kernel: image, accelerator: 'tcg', machine, devices: [device] });
  const guest = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [guest.stdout, guest.stderr]) stream.on('data', (text: Buffer) => (said += text.toString('latin1')));
  const ended = new Promise<number | null>((resolve) => guest.on('close', resolve));
  try {
    await Promise.race([greet(socket, port), ended.then(() => { throw new Error(`the guest ended: ${said}`); })]);
    for (const bytes of [64, 1514]) {
      const { sent, back, wrong } = await fly(socket, port, bytes);
      expect({ wrong, back }).toEqual({ wrong: undefined, back: sent });
      expect(sent).toBeGreaterThan(IN_FLIGHT);
    }
    socket.send(frame(64, 'STOP', 0), port, HOST);
    expect(await ended).toBe(1);
  } finally {
    guest.kill('SIGKILL');
    socket.close();
  }
}, (SECONDS * 2 + 120) * 1000);
