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
import { formatTimeline } from '../vm/timeline.ts';
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
