// Wrong input: one clear line, a documented exit status, no stack trace, no half-written file.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../scripts/errors.ts';
import { which } from '../../scripts/toolchain.ts';
import { asolo, type Finished } from '../support/asolo.ts';
import { LARGE_MEMORY, WRONG_MODULES, compile, sayAndExit } from './modules.ts';

let directory: string;
const path = (name: string): string => join(directory, name);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-wrong-'));
  const good = await compile(sayAndExit('hello\n', 0));
  writeFileSync(path('good.wasm'), good);
  writeFileSync(path('half.wasm'), good.subarray(0, good.length / 2));
  writeFileSync(path('empty.wasm'), '');
  writeFileSync(path('text.wasm'), '(module)');
  writeFileSync(path('component.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0));
  writeFileSync(path('gc.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 3, 1, 0x5f, 0));
  writeFileSync(path('invalid.wasm'), await compile('(module (func (export "_start") (drop (i32.const 1))))').then((bytes) => bytes.map((byte, i) => (bytes[i - 1] === 0x41 && byte === 1 ? 0x80 : byte))));
  writeFileSync(path('large.wasm'), await compile(LARGE_MEMORY));
  for (const [name, text] of WRONG_MODULES) writeFileSync(path(`${name}.wasm`), await compile(text));
  mkdirSync(path('folder'));
  mkdirSync(path('tools'));
  for (const tool of ['node', 'sh', 'bash', 'gcc', 'ld', 'objcopy', 'as', 'env']) {
    const found = which(tool);
    if (found) symlinkSync(found, path(`tools/${tool}`));
  }
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function expectError({ status, stdout, stderr }: Finished, code: ErrorCode, expected: number, message: RegExp): void {
  const lines = stderr.trimEnd().split('\n');
  expect(lines[0]).toMatch(new RegExp(`^asolo: error\\[${code}\\]: `));
  expect(lines[0]).toMatch(message);
  expect(stderr).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
  // Only a tool's own last lines may follow, indented.
  expect(lines.slice(1).every((line) => line.startsWith('  '))).toBe(true);
  expect(stdout).toBe('');
  expect(status).toBe(expected);
}

describe('asolo build', () => {
  it.concurrent.each<[string, ErrorCode, RegExp]>([
    ...WRONG_MODULES.map(([name, , code, message]): [string, ErrorCode, RegExp] => [`${name}.wasm`, code, message]),
    ['empty.wasm', 'not-wasm', /is empty/],
    ['text.wasm', 'not-wasm', /wat2wasm/],
    ['half.wasm', 'truncated', /ends .*early|ends in the middle/],
    ['component.wasm', 'component', /component/],
    ['gc.wasm', 'feature', /garbage collection/],
    ['invalid.wasm', 'malformed', /not a valid module|too long/],
    ['folder', 'unreadable', /is a directory/],
    ['missing.wasm', 'unreadable', /no such file/],
  ])('%s', async (name, code, message) => {
    const output = path(`${name}.elf`);
    const finished = await asolo(['build', path(name), '-o', output]);
    expectError(finished, code, 1, message);
    expect(finished.stderr.split('\n')[0]).toContain(name);
    expect(existsSync(output)).toBe(false);
  });

  it.concurrent.each([
    [['build'], /missing required argument/],
    [['build', 'a.wasm', '--optimise', '2'], /unknown option '--optimise' \(did you mean --optimize\?\)/],
    [['build', 'a.wasm', 'b.wasm'], /too many arguments/],
    [['build', 'a.wasm', '-O', '9'], /--optimize: '9' is not 0, 1, 2 or 3/],
    [['build', 'a.wasm', '--cpu', 'x86-64-v4'], /--cpu: .* did you mean|--cpu: .*\(did you mean/],
    [['build', 'a.wasm', '--stack', 'big'], /--stack: 'big' is not a size/],
    [['build', 'a.wasm', '--stack', '1K'], /not between 64K and 256M/],
    [['build', 'a.wasm', '--env', 'A'], /expected NAME=VALUE/],
    [['biuld', 'a.wasm'], /unknown command 'biuld'/],
    [[], /no command given/],
    [['--nonsense'], /unknown option '--nonsense'/],
    [['run', 'a.wasm', '--machine', 'q36'], /did you mean q35\?/],
    [['run', 'a.wasm', '--accel', 'hvf'], /--accel: 'hvf'/],
    [['run', 'a.wasm', '--memory', '0'], /--memory: '0' is not a size/],
    [['run', 'good', '--net', 'usr'], /--net usr: 'usr' is not user, tap, none \(did you mean user\?\)/],
    [['run', 'good', '--net', 'a b=user'], /the name 'a b' is not 1 to 67 letters/],
    [['run', 'good', '--net', 'tap'], /tap needs the name of an interface: tap:tap0/],
    [['run', 'good', '--net', 'user,mtu=9'], /an MTU is a number from 68 to 65535/],
    [['run', 'good', '--net', 'user,mac=nobody'], /'nobody' is not the MAC address of one station/],
    [['run', 'good', '--net', 'user,speed=9'], /'speed=9' is neither mac=… nor mtu=…/],
    [['run', 'good', '--disk', 'a='], /expected \[NAME=\]FILE\[,readonly\]/],
    [['run', 'good', '-p', '80'], /expected \[ADDRESS:\]HOST:GUEST\[\/udp\]/],
    [['run', 'good', '-p', '0:80'], /'0' is not a port from 1 to 65535/],
    [['run', 'good', '-p', '80:80/sctp'], /'sctp' is not tcp or udp/],
    [['run', 'good', '-p', 'here:80:80'], /'here' is not an IPv4 address/],
    [['run', 'good', '-p', '[::1]:80:80'], /IPv4 addresses only/],
    [['run', 'a.wasm', '--timeout', 'soon'], /--timeout: 'soon' is not a duration/],
  ])('asolo %j is a wrong command', async (args, message) => {
    expectError(await asolo(args.map((arg) => (arg === 'good' ? path('good.wasm') : arg))), 'usage', 2, message);
  });

  it.each([
    ['a folder that is not there', 'no/such/folder.elf', /no such file or directory/],
    ['a folder in the place of the file', 'folder', /is a directory/],
    ['below a file', 'good.wasm/x.elf', /cannot write/],
  ])('cannot write to %s', async (_, output, message) => {
    expectError(await asolo(['build', path('good.wasm'), '-o', path(output)]), 'unwritable', 1, message);
  });

  it('a failed build leaves the image of the last good one', async () => {
    writeFileSync(path('old.elf'), 'old');
    await asolo(['build', path('half.wasm'), '-o', path('old.elf')]);
    expect(readFileSync(path('old.elf'), 'utf8')).toBe('old');
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('a C compiler that is missing, or fails', async () => {
    const env = { ASOLO_CACHE: path('cache'), CC: 'asolo-no-such-cc' };
    expectError(await asolo(['build', path('good.wasm'), '-o', path('x.elf')], { env }), 'tool-missing', 1, /named by CC, 'asolo-no-such-cc', is not installed/);
    writeFileSync(path('tools/failing-cc'), '#!/bin/sh\n[ "$1" = --version ] && { echo failing 1.0; exit; }\necho "x.c:1: no" >&2\nexit 4\n');
    chmodSync(path('tools/failing-cc'), 0o755);
    const finished = await asolo(['build', path('good.wasm'), '-o', path('x.elf')], { env: { ...env, CC: path('tools/failing-cc') } });
    expectError(finished, 'tool-failed', 1, /compiling .*: failing-cc ended with status 4/);
    expect(finished.stderr).toContain('  x.c:1: no');
    expect(existsSync(path('x.elf'))).toBe(false);
    expect(readdirSync(path('cache/scratch'))).toEqual([]);
  });

  it('a cache that cannot be written', async () => {
    expectError(await asolo(['build', path('good.wasm'), '-o', path('x.elf')], { env: { ASOLO_CACHE: path('good.wasm') } }), 'unwritable', 1, /cannot write the cache/);
  });
});

describe('asolo run', () => {
  it('anything wrong with the application is 125: it did not run', async () => {
    expectError(await asolo(['run', path('half.wasm')]), 'truncated', 125, /half.wasm/);
    expectError(await asolo(['run', path('missing.wasm')]), 'unreadable', 125, /no such file/);
  });

  it('an ELF file that asolo did not build', async () => {
    expectError(await asolo(['run', which('ld')!]), 'not-an-image', 125, /did not build/);
    expectError(await asolo(['inspect', which('ld')!]), 'not-an-image', 125, /did not build/);
    expectError(await asolo(['inspect', path('good.wasm')]), 'not-an-image', 125, /not a 64-bit little-endian ELF file/);
  });

  it('an initial memory larger than the machine', async () => {
    expectError(await asolo(['run', path('large.wasm'), '--memory', '64M']), 'memory', 125, /has 64.0 MiB but large.wasm needs at least .*try --memory \d+M/);
  });

  it('more words than fit', async () => {
    expectError(await asolo(['run', path('good.wasm'), '--', 'x'.repeat(5000)]), 'words-too-long', 125, /more than the 4096/);
  });

  it('QEMU that is missing', async () => {
    expectError(await asolo(['run', path('good.wasm')], { env: { PATH: path('tools') } }), 'qemu-missing', 125, /not installed; try: .*install/);
  });

  it.each([
    ['does not start', 'echo "qemu-system-x86_64: -M microvm: unsupported machine type" >&2; exit 1', 'qemu-failed', /did not start the machine: -M microvm/],
    ['crashes', 'kill -SEGV $$', 'no-status', /ended by SIGSEGV/],
    ['ends without a status', 'exit 0', 'no-status', /reset or powered off without an exit status/],
    ['stays after a fatal error', 'echo "KVM internal error. Suberror: 1" >&2; exec sleep 60', 'qemu-failed', /KVM internal error/],
  ] as const)('QEMU that %s', async (name, script, code, message) => {
    const tools = path(`qemu ${name}`);
    mkdirSync(tools);
    writeFileSync(join(tools, 'qemu-system-x86_64'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(tools, 'qemu-system-x86_64'), 0o755);
    expectError(await asolo(['run', path('good.wasm')], { env: { PATH: `${tools}:${process.env['PATH']}` } }), code, 125, message);
  });
});

it('every error code has a documented status', () => {
  const documented = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  for (const [code, status] of Object.entries(ERROR_CODES)) expect(documented).toMatch(new RegExp(`\\| \`${code}\` \\| ${status} \\|`));
});
