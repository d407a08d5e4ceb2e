/*
 * The 128-bit SIMD operations that wasm2c 1.0.39 names in its output: simde_wasm_<operation> on simde_v128_t, under the
 * names of the SIMDe library that wasm2c expects here. Ours is not that library: it has exactly those operations, for
 * SSE4.2 alone, so that a build needs nothing but this folder and the compiler's own headers.
 *
 * Each operation is that of the WebAssembly core specification 2.0, §4.3.3 (and §4.3.2 for a single lane), bit for bit;
 * where the specification allows several NaNs, the result is one of them. test/unit/shim/simd.test.ts compares every
 * one with Node. Not here: relaxed SIMD and big-endian machines.
 * Read first: types.h; the rest in any order.
 */
#ifndef ASOLO_SIMD128_H
#define ASOLO_SIMD128_H
#include "types.h"

#include "lanes.h"
#include "memory.h"
#include "bits.h"
#include "integer.h"
#include "product.h"
#include "shift.h"
#include "compare.h"
#include "float.h"
#include "convert.h"
#endif
