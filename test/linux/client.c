/*
 * Linux's side of linux-tcp.test.ts: what server.c in the guest (10.0.0.2:7) is asked for. Says one line; status 0: all was as
 * it must be.
 *
 *   client get BYTES            takes the pattern
 *   client put BYTES            sends it
 *   client many COUNT ROUNDS    COUNT connections at once, each echoes something of its own; half of them are then aborted
 *   client flood COUNT          echo requests as fast as answers come, 32 on the way
 *   client end                  ends the server, and waits for the end
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 65536, MANY_MAX = 4000, IN_FLIGHT = 32, ATTEMPTS = 600 };

static char piece[PIECE];

static void fail(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static char pattern(unsigned long i) { return (char)(31 * i + i / 256); }

static struct sockaddr_in server(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7)};
  inet_pton(AF_INET, "10.0.0.2", &address.sin_addr);
  return address;
}

/* The guest may be booting yet: its address does not answer, or refuses. */
static int connected(void) {
  struct sockaddr_in address = server();
  for (int i = 0; i < ATTEMPTS; i++) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (!connect(s, (void *)&address, sizeof address)) return s;
    close(s);
    usleep(100000);
  }
  fail("connect");
  return -1;
}

static void send_all(int s, const char *data, size_t bytes) {
  for (size_t sent = 0; sent < bytes;) {
    ssize_t n = send(s, data + sent, bytes - sent, MSG_NOSIGNAL);
    if (n < 0) fail("send");
    sent += n;
  }
}

static void ask(int s, const char *what) { send_all(s, what, strlen(what)); }

static int get(unsigned long bytes) {
  unsigned long at = 0, wrong = 0;
  ssize_t got;
  int s = connected();
  snprintf(piece, sizeof piece, "send %lu\n", bytes);
  ask(s, piece);
  while ((got = recv(s, piece, PIECE, 0)) > 0) {
    for (ssize_t i = 0; i < got; i++) wrong += piece[i] != pattern(at + i);
    at += got;
  }
  if (got < 0) fail("recv");
  printf("%lu bytes, %lu wrong\n", at, wrong);
  return at != bytes || wrong;
}

static int put(unsigned long bytes) {
  int s = connected();
  ask(s, "take\n");
  for (unsigned long at = 0; at < bytes;) {
    size_t n = bytes - at < PIECE ? bytes - at : PIECE;
    for (size_t i = 0; i < n; i++) piece[i] = pattern(at + i);
    send_all(s, piece, n);
    at += n;
  }
  shutdown(s, SHUT_WR);
  ssize_t got = recv(s, piece, PIECE - 1, MSG_WAITALL);
  if (got < 0) fail("recv");
  piece[got] = 0;
  printf("%s", piece);
  char right[64];
  snprintf(right, sizeof right, "%lu bytes, 0 wrong\n", bytes);
  return strcmp(piece, right);
}

static int many(int count, int rounds) {
  static int all[MANY_MAX];
  struct rlimit files = {.rlim_cur = MANY_MAX + 64, .rlim_max = MANY_MAX + 64};
  setrlimit(RLIMIT_NOFILE, &files);
  for (int round = 0; round < rounds; round++) {
    char own[64], back[64];
    for (int i = 0; i < count; i++) ask(all[i] = connected(), "echo\n");
    for (int i = 0; i < count; i++) send_all(all[i], own, snprintf(own, sizeof own, "%d of round %d", i, round));
    for (int i = 0; i < count; i++) {
      size_t bytes = snprintf(own, sizeof own, "%d of round %d", i, round);
      if (recv(all[i], back, bytes, MSG_WAITALL) != (ssize_t)bytes || memcmp(own, back, bytes)) fail("echo");
    }
    for (int i = 0; i < count; i++) {
      struct linger abort = {.l_onoff = i % 2};
      setsockopt(all[i], SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
      close(all[i]);
    }
  }
  printf("%d connections at once, %d times\n", count, rounds);
  return 0;
}

static uint16_t checksum(const uint16_t *words, size_t bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes / 2; i++) sum += words[i];
  sum = (sum & 0xffff) + (sum >> 16);
  return ~(sum + (sum >> 16));
}

static int flood(int count) {
  struct sockaddr_in address = server();
  struct { struct icmphdr header; char data[56]; } request = {.header = {.type = ICMP_ECHO, .un.echo = {.id = 1}}};
  struct { struct iphdr ip; struct icmphdr header; char data[512]; } answer;
  int s = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), sent = 0, answered = 0;
  close(connected()); /* it is up */
  while (answered < count) {
    for (; sent < count && sent - answered < IN_FLIGHT; sent++) {
      request.header.un.echo.sequence = htons(sent);
      request.header.checksum = 0;
      request.header.checksum = checksum((void *)&request, sizeof request);
      if (sendto(s, &request, sizeof request, 0, (void *)&address, sizeof address) < 0) fail("sendto");
    }
    if (poll(&(struct pollfd){.fd = s, .events = POLLIN}, 1, 5000) != 1) break;
    if (recv(s, &answer, sizeof answer, 0) > 0 && answer.header.type == ICMP_ECHOREPLY) answered++;
  }
  printf("%d of %d answered\n", answered, sent);
  return answered != count;
}

/* The word may be lost: the cable must stay until it has come. */
static int end(void) {
  int s = connected();
  ask(s, "end\n");
  return recv(s, piece, 1, 0) > 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (!strcmp(what, "get") && argc == 3) return get(strtoul(argv[2], NULL, 10));
  if (!strcmp(what, "put") && argc == 3) return put(strtoul(argv[2], NULL, 10));
  if (!strcmp(what, "many") && argc == 4) return many(atoi(argv[2]), atoi(argv[3]));
  if (!strcmp(what, "flood") && argc == 3) return flood(atoi(argv[2]));
  if (!strcmp(what, "end")) return end();
  return printf("what is '%s'?\n", what), 1;
}
