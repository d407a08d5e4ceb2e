/*
 * Float lanes: arithmetic, rounding, min and max, abs, neg (§4.3.3 on the operators of §4.3.2).
 * Read first: types.h. Assumes round to nearest, no flush to zero, and no -ffast-math. Conversions: convert.h.
 */
#ifndef ASOLO_SIMD_FLOAT_H
#define ASOLO_SIMD_FLOAT_H
#include "types.h"

#define WASM_SIMD_ARITHMETIC(shape)                     \
  WASM_SIMD_BINARY(shape##_add, simd_##shape, a + b)    \
  WASM_SIMD_BINARY(shape##_sub, simd_##shape, a - b)    \
  WASM_SIMD_BINARY(shape##_mul, simd_##shape, a * b)    \
  WASM_SIMD_BINARY(shape##_div, simd_##shape, a / b)
WASM_SIMD_ARITHMETIC(f32x4)
WASM_SIMD_ARITHMETIC(f64x2)

WASM_SIMD_UNARY(f32x4_sqrt, simd_ps, _mm_sqrt_ps(a))
WASM_SIMD_UNARY(f64x2_sqrt, simd_pd, _mm_sqrt_pd(a))

#define WASM_SIMD_ROUND(name, mode)                                                               \
  WASM_SIMD_UNARY(f32x4_##name, simd_ps, _mm_round_ps(a, _MM_FROUND_NO_EXC | _MM_FROUND_##mode))  \
  WASM_SIMD_UNARY(f64x2_##name, simd_pd, _mm_round_pd(a, _MM_FROUND_NO_EXC | _MM_FROUND_##mode))
WASM_SIMD_ROUND(ceil, TO_POS_INF)
WASM_SIMD_ROUND(floor, TO_NEG_INF)
WASM_SIMD_ROUND(trunc, TO_ZERO)
WASM_SIMD_ROUND(nearest, TO_NEAREST_INT)

/* Only the sign bit changes, of a NaN as well. */
WASM_SIMD_UNARY(f32x4_abs, simd_u32x4, a & 0x7fffffffu)
WASM_SIMD_UNARY(f64x2_abs, simd_u64x2, a & 0x7fffffffffffffffu)
WASM_SIMD_UNARY(f32x4_neg, simd_u32x4, a ^ 0x80000000u)
WASM_SIMD_UNARY(f64x2_neg, simd_u64x2, a ^ 0x8000000000000000u)

/* b < a ? b : a and a < b ? b : a. The instructions answer with their second operand if the comparison does not hold. */
WASM_SIMD_BINARY(f32x4_pmin, simd_ps, _mm_min_ps(b, a))
WASM_SIMD_BINARY(f64x2_pmin, simd_pd, _mm_min_pd(b, a))
WASM_SIMD_BINARY(f32x4_pmax, simd_ps, _mm_max_ps(b, a))
WASM_SIMD_BINARY(f64x2_pmax, simd_pd, _mm_max_pd(b, a))

/*
 * min and max know that -0 < +0: asked in both orders the instructions disagree about two zeros in the sign alone,
 * and `or` keeps it for min, `and` drops it for max. Where an operand is a NaN the result is the canonical NaN.
 */
WASM_SIMD simd_ps wasm_simd_or_nan_ps(simd_ps result, simd_ps a, simd_ps b) {
  return _mm_blendv_ps(result, (simd_ps)_mm_set1_epi32(0x7fc00000), _mm_cmpunord_ps(a, b));
}
WASM_SIMD simd_pd wasm_simd_or_nan_pd(simd_pd result, simd_pd a, simd_pd b) {
  return _mm_blendv_pd(result, (simd_pd)_mm_set1_epi64x(0x7ff8000000000000), _mm_cmpunord_pd(a, b));
}
WASM_SIMD_BINARY(f32x4_min, simd_ps, wasm_simd_or_nan_ps(_mm_or_ps(_mm_min_ps(a, b), _mm_min_ps(b, a)), a, b))
WASM_SIMD_BINARY(f64x2_min, simd_pd, wasm_simd_or_nan_pd(_mm_or_pd(_mm_min_pd(a, b), _mm_min_pd(b, a)), a, b))
WASM_SIMD_BINARY(f32x4_max, simd_ps, wasm_simd_or_nan_ps(_mm_and_ps(_mm_max_ps(a, b), _mm_max_ps(b, a)), a, b))
WASM_SIMD_BINARY(f64x2_max, simd_pd, wasm_simd_or_nan_pd(_mm_and_pd(_mm_max_pd(a, b), _mm_max_pd(b, a)), a, b))

#endif
