/* Compares shim/string.c with the C library, block by block, at every small size, alignment and overlap. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void* shim_memcpy(void*, const void*, size_t);
void* shim_memmove(void*, const void*, size_t);
void* shim_memset(void*, int, size_t);
int shim_memcmp(const void*, const void*, size_t);
extern unsigned char asolo_fast_strings;

enum { SIZE = 400 };
static unsigned char expected[SIZE], actual[SIZE];

static void fail(const char* what, size_t a, size_t b, size_t bytes) {
  printf("%s differs at %zu, %zu, %zu bytes\n", what, a, b, bytes);
  exit(1);
}

static void scramble(void) {
  for (int i = 0; i < SIZE; i++) expected[i] = actual[i] = rand();
}

static void check(const char* what, size_t a, size_t b, size_t bytes) {
  if (memcmp(expected, actual, SIZE)) fail(what, a, b, bytes);
}

static int sign(int x) { return (x > 0) - (x < 0); }

/* Blocks so long that string instructions may be used, at overlaps from far to a single byte, both ways. */
static void check_long(void) {
  enum { ROOM = 20000 };
  static unsigned char wanted[ROOM], got[ROOM];
  static const size_t sizes[] = {2047, 2048, 4095, 4096, 4097, 9001}, starts[] = {0, 1, 7, 31, 64, 100, 4096, 9100};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
    for (size_t to = 0; to < 8; to++)
      for (size_t from = 0; from < 8; from++) {
        for (int i = 0; i < ROOM; i++) wanted[i] = got[i] = rand();
        memmove(wanted + starts[to], wanted + starts[from], sizes[s]), shim_memmove(got + starts[to], got + starts[from], sizes[s]);
        if (memcmp(wanted, got, ROOM)) fail("long memmove", starts[to], starts[from], sizes[s]);
        memset(wanted + starts[to], (int)s, sizes[s]), shim_memset(got + starts[to], (int)s, sizes[s]);
        if (memcmp(wanted, got, ROOM)) fail("long memset", starts[to], 0, sizes[s]);
        shim_memcpy(got + starts[7], wanted, sizes[s] & ~1u), memcpy(wanted + starts[7], wanted, sizes[s] & ~1u);
        if (memcmp(wanted, got, ROOM)) fail("long memcpy", starts[7], 0, sizes[s]);
        if (shim_memcmp(wanted, got, sizes[s]) != 0) fail("long memcmp", 0, 0, sizes[s]);
        got[sizes[s] - 1 - from * 20] ^= 1;
        if (sign(shim_memcmp(wanted, got, sizes[s])) != sign(memcmp(wanted, got, sizes[s]))) fail("long memcmp", from, 0, sizes[s]);
      }
}

int main(void) {
  srand(1);
  for (size_t bytes = 0; bytes <= 200; bytes += bytes < 70 ? 1 : 9) {
    for (size_t to = 0; to < 200; to += 1 + bytes / 20) {
      scramble();
      memset(expected + to, (int)bytes, bytes), shim_memset(actual + to, (int)bytes + 256, bytes);
      check("memset", to, 0, bytes);
      for (size_t from = 0; from < 200; from += 3) {
        scramble();
        memmove(expected + to, expected + from, bytes);
        if (shim_memmove(actual + to, actual + from, bytes) != actual + to) fail("memmove's result", to, from, bytes);
        check("memmove", to, from, bytes);
        if (to + bytes > from && from + bytes > to) continue;
        scramble();
        memcpy(expected + to, expected + from, bytes), shim_memcpy(actual + to, actual + from, bytes);
        check("memcpy", to, from, bytes);
      }
    }
    scramble();
    for (size_t at = 0; at < bytes; at++) {
      actual[at] ^= 0x80;
      if (sign(shim_memcmp(expected, actual, bytes)) != sign(memcmp(expected, actual, bytes))) fail("memcmp", at, 0, bytes);
      actual[at] ^= 0x80;
    }
    if (shim_memcmp(expected, actual, bytes) != 0) fail("memcmp of equals", 0, 0, bytes);
  }
  /* Exact blocks on the heap: the address sanitizer sees one byte too many. */
  for (size_t bytes = 1; bytes <= 200; bytes++) {
    unsigned char *a = malloc(bytes), *b = malloc(bytes);
    shim_memset(a, 1, bytes), shim_memcpy(b, a, bytes), shim_memmove(b, a, bytes);
    if (shim_memcmp(a, b, bytes)) fail("heap", 0, 0, bytes);
    free(a), free(b);
  }
  check_long();
  asolo_fast_strings = 1;
  check_long();
  puts("equal");
  return 0;
}
