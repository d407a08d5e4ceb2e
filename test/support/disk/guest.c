/* A program for the boot test of disks: what it does with the disk `storage` is its first argument. */
#include <asolo.h>

#include <stdio.h>
#include <string.h>

enum { BLOCKS_AT_ONCE = 8 };

static void say(const char *text) { solo5_console_write(text, strlen(text)); }

/** The contents of a block: its number, then bytes that depend on it. */
static void make_block(uint8_t *block, uint64_t number, size_t size) {
  memcpy(block, &number, sizeof number);
  for (size_t i = sizeof number; i < size; i++) block[i] = (uint8_t)(number * 13 + i);
}

static int check(solo5_handle_t disk, const struct solo5_block_info *info, uint8_t *memory, uint8_t *expected) {
  size_t piece = info->block_size * BLOCKS_AT_ONCE;
  for (uint64_t at = 0; at < info->capacity; at += piece) {
    if (solo5_block_read(disk, at, memory, piece) != SOLO5_R_OK) return 2;
    for (size_t i = 0; i < BLOCKS_AT_ONCE; i++) {
      make_block(expected, at / info->block_size + i, info->block_size);
      if (memcmp(expected, memory + i * info->block_size, info->block_size) != 0) return 3;
    }
  }
  return 0;
}

/** Writes every block, the halves in turns so that requests are not in order, by tickets; then flushes. */
static int fill(solo5_handle_t disk, const struct solo5_block_info *info, uint8_t *memory) {
  uint64_t blocks = info->capacity / info->block_size;
  asolo_ticket_t tickets[32];
  for (uint64_t at = 0; at < blocks; at += 32) {
    for (uint64_t i = 0; i < 32; i++) {
      uint64_t number = at + (i * 17) % 32;
      make_block(memory + i * info->block_size, number, info->block_size);
      if (asolo_block_submit(disk, true, number * info->block_size, memory + i * info->block_size, info->block_size, &tickets[i])) return 2;
    }
    for (size_t i = 0; i < 32; i++) if (asolo_block_wait(tickets[i]) != SOLO5_R_OK) return 3;
  }
  return asolo_block_flush(disk) == SOLO5_R_OK ? 0 : 4;
}

/** Writes block after block for ever, and says after each flush how many have been flushed. */
static int write_for_ever(solo5_handle_t disk, const struct solo5_block_info *info, uint8_t *memory) {
  char line[40];
  for (uint64_t number = 0;; number++) {
    make_block(memory, number, info->block_size);
    if (solo5_block_write(disk, number % (info->capacity / info->block_size) * info->block_size, memory, info->block_size)) return 2;
    if (number % 8 != 7) continue;
    if (asolo_block_flush(disk) != SOLO5_R_OK) return 3;
    snprintf(line, sizeof line, "flushed %llu\n", (unsigned long long)number + 1);
    say(line);
  }
}

/** What may be refused: a line of results. */
static int try_all(solo5_handle_t disk, const struct solo5_block_info *info, uint8_t *memory) {
  char line[120];
  size_t size = info->block_size;
  snprintf(line, sizeof line, "size %u read %d write %d discard %d zeroes %d flush %d past %d\n", (unsigned)size,
           solo5_block_read(disk, 0, memory, size), solo5_block_write(disk, 0, memory, size), asolo_block_discard(disk, 0, size),
           asolo_block_write_zeroes(disk, size, size), asolo_block_flush(disk), solo5_block_read(disk, info->capacity, memory, size));
  say(line);
  return 0;
}

int solo5_app_main(const struct solo5_start_info *start) {
  solo5_handle_t disk;
  struct solo5_block_info info;
  if (solo5_block_acquire("storage", &disk, &info) != SOLO5_R_OK) return 10;
  uint8_t *memory = (uint8_t *)start->heap_start;
  if (strcmp(start->cmdline, "check") == 0) return check(disk, &info, memory, memory + 0x10000);
  if (strcmp(start->cmdline, "fill") == 0) return fill(disk, &info, memory);
  if (strcmp(start->cmdline, "write") == 0) return write_for_ever(disk, &info, memory);
  return try_all(disk, &info, memory);
}
