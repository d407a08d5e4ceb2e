/*
 * The other end of the cable in `npm run bench:net`, and the native counterpart of the guest.
 *
 *   peer unix|hub|tap LOCAL REMOTE measure BYTES WINDOW MILLISECONDS
 *                                                        keeps WINDOW frames in flight and counts those that come back;
 *                                                        prints "frames nanoseconds lost worst-nanoseconds"
 *   peer unix|tap LOCAL REMOTE echo                      sends everything back, one frame a call, until a STOP
 *   peer unix|tap LOCAL REMOTE stop                      sends a STOP
 *
 * unix: datagram sockets, LOCAL and REMOTE are paths. hub: the same, to REMOTE-in and from REMOTE-out. tap: LOCAL is the
 * interface; `echo` opens its device as a monitor does, the others send and receive through the host's end of it. All frames
 * are of the local experimental Ethertype.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, FRAME_MAX = 65536, HEADER = 14, TYPE = 0x88b5, PATIENCE_MS = 500 };

static uint8_t frames[BATCH][FRAME_MAX];
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Bound, connected, or both: then it takes frames from REMOTE alone, and as many as there are. */
static int open_unix(const char *local, const char *remote) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int size = 4 << 20, s = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (s < 0) fail("socket");
  setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  if (local) {
    snprintf(address.sun_path, sizeof address.sun_path, "%s", local);
    unlink(local);
    if (bind(s, (void *)&address, sizeof address)) fail(local);
  }
  if (!remote) return s;
  snprintf(address.sun_path, sizeof address.sun_path, "%s", remote);
  for (int i = 0; connect(s, (void *)&address, sizeof address); i++) {
    if (i == 2000) fail(remote);
    usleep(5000);
  }
  return s;
}

static int open_interface(const char *name) {
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htobe16(TYPE), .sll_ifindex = if_nametoindex(name)};
  int one = 1, s = socket(AF_PACKET, SOCK_RAW, htobe16(TYPE));
  if (s < 0 || bind(s, (void *)&address, sizeof address)) fail(name);
  if (setsockopt(s, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one)) fail("PACKET_IGNORE_OUTGOING");
  return s;
}

static int open_tap(const char *name) {
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  int s = open("/dev/net/tun", O_RDWR);
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (s < 0 || ioctl(s, TUNSETIFF, &request)) fail("/dev/net/tun");
  return s;
}

static void prepare(uint8_t *frame, const char *text) {
  memset(frame, 0xff, 6);
  memcpy(frame + 6, "\2\0\0\0\0\1", 6);
  frame[12] = TYPE >> 8;
  frame[13] = TYPE & 255;
  memset(frame + HEADER, 0, 1514 - HEADER);
  memcpy(frame + HEADER, text, 4);
}

static int is_stop(const uint8_t *frame, ssize_t bytes) {
  return bytes >= 60 && frame[12] == TYPE >> 8 && memcmp(frame + HEADER, "STOP", 4) == 0;
}

/* To a path each time, as QEMU does: who listens there may change. */
static void echo(int s, const char *remote) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  ssize_t bytes;
  if (remote) snprintf(address.sun_path, sizeof address.sun_path, "%s", remote);
  while ((bytes = read(s, frames[0], FRAME_MAX)) >= 0 && !is_stop(frames[0], bytes)) {
    if (remote) sendto(s, frames[0], bytes, 0, (void *)&address, sizeof address);
    else if (write(s, frames[0], bytes) < 0) fail("write");
  }
}

static int send_all(int s, int count) {
  for (int sent = 0; sent < count;) {
    int n = sendmmsg(s, messages + sent, count - sent, 0);
    if (n > 0) sent += n;
    else if (errno != ENOBUFS && errno != EAGAIN && errno != ECONNREFUSED) return -1;
  }
  return 0;
}

/* How many of the frames received are ours; a probe that comes late is not. */
static int receive(int s, size_t bytes, int most, int timeout) {
  struct pollfd ready = {.fd = s, .events = POLLIN};
  int got = recvmmsg(s, messages, most, MSG_DONTWAIT, NULL);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    if (poll(&ready, 1, timeout) <= 0) return 0;
    got = recvmmsg(s, messages, most, MSG_DONTWAIT, NULL);
  }
  if (got < 0) return errno == EAGAIN || errno == ECONNREFUSED || errno == EINTR ? 0 : -1;
  int good = 0;
  for (int i = 0; i < got; i++) good += messages[i].msg_len == bytes && memcmp(frames[i] + HEADER, "DATA", 4) == 0;
  return good;
}

static void fill(size_t bytes, const char *text) {
  for (int i = 0; i < BATCH; i++) {
    prepare(frames[i], text);
    parts[i].iov_base = frames[i];
    parts[i].iov_len = bytes;
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
}

/* Until the other side answers: it may be booting yet. */
static void greet(int in, int out, size_t bytes) {
  for (int i = 0; i < 200; i++) {
    fill(bytes, "DATA");
    if (send_all(out, 1)) fail("send");
    if (receive(in, bytes, 1, 50) > 0) {
      while (poll(&(struct pollfd){.fd = in, .events = POLLIN}, 1, 100) > 0) receive(in, bytes, BATCH, 0);
      return;
    }
  }
  fprintf(stderr, "nobody answers\n");
  exit(1);
}

static void measure(int in, int out, size_t bytes, int window, uint64_t milliseconds) {
  uint64_t count = 0, lost = 0, worst = 0;
  greet(in, out, bytes);
  fill(bytes, "DATA");
  if (send_all(out, window)) fail("send");
  const uint64_t start = now(), end = start + milliseconds * 1000000;
  uint64_t last = start, t = start;
  while (t < end) {
    int got = receive(in, bytes, window, PATIENCE_MS);
    if (got < 0) fail("receive");
    t = now();
    if (t - last > worst) worst = t - last;
    last = t;
    if (got == 0) {
      /* Nothing for so long: all that was in flight is lost. */
      lost += window;
      fill(bytes, "DATA");
      got = window;
    } else {
      count += got;
      for (int i = 0; i < got; i++) prepare(frames[i], "DATA");
    }
    for (int i = 0; i < got; i++) parts[i].iov_len = bytes;
    if (send_all(out, got)) fail("send");
  }
  printf("%llu %llu %llu %llu\n", (unsigned long long)count, (unsigned long long)(t - start), (unsigned long long)lost,
         (unsigned long long)worst);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  const int is_tap = strcmp(argv[1], "tap") == 0, is_hub = strcmp(argv[1], "hub") == 0, is_echo = strcmp(argv[4], "echo") == 0;
  char hub[2][100];
  snprintf(hub[0], sizeof hub[0], "%s-in", argv[3]);
  snprintf(hub[1], sizeof hub[1], "%s-out", argv[3]);
  const char *from = is_echo ? NULL : is_hub ? hub[1] : argv[3];
  const int in = !is_tap ? open_unix(argv[2], from) : is_echo ? open_tap(argv[2]) : open_interface(argv[2]);
  if (is_echo) {
    echo(in, is_tap ? NULL : argv[3]);
    return 0;
  }
  const int out = is_hub ? open_unix(NULL, hub[0]) : in;
  if (argc == 8) {
    measure(in, out, atoi(argv[5]), atoi(argv[6]), atoi(argv[7]));
  } else {
    fill(60, "STOP");
    send_all(out, 1);
  }
  return 0;
}
