/*
 * What a program sees of its standard streams, for the test of `asolo run`. The argument is the descriptor to say it on:
 * the types of all three, by fd_fdstat_get and by fd_filestat_get, whether isatty() takes them for a terminal; then every
 * read of standard input, until its end and once more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wasi/api.h>

static int out;

static void say(const char *text, int length) {
  if (write(out, text, (size_t)length) != length) exit(3);
}

int main(int count, char **arguments) {
  char line[4200], bytes[4096];
  out = count > 1 ? atoi(arguments[1]) : 1;
  for (int fd = 0; fd < 3; fd++) {
    __wasi_fdstat_t status;
    __wasi_filestat_t file;
    if (__wasi_fd_fdstat_get(fd, &status) || __wasi_fd_filestat_get(fd, &file)) return 2;
    say(line, snprintf(line, sizeof line, "%d: %d %d %s\n", fd, status.fs_filetype, file.filetype, isatty(fd) ? "terminal" : "none"));
  }
  for (int ends = 0; ends < 2;) {
    say("> ", 2);
    ssize_t length = read(0, bytes, sizeof bytes);
    if (length < 0) return 4;
    if (length == 0) ends++;
    say(line, snprintf(line, sizeof line, "%zd[%.*s]\n", length, (int)length, bytes));
  }
  return 0;
}
