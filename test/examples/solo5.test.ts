// The Solo5 examples in a virtual machine: console, exit status, sleeping, a disk that keeps what was written, and a network
// peer (QEMU's frames in datagrams) that asks by ARP and ping.
import { type Socket, createSocket } from 'node:dgram';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { type VirtioDevice, deviceArguments, deviceWords } from '../../scripts/vm/devices.ts';
import { type Finished, asolo } from '../support/asolo.ts';
import { BROADCAST, ETHERTYPE, ICMP, arp, ethernet, icmpFrame, parse } from '../support/net/frames.ts';

const directory = mkdtempSync(join(tmpdir(), 'asolo-solo5-'));
const disk = join(directory, 'disk=one,two.img');
const wasm: Record<string, string> = {};
beforeAll(async () => {
  for (const name of ['hello', 'time', 'block', 'net']) wasm[name] = await buildExample(`solo5-${name}`);
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function run(name: string, ...more: string[]): Promise<Finished> {
  return asolo(['run', '--accel', 'tcg', '--timeout', '60', wasm[name]!, ...more]);
}

const manifest = (name: string): string => join(import.meta.dirname, `../../examples/solo5-${name}/asolo.json`);

test('hello: command line, heap, exit status', async () => {
  const { status, stdout, stderr } = await run('hello', '--memory', '32M', '--', '7', 'two words');
  expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
  const [hello, line, heap] = stdout.split('\n');
  expect([hello, line]).toEqual(['Hello from Solo5!', "  command line  '7 two words'"]);
  const kibibytes = Number(/heap +(\d+) KiB/.exec(heap!)![1]);
  expect(kibibytes).toBeGreaterThan(20 * 1024);
  expect(kibibytes).toBeLessThan(32 * 1024);
}, 120_000);

test('time: no sleep is too short, no clock goes back', async () => {
  const { status, stdout, stderr } = await run('time');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^seconds since 1970 {2}\d{10}\.\d{6}\nslept {3}1 ms.*\nslept {2}10 ms.*\nslept 100 ms.*\n$/);
}, 120_000);

describe('block', () => {
  test.each(['microvm', 'q35', 'pc'])('on %s: the disk keeps what was written', async (machine) => {
    writeFileSync(disk, new Uint8Array(3 * 1024 * 1024 + 512));
    for (const count of [1, 2]) {
      const { status, stdout, stderr } = await run('block', '--machine', machine, '--manifest', manifest('block'), '--disk', `storage=${disk}`);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toBe(`6145 blocks of 512 bytes\nrun ${count} on this disk\nevery byte as written\n`);
    }
    expect(readFileSync(disk, 'latin1').slice(0, 7)).toBe('runs 2\n');
  }, 180_000);

  test('that may not be written says so', async () => {
    const { status, stdout } = await run('block', '--manifest', manifest('block'), '--disk', `storage=${disk},readonly`);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '6145 blocks of 512 bytes\nwriting: result 3\n' });
  }, 120_000);
});

describe('the devices of an image', () => {
  test('are shown by inspect, and must be attached', async () => {
    const elf = join(directory, 'net.elf');
    expect(await asolo(['build', wasm['net']!, '-o', elf, '--manifest', manifest('net')])).toMatchObject({ status: 0 });
    expect((await asolo(['inspect', elf])).stdout).toMatch(/Devices \(1\)\n\s+service\s+net\n/);
    const without = await asolo(['run', elf]);
    expect(without).toMatchObject({ status: 125, stderr: "asolo: error[devices]: solo5-net.wasm declares the network interface 'service', which is missing: --net service=user\n" });
    const other = await asolo(['run', elf, '--net', 'srevice=user']);
    expect(other.stderr).toBe("asolo: error[devices]: solo5-net.wasm declares no network interface 'srevice', but service (did you mean service?)\n");
    // Whoever starts QEMU without asolo is told by the kernel.
    expect(await bare(elf, 'microvm', [])).toEqual({ status: 125, output: "asolo: the manifest declares the network interface 'service' and the machine does not have it; asolo run attaches it with --net\n" });
  }, 180_000);
});

/** QEMU as anybody would start it: our words, one serial port. */
async function bare(elf: string, machine: 'microvm' | 'q35', devices: readonly VirtioDevice[], words = ''): Promise<{ status: number; output: string }> {
  const child = spawn('qemu-system-x86_64', [
    '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio', '-accel', 'tcg', '-cpu', 'max', '-m', '64M',
    '-M', machine === 'microvm' ? 'microvm,acpi=off,auto-kernel-cmdline=off' : machine,
    ...(machine === 'microvm' ? ['-global', 'virtio-mmio.force-legacy=false'] : []),
    '-device', 'isa-debug-exit,iobase=0xf4,iosize=4', ...deviceArguments(machine, devices),
    '-kernel', elf, '-append', `${deviceWords(machine, devices).join(' ')} ${words}`,
  ]);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString('latin1')));
  child.stderr.on('data', (data: Buffer) => (output += data.toString('latin1')));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status: ((code ?? 1) - 1) / 2, output };
}

/** Sends a frame until an answer of the type comes: whoever is asked may not be up yet, and answer each. */
function ask(socket: Socket, to: number, frame: Uint8Array, type: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const timer = setInterval(() => socket.send(frame, to, '127.0.0.1'), 100);
    const listen = (answer: Buffer): void => {
      if (parse(answer).type !== type) return;
      clearInterval(timer);
      socket.off('message', listen);
      resolve(answer);
    };
    socket.on('message', listen);
  });
}

function bind(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => socket.once('error', reject).bind(port, '127.0.0.1', () => resolve(socket)));
}

const OURS = { mac: '02:00:00:00:00:01', ip: '10.0.0.1' };
const THEIRS = { mac: '02:00:00:00:00:02', ip: '10.0.0.2' };
const WHO_HAS = ethernet({ to: BROADCAST, from: OURS.mac, type: ETHERTYPE.arp }, arp({ operation: 1, senderMac: OURS.mac, sender: OURS.ip, target: THEIRS.ip }));
const IS_AT = ethernet({ to: OURS.mac, from: THEIRS.mac, type: ETHERTYPE.arp }, arp({ operation: 2, senderMac: THEIRS.mac, sender: THEIRS.ip, targetMac: OURS.mac, target: OURS.ip }));
const DATA = new TextEncoder().encode('some data');
const PING = icmpFrame({ fromMac: OURS.mac, toMac: THEIRS.mac, from: OURS.ip, to: THEIRS.ip }, { type: ICMP.echo, rest: 0x12340001 }, DATA);
const PONG = icmpFrame({ fromMac: THEIRS.mac, toMac: OURS.mac, from: THEIRS.ip, to: OURS.ip }, { type: ICMP.echoReply, rest: 0x12340001 }, DATA);

test.each(['microvm', 'q35'] as const)('net on %s: answers ARP and ping', async (machine) => {
  const elf = join(directory, `net-${machine}.elf`);
  expect(await asolo(['build', wasm['net']!, '-o', elf, '--manifest', manifest('net')])).toMatchObject({ status: 0 });
  const socket = await bind(0);
  const spare = await bind(0);
  const guest = spare.address().port;
  await new Promise<void>((resolve) => spare.close(() => resolve()));
  const dgram = `dgram,id=n0,local.type=inet,local.host=127.0.0.1,local.port=${guest},remote.type=inet,remote.host=127.0.0.1,remote.port=${socket.address().port}`;
  const net: VirtioDevice = { name: 'net', before: ['-netdev', dgram], properties: { netdev: 'n0', mac: THEIRS.mac } };
  const ended = bare(elf, machine, [net], '-- 10.0.0.2 1');
  try {
    expect(await ask(socket, guest, WHO_HAS, ETHERTYPE.arp)).toEqual(Buffer.from(IS_AT));
    expect(await ask(socket, guest, PING, ETHERTYPE.ipv4)).toEqual(Buffer.from(PONG));
    expect(await ended).toEqual({ status: 0, output: 'at 10.0.0.2, MTU 1500\nanswered 1\n' });
  } finally {
    socket.close();
  }
}, 120_000);
