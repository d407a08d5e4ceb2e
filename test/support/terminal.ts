// A command on a terminal of its own, which util-linux's script makes. Not all machines have it: see hasTerminals.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { which } from '../../scripts/toolchain.ts';

export const hasTerminals = which('script') !== undefined;

/** Its status is the command's. */
export function onTerminal(command: string, options: { cwd?: string; env?: Record<string, string> } = {}): ChildProcessByStdio<Writable, Readable, null> {
  // script starts $SHELL. bash goes on when the command in front survives Ctrl-C, as people's shells do; dash dies of it.
  const env = { ...process.env, SHELL: '/bin/bash', ...options.env };
  return spawn('script', ['-qec', command, '/dev/null'], { ...options, env, stdio: ['pipe', 'pipe', 'inherit'] });
}
