// asolo start (npm start): from a fresh checkout to a booted application, what took how long, and a page served by another.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
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
import { servePage } from './serve-page.ts';

const DEMO = join(BUILD, 'examples', 'hello.wasm');
const IMAGE = join(BUILD, 'hello.elf');
const SERVER = join(BUILD, 'examples', 'http-server-as.wasm');
const SERVER_IMAGE = join(BUILD, 'http-server-as.elf');
const SITE = join(ROOT, 'examples', 'site');

export async function start(): Promise<number> {
  setUp();
  const began = Date.now();
  await withSession(false, async ({ cache, progress }) => {
    progress.step('demo: compiling two examples');
    await runCommand({ program: process.execPath, args: ['--import', 'tsx', 'examples/build.ts', 'hello', 'http-server-as'], cwd: ROOT }, 'compiling the examples');
    for (const made of [DEMO, SERVER]) if (!existsSync(made)) throw new AsoloError('tool-failed', `examples/build.ts made no ${relative(ROOT, made)}`);
    progress.step('kernel: asc');
    await writeKernel(cache);
  });
  await build(DEMO, { output: IMAGE });
  await build(SERVER, { output: SERVER_IMAGE, dir: [`${SITE}::/:ro`] });
  process.stdout.write(`${pc.dim(`Built build/hello.elf and build/http-server-as.elf in ${formatDuration(Date.now() - began)}. Booting the first:`)}\n\n`);
  const result = await run(IMAGE, [], { timeline: true, timeout: '60' });
  process.stdout.write(`\n${formatTimeline(result)}\n${NEXT}\n`);
  if (result.status !== 0) return result.status;
  return servePage(SERVER_IMAGE, process.stdout.isTTY && !process.env['CI']);
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
