// A Linux guest with one program, to measure against: Debian's kernel for clouds, and an archive for its memory with an init
// of our own (http/init.c), the drivers it loads, and what else it is given. Built from Debian's packages, once.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { ROOT } from '../scripts/paths.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD, step } from './report.ts';

const FOLDER = join(BENCH_BUILD, 'linux');
/** What init.c loads; those that the kernel has built in are not there. */
const MODULES = ['virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci', 'failover', 'net_failover', 'virtio_net'];

export interface LinuxGuest {
  kernel: string;
  initrd: string;
  /** Debian's name of the kernel, with its version. */
  name: string;
}

/** Builds the guest around files: a path in the guest -> one of ours. */
export async function buildLinuxGuest(files: Readonly<Record<string, string>>): Promise<LinuxGuest> {
  const unpacked = await fetchKernel();
  const kernel = readdirSync(join(unpacked, 'boot')).find((name) => name.startsWith('vmlinuz-'))!;
  const init = join(FOLDER, 'init');
  await mustRun('gcc', ['-O2', '-static', join(ROOT, 'bench', 'http', 'init.c'), '-o', init]);
  const modules = filesBelow(join(unpacked, 'lib/modules')).filter((path) => MODULES.includes(basename(path, '.ko')));
  const all = { '/init': init, ...files, ...Object.fromEntries(modules.map((path) => [`/modules/${basename(path)}`, path])) };
  const initrd = join(FOLDER, 'initrd');
  writeFileSync(initrd, packCpio(Object.entries(all).map(([name, path]) => [name.slice(1), readFileSync(path)] as const)));
  return { kernel: join(unpacked, 'boot', kernel), initrd, name: kernel.replace('vmlinuz', 'linux') };
}

/** The words of its kernel: quiet, and as fast as it can be made by words. */
export function linuxWords(init: readonly string[]): string {
  return `quiet panic=-1 mitigations=off tsc=reliable clocksource=tsc random.trust_cpu=on console=ttyS0 -- ${init.join(' ')}`;
}

async function fetchKernel(): Promise<string> {
  const unpacked = join(FOLDER, 'kernel');
  if (existsSync(unpacked)) return unpacked;
  step('downloading the Linux kernel (27 MB)');
  const half = `${unpacked}.part`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  const { stdout } = await mustRun('apt-cache', ['depends', 'linux-image-cloud-amd64']);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new Error('apt knows no linux-image-cloud-amd64; the Linux guest needs Debian and apt-get update');
  await mustRun('sh', ['-c', `cd '${half}' && apt-get download ${name} && dpkg-deb -x *.deb . && rm *.deb`]);
  renameSync(half, unpacked);
  return unpacked;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** An archive as the kernel unpacks it into memory: cpio's "newc" format, all files executable. */
function packCpio(files: readonly (readonly [name: string, contents: Uint8Array])[]): Buffer {
  const directories = [...new Set(files.flatMap(([name]) => (name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : [])))];
  const entries = [
    ...directories.map((name) => [name, new Uint8Array(), 0o040755] as const),
    ...files.map(([name, contents]) => [name, contents, 0o100755] as const),
    ['TRAILER!!!', new Uint8Array(), 0] as const,
  ];
  return Buffer.concat(entries.flatMap(([name, contents, mode], i) => {
    const fields = [i + 1, mode, 0, 0, 1, 0, contents.length, 0, 0, 0, 0, Buffer.byteLength(name) + 1, 0];
    const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`);
    return [padded(head), padded(contents)];
  }));
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
