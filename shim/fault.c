/*
 * Traps and faults: which of the two it is, who was running, and over to the kernel to say so.
 * Read first: boot/vectors.S (`fault`: what ring 0 has written before it comes here), docs/interrupts.md.
 * Not here: the report's text (assembly/kernel/fault.ts).
 */
#include "asolo.h"
#include "kernel.h"

extern w2c_kernel asolo_kernel;

enum { VECTOR_PAGE_FAULT = 14 };

wasm_rt_jmp_buf* asolo_trap_target;

static void on_fault(u32 unused) { w2c_kernel_fault(&asolo_kernel); }
static void on_trap(u32 code) { w2c_kernel_trap(&asolo_kernel, code); }

/*
 * Walks the chain of frame pointers on the main stack: [rbp] is the caller's rbp, [rbp + 8] the return address.
 * It ends where the application was entered: what called _start is the same in every report.
 */
static void collect_frames(u64 rip, u64 rbp) {
  u64 count = 0;
  if (rip) SHARED->frames[count++] = rip;
  while (count < FRAMES_MAX && !(rbp & 7) && rbp >= (u64)asolo_stack_bottom && rbp <= (u64)asolo_stack_top - 16) {
    u64 caller = *(u64*)rbp, address = *(u64*)(rbp + 8);
    u64 function = asolo_symbol_start(address);
    if (!function || function == (u64)asolo_start_application || function == (u64)asolo_instantiate_application) break;
    SHARED->frames[count++] = address;
    if (caller <= rbp) break;
    rbp = caller;
  }
  SHARED->frame_count = count;
}

/* A trap goes to who waits for one, else it is the end. */
static WASM_RT_NO_RETURN void leave(wasm_rt_trap_t code) {
  if (asolo_trap_target) {
    SHARED->faulting = 0;
    wasm_rt_set_unwind_target(NULL);
    asolo_longjmp(asolo_trap_target, code);
  }
  asolo_on_fault_stack(on_trap, code);
}

/* Ring 0 comes here after an exception in ring 3, on the fault stack, with the record filled. */
WASM_RT_NO_RETURN void asolo_fault(void) {
  u64 address = SHARED->cr2;
  collect_frames(SHARED->rip, SHARED->rbp);
  if (SHARED->vector == VECTOR_PAGE_FAULT) {
    if (address < APPLICATION_SPACE || address >> 40 == MEMORY_SLOTS >> 40) leave(WASM_RT_TRAP_OOB);
    if (address >= (u64)asolo_guard_start && address < (u64)asolo_stack_bottom) leave(WASM_RT_TRAP_EXHAUSTION);
  }
  on_fault(0);
  __builtin_unreachable();
}

/* The trap of the function that called the runtime's function with this frame. */
WASM_RT_NO_RETURN void asolo_trap_above(void* frame, wasm_rt_trap_t code) {
  collect_frames(0, (u64)frame);
  leave(code);
}

/* Generated code comes here for each trap that it checks itself. */
WASM_RT_NO_RETURN void wasm_rt_trap(wasm_rt_trap_t code) { asolo_trap_above(__builtin_frame_address(0), code); }

bool wasm_rt_is_initialized(void) { return true; }
