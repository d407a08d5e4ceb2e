/*
 * The native counterpart of guest.c: the same shapes on the same file by pread and pwrite, at depth 32 by preadv and pwritev
 * where the requests follow each other. Through the host's page cache, as the guest's are.
 *
 *   native FILE MILLISECONDS
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "shapes.h"

static int file;

static int is_done(ssize_t moved, uint64_t bytes) { return moved == (ssize_t)bytes ? 0 : 3; }

static int transfer(int is_write, uint32_t depth, uint32_t size, const uint64_t *offsets, uint8_t *memory) {
  struct iovec parts[DEPTH_MOST];
  for (uint32_t i = 0, count; i < depth; i += count) {
    for (count = 0; i + count < depth && offsets[i + count] == offsets[i] + (uint64_t)count * size; count++)
      parts[count] = (struct iovec){memory + (size_t)(i + count) * size, size};
    ssize_t moved = is_write ? pwritev(file, parts, count, offsets[i]) : preadv(file, parts, count, offsets[i]);
    if (is_done(moved, (uint64_t)count * size) != 0) return 3;
  }
  return 0;
}

static int flush(void) { return fdatasync(file); }

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void say(const char *line) { fputs(line, stdout); }

int main(int count, char **words) {
  struct stat status;
  if (count != 3 || (file = open(words[1], O_RDWR)) < 0 || fstat(file, &status) != 0) return 10;
  uint8_t *memory = aligned_alloc(4096, (size_t)DEPTH_MOST << 20);
  memset(memory, 1, (size_t)DEPTH_MOST << 20);
  return measure_all(status.st_size, strtoull(words[2], 0, 10) * 1000000, memory);
}
