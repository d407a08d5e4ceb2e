/*
 * The first and only process of the benchmark's Linux guest: loads the driver of the network card, gives it an address, opens
 * a listening socket as descriptor 3, as `asolo run --tcplisten` does, and becomes the server.
 *
 *   init ADDRESS MASK GATEWAY PORT PROGRAM      the kernel hands over what stands behind -- on its command line
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In the order in which they need each other. */
static const char *const MODULES[] = {
  "virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "failover", "net_failover", "virtio_net",
};

static void fail(const char *what) {
  perror(what);
  reboot(RB_POWER_OFF);
  exit(1);
}

static void load_modules(void) {
  char path[64];
  for (size_t i = 0; i < sizeof MODULES / sizeof *MODULES; i++) {
    snprintf(path, sizeof path, "/modules/%s.ko", MODULES[i]);
    int file = open(path, O_RDONLY);
    if (file < 0) continue; /* built into the kernel */
    if (syscall(SYS_finit_module, file, "", 0) != 0) fail(path);
    close(file);
  }
}

static struct sockaddr address_of(const char *text) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(text)};
  struct sockaddr general;
  memcpy(&general, &address, sizeof general);
  return general;
}

static void bring_up(int control, const char *name) {
  struct ifreq request = {0};
  strcpy(request.ifr_name, name);
  if (ioctl(control, SIOCGIFFLAGS, &request) != 0) fail(name);
  request.ifr_flags |= IFF_UP;
  if (ioctl(control, SIOCSIFFLAGS, &request) != 0) fail(name);
}

static void configure(const char *address, const char *mask, const char *gateway) {
  int control = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {0};
  struct ifreq there = {0};
  strcpy(there.ifr_name, "eth0");
  for (int tries = 0; ioctl(control, SIOCGIFINDEX, &there) != 0; tries++) {
    if (tries == 1000) fail("no network card");
    usleep(10000);
  }
  bring_up(control, "lo");
  strcpy(request.ifr_name, "eth0");
  request.ifr_addr = address_of(address);
  if (ioctl(control, SIOCSIFADDR, &request) != 0) fail("address");
  request.ifr_netmask = address_of(mask);
  if (ioctl(control, SIOCSIFNETMASK, &request) != 0) fail("mask");
  bring_up(control, "eth0");
  struct rtentry route = {.rt_dst = address_of("0.0.0.0"), .rt_genmask = address_of("0.0.0.0"), .rt_gateway = address_of(gateway), .rt_flags = RTF_UP | RTF_GATEWAY};
  if (ioctl(control, SIOCADDRT, &route) != 0) fail("route");
  close(control);
}

int main(int count, char **values) {
  if (count != 6) return 2;
  mkdir("/dev", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, "");
  load_modules();
  configure(values[1], values[2], values[3]);
  for (int fd = 3; fd < 16; fd++) close(fd);
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(values[4]))};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1024) != 0) fail("listen");
  if (listener != 3 && (dup2(listener, 3) != 3 || close(listener) != 0)) fail("descriptor 3");
  execl(values[5], values[5], NULL);
  fail(values[5]);
}
