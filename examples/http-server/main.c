/*
 * An HTTP/1.1 server on the sockets of WASI preview 1: it listens where --tcplisten says, from descriptor 3 on, and serves
 * the files that it finds below /. One loop around poll() carries all connections.
 * Reading order: request.h, response.h, connection.h, this.
 */
#include "connection.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { FIRST = 3, LISTENERS_MAX = 16, CONNECTIONS_MAX = 1000, TICK_MS = 1000 };

static struct connection *connections[CONNECTIONS_MAX];
static struct pollfd polled[LISTENERS_MAX + CONNECTIONS_MAX];
static int listeners, count;
static struct counters counters;

static time_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

static bool is_socket(int fd) {
  struct stat stat;
  return fstat(fd, &stat) == 0 && S_ISSOCK(stat.st_mode);
}

static void accept_all(int listener) {
  while (count < CONNECTIONS_MAX) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return; /* none waits, or there is no descriptor for it: it stays in the queue */
    struct connection *connection = connection_new(fd, now());
    if (!connection) {
      shutdown(fd, SHUT_RDWR);
      return;
    }
    connections[count++] = connection;
    counters.connections++;
  }
}

/* Serves those that poll() has found ready, and looks after the others once in a while. */
static void serve_ready(time_t time, bool is_tick) {
  int kept = 0, before = count;
  for (int i = 0; i < before; i++) {
    struct connection *connection = connections[i];
    counters.open = (unsigned long long)before;
    bool lives = true;
    if (polled[listeners + i].revents) lives = connection_serve(connection, &counters, time);
    else if (is_tick) lives = connection_age(connection, time);
    if (lives) connections[kept++] = connection;
    else connection_free(connection);
  }
  count = kept;
}

int main(void) {
  while (listeners < LISTENERS_MAX && is_socket(FIRST + listeners)) {
    fcntl(FIRST + listeners, F_SETFL, O_NONBLOCK);
    listeners++;
  }
  if (listeners == 0) {
    fputs("http-server: nobody has said where to listen: asolo run --tcplisten 127.0.0.1:8080\n", stderr);
    return 1;
  }
  time_t ticked = now();
  for (;;) {
    int waiting = count;
    for (int i = 0; i < listeners; i++) polled[i] = (struct pollfd){.fd = FIRST + i, .events = count < CONNECTIONS_MAX ? POLLIN : 0};
    for (int i = 0; i < count; i++) polled[listeners + i] = (struct pollfd){.fd = connections[i]->fd, .events = connection_is_sending(connections[i]) ? POLLOUT : POLLIN};
    if (poll(polled, (nfds_t)(listeners + waiting), TICK_MS) < 0) {
      perror("http-server: poll");
      return 1;
    }
    time_t time = now();
    serve_ready(time, time != ticked);
    ticked = time;
    for (int i = 0; i < listeners; i++) if (polled[i].revents) accept_all(FIRST + i);
  }
}
