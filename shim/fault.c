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

static bool in_text(u64 address) { return address >= (u64)asolo_text_start && address < (u64)asolo_text_end; }

/* Whether an instruction that ends here is a call: E8 and 32 bits, or FF /2 with a register or memory operand. */
static bool follows_call(u64 address) {
  const u8* end = (const u8*)address;
  if (!in_text(address - 7) || !in_text(address)) return false;
  if (end[-5] == 0xe8) return true;
  for (int length = 2; length <= 7; length++)
    if (end[-length] == 0xff && (end[1 - length] & 0x38) == 0x10) return true;
  return false;
}

/*
 * From a place in a function to its caller: *rsp moves to the caller's, the return address is the result; 0 at the end.
 * The build knows the frame's size everywhere but in prologues and in assembly; there the nearest word on the stack that
 * is a return address is taken.
 */
static u64 caller_of(u64 place, u64* rsp) {
  u64 bytes = asolo_frame_bytes(place);
  if (bytes && *rsp + bytes <= (u64)asolo_stack_top && follows_call(*(u64*)(*rsp + bytes - 8))) {
    *rsp += bytes;
    return *(u64*)(*rsp - 8);
  }
  for (u64 at = *rsp; at < (u64)asolo_stack_top; at += 8)
    if (follows_call(*(u64*)at)) {
      *rsp = at + 8;
      return *(u64*)at;
    }
  return 0;
}

/*
 * Notes who was running, innermost first: `place` itself, then the callers' call instructions (an address inside: the
 * call may be a function's last instruction). Ends where the application was entered: what called _start never changes.
 */
static void collect_frames(u64 place, u64 rsp) {
  u64 count = 0;
  if (rsp < (u64)asolo_stack_bottom) rsp = (u64)asolo_stack_bottom; /* what lies in the guard was never written */
  rsp = (rsp + 7) & ~7ul;
  while (count < FRAMES_MAX && place) {
    u64 function = asolo_symbol_start(place);
    if (function == (u64)asolo_start_application || function == (u64)asolo_instantiate_application) break;
    SHARED->frames[count++] = place;
    u64 address = rsp <= (u64)asolo_stack_top - 8 ? caller_of(place, &rsp) : 0;
    place = address ? address - 1 : 0;
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
  collect_frames(SHARED->rip, SHARED->rsp);
  if (SHARED->vector == VECTOR_PAGE_FAULT) {
    if (address < APPLICATION_SPACE || address >> 40 == MEMORY_SLOTS >> 40) leave(WASM_RT_TRAP_OOB);
    if (address >= (u64)asolo_guard_start && address < (u64)asolo_stack_bottom) leave(WASM_RT_TRAP_EXHAUSTION);
  }
  on_fault(0);
  __builtin_unreachable();
}

/* The trap of the function that called the runtime's function with this frame. */
WASM_RT_NO_RETURN void asolo_trap_above(void* frame, wasm_rt_trap_t code) {
  const u64* words = frame; /* the saved rbp, the return address, then the caller's own stack */
  collect_frames(words[1] - 1, (u64)&words[2]);
  leave(code);
}

/* Generated code comes here for each trap that it checks itself. */
WASM_RT_NO_RETURN void wasm_rt_trap(wasm_rt_trap_t code) { asolo_trap_above(__builtin_frame_address(0), code); }

bool wasm_rt_is_initialized(void) { return true; }
