/*
 * POSIX sockets for C programs on Asolo, IPv4, over wasi-libc: what <sys/socket.h> and <netdb.h> of a Unix have and wasi-libc lacks.
 * Compile asolo-socket.c and asolo-names.c along with the program. recv, send, shutdown, read, write, close, poll, select, fcntl(O_NONBLOCK),
 * htons and inet_pton are wasi-libc's own. Read next: docs/network.md, "Sockets that an application makes".
 *
 * Errors are -1 and errno, as POSIX has them. There is no SIGPIPE: writing to a connection that is gone is EPIPE.
 */
#ifndef ASOLO_SOCKET_H
#define ASOLO_SOCKET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Options of SOL_SOCKET, beside SO_TYPE. Those of IPPROTO_TCP are TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT,
 * TCP_QUICKACK and TCP_FASTOPEN_CONNECT; those of IPPROTO_IP are IP_TTL, IP_MULTICAST_TTL and IP_MULTICAST_LOOP. Every other
 * one is ENOPROTOOPT. */
#define SO_REUSEADDR 2
#define SO_ERROR 4
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21
#define SO_ACCEPTCONN 30

/* What it asks for is so in any case. */
#define MSG_NOSIGNAL 0

#define SOMAXCONN 4096

/* `type` is SOCK_STREAM or SOCK_DGRAM, perhaps with SOCK_NONBLOCK; `protocol` is 0 or the one that fits. */
int socket(int family, int type, int protocol);
int bind(int fd, const struct sockaddr *address, socklen_t length);
int listen(int fd, int backlog);
int connect(int fd, const struct sockaddr *address, socklen_t length);
int getsockname(int fd, struct sockaddr *address, socklen_t *length);
int getpeername(int fd, struct sockaddr *address, socklen_t *length);
int setsockopt(int fd, int level, int name, const void *value, socklen_t length);

/* Flags: none for sending, MSG_PEEK and MSG_WAITALL for receiving. */
ssize_t sendto(int fd, const void *data, size_t bytes, int flags, const struct sockaddr *to, socklen_t length);
ssize_t recvfrom(int fd, void *data, size_t bytes, int flags, struct sockaddr *from, socklen_t *length);

struct addrinfo {
  int ai_flags;
  int ai_family;
  int ai_socktype;
  int ai_protocol;
  socklen_t ai_addrlen;
  struct sockaddr *ai_addr;
  char *ai_canonname;
  struct addrinfo *ai_next;
};

#define AI_PASSIVE 0x01
#define AI_NUMERICHOST 0x04
#define AI_NUMERICSERV 0x400

#define EAI_BADFLAGS -1
#define EAI_NONAME -2
#define EAI_AGAIN -3
#define EAI_FAIL -4
#define EAI_FAMILY -6
#define EAI_SOCKTYPE -7
#define EAI_SERVICE -8
#define EAI_MEMORY -10
#define EAI_SYSTEM -11

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found);
void freeaddrinfo(struct addrinfo *found);
const char *gai_strerror(int error);

#define NI_MAXHOST 255
#define NI_MAXSERV 32
#define NI_NUMERICHOST 0x01
#define NI_NUMERICSERV 0x02
#define NI_NAMEREQD 0x08
#define NI_DGRAM 0x10
#define EAI_OVERFLOW -12

/* Always digits, since nobody here asks who has an address: NI_NAMEREQD is EAI_NONAME. */
int getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_room, char *service, socklen_t service_room, int flags);

struct hostent {
  char *h_name;
  char **h_aliases;
  int h_addrtype;
  int h_length;
  char **h_addr_list;
};

#define h_addr h_addr_list[0]

/* What older programs look names up with. The answer lasts until the next call; NULL: there is none. */
struct hostent *gethostbyname(const char *name);

#ifdef __cplusplus
}
#endif
#endif
