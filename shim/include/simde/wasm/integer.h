/*
 * Integer lanes: abs, neg, popcnt, add, sub, mul, saturating sums, min, max, avgr (§4.3.3 on the operators of §4.3.2).
 * Read first: types.h. Products into wider lanes: product.h. Shifts: shift.h. Comparisons: compare.h.
 */
#ifndef ASOLO_SIMD_INTEGER_H
#define ASOLO_SIMD_INTEGER_H
#include "types.h"

WASM_SIMD_UNARY(i8x16_abs, simd_bits, _mm_abs_epi8(a))
WASM_SIMD_UNARY(i16x8_abs, simd_bits, _mm_abs_epi16(a))
WASM_SIMD_UNARY(i32x4_abs, simd_bits, _mm_abs_epi32(a))
/* The sign as a mask of ones is -1: (a ^ -1) - -1 = -a. */
WASM_SIMD simde_v128_t simde_wasm_i64x2_abs(simde_v128_t v) {
  const simd_u64x2 sign = (simd_u64x2)((simd_i64x2)v < 0);
  return (simde_v128_t)(((simd_u64x2)v ^ sign) - sign);
}

WASM_SIMD_UNARY(i8x16_neg, simd_u8x16, -a)
WASM_SIMD_UNARY(i16x8_neg, simd_u16x8, -a)
WASM_SIMD_UNARY(i32x4_neg, simd_u32x4, -a)
WASM_SIMD_UNARY(i64x2_neg, simd_u64x2, -a)

/* The ones of each half byte from a table of 16, which pshufb looks up 16 times at once. */
WASM_SIMD simde_v128_t simde_wasm_i8x16_popcnt(simde_v128_t v) {
  const simde_v128_t ones = _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const simde_v128_t low = _mm_and_si128(v, _mm_set1_epi8(15));
  const simde_v128_t high = _mm_and_si128(_mm_srli_epi16(v, 4), _mm_set1_epi8(15));
  return _mm_add_epi8(_mm_shuffle_epi8(ones, low), _mm_shuffle_epi8(ones, high));
}

WASM_SIMD_BINARY(i8x16_add, simd_u8x16, a + b)
WASM_SIMD_BINARY(i16x8_add, simd_u16x8, a + b)
WASM_SIMD_BINARY(i32x4_add, simd_u32x4, a + b)
WASM_SIMD_BINARY(i64x2_add, simd_u64x2, a + b)
WASM_SIMD_BINARY(i8x16_sub, simd_u8x16, a - b)
WASM_SIMD_BINARY(i16x8_sub, simd_u16x8, a - b)
WASM_SIMD_BINARY(i32x4_sub, simd_u32x4, a - b)
WASM_SIMD_BINARY(i64x2_sub, simd_u64x2, a - b)
WASM_SIMD_BINARY(i16x8_mul, simd_u16x8, a * b)
WASM_SIMD_BINARY(i32x4_mul, simd_u32x4, a * b)
WASM_SIMD_BINARY(i64x2_mul, simd_u64x2, a * b)

WASM_SIMD_BINARY(i8x16_add_sat, simd_bits, _mm_adds_epi8(a, b))
WASM_SIMD_BINARY(u8x16_add_sat, simd_bits, _mm_adds_epu8(a, b))
WASM_SIMD_BINARY(i16x8_add_sat, simd_bits, _mm_adds_epi16(a, b))
WASM_SIMD_BINARY(u16x8_add_sat, simd_bits, _mm_adds_epu16(a, b))
WASM_SIMD_BINARY(i8x16_sub_sat, simd_bits, _mm_subs_epi8(a, b))
WASM_SIMD_BINARY(u8x16_sub_sat, simd_bits, _mm_subs_epu8(a, b))
WASM_SIMD_BINARY(i16x8_sub_sat, simd_bits, _mm_subs_epi16(a, b))
WASM_SIMD_BINARY(u16x8_sub_sat, simd_bits, _mm_subs_epu16(a, b))

WASM_SIMD_BINARY(i8x16_min, simd_bits, _mm_min_epi8(a, b))
WASM_SIMD_BINARY(u8x16_min, simd_bits, _mm_min_epu8(a, b))
WASM_SIMD_BINARY(i16x8_min, simd_bits, _mm_min_epi16(a, b))
WASM_SIMD_BINARY(u16x8_min, simd_bits, _mm_min_epu16(a, b))
WASM_SIMD_BINARY(i32x4_min, simd_bits, _mm_min_epi32(a, b))
WASM_SIMD_BINARY(u32x4_min, simd_bits, _mm_min_epu32(a, b))
WASM_SIMD_BINARY(i8x16_max, simd_bits, _mm_max_epi8(a, b))
WASM_SIMD_BINARY(u8x16_max, simd_bits, _mm_max_epu8(a, b))
WASM_SIMD_BINARY(i16x8_max, simd_bits, _mm_max_epi16(a, b))
WASM_SIMD_BINARY(u16x8_max, simd_bits, _mm_max_epu16(a, b))
WASM_SIMD_BINARY(i32x4_max, simd_bits, _mm_max_epi32(a, b))
WASM_SIMD_BINARY(u32x4_max, simd_bits, _mm_max_epu32(a, b))

/* (a + b + 1) / 2 */
WASM_SIMD_BINARY(u8x16_avgr, simd_bits, _mm_avg_epu8(a, b))
WASM_SIMD_BINARY(u16x8_avgr, simd_bits, _mm_avg_epu16(a, b))

#endif
