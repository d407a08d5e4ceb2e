/*
 * The benchmark's own client, on the host.
 *
 *   client ADDRESS PORT d|u BYTES        one transfer with bulk.c, down from the server or up to it; nanoseconds
 *   client ADDRESS PORT c MILLISECONDS   one connection after the other, a request each; connections and nanoseconds
 *   client ADDRESS PORT k MILLISECONDS   30 connections that stay, a request under way on each; requests, nanoseconds, and
 *                                        the time of an answer: median and 99 %
 *
 * The connections of `k` are made one by one before it begins: QEMU's user network listens with a backlog of 1, and what
 * finds that full is tried again after a second.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 18];

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int connect_to(const char *address, const char *port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port)), .sin_addr.s_addr = inet_addr(address)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail("connect");
  return fd;
}

static void transfer(int fd, char direction, uint64_t bytes) {
  char head[9] = {direction};
  memcpy(head + 1, &bytes, sizeof bytes);
  long long began = now();
  if (write(fd, head, sizeof head) != sizeof head) fail("write");
  for (uint64_t left = bytes; left > 0;) {
    size_t piece = left < sizeof buffer ? (size_t)left : sizeof buffer;
    ssize_t moved = direction == 'd' ? read(fd, buffer, piece) : write(fd, buffer, piece);
    if (moved <= 0) fail("transfer");
    left -= (uint64_t)moved;
  }
  if (direction == 'u' && read(fd, buffer, 1) != 1) fail("end");
  printf("%llu %lld\n", (unsigned long long)bytes, now() - began);
}

static void connections(const char *address, const char *port, long long nanoseconds) {
  static const char request[] = "GET / HTTP/1.1\r\nHost: guest\r\nConnection: close\r\n\r\n";
  long long began = now(), count = 0;
  for (; now() - began < nanoseconds; count++) {
    int fd = connect_to(address, port);
    if (write(fd, request, sizeof request - 1) != sizeof request - 1) fail("write");
    ssize_t got, all = 0;
    while ((got = read(fd, buffer, sizeof buffer)) > 0) all += got;
    if (got < 0 || all == 0) fail("read");
    close(fd);
  }
  printf("%lld %lld\n", count, now() - began);
}

enum { CONNECTIONS = 30, TIMES_MAX = 1 << 22 };

static const char KEPT[] = "GET / HTTP/1.1\r\nHost: guest\r\n\r\n";
static uint32_t times[TIMES_MAX]; /* microseconds */

/* Sends a request and reads the answer, whose length is wanted: later ones are as long. */
static ssize_t first_answer(int fd) {
  char text[4096];
  size_t there = 0;
  if (write(fd, KEPT, sizeof KEPT - 1) != sizeof KEPT - 1) fail("write");
  for (;;) {
    ssize_t got = read(fd, text + there, sizeof text - 1 - there);
    if (got <= 0) fail("read");
    text[there += (size_t)got] = 0;
    char *body = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");
    if (!body || !length) continue;
    ssize_t whole = body + 4 - text + atoi(length + 16);
    if (strncmp(text, "HTTP/1.1 200", 12) != 0) fail("an answer that is none");
    if ((ssize_t)there == whole) return whole;
  }
}

static int compare(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

static void keep(const char *address, const char *port, long long nanoseconds) {
  struct pollfd polled[CONNECTIONS];
  long long asked[CONNECTIONS], began;
  ssize_t whole = 0, left[CONNECTIONS];
  size_t count = 0;
  for (int i = 0; i < CONNECTIONS; i++) {
    polled[i] = (struct pollfd){.fd = connect_to(address, port), .events = POLLIN};
    whole = first_answer(polled[i].fd);
    left[i] = 0;
  }
  for (began = now(); now() - began < nanoseconds && count < TIMES_MAX - CONNECTIONS;) {
    for (int i = 0; i < CONNECTIONS; i++) {
      if (left[i] > 0 && (polled[i].revents & (POLLIN | POLLHUP | POLLERR))) {
        ssize_t got = read(polled[i].fd, buffer, (size_t)left[i]);
        if (got <= 0) fail("read");
        left[i] -= got;
        if (left[i] == 0) times[count++] = (uint32_t)((now() - asked[i]) / 1000);
      }
      if (left[i] > 0) continue;
      asked[i] = now();
      left[i] = whole;
      if (write(polled[i].fd, KEPT, sizeof KEPT - 1) != sizeof KEPT - 1) fail("write");
    }
    if (poll(polled, CONNECTIONS, 5000) <= 0) fail("nothing comes any more");
  }
  long long took = now() - began;
  qsort(times, count, sizeof *times, compare);
  printf("%zu %lld %u %u\n", count, took, times[count / 2], times[count * 99 / 100]);
}

int main(int count, char **values) {
  if (count != 5) return 2;
  if (values[3][0] == 'c') connections(values[1], values[2], atoll(values[4]) * 1000000);
  else if (values[3][0] == 'k') keep(values[1], values[2], atoll(values[4]) * 1000000);
  else transfer(connect_to(values[1], values[2]), values[3][0], strtoull(values[4], NULL, 10));
  return 0;
}
