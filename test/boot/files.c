/* Files and memory.grow want the same memory: each takes what it can get, and fails cleanly (files.test.ts). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 65536, MOST = 1 << 14 };
static unsigned char buffer[CHUNK];

/* Writes chunks until there is no memory; how many. */
static int fill(const char *path) {
  FILE *file = fopen(path, "w");
  int count = 0;
  if (!file) return -1;
  setbuf(file, NULL);
  for (; count < MOST; count++) {
    memset(buffer, count, CHUNK);
    if (fwrite(buffer, 1, CHUNK, file) != CHUNK) break;
  }
  if (errno != ENOSPC) perror("fill");
  fclose(file);
  return count;
}

static int check(const char *path, int count) {
  FILE *file = fopen(path, "r");
  for (int i = 0; i < count; i++) {
    if (fread(buffer, 1, CHUNK, file) != CHUNK) return 0;
    for (int j = 0; j < CHUNK; j++)
      if (buffer[j] != (unsigned char)i) return 0;
  }
  fclose(file);
  return 1;
}

/* Where the last piece went: the compiler must not see that nobody looks. */
static unsigned char *volatile last;

static int allocate(void) {
  int count = 0;
  for (; count < MOST && (last = malloc(CHUNK)); count++) memset(last, 0xaa, CHUNK);
  return count;
}

int main(int count, char **arguments) {
  struct stat status;
  if (count > 1 && strcmp(arguments[1], "memory-first") == 0) {
    int blocks = allocate();
    int chunks = fill("/tmp/a");
    printf("memory %s, files %s\n", blocks > 20 ? "much" : "little", chunks < 2 ? "little" : "much");
    return 0;
  }
  int chunks = fill("/tmp/a");
  int blocks = allocate();
  printf("files %s, memory %s\n", chunks > 20 ? "much" : "little", blocks < 20 ? "little" : "much");
  printf("intact: %d\n", check("/tmp/a", chunks));
  unlink("/tmp/a");
  int again = fill("/tmp/b");
  printf("as much again: %d\n", again >= chunks - 1);
  if (stat("/site/page", &status) == 0) printf("page: %lld bytes of %lld\n", (long long)status.st_size, (long long)status.st_mtime);
  printf("read-only: %d\n", fopen("/site/page", "a") == NULL && errno == EROFS);
  return 0;
}
