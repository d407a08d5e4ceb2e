/*
 * Times the runtime's memcpy, memmove, memset, memcmp (shim/string.c, compiled under the names asolo_*) and the C
 * library's, by size. Prints one line for each function and size: name, bytes, nanoseconds of both (CPU time, the least of
 * the rounds, in turns). Sizes below 64 are met as they come in programs: all from half to the named size, mixed.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void* asolo_memcpy(void*, const void*, size_t);
void* asolo_memmove(void*, const void*, size_t);
void* asolo_memset(void*, int, size_t);
int asolo_memcmp(const void*, const void*, size_t);
extern unsigned char asolo_fast_strings;

enum { LARGEST = 1 << 20, ROOM = LARGEST + 4096, MIXED = 256, WORK = 1 << 21 };

static unsigned char *from, *to;
static size_t sizes[MIXED], offsets[MIXED];
static volatile int sink;

typedef void* copy(void*, const void*, size_t);
typedef void* fill(void*, int, size_t);
typedef int compare(const void*, const void*, size_t);

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Nanoseconds of one call. `kind` 0: memcpy, 1: memmove with an overlap, 2: memset, 3: memcmp of equal blocks. */
static double once(int kind, void (*function)(void), size_t size) {
  long calls = WORK / (long)(size + 40) + 2;
  double start = now();
  for (long i = 0; i < calls; i++) {
    size_t bytes = size < 64 ? sizes[i % MIXED] : size, offset = size < 4096 ? offsets[i % MIXED] : 0;
    if (kind == 0) ((copy*)function)(to + offset, from, bytes);
    if (kind == 1) ((copy*)function)(to + 24, to + offset / 2, bytes);
    if (kind == 2) ((fill*)function)(to + offset, (int)i, bytes);
    if (kind == 3) sink += ((compare*)function)(from + offset, from + ROOM + offset, bytes);
  }
  return (now() - start) / (double)calls;
}

int main(int count, char** arguments) {
  static const char* const names[] = {"memcpy", "memmove", "memset", "memcmp"};
  void (*const ours[])(void) = {(void (*)(void))asolo_memcpy, (void (*)(void))asolo_memmove, (void (*)(void))asolo_memset, (void (*)(void))asolo_memcmp};
  void (*const theirs[])(void) = {(void (*)(void))memcpy, (void (*)(void))memmove, (void (*)(void))memset, (void (*)(void))memcmp};
  asolo_fast_strings = count > 2;
  int rounds = count > 1 ? atoi(arguments[1]) : 9;
  from = aligned_alloc(4096, 2 * ROOM), to = aligned_alloc(4096, 2 * ROOM);
  memset(from, 7, 2 * ROOM), memset(to, 7, 2 * ROOM);
  for (int kind = 0; kind < 4; kind++)
    for (size_t size = 16; size <= LARGEST; size *= size < 4096 ? 2 : 4) {
      uint32_t random = 1;
      for (int i = 0; i < MIXED; i++) {
        random = random * 1664525u + 1013904223u;
        sizes[i] = size / 2 + (random >> 8) % (size / 2 + 1), offsets[i] = (random >> 16) % 64;
      }
      double best[2] = {1e18, 1e18};
      for (int round = 0; round < 2 * rounds; round++) {
        double time = once(kind, (round & 1) == 0 ? ours[kind] : theirs[kind], size);
        if (time < best[round & 1]) best[round & 1] = time;
      }
      printf("%s %zu %.2f %.2f\n", names[kind], size, best[0], best[1]);
    }
  return 0;
}
