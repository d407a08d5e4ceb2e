/* The disk, by the Solo5 ABI and the flush that asolo adds to it. */
#include "disk.h"
#include <asolo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

size_t disk_block_bytes;
uint64_t disk_blocks;
static solo5_handle_t disk;

void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fputs("kv-store: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  va_end(values);
  exit(1);
}

void disk_open(const char *name) {
  struct solo5_block_info info;
  if (solo5_block_acquire(name, &disk, &info) != SOLO5_R_OK) fail("there is no disk '%s': asolo run --disk %s=FILE", name, name);
  disk_block_bytes = (size_t)info.block_size;
  disk_blocks = info.capacity / info.block_size;
}

void disk_read(uint64_t block, void *to, size_t blocks) {
  if (solo5_block_read(disk, block * disk_block_bytes, to, blocks * disk_block_bytes) != SOLO5_R_OK) fail("the disk cannot be read at block %llu", block);
}

void disk_write(uint64_t block, const void *from, size_t blocks) {
  if (solo5_block_write(disk, block * disk_block_bytes, from, blocks * disk_block_bytes) != SOLO5_R_OK) fail("the disk cannot be written at block %llu", block);
}

void disk_flush(void) {
  if (asolo_block_flush(disk) != SOLO5_R_OK) fail("the disk cannot be flushed");
}
