/*
 * Loads and stores: whole vectors, lanes, splats, extending and zero-filling loads (§4.4.7). Memory goes through
 * __builtin_memcpy: any address, any type, one instruction. Who traps outside the memory is the MMU.
 * Read first: types.h, lanes.h.
 */
#ifndef ASOLO_SIMD_MEMORY_H
#define ASOLO_SIMD_MEMORY_H
#include "types.h"
#include "lanes.h"

WASM_SIMD simde_v128_t simde_wasm_v128_load(const void* from) {
  simde_v128_t v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
WASM_SIMD void simde_wasm_v128_store(void* to, simde_v128_t v) { __builtin_memcpy(to, &v, sizeof v); }

#define WASM_SIMD_MEMORY(bits, shape)                                                                                \
  WASM_SIMD uint##bits##_t wasm_simd_load##bits(const void* from) {                                                  \
    uint##bits##_t x;                                                                                                \
    __builtin_memcpy(&x, from, sizeof x);                                                                            \
    return x;                                                                                                        \
  }                                                                                                                  \
  WASM_SIMD simde_v128_t simde_wasm_v128_load##bits##_splat(const void* from) {                                      \
    return simde_wasm_##shape##_splat((int##bits##_t)wasm_simd_load##bits(from));                                    \
  }                                                                                                                  \
  WASM_SIMD simde_v128_t simde_wasm_v128_load##bits##_lane(const void* from, simde_v128_t v, int lane) {             \
    return simde_wasm_##shape##_replace_lane(v, lane, (int##bits##_t)wasm_simd_load##bits(from));                    \
  }                                                                                                                  \
  WASM_SIMD void simde_wasm_v128_store##bits##_lane(void* to, simde_v128_t v, int lane) {                            \
    const int##bits##_t x = simde_wasm_##shape##_extract_lane(v, lane);                                              \
    __builtin_memcpy(to, &x, sizeof x);                                                                              \
  }
WASM_SIMD_MEMORY(8, i8x16)
WASM_SIMD_MEMORY(16, i16x8)
WASM_SIMD_MEMORY(32, i32x4)
WASM_SIMD_MEMORY(64, i64x2)

WASM_SIMD simde_v128_t simde_wasm_v128_load32_zero(const void* from) {
  return (simde_v128_t)(simd_u32x4){wasm_simd_load32(from), 0, 0, 0};
}
WASM_SIMD simde_v128_t simde_wasm_v128_load64_zero(const void* from) {
  return (simde_v128_t)(simd_u64x2){wasm_simd_load64(from), 0};
}

/* Eight bytes, each lane extended to twice its size. */
#define WASM_SIMD_LOAD_EXTEND(name, extend) \
  WASM_SIMD simde_v128_t simde_wasm_##name(const void* from) { return extend(simde_wasm_v128_load64_zero(from)); }
WASM_SIMD_LOAD_EXTEND(i16x8_load8x8, _mm_cvtepi8_epi16)
WASM_SIMD_LOAD_EXTEND(u16x8_load8x8, _mm_cvtepu8_epi16)
WASM_SIMD_LOAD_EXTEND(i32x4_load16x4, _mm_cvtepi16_epi32)
WASM_SIMD_LOAD_EXTEND(u32x4_load16x4, _mm_cvtepu16_epi32)
WASM_SIMD_LOAD_EXTEND(i64x2_load32x2, _mm_cvtepi32_epi64)
WASM_SIMD_LOAD_EXTEND(u64x2_load32x2, _mm_cvtepu32_epi64)

#endif
