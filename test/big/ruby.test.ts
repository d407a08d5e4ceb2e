// Ruby 3.4 as an image: 16 MB of Wasm, the largest module that we know to be in use. `npm run test:big`; not in `npm test`:
// it downloads 30 MB and compiles for minutes. ASOLO_RUBY_WASM names a ruby.wasm of the package that is there already.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRuby } from '../../examples/ruby/build.ts';
import { asolo } from '../support/asolo.ts';
import { type Cost, measure } from './measure.ts';

const GIB = 2 ** 30;
/** 6 minutes on 2 cores that do nothing else. */
const CPU_SECONDS_MOST = 2 * 360;
const HOUR = 3_600_000;

let directory: string;
let wasm: string;
const image = (): string => join(directory, 'ruby.elf');
const program = join(import.meta.dirname, '../../scripts/asolo.mjs');
const build = (): Promise<Cost> => measure('node', [program, 'build', wasm, '-o', image()], { env: { ...process.env, ASOLO_CACHE: join(directory, 'cache') } });
const ruby = (...args: string[]): ReturnType<typeof asolo> => asolo(['run', image(), '--timeout', '300', '--', ...args]);

describe.skipIf(!process.env['ASOLO_BIG'])('ruby.wasm', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'asolo-ruby-'));
    wasm = await buildRuby(process.env['ASOLO_RUBY_WASM'] || undefined, join(directory, 'ruby.wasm'));
  }, HOUR);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('builds within 24 GiB and 12 minutes of CPU time, and says what it chose', async () => {
    const cost = await build();
    console.log(`built in ${cost.seconds.toFixed(0)} s, ${cost.cpuSeconds.toFixed(0)} s of CPU time; ${(cost.memoryBytes / GIB).toFixed(2)} GiB at most, ${(cost.largestBytes / GIB).toFixed(2)} GiB in one process; image ${(statSync(image()).size / 2 ** 20).toFixed(1)} MiB`);
    expect(cost.status).toBe(0);
    expect(cost.stderr).toMatch(/^asolo: ruby\.wasm: a large module .*-O 1.*\n$/);
    expect(cost.cpuSeconds).toBeLessThan(CPU_SECONDS_MOST);
    expect(cost.memoryBytes).toBeLessThan(24 * GIB);
  }, HOUR);

  it('builds again from the cache in seconds', async () => {
    const cost = await build();
    console.log(`built again in ${cost.seconds.toFixed(1)} s`);
    expect(cost).toMatchObject({ status: 0, stderr: '' });
    expect(cost.stdout).toContain('(nothing changed)');
    expect(cost.cpuSeconds).toBeLessThan(10);
  }, HOUR);

  it('runs programs', async () => {
    expect(await ruby('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ruby 3\.4\.\d+ .*\[wasm32-wasi\]\n$/) as string });
    expect(await ruby('-e', 'puts 1+1; p ARGV', 'a b', 'c')).toMatchObject({ status: 0, stderr: '', stdout: '2\n["a b", "c"]\n' });
    expect(await ruby('-e', 'puts (1..25).inject(:*); puts "héllo"[1]; begin; raise "x"; rescue => e; p e; end; exit 7'))
      .toMatchObject({ status: 7, stdout: '15511210043330985984000000\né\n#<RuntimeError: x>\n' });
  }, HOUR);

  it('reads a program from standard input', async () => {
    expect(await asolo(['run', image(), '--timeout', '300'], { input: 'puts [3, 1, 2].sort.inspect' })).toMatchObject({ status: 0, stdout: '[1, 2, 3]\n' });
  }, HOUR);

  it('shows time and memory at its first instruction', async () => {
    const { stderr } = await asolo(['run', image(), '--verbose', '--', '-e', '1']);
    const line = /^asolo: (.* at its first instruction: .*)$/m.exec(stderr)?.[1];
    console.log(line);
    expect(line).toMatch(/ms in the guest; [\d.]+ MiB image, 20\.9 MiB its own, of \d+\.0 MiB$/);
  }, HOUR);
});
