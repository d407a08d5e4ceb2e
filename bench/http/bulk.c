/*
 * The server of the bulk measurement, the same source in both guests: a connection begins with 'd' or 'u' and eight bytes,
 * a length; then so many bytes go down to the client or come up from it, and a byte ends what came up.
 */
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1 << 16];

static int read_all(int fd, void *to, size_t bytes) {
  char *at = to;
  while (bytes > 0) {
    ssize_t got = read(fd, at, bytes);
    if (got <= 0) return -1;
    at += got;
    bytes -= (size_t)got;
  }
  return 0;
}

static void serve(int fd) {
  char head[9];
  uint64_t left;
  if (read_all(fd, head, sizeof head) != 0) return;
  memcpy(&left, head + 1, sizeof left);
  while (left > 0) {
    size_t piece = left < sizeof buffer ? (size_t)left : sizeof buffer;
    ssize_t moved = head[0] == 'd' ? write(fd, buffer, piece) : read(fd, buffer, piece);
    if (moved <= 0) return;
    left -= (uint64_t)moved;
  }
  if (head[0] == 'u') write(fd, "!", 1);
}

int main(void) {
  memset(buffer, 'x', sizeof buffer);
  for (;;) {
    int fd = accept(3, NULL, NULL);
    if (fd < 0) return 1;
    serve(fd);
    close(fd);
  }
}
