/*
 * Tables that the build puts into the image: function names and frame sizes by address (for backtraces), and the words.
 * Read first: scripts/steps/symbols.ts, which writes them.
 */
#include "asolo.h"
#include <string.h>

/* Index of the last function that begins at or before the address; -1 outside the image's code. */
static s64 find(u64 address) {
  if (address < (u64)asolo_text_start || address >= (u64)asolo_text_end) return -1;
  u32 offset = address - (u64)asolo_image_start;
  u32 low = 0, high = asolo_symbols.count;
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    if (asolo_symbols.entries[middle].text <= offset) low = middle + 1;
    else high = middle;
  }
  return (s64)low - 1;
}

/* Copies at most `capacity` bytes of the name; returns the name's length, 0 if there is none. */
u32 asolo_symbol(u64 address, char* to, u32 capacity) {
  s64 index = find(address);
  if (index < 0) return 0;
  const char* name = (const char*)&asolo_symbols + asolo_symbols.entries[index].name;
  u32 length = 0;
  for (; name[length]; length++)
    if (length < capacity) to[length] = name[length];
  return length;
}

u64 asolo_symbol_start(u64 address) {
  s64 index = find(address);
  return index < 0 ? 0 : (u64)asolo_image_start + asolo_symbols.entries[index].text;
}

/* Bytes from RSP to the caller's frame, at an instruction behind the prologue; 0 where the build does not know. */
u64 asolo_frame_bytes(u64 address) {
  if (address < (u64)asolo_text_start || address >= (u64)asolo_text_end) return 0;
  u32 offset = address - (u64)asolo_image_start;
  u32 low = 0, high = asolo_frames.count;
  while (low < high) {
    u32 middle = low + (high - low) / 2;
    if (asolo_frames.text[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  if (low == 0 || asolo_symbol_start(address) > (u64)asolo_image_start + asolo_frames.text[low - 1]) return 0;
  const u16* eighths = (const u16*)&asolo_frames.text[asolo_frames.count];
  return eighths[low - 1] * 8ul;
}

u32 asolo_command_line(char* to, u32 capacity) {
  memcpy(to, asolo_words.text, asolo_words.length < capacity ? asolo_words.length : capacity);
  return asolo_words.length;
}
