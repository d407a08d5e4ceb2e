/*
 * POSIX sockets over WAMR's socket calls and two of our own (asolo-socket.h says how to use it). accept, accept4 and getsockopt
 * stand in for wasi-libc's, which know no addresses and one option: the linker takes these first. Names: asolo-names.c.
 * Sections: addresses, the life of a socket, datagrams, options.
 */
#include "asolo-wamr.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>
#include <wasi/api.h>

static int result(int32_t error) {
  if (error == 0) return 0;
  errno = error;
  return -1;
}

/* Addresses. */

static int32_t read_address(const struct sockaddr *from, socklen_t length, struct wamr_address *to) {
  const struct sockaddr_in *in = (const struct sockaddr_in *)from;
  if (from == NULL || length < sizeof *in) return EINVAL;
  if (in->sin_family != AF_INET) return EAFNOSUPPORT;
  memset(to, 0, sizeof *to);
  memcpy(to->host, &in->sin_addr, sizeof to->host);
  to->port = ntohs(in->sin_port);
  return 0;
}

/* What does not fit is cut, and the length tells. */
static void write_address(const struct wamr_address *from, struct sockaddr *to, socklen_t *length) {
  if (to == NULL || length == NULL) return;
  struct sockaddr_in in = socket_address(from);
  memcpy(to, &in, *length < sizeof in ? *length : sizeof in);
  *length = sizeof in;
}

/* The life of a socket. */

int socket(int family, int type, int protocol) {
  bool is_stream = (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM;
  if (family != AF_INET) return result(EAFNOSUPPORT);
  if (!is_stream && (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != SOCK_DGRAM) return result(EPROTOTYPE);
  if (protocol != 0 && protocol != (is_stream ? IPPROTO_TCP : IPPROTO_UDP)) return result(EPROTONOSUPPORT);
  int32_t fd = -1;
  if (result(wamr_open(-1, WAMR_INET4, is_stream ? WAMR_STREAM : WAMR_DGRAM, &fd)) != 0) return -1;
  if ((type & SOCK_NONBLOCK) != 0) fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  struct wamr_address wanted;
  int32_t error = read_address(address, length, &wanted);
  return result(error != 0 ? error : wamr_bind(fd, &wanted));
}

int listen(int fd, int backlog) {
  return result(wamr_listen(fd, backlog < 0 ? 0 : (uint32_t)backlog));
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  struct wamr_address wanted;
  int32_t error = read_address(address, length, &wanted);
  return result(error != 0 ? error : wamr_connect(fd, &wanted));
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags) {
  if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != 0) return result(EINVAL);
  __wasi_fd_t accepted;
  if (result(__wasi_sock_accept(fd, (flags & SOCK_NONBLOCK) != 0 ? __WASI_FDFLAGS_NONBLOCK : 0, &accepted)) != 0) return -1;
  /* A peer that is gone again has no address any more; what it has sent can still be read. */
  struct wamr_address peer = {0};
  wamr_addr_remote((int32_t)accepted, &peer);
  write_address(&peer, address, length);
  return (int)accepted;
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length) {
  return accept4(fd, address, length, 0);
}

int getsockname(int fd, struct sockaddr *address, socklen_t *length) {
  struct wamr_address found;
  if (result(wamr_addr_local(fd, &found)) != 0) return -1;
  write_address(&found, address, length);
  return 0;
}

int getpeername(int fd, struct sockaddr *address, socklen_t *length) {
  struct wamr_address found;
  if (result(wamr_addr_remote(fd, &found)) != 0) return -1;
  write_address(&found, address, length);
  return 0;
}

/* Datagrams; a connection takes them, too. */

ssize_t sendto(int fd, const void *data, size_t bytes, int flags, const struct sockaddr *to, socklen_t length) {
  if (to == NULL) return send(fd, data, bytes, flags);
  struct wamr_address wanted;
  struct buffer buffer = {data, bytes};
  uint32_t sent = 0;
  int32_t error = flags != 0 ? EOPNOTSUPP : read_address(to, length, &wanted);
  if (error == 0) error = wamr_send_to(fd, &buffer, 1, 0, &wanted, &sent);
  return result(error) != 0 ? -1 : (ssize_t)sent;
}

ssize_t recvfrom(int fd, void *data, size_t bytes, int flags, struct sockaddr *from, socklen_t *length) {
  struct wamr_address sender;
  struct buffer buffer = {data, bytes};
  uint32_t received = 0;
  int32_t error = (flags & ~(MSG_PEEK | MSG_WAITALL)) != 0 ? EOPNOTSUPP : wamr_recv_from(fd, &buffer, 1, (uint32_t)flags, &sender, &received);
  if (result(error) != 0) return -1;
  write_address(&sender, from, length);
  return (ssize_t)received;
}

/* Options: each has a number, of assembly/wasi/sock-options.ts, and one of these forms. */

enum form { NONE, NUMBER, TIME, LINGER, TYPE };

struct option {
  enum form form;
  uint32_t number;
};

static struct option option_of(int level, int name) {
  static const uint8_t of_tcp[] = {[TCP_NODELAY] = 10, [TCP_KEEPIDLE] = 12, [TCP_KEEPINTVL] = 13, [TCP_KEEPCNT] = 14, [TCP_QUICKACK] = 19, [TCP_FASTOPEN_CONNECT] = 20};
  if (level == IPPROTO_TCP && name > 0 && (size_t)name < sizeof of_tcp && of_tcp[name] != 0) return (struct option){NUMBER, of_tcp[name]};
  if (level == IPPROTO_IP) {
    switch (name) {
      case IP_TTL: return (struct option){NUMBER, 16};
      case IP_MULTICAST_TTL: return (struct option){NUMBER, 17};
      case IP_MULTICAST_LOOP: return (struct option){NUMBER, 18};
    }
  }
  if (level != SOL_SOCKET) return (struct option){NONE, 0};
  switch (name) {
    case SO_TYPE: return (struct option){TYPE, 0};
    case SO_ERROR: return (struct option){NUMBER, 1};
    case SO_ACCEPTCONN: return (struct option){NUMBER, 2};
    case SO_REUSEADDR: return (struct option){NUMBER, 3};
    case SO_SNDBUF: return (struct option){NUMBER, 4};
    case SO_RCVBUF: return (struct option){NUMBER, 5};
    case SO_SNDTIMEO: return (struct option){TIME, 6};
    case SO_RCVTIMEO: return (struct option){TIME, 7};
    case SO_BROADCAST: return (struct option){NUMBER, 8};
    case SO_LINGER: return (struct option){LINGER, 9};
    case SO_KEEPALIVE: return (struct option){NUMBER, 11};
    case SO_REUSEPORT: return (struct option){NUMBER, 15};
  }
  return (struct option){NONE, 0};
}

static int put_value(void *to, socklen_t *length, const void *from, size_t bytes) {
  if (*length > bytes) *length = (socklen_t)bytes;
  memcpy(to, from, *length);
  return 0;
}

int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict length) {
  struct option option = option_of(level, name);
  uint64_t found = 0;
  if (option.form == NONE) return result(ENOPROTOOPT);
  if (result(own_get_option(fd, option.number, &found)) != 0) return -1;
  if (option.form == TIME) {
    struct timeval time = {.tv_sec = (time_t)(found / 1000000), .tv_usec = (suseconds_t)(found % 1000000)};
    return put_value(value, length, &time, sizeof time);
  }
  if (option.form == LINGER) {
    struct linger linger = {.l_onoff = (int)(found >> 32), .l_linger = (int)(uint32_t)found};
    return put_value(value, length, &linger, sizeof linger);
  }
  int number = option.form == TYPE ? (found == 1 ? SOCK_STREAM : SOCK_DGRAM) : (int)found;
  return put_value(value, length, &number, sizeof number);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  struct option option = option_of(level, name);
  if (option.form == TIME) {
    struct timeval time;
    if (length < sizeof time) return result(EINVAL);
    memcpy(&time, value, sizeof time);
    if (time.tv_sec < 0 || time.tv_usec < 0 || time.tv_usec > 999999) return result(EDOM);
    return result(own_set_option(fd, option.number, (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec));
  }
  if (option.form == LINGER) {
    struct linger linger;
    if (length < sizeof linger) return result(EINVAL);
    memcpy(&linger, value, sizeof linger);
    return result(own_set_option(fd, option.number, (uint64_t)(linger.l_onoff != 0) << 32 | (uint32_t)linger.l_linger));
  }
  int number;
  if (option.form != NUMBER) return result(ENOPROTOOPT);
  if (length < sizeof number) return result(EINVAL);
  memcpy(&number, value, sizeof number);
  return result(own_set_option(fd, option.number, (uint64_t)(int64_t)number));
}
