/*
 * Shifts of integer lanes, all by the same count modulo the lane's width (§4.3.3: shl, shr_u, shr_s).
 * Read first: types.h. Counts are masked first: the instructions shift everything out where Wasm wraps around.
 */
#ifndef ASOLO_SIMD_SHIFT_H
#define ASOLO_SIMD_SHIFT_H
#include "types.h"

#define WASM_SIMD_SHIFT(name, width, instruction) \
  WASM_SIMD simde_v128_t simde_wasm_##name(simde_v128_t v, uint32_t count) { return instruction(v, (int)(count & (width - 1))); }
WASM_SIMD_SHIFT(i16x8_shl, 16, _mm_slli_epi16)
WASM_SIMD_SHIFT(i32x4_shl, 32, _mm_slli_epi32)
WASM_SIMD_SHIFT(i64x2_shl, 64, _mm_slli_epi64)
WASM_SIMD_SHIFT(u16x8_shr, 16, _mm_srli_epi16)
WASM_SIMD_SHIFT(u32x4_shr, 32, _mm_srli_epi32)
WASM_SIMD_SHIFT(u64x2_shr, 64, _mm_srli_epi64)
WASM_SIMD_SHIFT(i16x8_shr, 16, _mm_srai_epi16)
WASM_SIMD_SHIFT(i32x4_shr, 32, _mm_srai_epi32)

/* There is no psraq: the shifted sign bit, turned over and subtracted, extends itself to the left. */
WASM_SIMD simde_v128_t simde_wasm_i64x2_shr(simde_v128_t v, uint32_t count) {
  const int n = (int)(count & 63);
  const simde_v128_t sign = _mm_srli_epi64(_mm_set1_epi64x(INT64_MIN), n);
  return _mm_sub_epi64(_mm_xor_si128(_mm_srli_epi64(v, n), sign), sign);
}

/* Bytes are shifted as 16-bit lanes; a mask takes away what came over from the neighbour. */
WASM_SIMD simde_v128_t simde_wasm_i8x16_shl(simde_v128_t v, uint32_t count) {
  const int n = (int)(count & 7);
  return _mm_and_si128(_mm_slli_epi16(v, n), _mm_set1_epi8((char)(0xff << n)));
}
WASM_SIMD simde_v128_t simde_wasm_u8x16_shr(simde_v128_t v, uint32_t count) {
  const int n = (int)(count & 7);
  return _mm_and_si128(_mm_srli_epi16(v, n), _mm_set1_epi8((char)(0xff >> n)));
}
/* Each byte in the upper half of 16 bits, shifted into the lower half and packed again: it fits, nothing saturates. */
WASM_SIMD simde_v128_t simde_wasm_i8x16_shr(simde_v128_t v, uint32_t count) {
  const int n = (int)(count & 7) + 8;
  return _mm_packs_epi16(_mm_srai_epi16(_mm_unpacklo_epi8(v, v), n), _mm_srai_epi16(_mm_unpackhi_epi8(v, v), n));
}

#endif
