/*
 * A client by the socket calls of WasmEdge's extension: a TCP connection and a datagram to 10.0.2.2, which is the host of QEMU's
 * user network. Arguments: the TCP port, the UDP port. Prints what comes back.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALL(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

struct address { void *buf; uint32_t size; };
struct vector { void *buf; uint32_t size; };
struct sockaddr_edge { uint8_t family; uint32_t size; uint8_t *data; };
struct addrinfo_edge { uint16_t flags; uint8_t family, type, protocol; uint32_t length; struct sockaddr_edge *address; char *name; uint32_t name_length; struct addrinfo_edge *next; };

CALL("sock_open") uint32_t sock_open(uint32_t family, uint32_t type, uint32_t *fd);
CALL("sock_connect") uint32_t sock_connect(uint32_t fd, const struct address *address, uint32_t port);
CALL("sock_bind_v2") uint32_t sock_bind(uint32_t fd, const struct address *address, uint32_t port);
CALL("sock_send") uint32_t sock_send(uint32_t fd, const struct vector *data, uint32_t count, uint32_t flags, uint32_t *sent);
CALL("sock_recv") uint32_t sock_recv(uint32_t fd, struct vector *data, uint32_t count, uint32_t flags, uint32_t *bytes, uint32_t *out);
CALL("sock_send_to") uint32_t sock_send_to(uint32_t fd, const struct vector *data, uint32_t count, const struct address *to, uint32_t port, uint32_t flags, uint32_t *sent);
CALL("sock_recv_from") uint32_t sock_recv_from(uint32_t fd, struct vector *data, uint32_t count, struct address *from, uint32_t flags, uint32_t *port, uint32_t *bytes, uint32_t *out);
CALL("sock_getpeeraddr") uint32_t sock_getpeeraddr(uint32_t fd, struct address *address, uint32_t *type, uint32_t *port);
CALL("sock_getlocaladdr_v2") uint32_t sock_getlocaladdr(uint32_t fd, struct address *address, uint32_t *port);
CALL("sock_getsockopt") uint32_t sock_getsockopt(uint32_t fd, int32_t level, int32_t name, int32_t *value, uint32_t *size);
CALL("sock_getaddrinfo") uint32_t sock_getaddrinfo(const char *node, uint32_t node_length, const char *service, uint32_t service_length, const struct addrinfo_edge *hints, struct addrinfo_edge **list, uint32_t most, uint32_t *found);

static uint8_t host[4] = {10, 0, 2, 2}, storage[128], text[64];
static uint32_t bytes, flags, port, type, size;

static void check(uint32_t error, const char *what) {
  if (!error) return;
  printf("%s: error %u\n", what, (unsigned)error);
  exit(1);
}

static void stream(uint32_t to) {
  uint32_t fd;
  int32_t kind;
  struct address address = {host, 4};
  struct vector out = {"ping", 4}, in = {text, sizeof text};
  check(sock_open(1, 2, &fd), "sock_open");
  check(sock_connect(fd, &address, to), "sock_connect");
  check(sock_send(fd, &out, 1, 0, &bytes), "sock_send");
  check(sock_recv(fd, &in, 1, 0, &bytes, &flags), "sock_recv");
  address = (struct address){storage, 16};
  check(sock_getpeeraddr(fd, &address, &type, &port), "sock_getpeeraddr");
  size = sizeof kind;
  check(sock_getsockopt(fd, 0, 1, &kind, &size), "sock_getsockopt");
  printf("stream: %.*s, peer %u.%u.%u.%u:%s, type %d\n", (int)bytes, text, storage[0], storage[1], storage[2], storage[3], port == to ? "same" : "other", (int)kind);
}

static void datagram(uint32_t to) {
  uint32_t fd;
  struct address address = {host, 4}, any = {storage, 128};
  struct vector out = {"question", 8}, in = {text, sizeof text};
  memset(storage, 0, sizeof storage);
  storage[0] = 1;
  check(sock_open(1, 1, &fd), "sock_open");
  check(sock_bind(fd, &any, 5353), "sock_bind_v2");
  check(sock_getlocaladdr(fd, &any, &port), "sock_getlocaladdr_v2");
  printf("datagrams: own port %u, family %u\n", (unsigned)port, storage[0]);
  check(sock_send_to(fd, &out, 1, &address, to, 0, &bytes), "sock_send_to");
  port = 0;
  check(sock_recv_from(fd, &in, 1, &any, 0, &port, &bytes, &flags), "sock_recv_from");
  printf("datagrams: %.*s, from %u.%u.%u.%u:%s\n", (int)bytes, text, storage[2], storage[3], storage[4], storage[5], port == to ? "same" : "other");
}

static void names(void) {
  uint8_t data[26];
  struct sockaddr_edge address = {0, 14, data};
  struct addrinfo_edge entry = {.address = &address}, hints = {.type = 2}, *list = &entry;
  uint32_t found;
  check(sock_getaddrinfo("localhost", 10, "http", 5, &hints, &list, 1, &found), "sock_getaddrinfo");
  printf("names: %u, %u.%u.%u.%u:%u\n", (unsigned)found, data[2], data[3], data[4], data[5], data[0] << 8 | data[1]);
}

int main(int count, char **words) {
  if (count != 3) return 2;
  stream((uint32_t)atoi(words[1]));
  datagram((uint32_t)atoi(words[2]));
  names();
  return 0;
}
