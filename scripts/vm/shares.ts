// --share HOST::GUEST[:ro]: directories of this machine that the guest sees as they are -> QEMU's 9P devices, and the words
// that tell the guest what they are called. The n-th word is for the n-th device. docs/files.md says what is shared how.
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AsoloError, describeSystemError } from '../errors.ts';
import type { Manifest } from '../steps/manifest.ts';
import { type Directory, PREOPENS_MAX, parseDirectories } from '../steps/pack-files.ts';
import type { VirtioDevice } from './devices.ts';

/** The kernel's limit (assembly/base/limits.ts). */
const SHARES_MAX = 16;

type Wanted = Pick<Manifest, 'application' | 'features' | 'files'>;

/** Reads the values of --share, and looks whether there are such directories. */
export function parseShares(values: readonly string[]): Directory[] {
  const shares = parseDirectories(values, '--share');
  if (shares.length > SHARES_MAX) throw new AsoloError('usage', `--share: ${shares.length} directories; there are at most ${SHARES_MAX}`);
  shares.forEach(check);
  return shares;
}

/** Whether an image can have them, beside the directories that it has or is given. */
export function checkShares({ application: { name }, features, files }: Wanted, shares: readonly Directory[], directories: readonly Directory[]): void {
  if (shares.length === 0) return;
  if (!features.shares) throw new AsoloError('devices', `${name} has no use for --share: it imports no path_ function`);
  const others = [...(files?.preopens ?? []), ...directories.map(({ guest }) => guest)];
  const twice = shares.find(({ guest }) => others.includes(guest));
  if (twice) throw new AsoloError('usage', `--share: ${name} has a directory '${twice.guest}' already`);
  const count = others.length + shares.length;
  if (count > PREOPENS_MAX) throw new AsoloError('usage', `--share: ${count} directories in all; there are at most ${PREOPENS_MAX}`);
}

function check({ host, isReadOnly }: Directory): void {
  try {
    if (!statSync(host).isDirectory()) throw new AsoloError('devices', `--share: ${host} is not a directory`);
    accessSync(host, constants.R_OK | constants.X_OK | (isReadOnly ? 0 : constants.W_OK));
  } catch (error) {
    if (error instanceof AsoloError) throw error;
    const isDenied = !isReadOnly && (error as NodeJS.ErrnoException).code === 'EACCES';
    throw new AsoloError('devices', `--share: cannot use ${host}: ${describeSystemError(error)}${isDenied ? ' (to write; add :ro)' : ''}`);
  }
}

/**
 * Files are made as whom QEMU runs as. What lies on another file system below the directory gets numbers that no other
 * file has.
 */
export function shareDevices(shares: readonly Directory[]): VirtioDevice[] {
  return shares.map(({ host, isReadOnly }, i) => ({
    name: '9p',
    before: ['-fsdev', `local,id=share${i},path=${resolve(host).replaceAll(',', ',,')},security_model=none,multidevs=remap${isReadOnly ? ',readonly=on' : ''}`],
    properties: { fsdev: `share${i}`, mount_tag: `share${i}` },
  }));
}

export function shareWords(shares: readonly Directory[]): string[] {
  return shares.map(({ guest, isReadOnly }) => `share=${isReadOnly ? 'ro' : 'rw'}:${guest}`);
}
