// Finds the system's tools (C compiler, linker, objcopy, QEMU) and says what to install when one is missing.
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AsoloError } from './errors.ts';
import { keyOf } from './cache.ts';
import { tryCommand } from './run-command.ts';

export interface Compiler {
  /** The program and its own leading arguments: CC='ccache gcc' is three words too many for one path. */
  program: string;
  prefix: readonly string[];
  /** First line of --version: part of every object's key. */
  version: string;
  kind: 'gcc' | 'clang';
}

export const INSTALL_COMMANDS = {
  'Debian, Ubuntu': 'sudo apt-get install -y gcc binutils qemu-system-x86',
  'Fedora': 'sudo dnf install -y gcc binutils qemu-system-x86-core',
  'Arch': 'sudo pacman -S --needed gcc binutils qemu-system-x86',
} as const;

export const QEMU = 'qemu-system-x86_64';

/** Full path of a program, or undefined. */
export function which(program: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const candidates = program.includes('/') ? [program] : (env['PATH'] ?? '').split(delimiter).filter(Boolean).map((directory) => join(directory, program));
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The command line that installs what is missing on this system. */
export function installCommand(): string {
  const like = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8').toLowerCase() : '';
  if (/\b(fedora|rhel|centos)\b/.test(like)) return INSTALL_COMMANDS['Fedora'];
  if (/\b(arch|manjaro)\b/.test(like)) return INSTALL_COMMANDS['Arch'];
  return INSTALL_COMMANDS['Debian, Ubuntu'];
}

export function missingTool(program: string): AsoloError {
  return new AsoloError(program === QEMU ? 'qemu-missing' : 'tool-missing', `${program} is not installed; try: ${installCommand()}`);
}

const versions = new Map<string, string>();

/** First line of `program --version`; the same program file is asked once a process. */
export async function versionOf(program: string, prefix: readonly string[] = []): Promise<string> {
  const key = keyOf(program, prefix);
  let version = versions.get(key);
  if (version === undefined) {
    const { status, stdout } = await tryCommand({ program, args: [...prefix, '--version'] });
    if (status !== 0) throw new AsoloError('tool-failed', `${program} --version ended with status ${status}`);
    version = stdout.split('\n')[0]!.trim();
    versions.set(key, version);
  }
  return version;
}

/** What identifies a program without running it: used for the whole-build key only. */
export function fingerprint(program: string): string {
  const path = which(program);
  if (!path) throw program === compilerWords()[0] ? missingCompiler(program) : missingTool(program);
  const { size, mtimeMs } = statSync(path);
  return `${path}:${size}:${mtimeMs}`;
}

export function compilerWords(env: NodeJS.ProcessEnv = process.env): string[] {
  const words = (env['CC'] ?? '').split(/\s+/).filter(Boolean);
  if (words.length > 0) return words;
  return [['gcc', 'cc', 'clang'].find((name) => which(name, env)) ?? 'gcc'];
}

/** The C compiler: $CC, else gcc, else cc, else clang. */
export async function findCompiler(): Promise<Compiler> {
  const [program, ...prefix] = compilerWords() as [string, ...string[]];
  if (!which(program)) throw missingCompiler(program);
  const version = await versionOf(program, prefix);
  return { program, prefix, version, kind: /clang/i.test(version) ? 'clang' : 'gcc' };
}

function missingCompiler(program: string): AsoloError {
  if (!process.env['CC']) return missingTool(program);
  return new AsoloError('tool-missing', `the C compiler named by CC, '${program}', is not installed`);
}

export function findTool(program: string): string {
  if (!which(program)) throw missingTool(program);
  return program;
}
