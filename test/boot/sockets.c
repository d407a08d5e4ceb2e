// Uses every part of sdk/asolo-socket.h against what test/boot/sockets.test.ts runs on this computer, which is 10.0.2.2 for the
// machine. Says what it has seen, a line each. Arguments: the ports of a TCP and of a UDP server that echo.
#include <netdb.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sockaddr_in address(const char *host, int port) {
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, host, &in.sin_addr);
  return in;
}

static int dial(int fd, const char *host, int port) {
  struct sockaddr_in to = address(host, port);
  return connect(fd, (struct sockaddr *)&to, sizeof to);
}

static int bound(int type, int port) {
  int fd = socket(AF_INET, type, 0);
  int yes = 1;
  struct sockaddr_in own = address("0.0.0.0", port);
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 || bind(fd, (struct sockaddr *)&own, sizeof own) != 0) perror("bind");
  return fd;
}

static void say_name(const char *what, int fd, int (*call)(int, struct sockaddr *, socklen_t *)) {
  struct sockaddr_in in;
  socklen_t length = sizeof in;
  if (call(fd, (struct sockaddr *)&in, &length) != 0) printf("%s: %s\n", what, strerror(errno));
  else printf("%s: %s\n", what, inet_ntoa(in.sin_addr));
}

static void stream(int port) {
  char text[64];
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  // At once: the address comes from DHCP meanwhile.
  printf("connect: %d\n", dial(fd, "10.0.2.2", port));
  say_name("own", fd, getsockname);
  say_name("peer", fd, getpeername);
  printf("send: %zd\n", send(fd, "hello", 5, 0));
  ssize_t bytes = recv(fd, text, sizeof text, 0);
  printf("recv: %.*s\n", (int)bytes, text);
  shutdown(fd, SHUT_WR);
  printf("end: %zd\n", read(fd, text, sizeof text));
  close(fd);
}

static void not_blocking(int port) {
  int error = -1;
  socklen_t length = sizeof error;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int failed = dial(fd, "10.0.2.2", port);
  printf("nonblocking: %d %s\n", failed, errno == EINPROGRESS ? "EINPROGRESS" : strerror(errno));
  struct pollfd wanted = {.fd = fd, .events = POLLOUT};
  printf("poll: %d\n", poll(&wanted, 1, 10000));
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  printf("SO_ERROR: %d\n", error);
  close(fd);
  fd = socket(AF_INET, SOCK_STREAM, 0);
  failed = dial(fd, "10.0.2.2", 1);
  printf("refused: %d %s\n", failed, errno == ECONNREFUSED ? "ECONNREFUSED" : strerror(errno));
  close(fd);
}

static void options(void) {
  int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  int on = 1, type = 0;
  socklen_t length = sizeof type;
  struct timeval patience = {.tv_sec = 0, .tv_usec = 1500};
  struct linger linger = {.l_onoff = 1, .l_linger = 3};
  printf("nodelay: %d\n", setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  memset(&patience, 0, sizeof patience);
  memset(&linger, 0, sizeof linger);
  getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length);
  length = sizeof patience;
  getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, &length);
  length = sizeof linger;
  getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &length);
  printf("options: %d %d %d %d\n", type == SOCK_STREAM, (int)patience.tv_usec, linger.l_onoff, linger.l_linger);
  int hops = 9;
  int set = setsockopt(fd, IPPROTO_IP, IP_TTL, &hops, sizeof hops) | setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) | setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  hops = 0;
  socklen_t size = sizeof hops;
  getsockopt(fd, IPPROTO_IP, IP_TTL, &hops, &size);
  printf("more options: %d, %d hops\n", set, hops);
  printf("unknown: %d\n", setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on) == -1 && errno == ENOPROTOOPT);
  close(fd);
}

static void datagrams(int port) {
  char text[2000];
  struct sockaddr_in to = address("10.0.2.2", port), from;
  socklen_t length = sizeof from;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct timeval patience = {.tv_sec = 2};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  memset(text, 'u', 1400);
  ssize_t bytes = -1;
  // UDP may lose one.
  for (int i = 0; i < 10 && bytes < 0; i++) {
    sendto(fd, text, 1400, 0, (struct sockaddr *)&to, sizeof to);
    bytes = recvfrom(fd, text, sizeof text, 0, (struct sockaddr *)&from, &length);
  }
  printf("datagram: %zd from %s:%s\n", bytes, inet_ntoa(from.sin_addr), ntohs(from.sin_port) == port ? "its port" : "another");
  close(fd);
}

static void names(void) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  int error = getaddrinfo("localhost", "http", &hints, &found);
  struct sockaddr_in *in = (struct sockaddr_in *)found->ai_addr;
  printf("localhost: %d %s:%d\n", error, inet_ntoa(in->sin_addr), ntohs(in->sin_port));
  freeaddrinfo(found);
  error = getaddrinfo("name.invalid", NULL, &hints, &found);
  in = (struct sockaddr_in *)(error == 0 ? found->ai_addr : NULL);
  printf("name.invalid: %s\n", in != NULL ? inet_ntoa(in->sin_addr) : error == EAI_NONAME || error == EAI_AGAIN ? "nobody, or nobody knows" : gai_strerror(error));
  if (error == 0) freeaddrinfo(found);
  printf("no service: %s\n", gai_strerror(getaddrinfo("127.0.0.1", "none", &hints, &found)));
  char host[NI_MAXHOST], service[NI_MAXSERV], little[9];
  struct sockaddr_in there = address("192.0.2.1", 8080);
  error = getnameinfo((struct sockaddr *)&there, sizeof there, host, sizeof host, service, sizeof service, 0);
  printf("getnameinfo: %d %s %s, %s\n", error, host, service, gai_strerror(getnameinfo((struct sockaddr *)&there, sizeof there, little, sizeof little, NULL, 0, 0)));
  struct hostent *self = gethostbyname("localhost");
  printf("gethostbyname: %s %d\n", inet_ntoa(*(struct in_addr *)self->h_addr), self->h_addr_list[1] == NULL);
}

// Both kinds of server at once, for one client each.
static void serve(void) {
  char text[2000];
  int left = 2;
  struct pollfd servers[2] = {{.fd = bound(SOCK_STREAM, 8000), .events = POLLIN}, {.fd = bound(SOCK_DGRAM, 7000), .events = POLLIN}};
  listen(servers[0].fd, SOMAXCONN);
  printf("ready\n");
  fflush(stdout);
  while (left > 0 && poll(servers, 2, 60000) > 0) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    if ((servers[0].revents & POLLIN) != 0) {
      int fd = accept(servers[0].fd, (struct sockaddr *)&from, &length);
      ssize_t bytes = read(fd, text, sizeof text);
      printf("served a connection: %.*s\n", (int)bytes, text);
      write(fd, text, (size_t)bytes);
      close(fd);
      left--;
    }
    if ((servers[1].revents & POLLIN) != 0) {
      ssize_t bytes = recvfrom(servers[1].fd, text, sizeof text, 0, (struct sockaddr *)&from, &length);
      printf("served a datagram: %.*s\n", (int)bytes, text);
      sendto(servers[1].fd, text, (size_t)bytes, 0, (struct sockaddr *)&from, length);
      left--;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  stream(atoi(argv[1]));
  not_blocking(atoi(argv[1]));
  options();
  datagrams(atoi(argv[2]));
  names();
  serve();
  return 0;
}
