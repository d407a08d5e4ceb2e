// Decisions of a build by the size of things: how hard to optimise, how many compilers at once, how long it will take.
// The numbers come from the builds in docs/performance.md.
import { formatBytes } from '../log.ts';

const MIB = 1024 * 1024;

/** -O2 where it ends within a few minutes on two cores; it takes twice the time of -O1. */
export const DEFAULT_OPTIMIZE = 2;
export const OPTIMIZE_LESS_ABOVE = 6 * MIB;
/** From here on a build is long enough to be announced. */
export const LARGE_CODE_BYTES = 3 * MIB;

export interface Level {
  optimize: number;
  /** One line for the user, if the size decided. */
  notice?: string;
}

/** The level asked for, or one that a module of this size can be built with. */
export function optimizeLevel(asked: number | undefined, codeBytes: number): Level {
  if (asked !== undefined) return { optimize: asked };
  if (codeBytes <= OPTIMIZE_LESS_ABOVE) return { optimize: DEFAULT_OPTIMIZE };
  return {
    optimize: 1,
    notice: `a large module (${formatBytes(codeBytes)} of code): compiled with -O 1, which takes minutes once; -O 2 takes twice as long`,
  };
}

/** Memory that a compiler takes for a file of generated C, at most: measured 50 to 80 bytes a byte, and its headers. */
export function compilerMemory(sourceBytes: number): number {
  return 128 * MIB + 96 * sourceBytes;
}

/** The part of the machine's memory that compilers may have together, and the most on any machine. */
const MEMORY_SHARE = 0.75;
const MEMORY_MOST = 24 * 1024 * MIB;

/** How many compilers may run at once: one a core, as long as their memory suffices for the largest files. */
export function compilersAtOnce(sourceBytes: readonly number[], cores: number, machineBytes: number): number {
  const budget = Math.min(machineBytes * MEMORY_SHARE, MEMORY_MOST);
  const largest = compilerMemory(Math.max(0, ...sourceBytes));
  return Math.max(1, Math.min(cores, Math.floor(budget / largest)));
}

/** Estimates the time left of a list of jobs from the pace of those that are done. */
export class Estimate {
  private readonly total: number;
  private readonly began: number;
  private skipped = 0;
  private done = 0;

  constructor(total: number, now: number) {
    this.total = total;
    this.began = now;
  }

  /** A job of some size has ended; `free` ones took no time (they came from the cache) and say nothing of the pace. */
  finish(size: number, free: boolean): void {
    if (free) this.skipped += size;
    else this.done += size;
  }

  /** Milliseconds left; undefined until enough is known. */
  left(now: number): number | undefined {
    const todo = this.total - this.skipped;
    if (this.done < todo / 20 || this.done === 0) return undefined;
    return ((now - this.began) * (todo - this.done)) / this.done;
  }
}

/** 'about 3 min left' */
export function formatLeft(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  const seconds = Math.ceil(milliseconds / 1000);
  return `about ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} left`;
}
