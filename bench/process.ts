// Starts a process, waits for its end, and says how long that took. Not scripts/run-command.ts: a measured process
// gets no shell around it, and the clock must run from its start to its exit and no longer.

import { spawn } from 'node:child_process';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
  milliseconds: number;
}

const TIMEOUT_MS = 120_000;

export function runProcess(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    let milliseconds = 0;
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString('latin1')));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString('latin1')));
    child.on('error', reject);
    child.on('exit', () => (milliseconds = Number(process.hrtime.bigint() - start) / 1e6));
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr, milliseconds });
    });
  });
}

/** Runs a process that must end with status 0. */
export async function mustRun(program: string, args: readonly string[]): Promise<Ended> {
  const ended = await runProcess(program, args);
  if (ended.status !== 0) {
    const last = (ended.stderr || ended.stdout).trimEnd().split('\n').slice(-6).join('\n');
    throw new Error(`${[program, ...args].join(' ')}\nended with status ${ended.status}\n${last}`);
  }
  return ended;
}
