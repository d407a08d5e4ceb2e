/*
 * Sends every datagram back to whom it came from (RFC 862). The argument is the port, 7 unless it is said.
 * One socket serves everybody: that is what UDP is for.
 */
#include "asolo-socket.h"
#include <stdio.h>
#include <stdlib.h>

enum { PORT = 7, DATAGRAM_MAX = 65507 };

static char datagram[DATAGRAM_MAX];

static int fail(const char *what) {
  fprintf(stderr, "udp-echo: ");
  perror(what);
  return 1;
}

int main(int count, char **words) {
  int port = count > 1 ? atoi(words[1]) : PORT;
  if (port < 1 || port > 65535) {
    fputs("udp-echo: the port is a number from 1 to 65535\n", stderr);
    return 2;
  }
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return fail("socket");
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (bind(fd, (struct sockaddr *)&own, sizeof own) < 0) return fail("bind");
  for (;;) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t bytes = recvfrom(fd, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &length);
    /* What an earlier answer met on its way (nobody there any more) is told here: it ends nothing. */
    if (bytes < 0) continue;
    sendto(fd, datagram, (size_t)bytes, 0, (struct sockaddr *)&from, length);
  }
}
