// Loaded before npm wabt's wasm2c (node -r): gives it a large stack.
// As shipped, its Emscripten build has 64 KiB of stack and its own data below that: deep or large functions overwrite the
// data, and it crashes, hangs, or writes wrong C. Here the memory is grown and the stack begins at its new top.
// The names of the module's exports are minified, so they are found by kind: the one memory, and the one function that
// takes one argument (_emscripten_stack_alloc). Anything else means another build of wasm2c: stop rather than guess.
'use strict';

const PAGE = 65536;
const TOTAL_PAGES = 32768; // 2 GiB, the most this build allows itself; the system gives pages only as they are touched
const instantiate = WebAssembly.instantiate;

WebAssembly.instantiate = async function (...args) {
  const result = await instantiate.apply(this, args);
  const exported = Object.values((result.instance ?? result).exports);
  const memories = exported.filter((value) => value instanceof WebAssembly.Memory);
  const stackAllocs = exported.filter((value) => typeof value === 'function' && value.length === 1);
  const [memory] = memories;
  const [stackAlloc] = stackAllocs;
  if (memories.length !== 1 || stackAllocs.length !== 1 || stackAlloc(16) !== stackAlloc(0) || stackAlloc(-16) - stackAlloc(0) !== 0) {
    fail('its exports are not those of wabt 1.0.39');
  }
  const before = memory.buffer.byteLength;
  if (stackAlloc(0) > before) fail('its stack pointer is outside its memory');
  memory.grow(TOTAL_PAGES - before / PAGE);
  // The heap grows up from where it was, the stack down from the top: they share what they shared before, 2 GiB.
  const top = TOTAL_PAGES * PAGE - 64;
  stackAlloc(stackAlloc(0) - top);
  if (stackAlloc(0) >>> 0 !== top) fail('its stack pointer could not be moved');
  return result;
};

function fail(why) {
  console.error(`wasm2c-stack: ${why}`);
  process.exit(70);
}
