/*
 * Comparisons: a lane of ones where it holds, of zeros where not (§4.3.3). Compilers turn each into one to four
 * instructions; with a NaN `ne` holds and all others do not, as in C.
 * Read first: types.h.
 */
#ifndef ASOLO_SIMD_COMPARE_H
#define ASOLO_SIMD_COMPARE_H
#include "types.h"

#define WASM_SIMD_EQUALITY(shape)                       \
  WASM_SIMD_BINARY(shape##_eq, simd_##shape, a == b)    \
  WASM_SIMD_BINARY(shape##_ne, simd_##shape, a != b)

#define WASM_SIMD_ORDER(shape)                          \
  WASM_SIMD_BINARY(shape##_lt, simd_##shape, a < b)     \
  WASM_SIMD_BINARY(shape##_gt, simd_##shape, a > b)     \
  WASM_SIMD_BINARY(shape##_le, simd_##shape, a <= b)    \
  WASM_SIMD_BINARY(shape##_ge, simd_##shape, a >= b)

WASM_SIMD_EQUALITY(i8x16)
WASM_SIMD_EQUALITY(i16x8)
WASM_SIMD_EQUALITY(i32x4)
WASM_SIMD_EQUALITY(i64x2)
WASM_SIMD_EQUALITY(f32x4)
WASM_SIMD_EQUALITY(f64x2)

WASM_SIMD_ORDER(i8x16)
WASM_SIMD_ORDER(u8x16)
WASM_SIMD_ORDER(i16x8)
WASM_SIMD_ORDER(u16x8)
WASM_SIMD_ORDER(i32x4)
WASM_SIMD_ORDER(u32x4)
WASM_SIMD_ORDER(i64x2)
WASM_SIMD_ORDER(f32x4)
WASM_SIMD_ORDER(f64x2)

#endif
