// Sizes and durations as people write them on a command line: 64M, 1G, 512K, 1.5s.
import { AsoloError } from './errors.ts';

const UNITS: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** '64M' -> 67108864. K, M, G are powers of 1024; `iB` and `B` may follow. */
export function parseSize(text: string, option: string): number {
  const match = /^(\d+)([KMG]?)(?:i?B)?$/i.exec(text.trim());
  const bytes = match ? Number(match[1]) * UNITS[match[2]!.toUpperCase()]! : NaN;
  if (!Number.isSafeInteger(bytes) || bytes <= 0) {
    throw new AsoloError('usage', `${option}: '${text}' is not a size (examples: 64M, 1G, 512K)`);
  }
  return bytes;
}

export function parseSeconds(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim());
  const seconds = match ? Number(match[1]) * { ms: 0.001, s: 1, m: 60 }[(match[2] ?? 's') as 'ms' | 's' | 'm'] : NaN;
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > 2_000_000) {
    throw new AsoloError('usage', `${option}: '${text}' is not a duration (examples: 10, 1.5, 500ms, 2m)`);
  }
  return seconds;
}

export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
