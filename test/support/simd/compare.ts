// Compares two memories that simdModule's `run` left behind: bit for bit, but for lanes where the specification allows
// several NaNs (§4.3.3: if no operand is a NaN, or all that are are canonical, the result is canonical; otherwise any
// NaN with the quiet bit). Read module.ts first.
import type { Float } from './operations.ts';
import { OPERANDS_AT, RESULT, type Trial } from './module.ts';
import { PAIR } from './operands.ts';

interface Kind {
  bytes: number;
  infinity: bigint;
  quiet: bigint;
  magnitude: bigint;
}

const KINDS: Record<Float, Kind> = {
  f32: { bytes: 4, infinity: 0x7f800000n, quiet: 0x7fc00000n, magnitude: 0x7fffffffn },
  f64: { bytes: 8, infinity: 0x7ff0000000000000n, quiet: 0x7ff8000000000000n, magnitude: 0x7fffffffffffffffn },
};

const laneOf = (memory: Buffer, at: number, { bytes }: Kind): bigint => (bytes === 4 ? BigInt(memory.readUInt32LE(at)) : memory.readBigUInt64LE(at));
const isNan = (bits: bigint, { magnitude, infinity }: Kind): boolean => (bits & magnitude) > infinity;

/** Is the lane one of the NaNs that the operands at these addresses allow? */
function isAllowedNan(bits: bigint, kind: Kind, operands: readonly bigint[], from: Kind): boolean {
  const canonicalOnly = operands.every((operand) => !isNan(operand, from) || (operand & from.magnitude) === from.quiet);
  return canonicalOnly ? (bits & kind.magnitude) === kind.quiet : (bits & kind.quiet) === kind.quiet;
}

function sameLanes(trial: Trial, index: number, expected: Buffer, actual: Buffer): boolean {
  const { nans, from, arity } = trial.operation;
  const kind = KINDS[nans!];
  const source = KINDS[from ?? nans!];
  for (let lane = 0; lane < 16 / kind.bytes; lane++) {
    const at = trial.at + index * RESULT + lane * kind.bytes;
    const wanted = laneOf(expected, at, kind);
    const got = laneOf(actual, at, kind);
    if (wanted === got) continue;
    const operand = OPERANDS_AT + trial.pairs[index]! * PAIR + lane * source.bytes;
    const operands = [operand, operand + 16].slice(0, arity).map((place) => laneOf(expected, place, source));
    if (!isNan(wanted, kind) || !isAllowedNan(got, kind, operands, source)) return false;
  }
  return true;
}

const hex = (memory: Buffer, at: number, bytes = 16): string => memory.toString('hex', at, at + bytes);

/** A line for each operation that differs: on which operands, what was wanted, what came. */
export function differences(trials: readonly Trial[], expected: Buffer, actual: Buffer): string[] {
  return trials.flatMap((trial) => {
    const { instruction, variant, nans } = trial.operation;
    const wrong = trial.pairs.findIndex((_, index) => {
      const at = trial.at + index * RESULT;
      if (expected.compare(actual, at, at + RESULT, at, at + RESULT) === 0) return false;
      return nans === undefined || !sameLanes(trial, index, expected, actual);
    });
    if (wrong < 0) return [];
    const operand = OPERANDS_AT + trial.pairs[wrong]! * PAIR;
    const at = trial.at + wrong * RESULT;
    const name = [instruction, variant, trial.folded ? '(constants)' : ''].filter(Boolean).join(' ');
    return [`${name} of ${hex(expected, operand)} ${hex(expected, operand + 16)}: ${hex(actual, at)}, should be ${hex(expected, at)}`];
  });
}
