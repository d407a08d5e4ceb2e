// Frames through a virtual cable: how many a second a guest sends back (net/echo.c, a Solo5 program), and how many a
// native process that does the same on the same kind of socket. The other end is net/peer.c, for both.
//
//   peer --unix datagrams--> QEMU -netdev dgram --> guest        peer --unix datagrams--> native echo
//   peer --packet socket---> tap --> QEMU -netdev tap --> guest  peer --packet socket---> tap --> native echo
//
// And QEMU without any guest, frames going in at one -netdev dgram and out at another: no driver can be faster than that.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ROOT } from '../scripts/paths.ts';
import { QEMU } from '../scripts/toolchain.ts';
import { commandLine, qemuCommand } from './machine.ts';
import { median, pairedRatio, runInTurns } from './measure.ts';
import { buildEcho } from './net-guest.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD, note, step, table, title, writeJson } from './report.ts';

/** Bytes and window, and what Solo5 0.12's virtio target did on one machine under TCG, frames a second. */
const SHAPES = [
  { name: '60 B, 1 in flight', bytes: 60, window: 1, solo5: { dgram: 52_000, tap: 56_000 } },
  { name: '60 B, 32 in flight', bytes: 60, window: 32, solo5: { dgram: 128_000, tap: 291_000 } },
  { name: '1514 B, 32 in flight', bytes: 1514, window: 32, solo5: { dgram: 76_000, tap: 74_000 } },
] as const;

/** One way to lay a cable: what QEMU and the peer are told, and where the two processes that echo listen. */
interface Cable {
  readonly kind: 'dgram' | 'tap';
  readonly netdev: string;
  /** Arguments of QEMU alone, and of the peer towards it; where that can be had. */
  readonly alone?: readonly string[];
  readonly toAlone?: readonly string[];
  /** Arguments of the peer but the last: towards the guest, towards the native process, and of that process. */
  readonly toGuest: readonly string[];
  readonly toNative: readonly string[];
  readonly native: readonly string[];
  readonly remove: () => Promise<void>;
}

interface Figures { native: number; alone?: number; guest: number; ratio: number; ofAlone?: number; lost: number }

function layDgram(folder: string): Cable {
  const at = (name: string): string => join(folder, name);
  const dgram = (id: string, local: string, remote: string): string =>
    `dgram,id=${id},local.type=unix,local.path=${at(local)},remote.type=unix,remote.path=${at(remote)}`;
  const port = (id: string): string[] => ['-netdev', `hubport,hubid=0,id=hub-${id},netdev=${id}`];
  return {
    kind: 'dgram',
    netdev: dgram('net0', 'guest', 'peer-g'),
    alone: ['-nodefaults', '-no-user-config', '-display', 'none', '-M', 'none', '-netdev', dgram('a', 'hub-in', 'nobody'), ...port('a'),
      '-netdev', dgram('b', 'hub-out', 'peer-h'), ...port('b')],
    toAlone: ['hub', at('peer-h'), at('hub')],
    toGuest: ['unix', at('peer-g'), at('guest')],
    toNative: ['unix', at('peer-n'), at('native')],
    native: ['unix', at('native'), at('peer-n')],
    remove: () => Promise.resolve(),
  };
}

/** Needs the right to make network interfaces; an error says why it cannot be had. */
async function layTap(): Promise<Cable> {
  const names = [`asolo${process.pid % 100000}g`, `asolo${process.pid % 100000}n`] as const;
  for (const name of names) {
    await mustRun('ip', ['tuntap', 'add', 'dev', name, 'mode', 'tap']);
    await mustRun('ip', ['link', 'set', name, 'addrgenmode', 'none', 'up']);
  }
  const [guest, native] = names;
  return {
    kind: 'tap',
    netdev: `tap,id=net0,ifname=${guest},script=no,downscript=no`,
    toGuest: ['tap', guest, '-'],
    toNative: ['tap', native, '-'],
    native: ['tap', native, '-'],
    remove: async () => {
      for (const name of names) await mustRun('ip', ['link', 'del', name]);
    },
  };
}

async function buildPeer(): Promise<string> {
  const peer = join(BENCH_BUILD, 'net-peer');
  await mustRun('gcc', ['-O2', join(ROOT, 'bench', 'net', 'peer.c'), '-o', peer]);
  return peer;
}

function guestCommand(image: string, cable: Cable): string[] {
  const device = { name: 'net', properties: { netdev: 'net0' }, before: ['-netdev', cable.netdev] } as const;
  return qemuCommand({ kernel: image, accelerator: 'tcg', devices: [device] });
}

/** Measures every shape on one cable, guest and native process in turns. */
async function measureCable(cable: Cable, peer: string, image: string, rounds: number, milliseconds: number): Promise<Figures[]> {
  let said = '';
  const start = ([program, ...args]: readonly string[]): ChildProcess => {
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString('latin1')));
    return child;
  };
  const echoes = [start(guestCommand(image, cable)), start([peer, ...cable.native, 'echo'])];
  if (cable.alone !== undefined) echoes.push(start([QEMU, ...cable.alone]));
  const figures: Figures[] = [];
  try {
    for (const { name, bytes, window } of SHAPES) {
      let lost = 0;
      const measure = async (to: readonly string[]): Promise<number> => {
        const { stdout } = await mustRun(peer, [...to, 'measure', String(bytes), String(window), String(milliseconds)]);
        const [frames, nanoseconds, gone] = stdout.split(' ').map(Number);
        if (to === cable.toGuest) lost += gone!;
        return frames! / nanoseconds! * 1e9;
      };
      const { toAlone } = cable;
      const samples = await runInTurns([
        { name: 'native', run: () => measure(cable.toNative) },
        { name: 'guest', run: () => measure(cable.toGuest) },
        ...(toAlone === undefined ? [] : [{ name: 'alone', run: () => measure(toAlone) }]),
      ], rounds, (text) => step(`${cable.kind}, ${name}: ${text}`));
      figures.push({
        native: median(samples.get('native')!), guest: median(samples.get('guest')!), ratio: pairedRatio(samples, 'guest', 'native'), lost,
        ...(toAlone === undefined ? {} : { alone: median(samples.get('alone')!), ofAlone: pairedRatio(samples, 'guest', 'alone') }),
      });
    }
    for (const to of [cable.toGuest, cable.toNative]) await mustRun(peer, [...to, 'stop']);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${said}`.trimEnd());
  } finally {
    for (const echo of echoes) echo.kill('SIGKILL');
    await cable.remove();
  }
  return figures;
}

function show(cable: Cable, figures: readonly Figures[]): void {
  const rate = (value: number): string => Math.round(value).toLocaleString('en');
  title(`Frames echoed a second, ${cable.kind}`, "twice what Solo5's virtio target did on one machine");
  table([
    ['', 'native', 'QEMU alone', 'guest', 'guest/native', 'guest/QEMU', 'lost', 'Solo5, elsewhere'],
    ...SHAPES.map(({ name, solo5 }, i) => {
      const { native, alone, guest, ratio, ofAlone, lost } = figures[i]!;
      return [name, rate(native), alone === undefined ? '' : rate(alone), rate(guest), ratio.toFixed(2), ofAlone?.toFixed(2) ?? '', String(lost), rate(solo5[cable.kind])];
    }),
  ]);
}

export async function benchNet(quick: boolean): Promise<void> {
  mkdirSync(BENCH_BUILD, { recursive: true });
  step('building the guest and the peer');
  const image = await buildEcho(join(BENCH_BUILD, 'net'));
  const peer = await buildPeer();
  const folder = mkdtempSync(join(tmpdir(), 'asolo-net-'));
  const all: Record<string, unknown> = {};
  try {
    for (const lay of [() => Promise.resolve(layDgram(folder)), layTap]) {
      let cable: Cable;
      try {
        cable = await lay();
      } catch (error) {
        note(`tap is left out: no interface can be made here (${(error as Error).message.split('\n').at(-1)})`);
        continue;
      }
      const figures = await measureCable(cable, peer, image, quick ? 1 : 7, quick ? 500 : 2000);
      show(cable, figures);
      note(commandLine(guestCommand(image, cable)));
      all[cable.kind] = Object.fromEntries(SHAPES.map(({ name }, i) => [name, figures[i]]));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  note("medians, in turns; three processes share this machine's processors: compare with native, not with other machines");
  writeJson('net', all);
}
