// Signatures as text, and whether two are the same.
import type { Signature } from './module.ts';

/** '(i32, i64) -> i32' */
export function formatSignature({ params, results }: Signature): string {
  const to = results.length === 0 ? '()' : results.length === 1 ? results[0]! : `(${results.join(', ')})`;
  return `(${params.join(', ')}) -> ${to}`;
}

export function sameSignature(a: Signature, b: Signature): boolean {
  return formatSignature(a) === formatSignature(b);
}
