/*
 * What is measured of a disk, for the guest (guest.c) and for the native program (native.c) alike: every shape for a
 * while, one line each. The includer gives the ways to a disk: transfer(), flush(), now_ns(), and its capacity.
 */
#include <stdint.h>
#include <stdio.h>

enum { DEPTH_MOST = 32 };

/* One batch: `depth` requests of `size` bytes at offsets[i], from or to memory + i * size. Returns 0, or what went wrong. */
static int transfer(int is_write, uint32_t depth, uint32_t size, const uint64_t *offsets, uint8_t *memory);
static int flush(void);
static uint64_t now_ns(void);
static void say(const char *line);

static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

/* kind: 0 read, 1 write, 2 write and flush after each batch. */
static int measure_shape(int kind, int is_random, uint32_t size, uint32_t depth, uint64_t capacity, uint64_t duration, uint8_t *memory) {
  uint64_t offsets[DEPTH_MOST], state = 88172645463325252ull, at = 0, requests = 0, units = capacity / size;
  uint64_t start = now_ns(), now = start;
  do {
    /* The clock is looked at once in a while: it costs, too. */
    for (uint32_t batch = 0; batch < (size == 512 && depth == 1 ? 16 : 1); batch++) {
      for (uint32_t i = 0; i < depth; i++) offsets[i] = (is_random ? next_random(&state) % units : at++ % units) * size;
      int trouble = transfer(kind != 0, depth, size, offsets, memory);
      if (trouble == 0 && kind == 2) trouble = flush();
      if (trouble != 0) return trouble;
      requests += depth;
    }
    now = now_ns();
  } while (now - start < duration);
  static const char *const kinds[] = {"read", "write", "flush"};
  char line[120];
  snprintf(line, sizeof line, "%s %s %u %u %llu %llu\n", kinds[kind], is_random ? "random" : "sequential", (unsigned)size, (unsigned)depth,
           (unsigned long long)requests * size, (unsigned long long)(now - start));
  say(line);
  return 0;
}

/* Every shape; memory has room for DEPTH_MOST requests of the largest size. */
static int measure_all(uint64_t capacity, uint64_t duration, uint8_t *memory) {
  static const uint32_t sizes[] = {512, 4096, 1 << 20};
  for (int kind = 0; kind < 3; kind++)
    for (int is_random = 0; is_random < 2; is_random++)
      for (int size = 0; size < 3; size++)
        for (uint32_t depth = 1; depth <= DEPTH_MOST; depth *= DEPTH_MOST) {
          int trouble = measure_shape(kind, is_random, sizes[size], depth, capacity, duration, memory);
          if (trouble != 0) return trouble;
        }
  return 0;
}
