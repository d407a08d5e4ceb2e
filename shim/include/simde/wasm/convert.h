/*
 * Between integer and float lanes, and between float widths (§4.3.3: convert, trunc_sat, demote, promote).
 * Read first: types.h. cvttps2dq and cvttpd2dq answer 0x80000000 for a NaN and for everything out of range.
 */
#ifndef ASOLO_SIMD_CONVERT_H
#define ASOLO_SIMD_CONVERT_H
#include "types.h"

WASM_SIMD_UNARY(f32x4_convert_i32x4, simd_bits, _mm_cvtepi32_ps(a))
WASM_SIMD_UNARY(f64x2_convert_low_i32x4, simd_bits, _mm_cvtepi32_pd(a))
WASM_SIMD_UNARY(f32x4_demote_f64x2_zero, simd_pd, _mm_cvtpd_ps(a))
WASM_SIMD_UNARY(f64x2_promote_low_f32x4, simd_ps, _mm_cvtps_pd(a))

/*
 * The halves of each lane become the ends of floats with known exponents, 2^23 + low and 2^39 + 2^16 * high. One
 * subtraction, exact, takes both constants away, and the addition rounds once.
 */
WASM_SIMD simde_v128_t simde_wasm_f32x4_convert_u32x4(simde_v128_t v) {
  const simde_v128_t low = _mm_blend_epi16(v, _mm_set1_epi32(0x4b000000), 0xaa);
  const simde_v128_t high = _mm_blend_epi16(_mm_srli_epi32(v, 16), _mm_set1_epi32(0x53000000), 0xaa);
  return (simde_v128_t)((simd_f32x4)low + ((simd_f32x4)high - (0x1p39f + 0x1p23f)));
}

/* The same in a double, which holds all 32 bits: 2^52 + lane. */
WASM_SIMD simde_v128_t simde_wasm_f64x2_convert_low_u32x4(simde_v128_t v) {
  return (simde_v128_t)((simd_f64x2)_mm_unpacklo_epi32(v, _mm_set1_epi32(0x43300000)) - 0x1p52);
}

/* NaN becomes 0 first; too large is turned from 0x80000000 to 0x7fffffff; too small is 0x80000000 already. */
WASM_SIMD simde_v128_t simde_wasm_i32x4_trunc_sat_f32x4(simde_v128_t v) {
  const simd_ps x = _mm_and_ps((simd_ps)v, _mm_cmpord_ps((simd_ps)v, (simd_ps)v));
  const simde_v128_t above = (simde_v128_t)_mm_cmpge_ps(x, _mm_set1_ps(0x1p31f));
  return _mm_xor_si128(_mm_cvttps_epi32(x), above);
}

/*
 * NaN and negative become 0 (maxps answers with its second operand for a NaN). From 2^31 on the conversion gives
 * 0x80000000, to which the rest above 2^31 is added: converted in the same way, saturated, and 0 where there is none.
 */
WASM_SIMD simde_v128_t simde_wasm_u32x4_trunc_sat_f32x4(simde_v128_t v) {
  const simd_ps x = _mm_max_ps((simd_ps)v, _mm_setzero_ps());
  const simd_ps rest = _mm_sub_ps(x, _mm_set1_ps(0x1p31f));
  const simde_v128_t above = (simde_v128_t)_mm_cmpge_ps(rest, _mm_set1_ps(0x1p31f));
  const simde_v128_t added = _mm_max_epi32(_mm_xor_si128(_mm_cvttps_epi32(rest), above), _mm_setzero_si128());
  return _mm_add_epi32(_mm_cvttps_epi32(x), added);
}

/* Doubles hold every limit exactly, so that they are clamped before they are converted. The upper lanes become 0. */
WASM_SIMD simde_v128_t simde_wasm_i32x4_trunc_sat_f64x2_zero(simde_v128_t v) {
  const simd_pd x = _mm_and_pd((simd_pd)v, _mm_cmpord_pd((simd_pd)v, (simd_pd)v));
  return _mm_cvttpd_epi32(_mm_min_pd(x, _mm_set1_pd(2147483647.0)));
}

/* As an integer x stands in the low bits of 2^52 + x. */
WASM_SIMD simde_v128_t simde_wasm_u32x4_trunc_sat_f64x2_zero(simde_v128_t v) {
  const simd_pd x = _mm_min_pd(_mm_max_pd((simd_pd)v, _mm_setzero_pd()), _mm_set1_pd(4294967295.0));
  const simd_pd whole = _mm_round_pd(x, _MM_FROUND_NO_EXC | _MM_FROUND_TO_ZERO);
  return (simde_v128_t)_mm_shuffle_ps((simd_ps)_mm_add_pd(whole, _mm_set1_pd(0x1p52)), _mm_setzero_ps(), 0x88);
}

#endif
