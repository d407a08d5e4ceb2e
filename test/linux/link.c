/*
 * A cable between a guest and this computer's own TCP/IP, in a network namespace of its own, that loses, doubles and delays:
 *
 *   link HERE GUEST LOSS DOUBLE DELAY SEED -- COMMAND...
 *
 *   COMMAND <-- Linux TCP/IP, 10.0.0.1/24 --> tap <-- this --> datagrams HERE, GUEST <-- QEMU -netdev dgram --> guest
 *
 * LOSS and DOUBLE are frames in a thousand, each way; DELAY is up to so many microseconds, each frame's own, so that frames
 * overtake each other. COMMAND runs in the namespace; its status is this program's. 77: no namespace or no tap to be had.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FRAME_MAX = 2048, HELD_MAX = 4096, UNAVAILABLE = 77 };

struct held {
  uint64_t due; /* 0: free */
  int to_guest;
  size_t bytes;
  uint8_t frame[FRAME_MAX];
};

static struct held held[HELD_MAX];
static struct sockaddr_un guest = {.sun_family = AF_UNIX};
static unsigned loss, doubled, delay;
static uint64_t seed;
static int tap, cable;

static void fail(const char *what, int status) {
  fprintf(stderr, "link: %s: %s\n", what, strerror(errno));
  exit(status);
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000ull + t.tv_nsec / 1000 + 1;
}

/* xorshift64* */
static unsigned below(unsigned end) {
  seed ^= seed >> 12;
  seed ^= seed << 25;
  seed ^= seed >> 27;
  return end ? (seed * 2685821657736338717ull >> 33) % end : 0;
}

/* An address or a mask of the interface, by the request that sets it. */
static void set_address(int s, struct ifreq *request, unsigned long what, const char *text) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  inet_pton(AF_INET, text, &address.sin_addr);
  memcpy(&request->ifr_addr, &address, sizeof address);
  if (ioctl(s, what, request)) fail("setting an address", 1);
}

static void open_tap(void) {
  struct ifreq request = {.ifr_name = "tap0", .ifr_flags = IFF_TAP | IFF_NO_PI};
  tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (tap < 0 || ioctl(tap, TUNSETIFF, &request)) fail("making a tap device", UNAVAILABLE);
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  set_address(s, &request, SIOCSIFADDR, "10.0.0.1");
  set_address(s, &request, SIOCSIFNETMASK, "255.255.255.0");
  request.ifr_flags = IFF_UP;
  if (ioctl(s, SIOCSIFFLAGS, &request)) fail("starting the tap device", 1);
  close(s);
}

static void open_cable(const char *here, const char *there) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int size = 4 << 20;
  cable = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  setsockopt(cable, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", here);
  snprintf(guest.sun_path, sizeof guest.sun_path, "%s", there);
  unlink(here);
  if (bind(cable, (void *)&address, sizeof address)) fail(here, 1);
}

/* Waits while QEMU's socket is full (10 frames are, on many systems); nobody waits for us. Without QEMU a frame is lost. */
static void pass(struct held *h) {
  ssize_t ignored = h->to_guest ? sendto(cable, h->frame, h->bytes, 0, (void *)&guest, sizeof guest) : write(tap, h->frame, h->bytes);
  (void)ignored;
  h->due = 0;
}

static void hold(const uint8_t *frame, size_t bytes, int to_guest) {
  for (int i = 0; i < HELD_MAX; i++) {
    if (held[i].due) continue;
    held[i].to_guest = to_guest;
    held[i].bytes = bytes;
    memcpy(held[i].frame, frame, bytes);
    held[i].due = now() + below(delay);
    if (!delay) pass(&held[i]);
    return;
  }
}

/* Everything that has come from one side. */
static void take(int to_guest) {
  uint8_t frame[FRAME_MAX];
  ssize_t bytes;
  while ((bytes = to_guest ? read(tap, frame, sizeof frame) : recv(cable, frame, sizeof frame, MSG_DONTWAIT)) > 0) {
    if (below(1000) < loss) continue;
    hold(frame, bytes, to_guest);
    if (below(1000) < doubled) hold(frame, bytes, to_guest);
  }
}

/* Passes what is due; milliseconds until something is again, at most 50. */
static int pass_due(void) {
  uint64_t time = now(), next = time + 50000;
  for (int i = 0; delay && i < HELD_MAX; i++) {
    if (held[i].due && held[i].due <= time) pass(&held[i]);
    else if (held[i].due && held[i].due < next) next = held[i].due;
  }
  return (next - time + 999) / 1000;
}

int main(int argc, char **argv) {
  if (argc < 9 || strcmp(argv[7], "--")) return fprintf(stderr, "usage: link HERE GUEST LOSS DOUBLE DELAY SEED -- COMMAND...\n"), 1;
  loss = atoi(argv[3]), doubled = atoi(argv[4]), delay = atoi(argv[5]), seed = strtoull(argv[6], NULL, 10) + 1;
  if (unshare(CLONE_NEWNET)) fail("making a network namespace", UNAVAILABLE);
  open_tap();
  open_cable(argv[1], argv[2]);
  pid_t child = fork();
  if (child == 0) {
    execvp(argv[8], argv + 8);
    fail(argv[8], 1);
  }
  struct pollfd ready[] = {{.fd = tap, .events = POLLIN}, {.fd = cable, .events = POLLIN}};
  for (int status; waitpid(child, &status, WNOHANG) != child || (exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1), 0);) {
    poll(ready, 2, pass_due());
    take(1);
    take(0);
  }
}
