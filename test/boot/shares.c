/*
 * Works in two directories that the host shares, /s and, for reading only, /ro, and says what came of it. In the middle it
 * waits for the host to put a file `go` there. shares.test.ts is the host.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void say(const char *what, const char *path) {
  char text[64];
  int file = open(path, O_RDONLY);
  ssize_t count = file < 0 ? 0 : read(file, text, sizeof text);
  if (file < 0) printf("%s: errno %d\n", what, errno);
  else printf("%s: %.*s\n", what, (int)count, text);
  close(file);
}

static int errno_of(int result) { return result < 0 ? errno : 0; }

static int put(const char *path, const char *text) {
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
  ssize_t written = write(file, text, strlen(text));
  return fsync(file) == 0 && close(file) == 0 && written == (ssize_t)strlen(text) ? 0 : -1;
}

static void wait_for(const char *path) {
  struct stat status;
  struct timespec pause = {0, 20 * 1000 * 1000};
  for (int i = 0; i < 3000 && stat(path, &status) != 0; i++) nanosleep(&pause, NULL);
}

/* A megabyte, written and read back. */
static int large(const char *path) {
  enum { BYTES = 1 << 20 };
  char *one = malloc(BYTES), *two = malloc(BYTES);
  for (int i = 0; i < BYTES; i++) one[i] = (char)(i * 7 + (i >> 8));
  int file = open(path, O_CREAT | O_RDWR, 0644);
  int good = write(file, one, BYTES) == BYTES && pread(file, two, BYTES, 0) == BYTES && memcmp(one, two, BYTES) == 0;
  close(file);
  return good;
}

int main(void) {
  struct stat status;
  char text[64];
  say("page", "/s/page");
  printf("written: %d\n", put("/s/dir/from the guest", "written by the guest"));
  put("/s/ready", "");
  wait_for("/s/go");
  say("page now", "/s/page");
  printf("large: %d\n", large("/s/large"));

  say("link inside", "/s/inside");
  say("link outside", "/s/outside");
  say("through a link outside", "/s/up/secret");
  say("above", "/s/../secret");

  int file = open("/s/gone", O_CREAT | O_RDWR, 0644);
  write(file, "still", 5);
  int removed = errno_of(unlink("/s/gone"));
  ssize_t count = pread(file, text, sizeof text, 0);
  int found = errno_of(fstat(file, &status));
  printf("removed: %d, %.*s, %d, %d bytes\n", removed, (int)count, text, found, (int)status.st_size);
  int replaced = put("/s/gone", "another");
  printf("replaced: %d, cut %d\n", replaced, errno_of(ftruncate(file, 1)) == ESTALE);
  close(file);

  int moved = errno_of(rename("/s/dir/from the guest", "/s/moved"));
  printf("moved: %d, away %d, linked %d\n", moved, errno_of(rename("/s/moved", "/tmp/moved")) == EXDEV, errno_of(symlink("moved", "/s/symbolic")));
  struct timespec times[2] = {{100, 0}, {200, 0}};
  printf("times: %d\n", errno_of(utimensat(AT_FDCWD, "/s/moved", times, 0)));
  printf("directories: %d %d %d\n", errno_of(mkdir("/s/new", 0755)), errno_of(rmdir("/s/new")), errno_of(rmdir("/s/full")) == ENOTEMPTY);
  printf("read-only: %d %d %d\n", errno_of(open("/ro/page", O_WRONLY)) == EROFS, errno_of(mkdir("/ro/x", 0755)) == EROFS, errno_of(unlink("/ro/page")) == EROFS);
  say("read-only page", "/ro/page");

  int entries = 0;
  DIR *directory = opendir("/s/many");
  while (readdir(directory)) entries++;
  printf("entries: %d\n", entries);
  return 0;
}
