// The stack in a virtual machine against Linux's own TCP/IP: bulk both ways, a thousand connections, a flood of pings, over
// cables that lose, double and reorder frames (link.c; seeds are fixed, though the order of events is Linux's). The server in
// the guest is server.c, its client client.c. Needs a network namespace and a tap device, and says so where there are none.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { qemuCommand } from '../../bench/machine.ts';
import { compileC } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'asolo-linux-'));
const at = (name: string): string => join(folder, name);
/** What link.c ends with where it may not make what it needs. */
const UNAVAILABLE = 77;

for (const name of ['link', 'client']) {
  const made = spawnSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', join(here, `${name}.c`), '-o', at(name)], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
}
const probe = spawnSync(at('link'), [at('here'), at('guest'), '0', '0', '0', '1', '--', 'true'], { encoding: 'utf8' });
const isHere = probe.status !== UNAVAILABLE;
if (!isHere) console.log(`skipped: tests against Linux's TCP/IP need a network namespace and a tap device (${probe.stderr.trim()})`);

beforeAll(async () => {
  if (!isHere) return;
  const wasm = await compileC({ 'server.c': readFileSync(join(here, 'server.c'), 'utf8') }, at('server.wasm'));
  expect(await asolo(['build', wasm, '-o', at('server.elf')])).toMatchObject({ status: 0 });
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A machine that does not end is ended. */
const PATIENCE = 250_000;

interface Cable { loss?: number; double?: number; delay?: number }
interface Ended { status: number | null; output: string }

function ended(program: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE, killSignal: 'SIGKILL' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { output += data.toString(); });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, output })));
}

/** Boots the server at one end of a cable and runs clients at the other, one after the other; what they said. */
async function over({ loss = 0, double = 0, delay = 0 }: Cable, clients: readonly string[]): Promise<{ guest: Ended; linux: Ended }> {
  const netdev = `dgram,id=net0,local.type=unix,local.path=${at('guest')},remote.type=unix,remote.path=${at('here')}`;
  const [qemu, ...args] = qemuCommand({
    kernel: at('server.elf'), accelerator: 'tcg', words: 'ip=10.0.0.2/24 tcplisten=0.0.0.0:7',
    devices: [{ name: 'net', properties: { netdev: 'net0' }, before: ['-netdev', netdev] }],
  });
  const guest = ended(qemu!, args);
  const script = [...clients, 'end'].map((what) => `${at('client')} ${what}`).join(' && ');
  const linux = await ended(at('link'), [at('here'), at('guest'), ...[loss, double, delay, 1].map(String), '--', 'sh', '-c', script]);
  return { guest: await guest, linux };
}

/** isa-debug-exit makes the guest's 0 QEMU's 1. */
const good = (said: string): object => ({ guest: { status: 1, output: '' }, linux: { status: 0, output: said } });

describe.skipIf(!isHere)('against Linux', { timeout: 300_000 }, () => {
  test('8 MiB come and go, a flood of pings is answered, and a thousand connections at once, half of them aborted', async () => {
    expect(await over({}, ['get 8388608', 'put 8388608', 'flood 5000', 'many 1000 2', 'get 1000000'])).toEqual(good(
      '8388608 bytes, 0 wrong\n8388608 bytes, 0 wrong\n5000 of 5000 answered\n1000 connections at once, 2 times\n1000000 bytes, 0 wrong\n'));
  });

  test.each([
    ['1 % of the frames lost', { loss: 10 }, 4_000_000],
    ['10 % of the frames lost', { loss: 100 }, 300_000],
    ['2 % lost, 2 % doubled, and 3 ms of disorder', { loss: 20, double: 20, delay: 3000 }, 500_000],
  ] as const)('with %s every byte arrives, both ways', async (_, cable, bytes) => {
    const said = `${bytes} bytes, 0 wrong\n`;
    expect(await over(cable, [`get ${bytes}`, `put ${bytes}`])).toEqual(good(said + said));
  });
});
