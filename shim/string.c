/*
 * memcpy, memmove, memset, memcmp in plain C with 16-byte vectors.
 * Read first: C99 §7.21. Compiled with -fno-tree-loop-distribute-patterns: the loops must not become calls to themselves.
 * Short blocks are two overlapping pieces, long ones 64 bytes a turn. No `rep movsb`: under emulation it goes byte by byte.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t u16 __attribute__((aligned(1), may_alias));
typedef uint32_t u32 __attribute__((aligned(1), may_alias));
typedef uint64_t u64 __attribute__((aligned(1), may_alias));
typedef long long v16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint8_t u8;

/* Both pieces are loaded before either is stored: right for overlapping blocks too. */
#define TWO_PIECES(type)                                                     \
  {                                                                          \
    type first = *(const type*)from;                                         \
    type last = *(const type*)(from + bytes - sizeof(type));                 \
    *(type*)to = first;                                                      \
    *(type*)(to + bytes - sizeof(type)) = last;                              \
    return;                                                                  \
  }

static inline void move_short(u8* to, const u8* from, size_t bytes) { /* up to 32 bytes */
  if (bytes >= 16) TWO_PIECES(v16)
  if (bytes >= 8) TWO_PIECES(u64)
  if (bytes >= 4) TWO_PIECES(u32)
  if (bytes >= 2) TWO_PIECES(u16)
  if (bytes) *to = *from;
}

static inline void move_forwards(u8* to, const u8* from, size_t bytes) { /* more than 32 bytes; to is not inside from's tail */
  v16 last_a = *(const v16*)(from + bytes - 32), last_b = *(const v16*)(from + bytes - 16);
  u8* end = to + bytes;
  for (; bytes > 64; bytes -= 64, to += 64, from += 64) {
    v16 a = ((const v16*)from)[0], b = ((const v16*)from)[1], c = ((const v16*)from)[2], d = ((const v16*)from)[3];
    ((v16*)to)[0] = a, ((v16*)to)[1] = b, ((v16*)to)[2] = c, ((v16*)to)[3] = d;
  }
  if (bytes > 32) {
    v16 a = ((const v16*)from)[0], b = ((const v16*)from)[1];
    ((v16*)to)[0] = a, ((v16*)to)[1] = b;
  }
  ((v16*)end)[-2] = last_a, ((v16*)end)[-1] = last_b;
}

static inline void move_backwards(u8* to, const u8* from, size_t bytes) { /* more than 32 bytes */
  v16 first_a = ((const v16*)from)[0], first_b = ((const v16*)from)[1];
  u8* begin = to;
  to += bytes, from += bytes;
  for (; bytes > 64; bytes -= 64) {
    to -= 64, from -= 64;
    v16 a = ((const v16*)from)[0], b = ((const v16*)from)[1], c = ((const v16*)from)[2], d = ((const v16*)from)[3];
    ((v16*)to)[0] = a, ((v16*)to)[1] = b, ((v16*)to)[2] = c, ((v16*)to)[3] = d;
  }
  if (bytes > 32) {
    v16 a = ((const v16*)from)[-2], b = ((const v16*)from)[-1];
    ((v16*)to)[-2] = a, ((v16*)to)[-1] = b;
  }
  ((v16*)begin)[0] = first_a, ((v16*)begin)[1] = first_b;
}

void* memcpy(void* restrict to, const void* restrict from, size_t bytes) {
  if (bytes <= 32) move_short(to, from, bytes);
  else move_forwards(to, from, bytes);
  return to;
}

void* memmove(void* to, const void* from, size_t bytes) {
  if (bytes <= 32) move_short(to, from, bytes);
  else if ((size_t)((u8*)to - (const u8*)from) >= bytes) move_forwards(to, from, bytes); /* also true when to < from */
  else move_backwards(to, from, bytes);
  return to;
}

void* memset(void* to, int value, size_t bytes) {
  u64 eight = (u8)value * 0x0101010101010101ull;
  v16 sixteen = {(long long)eight, (long long)eight};
  u8 *at = to, *end = at + bytes;
  if (bytes >= 16) {
    for (; (size_t)(end - at) > 128; at += 128) {
      v16* block = (v16*)at;
      block[0] = sixteen, block[1] = sixteen, block[2] = sixteen, block[3] = sixteen;
      block[4] = sixteen, block[5] = sixteen, block[6] = sixteen, block[7] = sixteen;
    }
    for (; (size_t)(end - at) > 16; at += 16) *(v16*)at = sixteen;
    ((v16*)end)[-1] = sixteen;
  } else if (bytes >= 8) {
    *(u64*)at = eight, ((u64*)end)[-1] = eight;
  } else if (bytes >= 4) {
    *(u32*)at = eight, ((u32*)end)[-1] = eight;
  } else {
    while (at < end) *at++ = value;
  }
  return to;
}

int memcmp(const void* a, const void* b, size_t bytes) {
  const u8 *x = a, *y = b;
  for (; bytes >= 8; bytes -= 8, x += 8, y += 8)
    if (*(const u64*)x != *(const u64*)y) break;
  for (; bytes; bytes--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}
