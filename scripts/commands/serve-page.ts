// The end of `asolo start`: the image of a web server in a virtual machine, and where to see its page. On a terminal it stays
// until Ctrl-C; elsewhere it fetches the page itself, once, and ends.
import http from 'node:http';
import { statSync } from 'node:fs';
import pc from 'picocolors';
import { AsoloError } from '../errors.ts';
import { freePort, LOOPBACK } from '../free-port.ts';
import { formatBytes, formatDuration } from '../log.ts';
import { chooseAccelerator } from '../qemu.ts';
import { run } from './run.ts';

const PORT = 8080;
const MEMORY_MIB = 16;
/**
 * QEMU accepts connections before the machine has an address, then drops them, or tries to pass them on again only after
 * seconds: so the first attempts are short.
 */
const RETRY_MS = 20;
const ATTEMPT_MS = 100;
const PATIENCE_MS = 60_000;
const STATUS_INTERRUPTED = 130;

export interface Page {
  status: number;
  bytes: number;
  milliseconds: number;
}

/** Serves until there is no reason to go on; the exit status of the command. */
export async function servePage(image: string, stays: boolean): Promise<number> {
  const port = await choosePort(PORT);
  const url = `http://${LOOPBACK}:${port}/`;
  const stop = new AbortController();
  const began = performance.now();
  const machine = run(image, [], { memory: `${MEMORY_MIB}M`, tcplisten: [`${LOOPBACK}:${port}`], env: [`MACHINE=${describeMachine(image)}`], until: stop.signal });
  // Whichever comes first: the page, or the end of a machine that does not run.
  const ended = machine.then((): undefined => undefined);
  const page = await Promise.race([ended, firstPage(url, stop.signal)]).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  if (page) {
    const after = formatDuration(performance.now() - began);
    process.stdout.write(`${pc.bold('Serving')} ${pc.cyan(url)} ${pc.dim(`from a machine of ${MEMORY_MIB} MiB, ${after} after its start`)}\n`);
    if (stays) process.stdout.write('Ctrl-C ends it.\n');
    else process.stdout.write(`The page was served: status ${page.status}, ${formatBytes(page.bytes)}, in ${formatDuration(page.milliseconds)}.\n`);
  }
  if (!stays || !page) stop.abort();
  const { status } = await machine;
  return page && stays && status === STATUS_INTERRUPTED ? 0 : status;
}

/** The port asked for, or another one if somebody has it. */
export async function choosePort(wanted: number): Promise<number> {
  const port = await freePort(wanted).catch(() => undefined);
  if (port !== undefined) return port;
  const other = await freePort();
  process.stdout.write(`Port ${wanted} is taken: another one will do.\n`);
  return other;
}

/** Asks until there is an answer; undefined once nobody wants one any more. */
async function firstPage(url: string, signal: AbortSignal): Promise<Page | undefined> {
  const began = performance.now();
  while (!signal.aborted) {
    const waited = performance.now() - began;
    if (waited > PATIENCE_MS) throw new AsoloError('timeout', `${url} did not answer within ${PATIENCE_MS / 1000} s`);
    const page = await fetchPage(url, Math.max(ATTEMPT_MS, waited / 2)).catch(() => undefined);
    if (page) return page;
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
  }
  return undefined;
}

function fetchPage(url: string, patience: number): Promise<Page> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false, timeout: patience }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => void (bytes += part.length));
      response.on('end', () => resolve({ status: response.statusCode!, bytes, milliseconds: performance.now() - began }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer'))).on('error', reject);
  });
}

function describeMachine(image: string): string {
  const accelerator = chooseAccelerator('auto', 'microvm') === 'kvm' ? 'KVM' : 'emulation';
  return `QEMU microvm, ${accelerator}, ${MEMORY_MIB} MiB of memory, an image of ${formatBytes(statSync(image).size)}`;
}
