/*
 * A program that is compiled with -msimd128: explicit vectors, loops that the compiler vectorises itself, and more live
 * vectors than there are registers, so that some are kept on the stack. Prints results that any engine must agree on.
 * What single instructions compute is tested elsewhere (test/unit/shim/simd.test.ts).
 */
#include <stdint.h>
#include <stdio.h>
#include <wasm_simd128.h>

enum { LENGTH = 1003, WIDTH = 64, HEIGHT = 20, LIVE = 24 };

static float xs[LENGTH], ys[LENGTH];
static uint8_t bytes[LENGTH];

__attribute__((noinline)) static float dot(const float* x, const float* y) {
  v128_t sum = wasm_f32x4_splat(0);
  int i = 0;
  for (; i + 4 <= LENGTH; i += 4) sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(x + i), wasm_v128_load(y + i)));
  float result = wasm_f32x4_extract_lane(sum, 0) + wasm_f32x4_extract_lane(sum, 1);
  result += wasm_f32x4_extract_lane(sum, 2) + wasm_f32x4_extract_lane(sum, 3);
  for (; i < LENGTH; i++) result += x[i] * y[i];
  return result;
}

__attribute__((noinline)) static int count(uint8_t wanted) {
  int found = 0;
  for (int i = 0; i < LENGTH; i++) found += bytes[i] == wanted;
  return found;
}

__attribute__((noinline)) static v128_t mix(uint32_t seed) {
  v128_t live[LIVE];
  for (int i = 0; i < LIVE; i++) live[i] = wasm_i32x4_make(i, seed + i, 77 * i, -i);
  for (int round = 0; round < 9; round++) {
    for (int i = 0; i < LIVE; i++) {
      const v128_t sum = wasm_i32x4_add(live[i], wasm_i32x4_mul(live[(i * 7 + round) % LIVE], wasm_i32x4_splat(i)));
      live[i] = wasm_v128_xor(sum, wasm_u32x4_shr(live[(i + 5) % LIVE], round));
    }
  }
  for (int i = 1; i < LIVE; i++) live[0] = wasm_i32x4_add(live[0], live[i]);
  return live[0];
}

/* Two points of the Mandelbrot set at a time. */
static v128_t escape(v128_t re, v128_t im) {
  v128_t x = re, y = im, steps = wasm_i64x2_splat(0);
  for (int i = 0; i < 50; i++) {
    const v128_t xx = wasm_f64x2_mul(x, x), yy = wasm_f64x2_mul(y, y);
    const v128_t inside = wasm_f64x2_lt(wasm_f64x2_add(xx, yy), wasm_f64x2_splat(4));
    if (!wasm_v128_any_true(inside)) break;
    steps = wasm_i64x2_sub(steps, inside);
    y = wasm_f64x2_add(wasm_f64x2_mul(wasm_f64x2_add(x, x), y), im);
    x = wasm_f64x2_add(wasm_f64x2_sub(xx, yy), re);
  }
  return steps;
}

int main(int argc, char** argv) {
  (void)argv;
  for (int i = 0; i < LENGTH; i++) {
    xs[i] = (float)(i % 17) / 8 - 1;
    ys[i] = (float)(i % 23) / 16;
    bytes[i] = (uint8_t)(i * i * 7 + i / 3);
  }
  printf("%.6f %d\n", (double)dot(xs, ys), count(17));

  const v128_t mixed = mix((uint32_t)argc);
  printf("%d %d ", wasm_i32x4_extract_lane(mixed, 0), wasm_i32x4_extract_lane(mixed, 1));
  printf("%d %d\n", wasm_i32x4_extract_lane(mixed, 2), wasm_i32x4_extract_lane(mixed, 3));

  for (int row = 0; row < HEIGHT; row++) {
    char line[WIDTH + 1] = {0};
    for (int column = 0; column < WIDTH; column += 2) {
      const v128_t re = wasm_f64x2_make(column / 24.0 - 2, (column + 1) / 24.0 - 2);
      const v128_t steps = escape(re, wasm_f64x2_splat(row / 10.0 - 1));
      line[column] = " .:-=+*#%@"[wasm_i64x2_extract_lane(steps, 0) * 9 / 50];
      line[column + 1] = " .:-=+*#%@"[wasm_i64x2_extract_lane(steps, 1) * 9 / 50];
    }
    puts(line);
  }
  return 3;
}
