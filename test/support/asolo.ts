// Runs the command line tool as a user does: a process, its standard streams, its exit status.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../scripts/asolo.mjs');

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
  /** Standard output byte for byte. */
  bytes: Buffer;
}

export interface Options {
  input?: string | Buffer;
  cwd?: string;
  env?: Record<string, string>;
}

export function asolo(args: readonly string[], { input = '', cwd, env = {} }: Options = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn('node', [program, ...args], { cwd, env: { ...process.env, ...env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.stderr.on('data', (data: Buffer) => err.push(data));
    child.on('error', reject);
    child.on('close', (status) => {
      const bytes = Buffer.concat(out);
      resolve({ status, bytes, stdout: bytes.toString(), stderr: Buffer.concat(err).toString() });
    });
    child.stdin.on('error', () => {}); // the guest may end before it has read everything
    child.stdin.end(input);
  });
}
