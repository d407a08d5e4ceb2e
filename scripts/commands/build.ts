// asolo build: an application to an image file.
import { basename, dirname, join } from 'node:path';
import { AsoloError } from '../errors.ts';
import { CPUS, type Cpu } from '../flags.ts';
import { checkWritable, makeDirectory, replaceFile } from '../output.ts';
import { withSession } from '../session.ts';
import { parseSize } from '../sizes.ts';
import { nearest } from '../suggest.ts';
import { buildImage, type BuildOptions, DEFAULT_STACK, keepBuild } from '../steps/build-image.ts';
import type { Manifest } from '../steps/manifest.ts';
import { parseDirectories } from '../steps/pack-files.ts';
import { type NetworkArguments, networkWords } from '../network-words.ts';
import { checkEnvironment } from '../words.ts';

/** The options as commander hands them over. */
export interface BuildArguments extends NetworkArguments {
  output?: string;
  env?: string[];
  dir?: string[];
  optimize?: string;
  fast?: boolean;
  cpu?: string;
  stack?: string;
  keep?: string;
  manifest?: string;
  verbose?: boolean;
}

export interface BuildResult {
  output: string;
  manifest: Manifest;
  fromCache: boolean;
  milliseconds: number;
}

const STACK_LEAST = 64 * 1024;
const STACK_MOST = 256 * 1024 * 1024;

/** Checks the options that decide an image's bytes. */
export function buildOptions(given: BuildArguments): BuildOptions {
  const { optimize } = given;
  if (optimize !== undefined && !/^[0-3]$/.test(optimize)) throw new AsoloError('usage', `--optimize: '${optimize}' is not 0, 1, 2 or 3`);
  const cpu = given.cpu ?? CPUS[0]!;
  if (!CPUS.includes(cpu as Cpu)) {
    const near = nearest(cpu, CPUS);
    throw new AsoloError('usage', `--cpu: '${cpu}' is not one of ${CPUS.join(', ')}${near ? ` (did you mean ${near}?)` : ''}`);
  }
  const stackBytes = given.stack === undefined ? DEFAULT_STACK : parseSize(given.stack, '--stack');
  if (stackBytes < STACK_LEAST || stackBytes > STACK_MOST) throw new AsoloError('usage', `--stack: '${given.stack}' is not between 64K and 256M`);
  const env = given.env ?? [];
  checkEnvironment(env);
  return { env, network: networkWords(given), ...(optimize === undefined ? {} : { optimize: Number(optimize) }), fast: given.fast ?? false, cpu: cpu as Cpu, stackBytes, directories: parseDirectories(given.dir ?? []), ...(given.manifest === undefined ? {} : { manifest: given.manifest }) };
}

/** Where the image goes when -o does not say: beside the application. */
export function defaultOutput(input: string): string {
  return join(dirname(input), `${basename(input).replace(/\.(wasm|wat)$/i, '')}.elf`);
}

export async function build(input: string, given: BuildArguments): Promise<BuildResult> {
  const options = buildOptions(given);
  const output = given.output ?? defaultOutput(input);
  checkWritable(output);
  if (given.keep !== undefined) makeDirectory(given.keep);
  const began = Date.now();
  return withSession(given.verbose ?? false, async ({ cache, progress }) => {
    const built = await buildImage(cache, input, options, progress, given.keep !== undefined);
    if (given.keep !== undefined) keepBuild(built, given.keep);
    replaceFile(built.image, output);
    return { output, manifest: built.manifest, fromCache: built.fromCache, milliseconds: Date.now() - began };
  });
}
