import { describe, expect, it } from 'vitest';
import { lastLines, plainText, runAll, runCommand, tryCommand } from '../../../scripts/run-command.ts';

const node = (code: string) => ({ program: process.execPath, args: ['-e', code] });

describe('run-command', () => {
  it('gives arguments as they are', async () => {
    const words = ['a b', '$HOME', "it's", '"q"', '', '*', '\\', 'line\nbreak'];
    const output = await runCommand({ program: process.execPath, args: ['-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--', ...words] }, 'echo');
    expect(JSON.parse(output)).toEqual(words);
  });

  it('a failure names the step, the program, the status and the last lines', async () => {
    const failure = runCommand(node('console.error("why"); process.exit(3)'), 'compiling x.c');
    await expect(failure).rejects.toMatchObject({ code: 'tool-failed', message: 'compiling x.c: node ended with status 3', detail: 'why' });
  });

  it('a signal is told apart from a status', async () => {
    await expect(runCommand(node('process.kill(process.pid, "SIGSEGV")'), 'step')).rejects.toThrow('step: node was ended by SIGSEGV');
  });

  it('a time limit ends the command', async () => {
    await expect(runCommand({ ...node('setInterval(() => {}, 1000)'), timeout: 300 }, 'step')).rejects.toMatchObject({ code: 'tool-timeout' });
  });

  it('a missing program is one clear error', async () => {
    await expect(tryCommand({ program: 'asolo-no-such-program', args: [] })).rejects.toMatchObject({ code: 'tool-missing' });
  });

  it('raises the stack limit when asked to', async () => {
    const { stdout } = await tryCommand({ program: 'sh', args: ['-c', 'ulimit -s'], largeStack: true });
    const { stdout: hard } = await tryCommand({ program: 'sh', args: ['-c', 'ulimit -H -s'] });
    expect(stdout).toBe(hard);
  });

  it('runs at most so many at a time, results in order', async () => {
    let now = 0;
    let most = 0;
    const results = await runAll([30, 10, 20, 5], 2, async (ms) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, ms));
      now--;
      return ms;
    });
    expect(results).toEqual([30, 10, 20, 5]);
    expect(most).toBe(2);
  });

  it('the first failure stops what has not begun', async () => {
    const begun: number[] = [];
    await expect(runAll([1, 2, 3], 1, (n) => {
      begun.push(n);
      return n === 2 ? Promise.reject(new Error('two')) : Promise.resolve(n);
    })).rejects.toThrow('two');
    expect(begun).toEqual([1, 2]);
  });

  it('cuts to the last lines without colours', () => {
    expect(lastLines('1\n2\n3\n', 2)).toBe('2\n3');
    expect(plainText('\x1b[31merror\x1b[0m')).toBe('error');
  });
});
