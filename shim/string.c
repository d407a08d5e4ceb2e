/*
 * memcpy, memmove, memset, memcmp in plain C with vectors of 16 bytes, of 32 when built for a CPU with AVX2.
 * Read first: C99 §7.21. Compiled with -fno-tree-loop-distribute-patterns: the loops must not become calls to themselves.
 * Short blocks are two overlapping pieces, longer ones four vectors a turn, and very long ones a string instruction
 * where the CPU says that these are fast (main.c looks: under emulation they go byte by byte).
 * bench/memory compares each size with the C library.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t u16 __attribute__((aligned(1), may_alias));
typedef uint32_t u32 __attribute__((aligned(1), may_alias));
typedef uint64_t u64 __attribute__((aligned(1), may_alias));
typedef long long v16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint8_t u8;
#ifdef __AVX2__
typedef long long wide __attribute__((vector_size(32), aligned(1), may_alias));
#else
typedef v16 wide;
#endif

enum { W = sizeof(wide), LONG_COPY = 4096, LONG_FILL = 2048, CLOSE = 64 };

/* Whether `rep movsb` and `rep stosb` are fast. */
u8 asolo_fast_strings;

/* Both pieces are loaded before either is stored: right for overlapping blocks too. */
#define TWO_PIECES(type)                                                     \
  {                                                                          \
    type first = *(const type*)from;                                         \
    type last = *(const type*)(from + bytes - sizeof(type));                 \
    *(type*)to = first;                                                      \
    *(type*)(to + bytes - sizeof(type)) = last;                              \
    return;                                                                  \
  }

static inline void move_short(u8* to, const u8* from, size_t bytes) { /* up to two vectors */
  if (bytes >= W) TWO_PIECES(wide)
  if (bytes >= 16) TWO_PIECES(v16)
  if (bytes >= 8) TWO_PIECES(u64)
  if (bytes >= 4) TWO_PIECES(u32)
  if (bytes >= 2) TWO_PIECES(u16)
  if (bytes) *to = *from;
}

static inline void move_forwards(u8* to, const u8* from, size_t bytes) { /* more than that; to is not inside from's tail */
  if (bytes >= LONG_COPY && asolo_fast_strings && (size_t)(from - to) >= CLOSE) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes)::"memory");
    return;
  }
  wide last_a = *(const wide*)(from + bytes - 2 * W), last_b = *(const wide*)(from + bytes - W);
  u8* end = to + bytes;
  for (; bytes > 4 * W; bytes -= 4 * W, to += 4 * W, from += 4 * W) {
    wide a = ((const wide*)from)[0], b = ((const wide*)from)[1], c = ((const wide*)from)[2], d = ((const wide*)from)[3];
    ((wide*)to)[0] = a, ((wide*)to)[1] = b, ((wide*)to)[2] = c, ((wide*)to)[3] = d;
  }
  if (bytes > 2 * W) {
    wide a = ((const wide*)from)[0], b = ((const wide*)from)[1];
    ((wide*)to)[0] = a, ((wide*)to)[1] = b;
  }
  ((wide*)end)[-2] = last_a, ((wide*)end)[-1] = last_b;
}

static inline void move_backwards(u8* to, const u8* from, size_t bytes) { /* more than two vectors */
  wide first_a = ((const wide*)from)[0], first_b = ((const wide*)from)[1], last = *(const wide*)(from + bytes - W);
  u8 *begin = to, *end = to + bytes;
  bytes -= (uintptr_t)end % W; /* stores that cross a cache line cost double */
  to += bytes, from += bytes;
  for (; bytes > 4 * W; bytes -= 4 * W) {
    to -= 4 * W, from -= 4 * W;
    wide a = ((const wide*)from)[0], b = ((const wide*)from)[1], c = ((const wide*)from)[2], d = ((const wide*)from)[3];
    ((wide*)to)[0] = a, ((wide*)to)[1] = b, ((wide*)to)[2] = c, ((wide*)to)[3] = d;
  }
  if (bytes > 2 * W) {
    wide a = ((const wide*)from)[-2], b = ((const wide*)from)[-1];
    ((wide*)to)[-2] = a, ((wide*)to)[-1] = b;
  }
  ((wide*)begin)[0] = first_a, ((wide*)begin)[1] = first_b, ((wide*)end)[-1] = last;
}

void* memcpy(void* restrict to, const void* restrict from, size_t bytes) {
  if (bytes <= 2 * W) move_short(to, from, bytes);
  else move_forwards(to, from, bytes);
  return to;
}

void* memmove(void* to, const void* from, size_t bytes) {
  if (bytes <= 2 * W) move_short(to, from, bytes);
  else if ((size_t)((u8*)to - (const u8*)from) >= bytes) move_forwards(to, from, bytes); /* also true when to < from */
  else move_backwards(to, from, bytes);
  return to;
}

static inline void fill_long(u8* at, u8* end, wide value) { /* more than two vectors */
  wide *first = (wide*)at, *last = (wide*)end;
  first[0] = value, first[1] = value, last[-2] = value, last[-1] = value;
  if (end - at <= 4 * W) return;
  first[2] = value, first[3] = value, last[-4] = value, last[-3] = value;
  for (at += 4 * W; end - at > 4 * W; at += 4 * W) {
    wide* block = (wide*)at;
    block[0] = value, block[1] = value, block[2] = value, block[3] = value;
  }
}

void* memset(void* to, int value, size_t bytes) {
  u64 eight = (u8)value * 0x0101010101010101ull;
  wide all = (wide){} + (long long)eight;
  u8 *at = to, *end = at + bytes;
  if (bytes >= LONG_FILL && asolo_fast_strings) {
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(value) : "memory");
  } else if (bytes > 2 * W) {
    fill_long(at, end, all);
  } else if (bytes >= W) {
    *(wide*)at = all, ((wide*)end)[-1] = all;
  } else if (bytes >= 16) {
    v16 sixteen = (v16){} + (long long)eight;
    *(v16*)at = sixteen, ((v16*)end)[-1] = sixteen;
  } else if (bytes >= 8) {
    *(u64*)at = eight, ((u64*)end)[-1] = eight;
  } else if (bytes >= 4) {
    *(u32*)at = eight, ((u32*)end)[-1] = eight;
  } else {
    while (at < end) *at++ = value;
  }
  return to;
}

/* Whether the vectors are equal in all bits. */
static inline int is_zero(wide x) {
#ifdef __AVX2__
  return __builtin_ia32_ptestz256(x, x);
#else
  return (x[0] | x[1]) == 0;
#endif
}

/* The first byte in memory decides, which a number of x86 holds last. */
static inline int order(uint64_t x, uint64_t y) {
  x = __builtin_bswap64(x), y = __builtin_bswap64(y);
  return (x > y) - (x < y);
}

int memcmp(const void* a, const void* b, size_t bytes) {
  const u8 *x = a, *y = b;
  if (bytes < 8) {
    for (; bytes; bytes--, x++, y++)
      if (*x != *y) return *x - *y;
    return 0;
  }
  for (; bytes > 4 * W; bytes -= 4 * W, x += 4 * W, y += 4 * W) {
    const wide *p = (const wide*)x, *q = (const wide*)y;
    if (!is_zero((p[0] ^ q[0]) | (p[1] ^ q[1]) | (p[2] ^ q[2]) | (p[3] ^ q[3]))) break;
  }
  for (; bytes > W; bytes -= W, x += W, y += W)
    if (!is_zero(*(const wide*)x ^ *(const wide*)y)) break;
  if (bytes <= W && x + bytes >= (const u8*)a + W && is_zero(*(const wide*)(x + bytes - W) ^ *(const wide*)(y + bytes - W))) return 0;
  for (; bytes > 8; bytes -= 8, x += 8, y += 8)
    if (*(const u64*)x != *(const u64*)y) return order(*(const u64*)x, *(const u64*)y);
  return order(*(const u64*)(x + bytes - 8), *(const u64*)(y + bytes - 8));
}
