/*
 * Vectors from scalars and constants, single lanes, and lanes in another order (§4.3.3: splat, extract_lane,
 * replace_lane, swizzle; §4.4.3: v128.const, i8x16.shuffle).
 * Read first: types.h. Lanes from and to memory: memory.h.
 */
#ifndef ASOLO_SIMD_LANES_H
#define ASOLO_SIMD_LANES_H
#include "types.h"

WASM_SIMD simde_v128_t simde_wasm_i8x16_const(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t e, uint8_t f, uint8_t g, uint8_t h,
                                              uint8_t i, uint8_t j, uint8_t k, uint8_t l, uint8_t m, uint8_t n, uint8_t o, uint8_t p) {
  return (simde_v128_t)(simd_u8x16){a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p};
}
WASM_SIMD simde_v128_t simde_wasm_i64x2_make(int64_t a, int64_t b) { return (simde_v128_t)(simd_i64x2){a, b}; }

WASM_SIMD simde_v128_t simde_wasm_i8x16_splat(int8_t x) { return _mm_set1_epi8(x); }
WASM_SIMD simde_v128_t simde_wasm_i16x8_splat(int16_t x) { return _mm_set1_epi16(x); }
WASM_SIMD simde_v128_t simde_wasm_i32x4_splat(int32_t x) { return _mm_set1_epi32(x); }
WASM_SIMD simde_v128_t simde_wasm_i64x2_splat(int64_t x) { return (simde_v128_t)(simd_i64x2){x, x}; }
WASM_SIMD simde_v128_t simde_wasm_f32x4_splat(float x) { return (simde_v128_t)(simd_f32x4){x, x, x, x}; }
WASM_SIMD simde_v128_t simde_wasm_f64x2_splat(double x) { return (simde_v128_t)(simd_f64x2){x, x}; }

/* The lane's type extends it to 32 bits where the caller takes it as one. */
#define WASM_SIMD_EXTRACT(shape, scalar) \
  WASM_SIMD scalar simde_wasm_##shape##_extract_lane(simde_v128_t v, int lane) { return ((simd_##shape)v)[lane]; }
WASM_SIMD_EXTRACT(i8x16, int8_t)
WASM_SIMD_EXTRACT(u8x16, uint8_t)
WASM_SIMD_EXTRACT(i16x8, int16_t)
WASM_SIMD_EXTRACT(u16x8, uint16_t)
WASM_SIMD_EXTRACT(i32x4, int32_t)
WASM_SIMD_EXTRACT(i64x2, int64_t)
WASM_SIMD_EXTRACT(f32x4, float)
WASM_SIMD_EXTRACT(f64x2, double)

#define WASM_SIMD_REPLACE(shape, scalar)                                                                \
  WASM_SIMD simde_v128_t simde_wasm_##shape##_replace_lane(simde_v128_t v, int lane, scalar x) { \
    simd_##shape lanes = (simd_##shape)v;                                                               \
    lanes[lane] = x;                                                                                    \
    return (simde_v128_t)lanes;                                                                         \
  }
WASM_SIMD_REPLACE(i8x16, int8_t)
WASM_SIMD_REPLACE(u8x16, uint8_t)
WASM_SIMD_REPLACE(i16x8, int16_t)
WASM_SIMD_REPLACE(u16x8, uint16_t)
WASM_SIMD_REPLACE(i32x4, int32_t)
WASM_SIMD_REPLACE(i64x2, int64_t)
WASM_SIMD_REPLACE(f32x4, float)
WASM_SIMD_REPLACE(f64x2, double)

/* pshufb gives 0 where bit 7 of an index is set: adding 0x70, at most to 0xff, sets it for all indices from 16. */
WASM_SIMD_BINARY(i8x16_swizzle, simd_bits, _mm_shuffle_epi8(a, _mm_adds_epu8(b, _mm_set1_epi8(0x70))))

/* Sixteen constants: the compiler finds the instructions. A macro, since only constants select lanes. */
#if defined(__clang__)
#define WASM_SIMD_SELECT(v, w, ...) __builtin_shufflevector((simd_u8x16)(v), (simd_u8x16)(w), __VA_ARGS__)
#else
#define WASM_SIMD_SELECT(v, w, ...) __builtin_shuffle((simd_u8x16)(v), (simd_u8x16)(w), (simd_u8x16){__VA_ARGS__})
#endif
#define simde_wasm_i8x16_shuffle(v, w, ...) ((simde_v128_t)WASM_SIMD_SELECT(v, w, __VA_ARGS__))

#endif
