// The two guests of the HTTP benchmark: the unikernel and Linux, both on QEMU's q35 with the same card and accelerator, both
// with the same two services from one source each: the HTTP server of examples/ with a page of 612 bytes, and http/bulk.c.
// And the two ways to lay a cable to them. Read next: http.ts.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { buildExample, compileC } from '../examples/build.ts';
import { freePort } from '../scripts/free-port.ts';
import { ROOT } from '../scripts/paths.ts';
import { buildImage } from './images.ts';
import { buildLinuxGuest, linuxWords } from './linux-guest.ts';
import { qemuCommand } from './machine.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD, step } from './report.ts';

const FOLDER = join(BENCH_BUILD, 'http');
const PAGE_BYTES = 612;
const PORT = 8080;
/** A guest is ready when it answers; Linux takes seconds to boot when it is emulated. */
const READY_MS = 60_000;
/** One without enough memory mostly ends by itself, sooner. */
const TRY_MS = 40_000;

export type Service = 'http' | 'bulk';

/** Where the guests are: each has a network of its own, of the same kind. */
export interface Cable {
  readonly kind: 'user' | 'tap';
  /** QEMU's back end for guest number i. */
  readonly netdev: (i: number) => string;
  /** The guest's address and gateway, and what the client connects to. */
  readonly inside: (i: number) => { address: string; gateway: string };
  readonly outside: (i: number) => { address: string; port: number };
  readonly remove: () => Promise<void>;
}

export interface Guest {
  readonly name: string;
  readonly command: (cable: Cable, service: Service, i: number, megabytes?: number) => string[];
}

export interface Running {
  readonly guest: Guest;
  readonly client: string;
  readonly address: string;
  readonly port: number;
  /** Processor time that QEMU has taken. */
  readonly cpuSeconds: () => number;
  readonly stop: () => Promise<void>;
}

const CLIENT = join(FOLDER, 'client');

export async function buildGuests(): Promise<Guest[]> {
  step('building the guests');
  mkdirSync(join(FOLDER, 'site'), { recursive: true });
  const page = join(FOLDER, 'site', 'index.html');
  const bulk = join(ROOT, 'bench', 'http', 'bulk.c');
  writeFileSync(page, `<!doctype html>\n<title>page</title>\n${'x'.repeat(PAGE_BYTES - 37)}`);
  await mustRun('gcc', ['-O2', join(ROOT, 'bench', 'http', 'client.c'), '-o', CLIENT]);
  return [await buildOurs(bulk), await buildLinux(bulk, page)];
}

async function buildOurs(bulk: string): Promise<Guest> {
  const images: Record<Service, string> = {
    http: await buildImage(await buildExample('http-server'), join(FOLDER, 'http.elf'), '--dir', `${join(FOLDER, 'site')}::/:ro`),
    bulk: await buildImage(await compileC({ 'bulk.c': readFileSync(bulk, 'utf8') }, join(FOLDER, 'bulk.wasm')), join(FOLDER, 'bulk.elf')),
  };
  return {
    name: 'asolo',
    command: (cable, service, i, megabytes = 64) => {
      const { address, gateway } = cable.inside(i);
      return qemuCommand({ ...machine(cable, i, megabytes), kernel: images[service], words: `ip=${address}/24 gateway=${gateway} tcplisten=0.0.0.0:${PORT}` });
    },
  };
}

async function buildLinux(bulk: string, page: string): Promise<Guest> {
  const server = join(FOLDER, 'server');
  const programs = join(FOLDER, 'bulk');
  const sources = ['main', 'connection', 'request', 'response'].map((name) => join(ROOT, 'examples', 'http-server', `${name}.c`));
  // What the server shows of its memory has no meaning here.
  await mustRun('gcc', ['-O2', '-static', '-D_GNU_SOURCE', '-D__builtin_wasm_memory_size(memory)=0ul', ...sources, '-o', server]);
  await mustRun('gcc', ['-O2', '-static', bulk, '-o', programs]);
  const { kernel, initrd, name } = await buildLinuxGuest({ '/http': server, '/bulk': programs, '/index.html': page });
  return {
    name,
    command: (cable, service, i, megabytes = 256) => {
      const { address, gateway } = cable.inside(i);
      return qemuCommand({ ...machine(cable, i, megabytes), kernel, initrd, words: linuxWords([address, '255.255.255.0', gateway, String(PORT), `/${service}`]) });
    },
  };
}

function machine(cable: Cable, i: number, megabytes: number): Pick<Parameters<typeof qemuCommand>[0], 'machine' | 'accelerator' | 'memory' | 'devices'> {
  const card = { name: 'net', properties: { netdev: 'net0' }, before: ['-netdev', cable.netdev(i)] } as const;
  return { machine: 'q35', accelerator: 'tcg', memory: `${megabytes}M`, devices: [card] };
}

/** QEMU's network of its own, which forwards a port of this computer. */
export async function layUser(guests: number): Promise<Cable> {
  const ports = await Promise.all(Array.from({ length: guests }, freePort));
  return {
    kind: 'user',
    netdev: (i) => `user,id=net0,hostfwd=tcp:127.0.0.1:${ports[i]}-:${PORT}`,
    inside: () => ({ address: '10.0.2.15', gateway: '10.0.2.2' }),
    outside: (i) => ({ address: '127.0.0.1', port: ports[i]! }),
    remove: () => Promise.resolve(),
  };
}

/** Needs the right to make network interfaces; an error says why it cannot be had. */
export async function layTap(guests: number): Promise<Cable> {
  const names = Array.from({ length: guests }, (_, i) => `asolo${process.pid % 100000}${'abcdefgh'[i]}`);
  const net = (i: number): string => `10.213.${i}`;
  for (const [i, name] of names.entries()) {
    await mustRun('ip', ['tuntap', 'add', 'dev', name, 'mode', 'tap']);
    await mustRun('ip', ['addr', 'add', `${net(i)}.1/24`, 'dev', name]);
    await mustRun('ip', ['link', 'set', name, 'up']);
  }
  return {
    kind: 'tap',
    netdev: (i) => `tap,id=net0,ifname=${names[i]},script=no,downscript=no`,
    inside: (i) => ({ address: `${net(i)}.2`, gateway: `${net(i)}.1` }),
    outside: (i) => ({ address: `${net(i)}.2`, port: PORT }),
    remove: async () => {
      for (const name of names) await mustRun('ip', ['link', 'del', name]);
    },
  };
}

export async function startGuest(guest: Guest, cable: Cable, service: Service, i: number): Promise<Running> {
  const running = start(guest, cable, service, i);
  if (await answers(running, service, READY_MS)) return running;
  await running.stop();
  throw new Error(`${guest.name} does not answer\n${running.said()}`);
}

/** Whether the guest answers a request with so much memory. */
export async function serves(guest: Guest, cable: Cable, megabytes: number): Promise<boolean> {
  const running = start(guest, cable, 'http', 0, megabytes);
  try {
    return await answers(running, 'http', TRY_MS);
  } finally {
    await running.stop();
  }
}

function start(guest: Guest, cable: Cable, service: Service, i: number, megabytes?: number): Running & { child: ChildProcess; said: () => string } {
  const [program, ...args] = guest.command(cable, service, i, megabytes);
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString('latin1')));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    guest, child, client: CLIENT, ...cable.outside(i), said: () => said,
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').replace(/^.*\) /, '').split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Asks until there is an answer; false if none comes in time, or the machine ends. */
async function answers(running: Running & { child: ChildProcess }, service: Service, milliseconds: number): Promise<boolean> {
  const question = service === 'http' ? Buffer.from('GET / HTTP/1.0\r\n\r\n') : Buffer.from('d\x01\0\0\0\0\0\0\0', 'latin1');
  for (const end = Date.now() + milliseconds; Date.now() < end && running.child.exitCode === null;) {
    if (await ask(running.address, running.port, question)) return true;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return false;
}

function ask(address: string, port: number, question: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address, () => socket.write(question));
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve(socket.bytesRead > 0));
  });
}
