// What the benchmark shows: tables on standard output (colours only on a terminal), a moving line of progress on
// standard error (only on a terminal), and the same figures as JSON in build/bench/.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import pc from 'picocolors';

import { BUILD } from '../scripts/paths.ts';
import { createProgress } from '../scripts/log.ts';

export const BENCH_BUILD = join(BUILD, 'bench');

const progress = createProgress();

export function step(text: string): void {
  progress.step(text);
}

/** Removes the moving line. */
export function done(): void {
  progress.done();
}

export function title(text: string, target?: string): void {
  progress.done();
  console.log(`\n${pc.bold(text)}${target === undefined ? '' : pc.dim(`   target: ${target}`)}`);
}

/** A line under a table: what a figure means, or the command that makes it again. */
export function note(text: string): void {
  progress.done();
  console.log(pc.dim(`  ${text}`));
}

/** Rows of cells; the first row is the head, the first column is text, the others are figures. */
export function table(rows: readonly (readonly string[])[]): void {
  progress.done();
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  rows.forEach((row, index) => {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
    const line = `  ${cells.join('  ')}`.trimEnd();
    console.log(index === 0 ? pc.dim(line) : line);
  });
}

/** 'met' or 'missed', after the figure. */
export function verdict(met: boolean): string {
  return met ? pc.green('met') : pc.red('missed');
}

export function writeJson(name: string, figures: unknown): void {
  mkdirSync(BENCH_BUILD, { recursive: true });
  const path = join(BENCH_BUILD, `${name}.json`);
  writeFileSync(path, `${JSON.stringify(figures, null, 2)}\n`);
  note(`figures: ${relative(process.cwd(), path)}`);
}
