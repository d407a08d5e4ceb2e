// How the benchmark measures: the variants of one thing run in turns, so that whatever else the machine does meets all
// of them, and each figure is the median over the rounds of a ratio or a difference within one round.

export interface Variant {
  name: string;
  /** One run; returns what is measured (seconds, milliseconds). */
  run: () => Promise<number>;
}

/** Samples by variant name; sample i of every variant comes from the same round. */
export type Samples = Map<string, number[]>;

/** Runs all variants `rounds` times, each second round in reverse order, after one round that is not counted. */
export async function runInTurns(variants: readonly Variant[], rounds: number, progress: (text: string) => void): Promise<Samples> {
  const samples: Samples = new Map(variants.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    const order = round % 2 === 0 ? variants : [...variants].reverse();
    for (const { name, run } of order) {
      progress(round < 0 ? `${name}, warming up` : `${name}, round ${round + 1} of ${rounds}`);
      const value = await run();
      if (round >= 0) samples.get(name)!.push(value);
    }
  }
  return samples;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('the median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) throw new Error('the mean of nothing');
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Median over the rounds of `of` in relation to `to`. */
export function pairedRatio(samples: Samples, of: string, to: string): number {
  return median(paired(samples, of, to).map(([a, b]) => a / b));
}

/** Median over the rounds of `of` minus `to`. */
export function pairedDifference(samples: Samples, of: string, to: string): number {
  return median(paired(samples, of, to).map(([a, b]) => a - b));
}

/** Half the distance between the quartiles of the paired ratios: how much the rounds disagree. */
export function pairedSpread(samples: Samples, of: string, to: string): number {
  const ratios = paired(samples, of, to).map(([a, b]) => a / b).sort((a, b) => a - b);
  const at = (part: number): number => ratios[Math.min(ratios.length - 1, Math.floor(ratios.length * part))]!;
  return (at(0.75) - at(0.25)) / 2;
}

function paired(samples: Samples, of: string, to: string): [number, number][] {
  const first = samples.get(of);
  const second = samples.get(to);
  if (first === undefined || second === undefined) throw new Error(`not measured: ${of} or ${to}`);
  return first.map((value, i) => [value, second[i]!]);
}
