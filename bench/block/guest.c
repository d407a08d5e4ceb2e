/* The guest's side of bench/block.ts: the shapes of shapes.h, by Solo5's calls at depth 1 and by tickets beyond. */
#include <asolo.h>

#include <stdlib.h>
#include <string.h>

#include "shapes.h"

static solo5_handle_t disk;

static int transfer(int is_write, uint32_t depth, uint32_t size, const uint64_t *offsets, uint8_t *memory) {
  if (depth == 1) return is_write ? solo5_block_write(disk, offsets[0], memory, size) : solo5_block_read(disk, offsets[0], memory, size);
  asolo_ticket_t tickets[DEPTH_MOST];
  for (uint32_t i = 0; i < depth; i++) {
    solo5_result_t result = asolo_block_submit(disk, is_write, offsets[i], memory + (size_t)i * size, size, &tickets[i]);
    if (result != SOLO5_R_OK) return result;
  }
  for (uint32_t i = 0; i < depth; i++) {
    solo5_result_t result = asolo_block_wait(tickets[i]);
    if (result != SOLO5_R_OK) return result;
  }
  return 0;
}

static int flush(void) { return asolo_block_flush(disk); }
static uint64_t now_ns(void) { return solo5_clock_monotonic(); }
static void say(const char *line) { solo5_console_write(line, strlen(line)); }

int solo5_app_main(const struct solo5_start_info *start) {
  struct solo5_block_info info;
  if (solo5_block_acquire("storage", &disk, &info) != SOLO5_R_OK) return 10;
  uint8_t *memory = (uint8_t *)((start->heap_start + 4095) & ~(uintptr_t)4095);
  if (start->heap_size < ((size_t)DEPTH_MOST << 20) + 4096) return 11;
  /* Pages that were never touched would be measured, too. */
  memset(memory, 1, (size_t)DEPTH_MOST << 20);
  return measure_all(info.capacity, strtoull(start->cmdline, 0, 10) * 1000000, memory);
}
