// What a command costs with everything it starts: time on the clock, CPU time, and memory of all its processes at once.
// From Linux's /proc alone: man 5 proc, "/proc/pid/stat".
import { type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

export interface Cost {
  status: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
  /** User and system, of all processes. */
  cpuSeconds: number;
  /** The most that all processes had resident together, in bytes; the largest single one. */
  memoryBytes: number;
  largestBytes: number;
}

const SAMPLE_MS = 250;
/** sysconf(_SC_CLK_TCK) is 100 on x86-64 Linux, a page 4 KiB. */
const TICKS = 100;
const PAGE = 4096;

interface Stat {
  parent: number;
  residentBytes: number;
}

function stats(): Map<number, Stat> {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = fieldsOf(name);
    if (fields) all.set(Number(name), { parent: Number(fields[1]), residentBytes: Number(fields[21]) * PAGE });
  }
  return all;
}

/** The fields behind the name, which may hold blanks: state is the first. */
function fieldsOf(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // it has ended meanwhile
  }
}

/** Resident bytes of a process and all below it. */
function familyBytes(root: number): number[] {
  const all = stats();
  const belongs = (pid: number): boolean => pid === root || (all.has(pid) && belongs(all.get(pid)!.parent));
  return [...all].filter(([pid]) => belongs(pid)).map(([, { residentBytes }]) => residentBytes);
}

/** CPU seconds of our own children that have ended, with theirs. */
function childSeconds(): number {
  const fields = fieldsOf('self')!;
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

export function measure(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const before = childSeconds();
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => void (text.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => void (text.stderr += data.toString()));
    let memoryBytes = 0;
    let largestBytes = 0;
    const timer = setInterval(() => {
      const bytes = familyBytes(child.pid!);
      memoryBytes = Math.max(memoryBytes, bytes.reduce((sum, one) => sum + one, 0));
      largestBytes = Math.max(largestBytes, ...bytes);
    }, SAMPLE_MS);
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(timer);
      const seconds = (performance.now() - began) / 1000;
      resolve({ status, ...text, seconds, cpuSeconds: childSeconds() - before, memoryBytes, largestBytes });
    });
  });
}
