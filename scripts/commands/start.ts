// asolo start (npm start): from a fresh checkout to a booted application, and what took how long.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { AsoloError } from '../errors.ts';
import { formatDuration } from '../log.ts';
import { BUILD, ROOT } from '../paths.ts';
import { runCommand } from '../run-command.ts';
import { withSession } from '../session.ts';
import { setUp } from '../steps/set-up.ts';
import { writeKernel } from '../steps/write-kernel.ts';
import type { BootTime } from '../vm/control.ts';
import type { VmResult } from '../vm/run-vm.ts';
import { build } from './build.ts';
import { run } from './run.ts';

const DEMO = join(BUILD, 'examples', 'hello.wasm');
const IMAGE = join(BUILD, 'hello.elf');

export async function start(): Promise<number> {
  setUp();
  const began = Date.now();
  await withSession(false, async ({ cache, progress }) => {
    progress.step('demo: compiling examples/hello');
    await runCommand({ program: process.execPath, args: ['--import', 'tsx', 'examples/build.ts', 'hello'], cwd: ROOT }, 'compiling examples/hello');
    if (!existsSync(DEMO)) throw new AsoloError('tool-failed', 'examples/build.ts made no build/examples/hello.wasm');
    progress.step('kernel: asc');
    await writeKernel(cache);
  });
  await build(DEMO, { output: IMAGE });
  process.stdout.write(`${pc.dim(`Built build/hello.elf in ${formatDuration(Date.now() - began)}. Booting it:`)}\n\n`);
  const result = await run(IMAGE, [], { timeline: true, timeout: '60' });
  process.stdout.write(`\n${formatTimeline(result)}\n${NEXT}`);
  return result.status;
}

const NEXT = `
What to try next:
  npx asolo run build/hello.elf -- your arguments      the same image, other arguments
  npx tsx examples/build.ts                            compile all examples to build/examples/
  echo hi | npx asolo run build/examples/cat.wasm      standard input
  npx asolo inspect build/hello.elf                    what is in an image
  npx asolo build your.wasm                            your own WASI application
  npm test                                             every check
`;

export interface Phase {
  name: string;
  milliseconds: number;
}

/** Where the time went. What the guest did not count is QEMU's own start and end, and firmware. */
export function phases(milliseconds: number, time: BootTime): Phase[] {
  const between = (from: bigint, to: bigint): number => Number(((to > from ? to - from : 0n) * 1_000_000n) / time.hz) / 1000;
  const guest = between(time.entry, time.exit);
  return [
    { name: 'QEMU and firmware', milliseconds: Math.max(0, milliseconds - guest) },
    { name: 'boot shim', milliseconds: between(time.entry, time.kernel) },
    { name: 'kernel', milliseconds: between(time.kernel, time.application) },
    { name: 'application', milliseconds: between(time.application, time.exit) },
  ];
}

export function formatTimeline({ milliseconds, time }: VmResult): string {
  if (!time) return pc.dim(`The machine ran for ${formatDuration(milliseconds)}.`);
  const list = phases(milliseconds, time);
  const width = Math.max(...list.map(({ name }) => name.length));
  const lines = list.map(({ name, milliseconds: ms }) => `  ${name.padEnd(width)}  ${ms.toFixed(2).padStart(9)} ms  ${pc.cyan('█'.repeat(Math.round((ms / milliseconds) * 40)))}`);
  return `${pc.bold('Where the time went')}\n${lines.join('\n')}\n`;
}
