/*
 * C99 §7.12, the few functions that wasm2c output calls. An optimising compiler makes an instruction of each and never
 * comes here; -O0 does. The linker drops what nobody calls.
 * Read first: include/math.h; Intel SDM vol. 2B, ROUNDSD (imm8: 0 nearest, 1 down, 2 up, 3 to zero; 8 no inexact).
 */
#include <math.h>

#define ROUNDING(name, mode)                                                                     \
  double name(double x) {                                                                        \
    __asm__("roundsd $" #mode ", %0, %0" : "+x"(x));                                             \
    return x;                                                                                    \
  }                                                                                              \
  float name##f(float x) {                                                                       \
    __asm__("roundss $" #mode ", %0, %0" : "+x"(x));                                             \
    return x;                                                                                    \
  }

ROUNDING(nearbyint, 8)
ROUNDING(floor, 9)
ROUNDING(ceil, 10)
ROUNDING(trunc, 11)

double sqrt(double x) {
  __asm__("sqrtsd %0, %0" : "+x"(x));
  return x;
}
float sqrtf(float x) {
  __asm__("sqrtss %0, %0" : "+x"(x));
  return x;
}

double fabs(double x) {
  union { double number; unsigned long bits; } u = {x};
  u.bits &= ~(1ul << 63);
  return u.number;
}
float fabsf(float x) {
  union { float number; unsigned bits; } u = {x};
  u.bits &= ~(1u << 31);
  return u.number;
}

double copysign(double size, double sign) {
  union { double number; unsigned long bits; } u = {sign};
  return u.bits >> 63 ? -fabs(size) : fabs(size);
}
float copysignf(float size, float sign) {
  union { float number; unsigned bits; } u = {sign};
  return u.bits >> 31 ? -fabsf(size) : fabsf(size);
}
