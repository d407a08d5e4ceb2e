// A QEMU guest under test, and the human monitor protocol (HMP) on a unix socket to look into it while it runs.
// Read first: QEMU's documentation, "QEMU Monitor" (info registers, xp). Physical memory only: page tables are walked here.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROMPT = '(qemu) ';

export interface GuestOptions {
  machine: 'microvm' | 'q35' | 'pc';
  memory: string;
  /** Words for the kernel. */
  append?: string;
  cpu?: string;
  /** Hold the guest before its first instruction and let a debugger in at debugPath. */
  debug?: boolean;
}

export class Guest {
  readonly process: ChildProcess;
  output = '';
  /** QEMU's own exit status: 2 x + 1 for the guest's x. */
  readonly status: Promise<number | null>;
  private readonly directory = mkdtempSync(join(tmpdir(), 'asolo-monitor-'));
  private monitor: Socket | undefined;
  private received = '';

  constructor(elf: string, { machine, memory, append = '', cpu = 'max', debug = false }: GuestOptions) {
    this.process = spawn('qemu-system-x86_64', [
      '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-accel', 'tcg', '-cpu', cpu,
      '-M', machine, '-m', memory, '-kernel', elf, '-append', append,
      '-device', 'isa-debug-exit,iobase=0xf4,iosize=4', '-serial', 'stdio',
      '-monitor', `unix:${this.socketPath},server,nowait`,
      ...(debug ? ['-S', '-gdb', `unix:${this.debugPath},server,nowait`] : []),
    ]);
    this.status = new Promise((resolve) => this.process.on('close', resolve));
    this.process.stdout!.on('data', (data: Buffer) => (this.output += data.toString('latin1')));
    this.process.stderr!.on('data', (data: Buffer) => (this.output += data.toString('latin1')));
  }

  private get socketPath(): string {
    return join(this.directory, 'monitor');
  }

  get debugPath(): string {
    return join(this.directory, 'debug');
  }

  /** Resolves once the guest has printed the marker. */
  async untilPrinted(marker: string): Promise<void> {
    await until(() => this.output.includes(marker), `the guest to print '${marker}'`, () => this.output);
  }

  async ask(command: string): Promise<string> {
    const monitor = (this.monitor ??= await this.open());
    this.received = '';
    monitor.write(`${command}\n`);
    await until(() => this.received.endsWith(PROMPT), `an answer to '${command}'`, () => this.received);
    return this.received.slice(this.received.indexOf('\n') + 1, -PROMPT.length);
  }

  /** Eight-byte words of physical memory. */
  async words(physical: number, count: number): Promise<bigint[]> {
    const answer = await this.ask(`xp /${count}gx 0x${physical.toString(16)}`);
    return [...answer.matchAll(/0x([0-9a-f]{16})/g)].map((match) => BigInt(`0x${match[1]}`));
  }

  async register(name: string): Promise<bigint> {
    const answer = await this.ask('info registers');
    const value = new RegExp(`\\b${name}\\s*=\\s*([0-9a-f]+)`).exec(answer)?.[1];
    if (value === undefined) throw new Error(`no register ${name} in:\n${answer}`);
    return BigInt(`0x${value}`);
  }

  end(): void {
    this.monitor?.destroy();
    this.process.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async open(): Promise<Socket> {
    const socket = connect(this.socketPath);
    socket.on('data', (data: Buffer) => (this.received += data.toString('latin1').replaceAll('\r', '')));
    await until(() => this.received.endsWith(PROMPT), 'the monitor', () => this.received);
    return socket;
  }
}

async function until(condition: () => boolean, what: string, seen: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited a minute for ${what}; seen:\n${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
