// Flite, a speech synthesiser from an npm package, as an image: text in, a WAV file out, byte for byte node:wasi's.
// `npm run test:big`; not in `npm test`: it downloads 6 MB and compiles for minutes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFlite } from '../../examples/flite/build.ts';
import { nodeWasi } from '../examples/node-wasi.ts';
import { asolo } from '../support/asolo.ts';

const HOUR = 3_600_000;
let directory: string;
let wasm: string;
const image = (): string => join(directory, 'flite.elf');
const speak = (text: string): string[] => ['-t', text, '-o', '/tmp/speech.wav'];

describe.skipIf(!process.env['ASOLO_BIG'])('flite.wasm', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'asolo-flite-'));
    wasm = await buildFlite();
    expect(await asolo(['build', wasm, '-O', '1', '-o', image()])).toMatchObject({ status: 0 });
  }, HOUR);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each([['hello', 'Hello, world.'], ['long', 'The quick brown fox jumps over the lazy dog. '.repeat(5)]])('says %s as under node:wasi', async (name, text) => {
    mkdirSync(join(directory, name));
    await nodeWasi(wasm, { args: speak(text), directories: [`${join(directory, name)}::/tmp`] });
    const expected = readFileSync(join(directory, name, 'speech.wav'));
    const { status, stderr, bytes } = await asolo(['run', image(), '--timeout', '300', '--', ...speak(text)]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(expected.subarray(0, 4).toString()).toBe('RIFF');
    expect(expected.length).toBeGreaterThan(10_000);
    expect(bytes.equals(expected)).toBe(true);
  }, HOUR);

  it('says nothing where there is no room for it', async () => {
    const { status, bytes } = await asolo(['run', image(), '--timeout', '300', '--', '-t', 'hello', '-o', '/nowhere/speech.wav']);
    expect(status).not.toBe(126);
    expect(bytes.length).toBe(0);
  }, HOUR);
});
