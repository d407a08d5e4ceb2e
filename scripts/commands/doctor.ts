// asolo doctor: are the tools there, and what installs those that are not.
import pc from 'picocolors';
import { kvmState } from '../qemu.ts';
import { INSTALL_COMMANDS, QEMU, compilerWords, versionOf, which } from '../toolchain.ts';

export interface Check {
  name: string;
  state: 'good' | 'missing' | 'note';
  text: string;
}

export interface Diagnosis {
  checks: Check[];
  /** Nothing that asolo needs is missing. */
  good: boolean;
}

const OLDEST_QEMU = 5;

async function checkTool(name: string, program: string, prefix: readonly string[] = []): Promise<Check> {
  if (!which(program)) return { name, state: 'missing', text: `${program} is not installed` };
  try {
    return { name, state: 'good', text: await versionOf(program, prefix) };
  } catch {
    return { name, state: 'missing', text: `${program} does not run` };
  }
}

export async function doctor(): Promise<Diagnosis> {
  const [compiler, ...prefix] = compilerWords() as [string, ...string[]];
  const qemu = await checkTool('QEMU', QEMU);
  const version = Number(/version (\d+)/.exec(qemu.text)?.[1] ?? OLDEST_QEMU);
  if (version < OLDEST_QEMU) Object.assign(qemu, { state: 'missing', text: `${qemu.text}: version ${OLDEST_QEMU} or later is needed` });
  const kvm = kvmState();
  const checks: Check[] = [
    { name: 'Node', state: 'good', text: process.version },
    await checkTool('C compiler', compiler, prefix),
    await checkTool('linker', 'ld'),
    await checkTool('objcopy', 'objcopy'),
    qemu,
    { name: 'KVM', state: kvm.usable ? 'good' : 'note', text: kvm.text },
  ];
  return { checks, good: checks.every(({ state }) => state !== 'missing') };
}

export function formatDiagnosis({ checks, good }: Diagnosis): string {
  const marks = { good: pc.green('✓'), missing: pc.red('✗'), note: pc.yellow('–') };
  const lines = checks.map(({ name, state, text }) => `${marks[state]} ${name.padEnd(10)}  ${text}`);
  if (good) lines.push('', 'Everything that asolo needs is here.');
  else {
    lines.push('', 'Install what is missing:');
    for (const [system, command] of Object.entries(INSTALL_COMMANDS)) lines.push(`  ${system.padEnd(14)}  ${command}`);
  }
  return `${lines.join('\n')}\n`;
}
