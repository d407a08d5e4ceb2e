/*
 * The specification's tests in the guest: plays each unit's commands in order, checks every assertion, prints a line for
 * each failure and a line for each file, and ends the machine with status 0 if nothing failed, else 1.
 * Read first: runner.h. It stands where an application would: shim/main.c calls the same functions (asolo_instantiate_kernel: image.ts).
 *
 *   FAIL i32.wast:18: expected i 0x2, got i 0x3
 *   FILE i32.wast 374 passed, 1 failed
 *   END 374 passed, 1 failed
 */
#include "runner.h"
#include "kernel.h"

extern w2c_kernel asolo_kernel;

enum { COM1 = 0x3f8, LINE_STATUS = COM1 + 5, TRANSMITTER_EMPTY = 1 << 5, RESULTS_MAX = 64 };

static const char* const trap_names[] = {
  "no trap", "out of bounds", "integer overflow", "divide by zero", "invalid conversion", "unreachable", "call_indirect",
  "null reference", "uncaught exception", "unaligned", "stack exhaustion",
};

static void put(const char* text) {
  for (; *text; text++) {
    while (!(asolo_in8(LINE_STATUS) & TRANSMITTER_EMPTY)) {}
    asolo_out8(COM1, *text);
  }
}

static void put_number(u64 value, u32 base) {
  char digits[24], *at = digits + sizeof digits - 1;
  *at = 0;
  do *--at = "0123456789abcdef"[value % base];
  while (value /= base);
  put(at);
}

static void put_value(char type, u64 low, u64 high) {
  char name[] = {type, ' ', '0', 'x', 0};
  put(name);
  if (high) {
    put_number(high, 16);
    put("_");
  }
  put_number(low, 16);
}

static void put_counts(u32 passed, u32 failed) {
  put(" ");
  put_number(passed, 10);
  put(" passed, ");
  put_number(failed, 10);
  put(" failed\n");
}

static wasm_rt_jmp_buf target;
static spec_value results[RESULTS_MAX];

/* The trap that ended the call, 0 if it returned. */
static __attribute__((noinline)) u32 attempt(spec_call call, const spec_value* arguments) {
  asolo_trap_target = &target;
  u32 code = asolo_setjmp(&target);
  if (code == 0) call(arguments, results);
  asolo_trap_target = NULL;
  return code;
}

static void begin_failure(const spec_unit* unit, const spec_command* command) {
  put("FAIL ");
  put(unit->file);
  put(":");
  put_number(command->line, 10);
  put(": ");
}

static bool check_results(const spec_unit* unit, const spec_command* command) {
  const spec_expected* expected = unit->expected + command->expected;
  bool right = true;
  for (u32 i = 0; i < command->results; i++)
    right &= (results[i].low & expected[i].mask_low) == expected[i].low && (results[i].high & expected[i].mask_high) == expected[i].high;
  if (right) return true;
  begin_failure(unit, command);
  for (u32 i = 0; i < command->results; i++) {
    char type = unit->result_types[command->call][i];
    put(i ? ", expected " : "expected ");
    put_value(type, expected[i].low, expected[i].high);
    put(", got ");
    put_value(type, results[i].low, results[i].high);
  }
  put("\n");
  return false;
}

static bool play(const spec_unit* unit, const spec_command* command) {
  memset(results, 0, sizeof results);
  u32 code = attempt(unit->calls[command->call], unit->values + command->arguments);
  bool traps = command->type == SPEC_TRAP || command->type == SPEC_FAILS_TO_INSTANTIATE;
  if (traps ? code != 0 && (command->code == 0 || command->code == code) : code == 0)
    return command->type != SPEC_RETURN || check_results(unit, command);
  begin_failure(unit, command);
  put("expected ");
  put(traps && command->code == 0 ? "a trap" : trap_names[traps ? command->code : 0]);
  put(", got ");
  put(trap_names[code]);
  put("\n");
  return false;
}

void asolo_instantiate_application(void) {}

void asolo_start_application(void) {
  u32 all_passed = 0, all_failed = 0;
  for (const spec_unit* const* unit = spec_units; *unit; unit++) {
    u32 passed = 0, failed = 0;
    for (u32 i = 0; i < (*unit)->count; i++) {
      const spec_command* command = &(*unit)->commands[i];
      bool right = play(*unit, command);
      bool assertion = command->type != SPEC_INSTANTIATE && command->type != SPEC_ACTION;
      if (!right) failed++;
      else if (assertion) passed++;
    }
    put("FILE ");
    put((*unit)->file);
    put_counts(passed, failed);
    all_passed += passed;
    all_failed += failed;
  }
  put("END");
  put_counts(all_passed, all_failed);
  w2c_kernel_exit(&asolo_kernel, all_failed != 0);
}
