/*
 * What a generated unit (the C of one .wast file) and the runner share: commands as data, and how values travel.
 * Read first: test/spec/unit.ts, which writes the units. The runner itself: runner.c.
 */
#ifndef SPEC_RUNNER_H
#define SPEC_RUNNER_H

#include "asolo.h"
#include <string.h>

/* i32 and i64 as they are, floats as bits; references: null is 0, funcref and exnref else 1. */
typedef struct {
  u64 low, high;
} spec_value;
typedef struct {
  u64 low, high, mask_low, mask_high;
} spec_expected;

/* Calls one export of one instance. */
typedef void (*spec_call)(const spec_value* arguments, spec_value* results);

enum { SPEC_INSTANTIATE, SPEC_ACTION, SPEC_RETURN, SPEC_TRAP, SPEC_FAILS_TO_INSTANTIATE };
typedef struct {
  u8 type, results;
  u8 code; /* the trap that is expected; 0: any */
  u32 line, call, arguments, expected;
} spec_command;

typedef struct {
  const char* file;
  const spec_call* calls;
  const char* const* result_types; /* of each call, one letter a value */
  const spec_value* values;
  const spec_expected* expected;
  const spec_command* commands;
  u32 count;
} spec_unit;

extern const spec_unit* const spec_units[];

#define SPEC_TAKE(type, from) ({ type taken; memcpy(&taken, &(from), sizeof taken); taken; })
#define SPEC_TAKE_u32(v) ((u32)(v).low)
#define SPEC_TAKE_u64(v) ((v).low)
#define SPEC_TAKE_f32(v) SPEC_TAKE(f32, (v).low)
#define SPEC_TAKE_f64(v) SPEC_TAKE(f64, (v).low)
#define SPEC_TAKE_v128(v) SPEC_TAKE(v128, (v))
#define SPEC_TAKE_wasm_rt_externref_t(v) ((wasm_rt_externref_t)(v).low)
#define SPEC_TAKE_wasm_rt_funcref_t(v) wasm_rt_funcref_null_value
#define SPEC_TAKE_wasm_rt_exnref_t(v) wasm_rt_exnref_null_value

#define SPEC_GIVE(to, from) ({ __typeof__(from) given = (from); memcpy(&(to), &given, sizeof given); })
#define SPEC_GIVE_u32(to, from) ((to).low = (from))
#define SPEC_GIVE_u64(to, from) ((to).low = (from))
#define SPEC_GIVE_f32(to, from) SPEC_GIVE((to).low, from)
#define SPEC_GIVE_f64(to, from) SPEC_GIVE((to).low, from)
#define SPEC_GIVE_v128(to, from) SPEC_GIVE(to, from)
#define SPEC_GIVE_wasm_rt_externref_t(to, from) ((to).low = (u64)(from))
#define SPEC_GIVE_wasm_rt_funcref_t(to, from) ((to).low = (from).func != NULL)
#define SPEC_GIVE_wasm_rt_exnref_t(to, from) ((to).low = (from).tag != NULL)

#endif
