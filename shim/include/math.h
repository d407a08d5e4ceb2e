/*
 * What wasm2c output uses of C99 §7.12. With SSE4.1 and -fno-math-errno each is one instruction of the compiler's own
 * (roundsd, sqrtsd, and); without optimisation shim/math.c has them.
 */
#ifndef ASOLO_MATH_H
#define ASOLO_MATH_H
#define NAN (__builtin_nanf(""))
#define INFINITY (__builtin_inff())
#define isnan(x) __builtin_isnan(x)
#define signbit(x) __builtin_signbit(x)
double floor(double), ceil(double), trunc(double), nearbyint(double), sqrt(double), fabs(double), copysign(double, double);
float floorf(float), ceilf(float), truncf(float), nearbyintf(float), sqrtf(float), fabsf(float), copysignf(float, float);
#endif
