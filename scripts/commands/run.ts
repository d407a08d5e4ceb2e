// asolo run: an application or an image in a virtual machine, as if it were a local program.
import { fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isatty } from 'node:tty';
import { AsoloError } from '../errors.ts';
import { isElf } from '../elf/reader.ts';
import { ACCELERATORS, type AcceleratorChoice, MACHINES, type MachineName, chooseAccelerator } from '../qemu.ts';
import { withSession } from '../session.ts';
import { alignUp, parseSeconds, parseSize } from '../sizes.ts';
import { buildImage } from '../steps/build-image.ts';
import { type Manifest, fileMemory, leastMemory, readImage } from '../steps/manifest.ts';
import { type Directory, type PackedFiles, packFiles } from '../steps/pack-files.ts';
import { readBytes } from '../steps/read-application.ts';
import { checkHasStack, missingNetworkNotice } from '../network-words.ts';
import { nearest } from '../suggest.ts';
import { formatBytes } from '../log.ts';
import { type DeviceArguments, attachDevices, listenWords } from '../vm/attach.ts';
import { CONSOLE, deviceWords } from '../vm/devices.ts';
import { checkShares, parseShares, shareDevices, shareWords } from '../vm/shares.ts';
import { KERNEL_PATH, type VmResult, runVm } from '../vm/run-vm.ts';
import { formatStart, formatTimeline } from '../vm/timeline.ts';
import { checkEnvironment, joinWords } from '../words.ts';
import { type BuildArguments, buildOptions } from './build.ts';

export interface RunArguments extends BuildArguments, DeviceArguments {
  machine?: string;
  accel?: string;
  memory?: string;
  share?: string[];
  timeout?: string;
  timeline?: boolean;
  /** Ends the machine, with status 0. */
  until?: AbortSignal;
}

export const DEFAULT_MEMORY = 64 * 1024 * 1024;
/** Room to grow, on top of what an image needs at least; more where the application starts with more. */
const MEMORY_SLACK = 8 * 1024 * 1024;
const MEMORY_SLACK_MOST = 256 * 1024 * 1024;
const MEMORY_STEP = 16 * 1024 * 1024;

export async function run(input: string, args: readonly string[], given: RunArguments): Promise<VmResult> {
  const machine = oneOf('--machine', given.machine ?? 'microvm', MACHINES);
  const accelerator = chooseAccelerator(oneOf('--accel', given.accel ?? 'auto', ACCELERATORS) as AcceleratorChoice, machine as MachineName);
  const memory = given.memory === undefined ? undefined : parseSize(given.memory, '--memory');
  const timeoutSeconds = given.timeout === undefined ? undefined : parseSeconds(given.timeout, '--timeout');
  const env = given.env ?? [];
  checkEnvironment(env);
  const { directories, network, ...options } = buildOptions({ ...given, env: [] });
  const shares = parseShares(given.share ?? []);

  const image = await withSession(given.verbose ?? false, async ({ cache, progress }) => {
    const bytes = readBytes(input);
    if (isElf(bytes) && given.manifest !== undefined) throw new AsoloError('usage', `--manifest: ${input} is an image and has its manifest already; give --manifest to asolo build`);
    if (isElf(bytes)) return { path: input, manifest: readImage(input).manifest };
    const built = await buildImage(cache, input, { ...options, directories: [], network: [] }, progress);
    return { path: built.image, manifest: built.manifest };
  });
  checkNames(input, image.manifest, directories);
  checkHasStack(network, image.manifest.features.sockets, image.manifest.application.name);
  checkShares(image.manifest, shares, directories);
  const files = await packFiles(directories);
  const memoryBytes = machineMemory(image.manifest, memory, files);
  const devices = [CONSOLE, ...attachDevices(image.manifest, given), ...shareDevices(shares)];
  const notice = missingNetworkNotice(image.manifest, devices);
  if (notice) process.stderr.write(`asolo: ${notice}\n`);
  const words = [
    ...deviceWords(machine as MachineName, devices),
    `name=${basename(input)}`, 'stdin=framed', 'stderr=com2', 'log=com3', `tty=${terminals()}`, `epoch=${BigInt(Date.now()) * 1_000_000n}`,
    ...(given.verbose ? ['verbose'] : []),
    ...(given.timeline || given.verbose ? ['timeline'] : []),
    ...network,
    ...listenWords(image.manifest, given),
    ...shareWords(shares),
    ...env.map((pair) => `env=${pair}`),
  ];
  const result = await runVm({
    image: image.path,
    ...(files ? { module: moduleOf(files) } : {}),
    machine: { machine: machine as MachineName, accelerator, memoryBytes, devices, words: joinWords(words, args, KERNEL_PATH.length + 1 + image.manifest.words.length) },
    verbose: given.verbose ?? false,
    input: () => process.stdin,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(given.until ? { until: given.until } : {}),
    ...(given.verbose ? { trace: (line: string): void => void process.stderr.write(`${line}\n`) } : {}),
  });
  if (given.verbose) process.stderr.write(`asolo: ${formatStart(result, image.manifest, memoryBytes)}\n${formatTimeline(result)}`);
  return result;
}

/** A directory given now must not have the name of one that is in the image. */
function checkNames(input: string, { files }: Manifest, directories: readonly Directory[]): void {
  const twice = directories.find(({ guest }) => files?.preopens.includes(guest));
  if (twice) throw new AsoloError('usage', `--dir: ${input} has a directory '${twice.guest}' already`);
}

/** The archive in a file that has no name any more: it is gone when the machine is. */
function moduleOf({ archive }: PackedFiles): number {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-run-'));
  try {
    const path = join(directory, 'files.tar');
    writeFileSync(path, archive);
    return openSync(path, 'r');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The machine's memory: as asked, checked; else the default, or more for an application or files that need it. */
export function machineMemory(manifest: Manifest, asked: number | undefined, files?: PackedFiles): number {
  const least = leastMemory(manifest) + (files ? files.archive.length + 4096 + fileMemory(files.entries) : 0);
  if (asked === undefined) {
    const slack = Math.min(Math.max(MEMORY_SLACK, manifest.memory.initialPages * 65536), MEMORY_SLACK_MOST);
    return Math.max(DEFAULT_MEMORY, alignUp(least + slack, MEMORY_STEP));
  }
  if (asked < least) {
    const suggestion = formatBytes(alignUp(least + MEMORY_SLACK / 4, 1024 * 1024)).replace(/\.0 MiB$/, 'M');
    throw new AsoloError('memory', `the machine has ${formatBytes(asked)} but ${manifest.application.name} needs at least ${formatBytes(least)} to start (${formatBytes(manifest.memory.initialPages * 65536)} of its own memory); try --memory ${suggestion}`);
  }
  return alignUp(asked, 1024 * 1024);
}

/** Which of our standard streams are terminals, for the application's isatty. */
function terminals(): string {
  return [0, 1, 2].filter((fd) => isOpen(fd) && isatty(fd)).join(',');
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

function oneOf(option: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  const near = nearest(value, allowed);
  throw new AsoloError('usage', `${option}: '${value}' is not one of ${allowed.join(', ')}${near ? ` (did you mean ${near}?)` : ''}`);
}
