/* Compares shim/math.c with the C library, bit for bit, on edge values and random bits; any NaN equals any NaN. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EACH(do) do(floor) do(ceil) do(trunc) do(nearbyint) do(sqrt) do(fabs)
#define DECLARE(name) double shim_##name(double); float shim_##name##f(float);
EACH(DECLARE)
double shim_copysign(double, double);
float shim_copysignf(float, float);

static int wrong;
static void same(const char* name, double x, double expected, double actual) {
  if ((isnan(expected) && isnan(actual)) || !memcmp(&expected, &actual, sizeof expected)) return;
  printf("%s(%a) is %a, not %a\n", name, x, actual, expected);
  wrong = 1;
}

static void check(double x, double y) {
#define COMPARE(name) same(#name, x, name(x), shim_##name(x)); same(#name "f", (float)x, name##f((float)x), shim_##name##f((float)x));
  EACH(COMPARE)
  same("copysign", x, copysign(x, y), shim_copysign(x, y));
  same("copysignf", x, copysignf((float)x, (float)y), shim_copysignf((float)x, (float)y));
}

int main(void) {
  const double edges[] = {0.0, -0.0, 0.5, -0.5, 1.5, -1.5, 2.5, 0.49999999999999994, 4503599627370497.5, -8388609.0, 1e300, -1e-320, INFINITY, -INFINITY, NAN};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
    for (size_t j = 0; j < sizeof edges / sizeof *edges; j++) check(edges[i], edges[j]);
  srand(1);
  for (int i = 0; i < 100000; i++) {
    unsigned long bits = ((unsigned long)rand() << 33) ^ ((unsigned long)rand() << 11) ^ (unsigned long)rand();
    double x;
    memcpy(&x, &bits, sizeof x);
    check(x, -x);
    check((rand() - RAND_MAX / 2) / 1024.0, x);
  }
  puts(wrong ? "different" : "equal");
  return wrong;
}
