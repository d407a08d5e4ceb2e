/*
 * The vector type, its lanes, and how the operations of the other files are written down.
 * Read first: simd128.h. No operation is defined here.
 */
#ifndef ASOLO_SIMD_TYPES_H
#define ASOLO_SIMD_TYPES_H

#if !defined(__SSE4_2__)
#error "Wasm SIMD is compiled to SSE4.2: build with -march=x86-64-v2 or above"
#endif

/* Both compilers' headers would ask a C library for malloc: their guards say that it is here already. */
#define _MM_MALLOC_H_INCLUDED
#define __MM_MALLOC_H
#include <nmmintrin.h>
#include <stdint.h>

typedef __m128i simde_v128_t;

#define WASM_SIMD_VECTOR __attribute__((vector_size(16)))
typedef int8_t simd_i8x16 WASM_SIMD_VECTOR;
typedef int16_t simd_i16x8 WASM_SIMD_VECTOR;
typedef int32_t simd_i32x4 WASM_SIMD_VECTOR;
typedef int64_t simd_i64x2 WASM_SIMD_VECTOR;
typedef uint8_t simd_u8x16 WASM_SIMD_VECTOR;
typedef uint16_t simd_u16x8 WASM_SIMD_VECTOR;
typedef uint32_t simd_u32x4 WASM_SIMD_VECTOR;
typedef uint64_t simd_u64x2 WASM_SIMD_VECTOR;
typedef float simd_f32x4 WASM_SIMD_VECTOR;
typedef double simd_f64x2 WASM_SIMD_VECTOR;
/* What Intel's intrinsics take. */
typedef __m128i simd_bits;
typedef __m128 simd_ps;
typedef __m128d simd_pd;

/* Always: a lane's number becomes part of an instruction only once the call is gone. */
#define WASM_SIMD static inline __attribute__((always_inline))

/*
 * A line of the other files: the operation's name, the type as which its operands are seen (as `a` and `b`), the result.
 * Arithmetic that may wrap is written on unsigned lanes: signed overflow is undefined, in vectors too.
 */
#define WASM_SIMD_UNARY(name, type, result)                  \
  WASM_SIMD simde_v128_t simde_wasm_##name(simde_v128_t v) { \
    const type a = (type)v;                                  \
    return (simde_v128_t)(result);                           \
  }

#define WASM_SIMD_BINARY(name, type, result)                                 \
  WASM_SIMD simde_v128_t simde_wasm_##name(simde_v128_t v, simde_v128_t w) { \
    const type a = (type)v, b = (type)w;                                     \
    return (simde_v128_t)(result);                                           \
  }

/* The upper half in the lower one's place: pshufd does not overwrite its source, which saves a move. */
#define WASM_SIMD_HIGH(v) _mm_shuffle_epi32(v, 0xee)

#endif
