/*
 * What files cost: small ones opened, read and closed; one large one written and read; a directory listed. The same source
 * natively, under node:wasi and in the guest. Each line: what, how many, nanoseconds in all (the least of the rounds).
 *
 *   files SCRATCH PACKED ROUNDS     directories: an empty one to write in; one that holds `large` of 64 MiB
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SMALL = 4096, CHUNK = 65536, LARGE = 64 << 20, OPENED = 1000, MOST = 10000 };

static char buffer[CHUNK];
static char path[512];
static const char *scratch;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_file(const char *directory, const char *name, int flags) {
  snprintf(path, sizeof path, "%s/%s", directory, name);
  int file = open(path, flags, 0644);
  if (file < 0) fail(path);
  return file;
}

static void make_small(int from, int to) {
  char name[32];
  for (int i = from; i < to; i++) {
    snprintf(name, sizeof name, "small/%d", i);
    int file = open_file(scratch, name, O_WRONLY | O_CREAT);
    if (write(file, buffer, SMALL) != SMALL) fail("write");
    close(file);
  }
}

/* Opens OPENED of `count` files, all over the directory. */
static long long read_small(int count) {
  char name[32];
  long long begin = now();
  for (int i = 0; i < OPENED; i++) {
    snprintf(name, sizeof name, "small/%d", (int)((i * 7919ll) % count));
    int file = open_file(scratch, name, O_RDONLY);
    if (read(file, buffer, SMALL) != SMALL) fail("read");
    close(file);
  }
  return now() - begin;
}

static long long write_large(void) {
  int file = open_file(scratch, "large", O_WRONLY | O_CREAT | O_TRUNC);
  long long begin = now();
  for (int done = 0; done < LARGE; done += CHUNK)
    if (write(file, buffer, CHUNK) != CHUNK) fail("write");
  long long end = now();
  close(file);
  return end - begin;
}

static long long read_large(const char *directory) {
  int file = open_file(directory, "large", O_RDONLY);
  long long begin = now();
  for (int done = 0; done < LARGE; done += CHUNK)
    if (read(file, buffer, CHUNK) != CHUNK) fail("read");
  long long end = now();
  close(file);
  return end - begin;
}

static long long list(int count) {
  snprintf(path, sizeof path, "%s/small", scratch);
  long long begin = now();
  DIR *directory = opendir(path);
  int found = 0;
  while (directory && readdir(directory)) found++;
  long long end = now();
  /* node:wasi leaves . and .. out. */
  if (found != count + 2 && found != count) fail("readdir");
  closedir(directory);
  return end - begin;
}

#define LEAST(what, count, expression)                                        \
  do {                                                                        \
    long long least = -1;                                                     \
    for (int round = 0; round < rounds; round++) {                            \
      long long took = expression;                                            \
      if (least < 0 || took < least) least = took;                            \
    }                                                                         \
    printf("%s %d %lld\n", what, count, least);                               \
  } while (0)

int main(int count, char **arguments) {
  if (count != 4) return 2;
  scratch = arguments[1];
  int rounds = atoi(arguments[3]);
  memset(buffer, 'x', sizeof buffer);
  snprintf(path, sizeof path, "%s/small", scratch);
  if (mkdir(path, 0755) != 0) fail("mkdir");
  int made = 0;
  for (int files = 100; files <= MOST; files *= 10) {
    make_small(made, files);
    made = files;
    LEAST("open", files, read_small(files));
    LEAST("list", files, list(files));
  }
  LEAST("write", LARGE, write_large());
  LEAST("read", LARGE, read_large(scratch));
  LEAST("packed", LARGE, read_large(arguments[2]));
  return 0;
}
