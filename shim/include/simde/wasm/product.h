/*
 * Into wider lanes: extend, extadd_pairwise, extmul, dot; into narrower ones: narrow; and q15mulr_sat (§4.3.3).
 * Read first: types.h. Conversions from and to floats: convert.h.
 */
#ifndef ASOLO_SIMD_PRODUCT_H
#define ASOLO_SIMD_PRODUCT_H
#include "types.h"

#define WASM_SIMD_EXTEND(to, from, extend)                          \
  WASM_SIMD_UNARY(to##_extend_low_##from, simd_bits, extend(a))     \
  WASM_SIMD_UNARY(to##_extend_high_##from, simd_bits, extend(WASM_SIMD_HIGH(a)))
WASM_SIMD_EXTEND(i16x8, i8x16, _mm_cvtepi8_epi16)
WASM_SIMD_EXTEND(u16x8, u8x16, _mm_cvtepu8_epi16)
WASM_SIMD_EXTEND(i32x4, i16x8, _mm_cvtepi16_epi32)
WASM_SIMD_EXTEND(u32x4, u16x8, _mm_cvtepu16_epi32)
WASM_SIMD_EXTEND(i64x2, i32x4, _mm_cvtepi32_epi64)
WASM_SIMD_EXTEND(u64x2, u32x4, _mm_cvtepu32_epi64)

/* Operands are signed in all four; saturation is to the result's type. */
WASM_SIMD_BINARY(i8x16_narrow_i16x8, simd_bits, _mm_packs_epi16(a, b))
WASM_SIMD_BINARY(u8x16_narrow_i16x8, simd_bits, _mm_packus_epi16(a, b))
WASM_SIMD_BINARY(i16x8_narrow_i32x4, simd_bits, _mm_packs_epi32(a, b))
WASM_SIMD_BINARY(u16x8_narrow_i32x4, simd_bits, _mm_packus_epi32(a, b))

/* Sums of neighbours, as sums of products with 1. pmaddubsw takes unsigned bytes on the left, signed on the right. */
WASM_SIMD_UNARY(i16x8_extadd_pairwise_i8x16, simd_bits, _mm_maddubs_epi16(_mm_set1_epi8(1), a))
WASM_SIMD_UNARY(u16x8_extadd_pairwise_u8x16, simd_bits, _mm_maddubs_epi16(a, _mm_set1_epi8(1)))
WASM_SIMD_UNARY(i32x4_extadd_pairwise_i16x8, simd_bits, _mm_madd_epi16(a, _mm_set1_epi16(1)))
WASM_SIMD_UNARY(u32x4_extadd_pairwise_u16x8, simd_u32x4, (a >> 16) + (a & 0xffff))

#define WASM_SIMD_EXTMUL_8(to, from, extend)                                                   \
  WASM_SIMD_BINARY(to##_extmul_low_##from, simd_bits, _mm_mullo_epi16(extend(a), extend(b)))   \
  WASM_SIMD_BINARY(to##_extmul_high_##from, simd_bits, _mm_mullo_epi16(extend(WASM_SIMD_HIGH(a)), extend(WASM_SIMD_HIGH(b))))
WASM_SIMD_EXTMUL_8(i16x8, i8x16, _mm_cvtepi8_epi16)
WASM_SIMD_EXTMUL_8(u16x8, u8x16, _mm_cvtepu8_epi16)

/* Low and high halves of the products, interleaved: quicker than pmulld on extended operands. */
#define WASM_SIMD_EXTMUL_16(to, from, mulhi)                                                                    \
  WASM_SIMD_BINARY(to##_extmul_low_##from, simd_bits, _mm_unpacklo_epi16(_mm_mullo_epi16(a, b), mulhi(a, b)))   \
  WASM_SIMD_BINARY(to##_extmul_high_##from, simd_bits, _mm_unpackhi_epi16(_mm_mullo_epi16(a, b), mulhi(a, b)))
WASM_SIMD_EXTMUL_16(i32x4, i16x8, _mm_mulhi_epi16)
WASM_SIMD_EXTMUL_16(u32x4, u16x8, _mm_mulhi_epu16)

/* pmuldq and pmuludq multiply lanes 0 and 2: 0x50 puts lanes 0 and 1 there, 0xfa lanes 2 and 3. */
#define WASM_SIMD_EXTMUL_32(to, from, mul)                                                                                \
  WASM_SIMD_BINARY(to##_extmul_low_##from, simd_bits, mul(_mm_shuffle_epi32(a, 0x50), _mm_shuffle_epi32(b, 0x50)))        \
  WASM_SIMD_BINARY(to##_extmul_high_##from, simd_bits, mul(_mm_shuffle_epi32(a, 0xfa), _mm_shuffle_epi32(b, 0xfa)))
WASM_SIMD_EXTMUL_32(i64x2, i32x4, _mm_mul_epi32)
WASM_SIMD_EXTMUL_32(u64x2, u32x4, _mm_mul_epu32)

/* The one sum that does not fit, 2 * (-32768)^2, wraps here as there. */
WASM_SIMD_BINARY(i32x4_dot_i16x8, simd_bits, _mm_madd_epi16(a, b))

/* (a * b + 2^14) >> 15. pmulhrsw gives 0x8000 for the one result that does not fit: all bits of it turn to 0x7fff. */
WASM_SIMD simde_v128_t simde_wasm_i16x8_q15mulr_sat(simde_v128_t v, simde_v128_t w) {
  const simde_v128_t product = _mm_mulhrs_epi16(v, w);
  return _mm_xor_si128(product, _mm_cmpeq_epi16(product, _mm_set1_epi16(-0x8000)));
}

#endif
