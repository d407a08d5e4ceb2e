// Makes sure that the system's tools are there: installs them with apt-get where it may, else says how.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { AsoloError } from '../errors.ts';
import { QEMU, compilerWords, installCommand, which } from '../toolchain.ts';

const APT_PACKAGES = ['gcc', 'libc6-dev', 'binutils', 'qemu-system-x86'];

/** Programs that asolo needs and this system lacks. */
export function missingTools(): string[] {
  return [compilerWords()[0]!, 'ld', 'objcopy', QEMU].filter((program) => !which(program));
}

/** Installs what is missing; throws with the one command to type if it may not. */
export function setUp(): void {
  const missing = missingTools();
  if (missing.length === 0) return;
  const prefix = aptPrefix();
  if (prefix === undefined) {
    throw new AsoloError(missing.includes(QEMU) ? 'qemu-missing' : 'tool-missing', `${missing.join(', ')} not installed; install with: ${installCommand()}`);
  }
  process.stderr.write(`asolo: installing ${APT_PACKAGES.join(', ')} (missing: ${missing.join(', ')})\n`);
  apt(prefix, ['update', '-q']);
  apt(prefix, ['install', '-y', '-q', '--no-install-recommends', ...APT_PACKAGES]);
  const still = missingTools();
  if (still.length > 0) throw new AsoloError('tool-missing', `${still.join(', ')} still missing after apt-get install; install with: ${installCommand()}`);
}

/** How to call apt-get: as root, through sudo without a password, or not at all. */
function aptPrefix(): string[] | undefined {
  if (!existsSync('/etc/debian_version') || !which('apt-get')) return undefined;
  if (process.getuid?.() === 0) return [];
  const sudo = which('sudo');
  return sudo && spawnSync(sudo, ['-n', 'true']).status === 0 ? [sudo, '-n'] : undefined;
}

function apt(prefix: readonly string[], args: readonly string[]): void {
  const [program, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  const { status } = spawnSync(program!, rest, { stdio: ['ignore', 2, 2] });
  // A failed update is not the end: the package lists may be there already.
  if (status !== 0 && args[0] !== 'update') throw new AsoloError('tool-failed', `apt-get ${args[0]} ended with status ${status}; try: ${installCommand()}`);
}
