/*
 * Wasm exceptions: the one in flight, and the chain of places that may catch it.
 * Read first: include/wasm-rt-exceptions.h.
 */
#include "asolo.h"
#include "wasm-rt-exceptions.h"
#include <string.h>

static wasm_rt_exnref_t current;
static WASM_RT_UNWIND_TARGET* target;

void wasm_rt_load_exception(wasm_rt_tag_t tag, u32 size, const void* values) {
  if (size > WASM_RT_EXCEPTION_BYTES_MAX) wasm_rt_trap(WASM_RT_TRAP_EXHAUSTION);
  current.tag = tag;
  current.size = size;
  memcpy(current.data, values, size);
}

WASM_RT_NO_RETURN void wasm_rt_throw(void) {
  if (!target) asolo_trap_above(__builtin_frame_address(0), WASM_RT_TRAP_UNCAUGHT_EXCEPTION);
  asolo_longjmp(target, 1);
}

WASM_RT_UNWIND_TARGET* wasm_rt_get_unwind_target(void) { return target; }
void wasm_rt_set_unwind_target(WASM_RT_UNWIND_TARGET* new_target) { target = new_target; }
wasm_rt_tag_t wasm_rt_exception_tag(void) { return current.tag; }
u32 wasm_rt_exception_size(void) { return current.size; }
void* wasm_rt_exception(void) { return current.data; }
