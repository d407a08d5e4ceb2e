// Runs one image in QEMU: our standard streams on its serial ports, its exit status as the result.
//   console  a socket pair: application's standard input (framed) and output
//   COM1  QEMU's stdin and stdout, pipes that we hold: the same, until there is enough for the console to be started
//   COM2  a socket pair: application's standard error
//   COM3  a socket pair: control lines (exit status, times, log)
// QEMU never sees our terminal, so it cannot change it.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Duplex, Readable, Writable } from 'node:stream';
import { AsoloError, describeSystemError } from '../errors.ts';
import { type Machine, qemuArguments } from '../qemu.ts';
import { QEMU, missingTool, which } from '../toolchain.ts';
import { type BootTime, ControlReader } from './control.ts';
import { CONSOLE_FD } from './devices.ts';
import { END_OF_INPUT, escapeInput } from './framing.ts';
import { Handover } from './handover.ts';
import { Sink } from './sink.ts';
import { guestStatus, isFatalWhileRunning } from './status.ts';

export interface VmOptions {
  image: string;
  /** A descriptor of ours: a file that the machine gets as a boot module. */
  module?: number;
  machine: Omit<Machine, 'kernel' | 'module' | 'com2' | 'com3'>;
  timeoutSeconds?: number;
  /** Ends the machine, with status 0. */
  until?: AbortSignal;
  verbose: boolean;
  /** Opens standard input: called when the application first asks for some, so that one that never does takes none. */
  input: () => Readable;
  /** Shows the command that is run. */
  trace?: (line: string) => void;
}

export interface VmResult {
  status: number;
  milliseconds: number;
  time?: BootTime;
}

/** Descriptors in QEMU: 0-2 are its standard streams. */
const COM2_FD = 3;
const COM3_FD = 4;
const KERNEL_FD = 5;
const MODULE_FD = 7;
export const KERNEL_PATH = `/dev/fd/${KERNEL_FD}`;

const STATUS_BROKEN_PIPE = 141;
/** How long a killed machine may take to be gone, and its last output to be read. */
const LINGER_MS = 1000;

interface Ending {
  error?: AsoloError;
  status?: number;
}

export async function runVm(options: VmOptions): Promise<VmResult> {
  const began = performance.now();
  const child = start(options);
  const ending: Ending = {};
  const end = (reason: Ending): void => {
    if (!ending.error && ending.status === undefined) Object.assign(ending, reason);
    child.kill('SIGKILL');
  };
  const seen: { exitLine?: number; time?: BootTime; spoke: boolean; stderr: string } = { spoke: false, stderr: '' };
  const spoke = (): void => void (seen.spoke = true);

  const output = new Sink(1, (error) => end(whyBroken(error)));
  // A full disk behind standard error is no reason to end, but a reader that has gone ends other programs, too.
  const errors = new Sink(2, (error) => isUnread(error) && end(whyBroken(error)));
  const serial = child.stdin!;
  const console_ = (child.stdio as readonly unknown[])[CONSOLE_FD] as Duplex;
  const handover = new Handover(() => output.from(console_, spoke));
  output.from(child.stdout!, spoke, (bytes) => handover.came(bytes));
  errors.from(child.stdio[COM2_FD] as Readable, spoke);
  let fed = false;
  let input: Writable = serial;
  const control = new ControlReader({
    ready: () => {
      if (!fed) feed(options.input(), () => input);
      fed = true;
    },
    console: (bytes) => {
      input = console_;
      handover.after(bytes);
    },
    serial: () => void (input = serial),
    exit: (status) => void (seen.exitLine = status),
    time: (time) => void (seen.time = time),
    log: (text) => errors.push(Buffer.from(`asolo: ${text}\n`)),
  });
  const com3 = child.stdio[COM3_FD] as Readable;
  void Promise.all([gone(com3), gone(child.stdout!)]).then(() => handover.ended());
  com3.on('data', (chunk: Uint8Array) => {
    spoke();
    control.push(chunk);
  }).on('error', () => {});
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    seen.stderr = (seen.stderr + text).slice(-16384);
    if (options.verbose) errors.push(Buffer.from(text));
    if (isFatalWhileRunning(seen.stderr)) end({ error: new AsoloError('qemu-failed', `QEMU could not go on: ${seen.stderr.trim().split('\n')[0]}`) });
  });
  for (const stream of [serial, console_]) stream.on('error', () => {});

  const release = watch(options.timeoutSeconds, end);
  options.until?.addEventListener('abort', () => end({ status: 0 }));
  if (options.until?.aborted) end({ status: 0 });
  const { code, signal } = await closed(child, () => ending.error !== undefined || ending.status !== undefined);
  release();
  await Promise.race([Promise.all([output.flushed(), errors.flushed()]), ...(isEnded(ending) ? [delay(LINGER_MS)] : [])]);
  if (ending.error) throw ending.error;
  const status = ending.status ?? guestStatus({ code, signal, spoke: seen.spoke, stderr: seen.stderr, ...(seen.exitLine === undefined ? {} : { exitLine: seen.exitLine }) });
  return { status, milliseconds: performance.now() - began, ...(seen.time ? { time: seen.time } : {}) };
}

function isUnread(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE';
}

/** A stream cannot be written: where nobody reads any more that is no error. */
function whyBroken(error: NodeJS.ErrnoException): Ending {
  if (isUnread(error)) return { status: STATUS_BROKEN_PIPE };
  return { error: new AsoloError('unwritable', `cannot write to standard output: ${describeSystemError(error)}`) };
}

function isEnded({ error, status }: Ending): boolean {
  return error !== undefined || status !== undefined;
}

function start({ image, machine, module, trace }: VmOptions): ChildProcess {
  if (!which(QEMU)) throw missingTool(QEMU);
  let kernel: number;
  try {
    kernel = openSync(image, 'r');
  } catch (error) {
    throw new AsoloError('unreadable', `cannot read ${image}: ${describeSystemError(error)}`);
  }
  const args = qemuArguments({ ...machine, kernel: KERNEL_PATH, ...(module === undefined ? {} : { module: `/dev/fd/${MODULE_FD}` }), com2: COM2_FD, com3: COM3_FD });
  // The machine must not outlive us, not even if we are killed: setpriv (util-linux) asks the system for that.
  const [program, ...prefix] = which('setpriv') ? ['setpriv', '--pdeathsig', 'KILL', '--', QEMU] : [QEMU];
  trace?.([QEMU, ...args].join(' '));
  // A session of its own: Ctrl-C on the terminal reaches us, and we end the machine.
  const child = spawn(program, [...prefix, ...args], { detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', kernel, 'pipe', ...(module === undefined ? [] : [module])] });
  closeSync(kernel);
  return child;
}

/** Our standard input to where the guest reads it, no faster than it does. */
function feed(input: Readable, to: () => Writable): void {
  input.on('data', (chunk: Uint8Array) => {
    const guest = to();
    if (!guest.write(escapeInput(chunk))) {
      input.pause();
      guest.once('drain', () => input.resume());
    }
  });
  input.on('end', () => to().write(END_OF_INPUT));
  input.on('error', () => to().write(END_OF_INPUT));
}

function gone(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve));
}

/** Ends the machine on the time limit and on signals; returns what stops the watching. */
function watch(timeoutSeconds: number | undefined, end: (reason: Ending) => void): () => void {
  const signals: [NodeJS.Signals, number][] = [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]];
  const listeners = signals.map(([signal, status]) => {
    const listener = (): void => end({ status });
    process.on(signal, listener);
    return (): void => void process.off(signal, listener);
  });
  const timer = timeoutSeconds === undefined ? undefined : setTimeout(
    () => end({ error: new AsoloError('timeout', `the application did not end within ${timeoutSeconds} s`) }),
    timeoutSeconds * 1000,
  );
  return () => {
    clearTimeout(timer);
    for (const remove of listeners) remove();
  };
}

/** Waits for the process to be gone and all it wrote to be read (the latter not for ever once we ended it). */
function closed(child: ChildProcess, ended: () => boolean): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new AsoloError('qemu-failed', `QEMU cannot be started: ${error.message}`)));
    child.on('exit', (code, signal) => {
      if (ended()) setTimeout(() => resolve({ code, signal }), LINGER_MS).unref();
    });
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
