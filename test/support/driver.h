/*
 * For drivers in C that are linked into an image in place of an application: attempts that may trap, and words to the
 * first serial port. Read first: driver-image.ts, shim/asolo.h.
 */
#ifndef ASOLO_DRIVER_H
#define ASOLO_DRIVER_H

#include "asolo.h"
#include <string.h>

void drive(void);

/*
 * The trap's code, or 0 if the statement ended. Values that it changes must be volatile or in memory. May be nested:
 * the innermost attempt takes the trap. What was thrown and not caught is a trap here too.
 */
#define ATTEMPT(statement)                                                      \
  ({                                                                            \
    wasm_rt_jmp_buf here, *before = asolo_trap_target;                          \
    WASM_RT_UNWIND_TARGET* unwind = wasm_rt_get_unwind_target();                \
    int code = asolo_setjmp(&here);                                             \
    if (code == 0) {                                                            \
      asolo_trap_target = &here;                                                \
      wasm_rt_set_unwind_target(NULL);                                          \
      statement;                                                                \
    }                                                                           \
    asolo_trap_target = before;                                                 \
    wasm_rt_set_unwind_target(unwind);                                          \
    code;                                                                       \
  })

/*
 * 16550A: up to 16 bytes whenever the FIFO is empty. QEMU drops what comes while its reader is behind, and what is still in
 * the FIFO when the machine ends.
 */
static inline void say(const char* text, u64 bytes) {
  enum { DATA = 0x3f8, FIFO_CONTROL = DATA + 2, LINE_STATUS = DATA + 5, TRANSMITTER_EMPTY = 1 << 5, ALL_SENT = 1 << 6 };
  asolo_out8(FIFO_CONTROL, 1);
  for (u64 at = 0; at < bytes; at += 16) {
    while (!(asolo_in8(LINE_STATUS) & TRANSMITTER_EMPTY)) __builtin_ia32_pause();
    asolo_outs8(DATA, text + at, bytes - at < 16 ? bytes - at : 16);
  }
  while (!(asolo_in8(LINE_STATUS) & ALL_SENT)) __builtin_ia32_pause();
}
static inline void say_text(const char* text) {
  u64 bytes = 0;
  while (text[bytes]) bytes++;
  say(text, bytes);
}
static inline void say_hex(u64 value, int digits) {
  char text[16];
  for (int i = digits; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  say(text, digits);
}

/* Asks the host for a number (RunOptions.answer in driver-image.ts). */
static inline u32 ask_number(void) {
  enum { DATA = 0x3f8, LINE_STATUS = DATA + 5, DATA_READY = 1 };
  say("?", 1);
  for (u32 number = 0;;) {
    while (!(asolo_in8(LINE_STATUS) & DATA_READY)) __builtin_ia32_pause();
    u32 letter = asolo_in8(DATA);
    if (letter < '0' || letter > '9') return number;
    number = number * 10 + letter - '0';
  }
}

/* FNV-1a over 32-bit words: the same in test/support/digest.ts. */
#define DIGEST_START 0x811c9dc5u
static inline u32 digest(u32 sum, u32 word) { return (sum ^ word) * 0x01000193u; }
static inline u32 digest64(u32 sum, u64 value) { return digest(digest(sum, (u32)value), (u32)(value >> 32)); }
static inline u32 digest_memory(const void* from, u64 bytes) {
  u32 sum = DIGEST_START, word;
  for (u64 i = 0; i < bytes; i += 4) memcpy(&word, (const char*)from + i, 4), sum = digest(sum, word);
  return sum;
}

#endif
