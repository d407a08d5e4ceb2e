// asolo test (npm test): set-up, kernel, lint, types, tests. The last line says how many passed, in plain words.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageDirectory, ROOT } from '../paths.ts';
import { withSession } from '../session.ts';
import { setUp } from '../steps/set-up.ts';
import { writeKernel } from '../steps/write-kernel.ts';

/** The part of vitest's JSON report that is used. */
export interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  success: boolean;
}

export async function test(filters: readonly string[]): Promise<number> {
  setUp();
  await withSession(false, async ({ cache, progress }) => {
    progress.step('kernel: asc');
    await writeKernel(cache);
  });
  const checks = filters.length > 0 ? [] : [
    { name: 'eslint', args: [join(packageDirectory('eslint'), 'bin/eslint.js'), '.'] },
    { name: 'tsc', args: [join(packageDirectory('typescript'), 'bin/tsc'), '-p', 'tsconfig.json'] },
  ];
  let failedChecks = 0;
  for (const { name, args } of checks) {
    process.stdout.write(`> ${name}\n`);
    if ((await runNode(args)) !== 0) failedChecks++;
  }
  process.stdout.write('> vitest\n');
  const { status, report } = await runVitest(filters);
  process.stdout.write(`${summary(report, failedChecks)}\n`);
  return status !== 0 || failedChecks > 0 || report?.success !== true ? 1 : 0;
}

/** 'N passed, M failed, K skipped'. Lint and types count as failed checks; so does a test file that does not load. */
export function summary(report: Report | undefined, failedChecks: number): string {
  if (!report) return `0 passed, ${failedChecks + 1} failed, 0 skipped`;
  const unloaded = report.numFailedTests === 0 ? report.numFailedTestSuites : 0;
  const failed = report.numFailedTests + unloaded + failedChecks;
  return `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`;
}

async function runVitest(filters: readonly string[]): Promise<{ status: number; report?: Report }> {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-test-'));
  const file = join(directory, 'report.json');
  try {
    const status = await runNode([join(packageDirectory('vitest'), 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters]);
    try {
      return { status, report: JSON.parse(readFileSync(file, 'utf8')) as Report };
    } catch {
      return { status };
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs a Node program of an installed package with our output. */
function runNode(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}
