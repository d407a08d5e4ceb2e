/*
 * WAMR's socket calls and our own, as asolo-socket.c and asolo-names.c import them. Not for applications: those include
 * asolo-socket.h. Read first: docs/network.md, "Sockets".
 */
#ifndef ASOLO_WAMR_H
#define ASOLO_WAMR_H

#include "asolo-socket.h"

#include <stdint.h>
#include <string.h>

/* An address as WAMR lays it out; the port is in host order. */
struct wamr_address {
  uint32_t kind; /* 0: IPv4 */
  uint8_t host[4];
  uint16_t port;
  uint8_t room[14];
};

struct wamr_info {
  struct wamr_address address;
  int32_t type;
};

struct wamr_hints {
  int32_t type; /* -1: any */
  uint32_t family;
  uint8_t are_meant;
};

struct buffer {
  const void *data;
  size_t bytes;
};

enum { WAMR_DGRAM = 0, WAMR_STREAM = 1, WAMR_INET4 = 0 };

#define WAMR(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define OWN(name) __attribute__((import_module("asolo"), import_name(#name)))

WAMR(sock_open) int32_t wamr_open(int32_t pool, uint32_t family, uint32_t type, int32_t *fd);
WAMR(sock_bind) int32_t wamr_bind(int32_t fd, const struct wamr_address *address);
WAMR(sock_listen) int32_t wamr_listen(int32_t fd, uint32_t backlog);
WAMR(sock_connect) int32_t wamr_connect(int32_t fd, const struct wamr_address *address);
WAMR(sock_addr_local) int32_t wamr_addr_local(int32_t fd, struct wamr_address *address);
WAMR(sock_addr_remote) int32_t wamr_addr_remote(int32_t fd, struct wamr_address *address);
WAMR(sock_send_to) int32_t wamr_send_to(int32_t fd, const struct buffer *buffers, uint32_t count, uint32_t flags, const struct wamr_address *to, uint32_t *sent);
WAMR(sock_recv_from) int32_t wamr_recv_from(int32_t fd, const struct buffer *buffers, uint32_t count, uint32_t flags, struct wamr_address *from, uint32_t *received);
WAMR(sock_addr_resolve) int32_t wamr_addr_resolve(const char *host, const char *service, const struct wamr_hints *hints, struct wamr_info *infos, uint32_t room, uint32_t *found);
OWN(sock_get_option) int32_t own_get_option(int32_t fd, uint32_t option, uint64_t *value);
OWN(sock_set_option) int32_t own_set_option(int32_t fd, uint32_t option, uint64_t value);

static inline struct sockaddr_in socket_address(const struct wamr_address *from) {
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(from->port)};
  memcpy(&in.sin_addr, from->host, sizeof from->host);
  return in;
}

#endif
