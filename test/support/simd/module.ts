// One module that applies every SIMD instruction to every pair of operands and leaves the results in its memory, each
// instruction's in a place of its own: run by two engines, it makes two memories to compare.
// Read operations.ts and operands.ts first.
import loadWabt from 'wabt';
import { FOLDABLE, OPERATIONS, type Operands, type Operation } from './operations.ts';
import { PAIR, pairCount } from './operands.ts';

/** Odd, so that no access is aligned. */
export const OPERANDS_AT = 1029;
/** A result takes the room of a vector, and of one more for a store that goes too far. */
export const RESULT = 32;
const CONSTANT_PAIRS = 5;

/** One run of results: of one operation on all pairs, or on a few as constants. */
export interface Trial {
  operation: Operation;
  /** Which pairs of operands, in order. */
  pairs: readonly number[];
  folded: boolean;
  /** Address of the first result. */
  at: number;
}

export interface SimdModule {
  wasm: Uint8Array;
  trials: readonly Trial[];
  memoryBytes: number;
}

function layOut(pairs: number): { trials: Trial[]; end: number } {
  const all = Array.from({ length: pairs }, (_, i) => i);
  const few = Array.from({ length: CONSTANT_PAIRS }, (_, i) => Math.floor(((i + 1) * pairs) / (CONSTANT_PAIRS + 1)));
  let at = OPERANDS_AT + (pairs + 1) * PAIR;
  const trials = [...OPERATIONS.map((operation) => ({ operation, pairs: all, folded: false })), ...FOLDABLE.map((operation) => ({ operation, pairs: few, folded: true }))]
    .map((trial) => {
      const placed = { ...trial, at };
      at += trial.pairs.length * RESULT;
      return placed;
    });
  return { trials, end: at };
}

const store = ({ operation }: Trial, to: string, value: string): string =>
  /\.store/.test(operation.instruction) ? value : `(${operation.result}.store ${to} ${value})`;

/** A loop over the operands in memory. */
function loopFunction(trial: Trial, index: number): string {
  const from = '(local.get $from)';
  const to = '(local.get $to)';
  const load = (offset: number): string => `(v128.load offset=${offset} ${from})`;
  const operands: Operands = { a: load(0), b: load(16), c: load(32), scalar: (type) => `(${type}.load offset=16 ${from})`, from, to };
  return `(func $f${index} (local $from i32) (local $to i32)
    (local.set $from (i32.const ${OPERANDS_AT})) (local.set $to (i32.const ${trial.at}))
    (loop $next
      ${store(trial, to, trial.operation.text(operands))}
      (local.set $from (i32.add ${from} (i32.const ${PAIR}))) (local.set $to (i32.add ${to} (i32.const ${RESULT})))
      (br_if $next (i32.lt_u ${from} (i32.const ${OPERANDS_AT + trial.pairs.length * PAIR})))))`;
}

/** The operands as constants; a float as the bits that it is made of, to keep NaNs as they are. */
function foldedFunction(trial: Trial, index: number, bytes: DataView): string {
  const words = (at: number): string => `(v128.const i64x2 ${bytes.getBigUint64(at, true)} ${bytes.getBigUint64(at + 8, true)})`;
  const scalar = (at: number) => (type: string): string => {
    const bits = type.endsWith('64') ? `i64.const ${bytes.getBigUint64(at, true)}` : `i32.const ${bytes.getUint32(at, true)}`;
    return type.startsWith('f') ? `(${type}.reinterpret_${bits.slice(0, 3)} (${bits}))` : `(${bits})`;
  };
  const lines = trial.pairs.map((pair, i) => {
    const at = pair * PAIR;
    const to = `(i32.const ${trial.at + i * RESULT})`;
    return store(trial, to, trial.operation.text({ a: words(at), b: words(at + 16), c: words(at + 32), scalar: scalar(at + 16), from: '', to }));
  });
  return `(func $f${index} ${lines.join('\n')})`;
}

export async function simdModule(operands: Uint8Array): Promise<SimdModule> {
  const { trials, end } = layOut(pairCount(operands));
  const bytes = new DataView(operands.buffer, operands.byteOffset, operands.byteLength);
  const functions = trials.map((trial, i) => (trial.folded ? foldedFunction(trial, i, bytes) : loopFunction(trial, i)));
  const pages = Math.ceil(end / 65536);
  const text = `(module (memory (export "memory") ${pages}) ${functions.join('\n')}
    (func (export "run") ${trials.map((_, i) => `(call $f${i})`).join(' ')}))`;
  const wabt = await loadWabt();
  const module = wabt.parseWat('simd.wat', text, { simd: true });
  try {
    return { wasm: module.toBinary({}).buffer, trials, memoryBytes: pages * 65536 };
  } finally {
    module.destroy();
  }
}
