// npm run bench:http: the HTTP server of examples/ in the unikernel and in a Linux guest, from one source, under the same
// QEMU and on the same kind of network, in turns: requests a second over connections that stay, answers' times, connections
// a second, bulk both ways, the processor time that QEMU takes, and the smallest machine that serves.
//
//   http/client.c --user network or tap--> QEMU: unikernel | Linux + http/init.c
//
// Read first: http-guests.ts.

import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { type Cable, type Guest, type Running, type Service, buildGuests, layTap, layUser, serves, startGuest } from './http-guests.ts';
import { median, runInTurns } from './measure.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD, done, note, step, table, title, verdict, writeJson } from './report.ts';
import { commandLine } from './machine.ts';

const USAGE = `usage: npm run bench:http -- [--quick] [--only user|tap]

  --quick      one short round: shows that it works, the figures are rough
  --only KIND  one kind of network; tap needs the right to make interfaces`;

const BULK_BYTES = 128 << 20;
/** Memory that is tried, in MiB. */
const SMALLEST = { from: 4, to: 256 };

interface Options { quick: boolean; only?: string }

/** What a round of load says, and what it took. */
interface Load { rate: number; p50: number; p99: number; cpu: number }

type Samples = Record<string, number[]>;

/** Connections that stay, a request under way on each: requests a second, milliseconds, CPU seconds a million. */
async function load(running: Running, seconds: number): Promise<Load> {
  const before = running.cpuSeconds();
  const { stdout } = await mustRun(running.client, [running.address, String(running.port), 'k', String(seconds * 1000)]);
  const cpu = running.cpuSeconds() - before;
  const [requests, nanoseconds, p50, p99] = stdout.split(' ').map(Number);
  return { rate: requests! / nanoseconds! * 1e9, p50: p50! / 1000, p99: p99! / 1000, cpu: cpu / requests! * 1e6 };
}

/** Megabytes, or connections, a second. */
async function client(running: Running, what: string, amount: number): Promise<number> {
  const { stdout } = await mustRun(running.client, [running.address, String(running.port), what, String(amount)]);
  const [count, nanoseconds] = stdout.split(' ').map(Number);
  return count! / nanoseconds! * 1e9;
}

/** Measures both guests with one service in turns; figures by name. */
async function measure(guests: readonly Guest[], cable: Cable, service: Service, rounds: number, of: (running: Running, figures: Samples) => Promise<void>): Promise<Map<string, Samples>> {
  const all = new Map<string, Samples>(guests.map(({ name }) => [name, {}]));
  const running: Running[] = [];
  try {
    for (const [i, guest] of guests.entries()) running.push(await startGuest(guest, cable, service, i));
    await runInTurns(running.map((one) => ({
      name: one.guest.name,
      run: async () => {
        const figures: Samples = {};
        await of(one, figures);
        for (const [name, values] of Object.entries(figures)) (all.get(one.guest.name)![name] ??= []).push(...values);
        return 0;
      },
    })), rounds, (text) => step(`${cable.kind}, ${service}: ${text}`));
  } finally {
    for (const one of running) await one.stop();
  }
  // The first of each is the round that warms up.
  for (const samples of all.values()) for (const name of Object.keys(samples)) samples[name] = samples[name]!.slice(1);
  return all;
}

async function measureCable(guests: readonly Guest[], cable: Cable, { quick }: Options): Promise<Map<string, Samples>> {
  const rounds = quick ? 1 : 5;
  const seconds = quick ? 2 : 5;
  const served = await measure(guests, cable, 'http', rounds, async (running, figures) => {
    const { rate, p50, p99, cpu } = await load(running, seconds);
    Object.assign(figures, { rate: [rate], p50: [p50], p99: [p99], cpu: [cpu], connections: [await client(running, 'c', seconds * 500)] });
  });
  const moved = await measure(guests, cable, 'bulk', rounds, async (running, figures) => {
    for (const [name, direction] of [['down', 'd'], ['up', 'u']] as const) {
      const before = running.cpuSeconds();
      figures[name] = [await client(running, direction, BULK_BYTES) / 1e6];
      figures[`${name}Cpu`] = [(running.cpuSeconds() - before) / BULK_BYTES * 1e9];
    }
  });
  return new Map(guests.map(({ name }) => [name, { ...served.get(name), ...moved.get(name) }]));
}

/** The least memory, in MiB, with which the guest answers a request. */
async function smallest(guest: Guest, cable: Cable): Promise<number> {
  let { from, to } = SMALLEST;
  while (from < to) {
    const middle = (from + to) >> 1;
    step(`the smallest ${guest.name}: ${middle} MiB`);
    if (await serves(guest, cable, middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** name, target of the ratio, whether more is better, how a figure is shown. */
const ROWS: [key: string, what: string, target: number | undefined, show: (value: number) => string][] = [
  ['rate', 'requests/s, 30 connections that stay', 2, (value) => Math.round(value).toLocaleString('en')],
  ['p50', 'time of an answer, median', undefined, (value) => `${value.toFixed(2)} ms`],
  ['p99', '… 99 %', 0.5, (value) => `${value.toFixed(2)} ms`],
  ['connections', 'connections/s, one after the other', undefined, (value) => Math.round(value).toLocaleString('en')],
  ['down', 'bulk from the guest', 1.5, (value) => `${value.toFixed(0)} MB/s`],
  ['up', 'bulk to the guest', 1.5, (value) => `${value.toFixed(0)} MB/s`],
  ['cpu', "QEMU's CPU seconds for a million requests", undefined, (value) => value.toFixed(0)],
  ['downCpu', '… for a GB from the guest', undefined, (value) => value.toFixed(1)],
  ['upCpu', '… for a GB to the guest', undefined, (value) => value.toFixed(1)],
];

function show(cable: Cable, guests: readonly Guest[], figures: Map<string, Samples>): void {
  const [ours, linux] = guests.map(({ name }) => figures.get(name)!);
  title(`HTTP, network of kind ${cable.kind}`, '2x the requests, 1.5x bulk, half the 99 %');
  table([
    ['', ...guests.map(({ name }) => name), 'ratio', 'target'],
    ...ROWS.map(([key, what, target, text]) => {
      const ratio = median(ours![key]!.map((value, i) => value / linux![key]![i]!));
      const isMet = target !== undefined && (target < 1 ? ratio <= target : ratio >= target);
      return [what, text(median(ours![key]!)), text(median(linux![key]!)), ratio.toFixed(2), target === undefined ? '' : `${target} ${verdict(isMet)}`];
    }),
  ]);
}

export async function benchHttp({ quick, only }: Options): Promise<void> {
  mkdirSync(BENCH_BUILD, { recursive: true });
  const guests = await buildGuests();
  const all: Record<string, unknown> = {};
  for (const [kind, lay] of [['user', layUser], ['tap', layTap]] as const) {
    if (only !== undefined && only !== kind) continue;
    let cable: Cable;
    try {
      cable = await lay(guests.length);
    } catch (error) {
      note(`${kind} is left out: no interface can be made here (${(error as Error).message.split('\n').at(-1)})`);
      continue;
    }
    try {
      const figures = await measureCable(guests, cable, { quick });
      show(cable, guests, figures);
      all[kind] = Object.fromEntries(figures);
      if (kind === 'user') {
        const sizes = [];
        for (const guest of guests) sizes.push([guest.name, await smallest(guest, cable)] as const);
        title('The smallest machine that serves', 'at most 16 MiB');
        table([['', 'MiB'], ...sizes.map(([name, size]) => [name, String(size)])]);
        all['smallest'] = Object.fromEntries(sizes);
      }
    } finally {
      await cable.remove();
    }
    for (const guest of guests) note(commandLine(guest.command(cable, 'http', 0)));
  }
  note("medians of rounds in turns; the load comes from this machine's own processors: compare the two, not with other machines");
  writeJson('http', all);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) return console.log(USAGE);
  if (values.only !== undefined && values.only !== 'user' && values.only !== 'tap') {
    console.error(`bench:http: there is no network '${values.only}'\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  try {
    await benchHttp({ quick: values.quick, ...(values.only === undefined ? {} : { only: values.only }) });
  } catch (error) {
    done();
    console.error(`bench:http: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
