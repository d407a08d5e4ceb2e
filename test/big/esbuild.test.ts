// esbuild, a bundler from an npm package, as an image: the largest Go program that we run. `npm run test:big`; not in
// `npm test`: it downloads 6 MB and compiles for minutes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildEsbuild } from '../../examples/esbuild/build.ts';
import { asolo } from '../support/asolo.ts';

const HOUR = 3_600_000;
const BUNDLE = '(() => {\n  // src/greeting.ts\n  var greeting = (name) => `Hello, ${name}!`;\n\n  // src/main.ts\n  console.log(greeting("Asolo"));\n})();\n';
let directory: string;
const image = (): string => join(directory, 'esbuild.elf');
const project = (): string => join(directory, 'project');
const esbuild = (args: readonly string[], input = ''): ReturnType<typeof asolo> => asolo(['run', image(), '--timeout', '300', ...args], { input });

describe.skipIf(!process.env['ASOLO_BIG'])('esbuild.wasm', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'asolo-esbuild-'));
    mkdirSync(join(project(), 'src'), { recursive: true });
    writeFileSync(join(project(), 'src/greeting.ts'), 'export const greeting = (name: string): string => `Hello, ${name}!`;\n');
    writeFileSync(join(project(), 'src/main.ts'), "import { greeting } from './greeting';\nconsole.log(greeting('Asolo'));\n");
    expect(await asolo(['build', buildEsbuild(), '-o', image()])).toMatchObject({ status: 0 });
  }, HOUR);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('takes types away from what it reads on standard input', async () => {
    expect(await esbuild(['--memory', '48M', '--', '--loader=ts', '--minify'], 'interface A { b: number }\nexport const c = (d: A): number => d.b;\n'))
      .toMatchObject({ status: 0, stdout: 'export const c=e=>e.b;\n' });
  }, HOUR);

  it('bundles a project that is handed over at boot', async () => {
    expect(await esbuild(['--dir', `${project()}::/`, '--', '--bundle', 'src/main.ts'])).toMatchObject({ status: 0, stdout: BUNDLE });
  }, HOUR);

  it('bundles one that is shared with the host, and leaves the result there', async () => {
    expect(await esbuild(['--share', `${project()}::/`, '--', '--bundle', 'src/main.ts', '--outfile=out.js'])).toMatchObject({ status: 0 });
    expect(readFileSync(join(project(), 'out.js'), 'utf8')).toBe(BUNDLE);
  }, HOUR);

  it('says where an error is, with status 1', async () => {
    const { status, stderr } = await esbuild(['--', '--loader=ts'], 'let x: = 3\n');
    expect(status).toBe(1);
    expect(stderr).toContain('<stdin>:1:7:');
  }, HOUR);
});
