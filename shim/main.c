/*
 * Ring 3 begins here: kernel first, then the application, each a module that wasm2c made.
 * Read first: boot/entry.S (who calls asolo_begin, with what), docs/boot.md.
 * Compiled for plain x86-64 (general registers only): it must run on the CPU that it refuses.
 */
#include "asolo.h"
#include "kernel.h"
#include <string.h>

w2c_kernel asolo_kernel;

static u32 identify(u32 leaf, u32 subleaf, int which) {
  u32 r[4];
  __asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(subleaf));
  return r[which];
}

enum { EBX = 1, ECX = 2, STATUS_MACHINE = 125, COM1 = 0x3f8, DEBUG_EXIT = 0xf4 };

static WASM_RT_NO_RETURN void refuse(const char* why) {
  u64 length = 0;
  while (why[length]) length++;
  asolo_outs8(COM1, why, length);
  asolo_out8(DEBUG_EXIT, STATUS_MACHINE);
  for (;;) asolo_service(SERVICE_RESET, 0, 0, 0);
}

/* The levels of the x86-64 psABI, §3.1.1: what -march=x86-64-v2 and -v3 make the compiler take for granted. */
static void check_cpu(void) {
  const u32 v2 = 1u << 0 | 1u << 9 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 23; /* SSE3 SSSE3 CX16 SSE4.1 SSE4.2 POPCNT */
  if ((identify(1, 0, ECX) & v2) != v2)
    refuse("asolo: this CPU is older than x86-64-v2 (no SSE4.2 or POPCNT); with QEMU use -cpu max or -cpu host\n");
#if ASOLO_CPU_LEVEL >= 3
  const u32 v3 = 1u << 12 | 1u << 22 | 1u << 27 | 1u << 28 | 1u << 29; /* FMA MOVBE OSXSAVE AVX F16C */
  const u32 v3_extended = 1u << 3 | 1u << 5 | 1u << 8;                 /* BMI1 AVX2 BMI2 */
  if ((identify(1, 0, ECX) & v3) != v3 || identify(0, 0, 0) < 7 || (identify(7, 0, EBX) & v3_extended) != v3_extended)
    refuse("asolo: this image was built with --cpu x86-64-v3 and this CPU has no AVX2; build it without, or run with -cpu max or -cpu host\n");
#endif
}

/* The CPU says that string instructions are fast (SDM vol. 1 §7.3.9.3), and it is not QEMU's emulation of one. */
static void choose_strings(void) {
  const u32 erms = 1u << 9, tcg = 0x54474354; /* "TCGT" */
  asolo_fast_strings = identify(0, 0, 0) >= 7 && (identify(7, 0, EBX) & erms) && identify(0x40000000, 0, EBX) != tcg;
}

/* Wasm memory starts as zeros, and RAM need not: the statics' gaps and zero-filled data rely on it (wabt README). */
static void clear_statics(void) {
  u32 end = w2c_kernel_staticsEnd(&asolo_kernel);
  memset((void*)(KERNEL_BASE + KERNEL_STATICS), 0, end - KERNEL_STATICS);
}

WASM_RT_NO_RETURN void asolo_begin(void) {
  SHARED->kernel_cycles = __builtin_ia32_rdtsc();
  check_cpu();
  choose_strings();
  clear_statics();
  asolo_instantiate_kernel();
  w2c_kernel_boot(&asolo_kernel, SHARED->protocol, SHARED->information);
  asolo_instantiate_application();
  w2c_kernel_enterApplication(&asolo_kernel);
  asolo_start_application();
  w2c_kernel_exit(&asolo_kernel, 0);
  __builtin_unreachable();
}
