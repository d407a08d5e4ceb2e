// A server in a machine of 16 MiB, emulated, that listens on a port of this computer; it runs until it is told to stop.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.ts';

const program = join(import.meta.dirname, '../../scripts/asolo.mjs');

export class Served {
  readonly port: number;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** `args` are asolo run's, the program or image last; by default the port is that of --tcplisten. */
  static async start(args: readonly string[], listen = (port: number): string[] => ['--tcplisten', `127.0.0.1:${port}`]): Promise<Served> {
    const port = await freePort();
    return new Served(port, ['run', '--accel', 'tcg', '--memory', '16M', '--timeout', '280', ...listen(port), ...args]);
  }

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#child = spawn('node', [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout!.on('data', (data: Buffer) => { this.stdout += data.toString(); });
    this.#child.stderr!.on('data', (data: Buffer) => { this.stderr += data.toString(); });
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null;
  }

  /** Tries until it works, for as long as the server runs. */
  async until<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      if (!this.isRunning) throw new Error(`the server ended: ${this.stderr}`);
      try {
        return await attempt();
      } catch {
        await new Promise((resolve) => { setTimeout(resolve, 100); });
      }
    }
  }

  async stop(): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGTERM');
    await this.#ended;
  }
}
