// What the tests call a trap -> the runtime's code for it (wasm_rt_trap_t in shim/include/wasm-rt.h).
// The specification leaves messages to implementations; ours names the same traps more coarsely.

const OUT_OF_BOUNDS = 1;
const CALL_INDIRECT = 6;
const CODES: readonly [RegExp, number][] = [
  [/^out of bounds/, OUT_OF_BOUNDS],
  [/^integer overflow/, 2],
  [/^integer divide by zero/, 3],
  [/^invalid conversion/, 4],
  [/^unreachable/, 5],
  [/^(undefined element|uninitialized|indirect call)/, CALL_INDIRECT],
  [/^null .*reference/, 7],
  [/^unaligned/, 9],
];
export const UNCAUGHT_EXCEPTION = 8;
export const STACK_EXHAUSTION = 10;

/** Throws for a message that is in no list: an assertion must not pass by chance. */
export function trapCode(message: string): number {
  const code = CODES.find(([pattern]) => pattern.test(message))?.[1];
  if (code === undefined) throw new Error(`no trap is known by the message '${message}'`);
  return code;
}
