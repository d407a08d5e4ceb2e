/*
 * The vector as 128 bits, and questions to all of its lanes (§4.3.3: v128 operations, any_true, all_true, bitmask).
 * Read first: types.h.
 */
#ifndef ASOLO_SIMD_BITS_H
#define ASOLO_SIMD_BITS_H
#include "types.h"

WASM_SIMD_UNARY(v128_not, simd_u64x2, ~a)
WASM_SIMD_BINARY(v128_and, simd_u64x2, a & b)
WASM_SIMD_BINARY(v128_or, simd_u64x2, a | b)
WASM_SIMD_BINARY(v128_xor, simd_u64x2, a ^ b)
WASM_SIMD_BINARY(v128_andnot, simd_u64x2, a & ~b)

/* Bits of v where the mask has 1, of w where it has 0. */
WASM_SIMD simde_v128_t simde_wasm_v128_bitselect(simde_v128_t v, simde_v128_t w, simde_v128_t mask) {
  return _mm_or_si128(_mm_and_si128(mask, v), _mm_andnot_si128(mask, w));
}

WASM_SIMD uint32_t simde_wasm_v128_any_true(simde_v128_t v) { return !_mm_testz_si128(v, v); }

/* True if no lane equals 0. */
#define WASM_SIMD_ALL_TRUE(shape)                                         \
  WASM_SIMD uint32_t simde_wasm_##shape##_all_true(simde_v128_t v) {      \
    const simde_v128_t zeros = (simde_v128_t)((simd_##shape)v == 0);      \
    return (uint32_t)_mm_testz_si128(zeros, zeros);                       \
  }
WASM_SIMD_ALL_TRUE(i8x16)
WASM_SIMD_ALL_TRUE(i16x8)
WASM_SIMD_ALL_TRUE(i32x4)
WASM_SIMD_ALL_TRUE(i64x2)

/* The lanes' top bits. There is none for 16-bit lanes; narrowing to bytes with saturation keeps the sign. */
WASM_SIMD uint32_t simde_wasm_i8x16_bitmask(simde_v128_t v) { return (uint32_t)_mm_movemask_epi8(v); }
WASM_SIMD uint32_t simde_wasm_i16x8_bitmask(simde_v128_t v) {
  return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(v, _mm_setzero_si128()));
}
WASM_SIMD uint32_t simde_wasm_i32x4_bitmask(simde_v128_t v) { return (uint32_t)_mm_movemask_ps((simd_ps)v); }
WASM_SIMD uint32_t simde_wasm_i64x2_bitmask(simde_v128_t v) { return (uint32_t)_mm_movemask_pd((simd_pd)v); }

#endif
