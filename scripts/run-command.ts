// The only place that runs compilers and other tools to completion: prints the command (--verbose), runs it, and throws
// a named error with its last lines. zx quotes every argument, so names with blanks or quotes are safe.
import { basename } from 'node:path';
import { AsoloError } from './errors.ts';

export interface Command {
  program: string;
  args: readonly string[];
  cwd?: string;
  /** Ends the command with an error after so many milliseconds. */
  timeout?: number;
  /** Lifts the limit of the process stack as far as allowed (deep recursion in wasm2c). */
  largeStack?: boolean;
  env?: NodeJS.ProcessEnv;
}

export interface Finished {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

const LAST_LINES = 12;
const DEFAULT_TIMEOUT_MS = 30 * 60 * 1000;
/** Shell text: as much stack as this process may have. */
const RAISE_STACK = 'ulimit -s unlimited 2>/dev/null || ulimit -s "$(ulimit -H -s)" 2>/dev/null || true; ';
const running = new Set<() => void>();
let tracer: (line: string) => void = () => {};

/** Who is told about every command that runs (--verbose, --keep). */
export function traceCommands(listener: (line: string) => void): void {
  tracer = listener;
}

/** Ends every command that still runs: asolo itself is being ended. */
export function killCommands(): void {
  for (const kill of running) kill();
}

/** Runs a command and reports how it ended; throws only if it cannot be started. */
export async function tryCommand(command: Command): Promise<Finished> {
  // Imported here: a run that finds everything in the cache starts no tool and need not wait for zx.
  const { $ } = await import('zx/core');
  tracer([command.program, ...command.args].map(quoteForShell).join(' '));
  const process_ = $({
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: { ...process.env, LC_ALL: 'C', SOURCE_DATE_EPOCH: '0', ...command.env },
    prefix: command.largeStack ? `${RAISE_STACK}exec ` : 'exec ',
    postfix: '',
    quiet: true,
    nothrow: true,
    // A process group of its own: a compiler driver's own children end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })`${[command.program, ...command.args]}`;
  const kill = (): void => killGroup(process_.pid);
  running.add(kill);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, command.timeout ?? DEFAULT_TIMEOUT_MS);
  try {
    const { exitCode, signal, stdout, stderr } = await process_;
    if ((exitCode === 127 || exitCode === 126) && !stdout && /not found|No such file|cannot execute|Permission denied/.test(stderr)) {
      throw new AsoloError('tool-missing', `${command.program} is not installed or not executable; 'asolo doctor' says what to install`);
    }
    return { status: exitCode, signal, stdout, stderr, timedOut };
  } finally {
    clearTimeout(timer);
    running.delete(kill);
  }
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Runs a command that must succeed; its standard output. */
export async function runCommand(command: Command, what: string): Promise<string> {
  const finished = await tryCommand(command);
  if (finished.status === 0 && !finished.timedOut) return finished.stdout;
  throw commandError(command, finished, what);
}

export function commandError(command: Command, finished: Finished, what: string): AsoloError {
  const name = basename(command.program);
  if (finished.timedOut) return new AsoloError('tool-timeout', `${what}: ${name} did not finish in ${Math.round(command.timeout! / 1000)} s`);
  const how = finished.signal ? `was ended by ${finished.signal}` : `ended with status ${finished.status}`;
  return new AsoloError('tool-failed', `${what}: ${name} ${how}`, lastLines(finished.stderr || finished.stdout));
}

export function lastLines(text: string, count = LAST_LINES): string {
  return plainText(text).trimEnd().split('\n').slice(-count).join('\n');
}

/** Without the colour codes that some tools print even into a pipe. */
export function plainText(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}

/** Runs tasks, at most `limit` at a time; the first failure ends the rest. */
export async function runAll<T, R>(items: readonly T[], limit: number, task: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await task(items[index]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, worker);
  const ends = await Promise.allSettled(workers);
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
  return results;
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
