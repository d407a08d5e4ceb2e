// Writes a result where the user asked for it: beside the target first, then renamed, so that a failure or Ctrl-C leaves
// either the old file or the new one.
import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, copyFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AsoloError, describeSystemError } from './errors.ts';

const unfinished = new Set<string>();

/** Throws early if a file cannot be put there, before minutes are spent on a build. */
export function checkWritable(path: string): void {
  const target = resolve(path);
  try {
    if (isDirectory(target)) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (!isDirectory(dirname(target))) throw Object.assign(new Error(), { code: 'ENOENT' });
    accessSync(dirname(target), constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

export function replaceFile(from: string, path: string): void {
  const target = resolve(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  unfinished.add(temporary);
  try {
    copyFileSync(from, temporary);
    chmodSync(temporary, 0o666 & ~process.umask());
    renameSync(temporary, target);
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    rmSync(temporary, { force: true });
    unfinished.delete(temporary);
  }
}

export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Removes what is half written: asolo is being ended. */
export function dropUnfinished(): void {
  for (const path of unfinished) rmSync(path, { force: true });
}

function unwritable(path: string, error: unknown): AsoloError {
  return new AsoloError('unwritable', `cannot write ${path}: ${describeSystemError(error)}`);
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
