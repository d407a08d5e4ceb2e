/*
 * The guest of linux-tcp.test.ts: a server on descriptor 3 whose connections begin with a line that says what follows.
 *
 *   send N    it sends N bytes of the pattern and closes
 *   take      it takes bytes to the end of input, then says how many were as the pattern has them, and closes
 *   echo      it sends everything back, to the end of input
 *   end       it ends the program
 *
 * The pattern's byte at i is (31 i + i / 256) mod 256. One loop around poll() carries all connections.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LISTENER = 3, CONNECTIONS_MAX = 1100, PIECE = 8192 };
enum state { ASKED, SENDING, TAKING, ECHOING, SAYING, OVER };

struct connection {
  enum state state;
  unsigned long at, end; /* of the pattern */
  unsigned long wrong;
  unsigned kept, sent; /* of the buffer */
  char buffer[256];
};

static struct connection *of[CONNECTIONS_MAX];
static struct pollfd polled[CONNECTIONS_MAX + 1] = {{.fd = LISTENER, .events = POLLIN}};
static int count;
static char piece[PIECE];

static char pattern(unsigned long i) { return (char)(31 * i + i / 256); }

/* Whether there is more to do now; else the state is OVER or poll() says when. */
static bool would_block(ssize_t done) {
  return done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

static void over(struct connection *c) { c->state = OVER; }

static void serve_send(int fd, struct connection *c) {
  while (c->at < c->end) {
    size_t bytes = c->end - c->at < PIECE ? c->end - c->at : PIECE;
    for (size_t i = 0; i < bytes; i++) piece[i] = pattern(c->at + i);
    ssize_t sent = send(fd, piece, bytes, 0);
    if (would_block(sent)) return;
    if (sent < 0) return over(c);
    c->at += sent;
  }
  over(c);
}

static void serve_take(int fd, struct connection *c) {
  ssize_t got;
  while ((got = recv(fd, piece, PIECE, 0)) > 0) {
    for (ssize_t i = 0; i < got; i++) c->wrong += piece[i] != pattern(c->at + i);
    c->at += got;
  }
  if (would_block(got)) return;
  if (got < 0) return over(c);
  c->kept = snprintf(c->buffer, sizeof c->buffer, "%lu bytes, %lu wrong\n", c->at, c->wrong);
  c->sent = 0;
  c->state = SAYING;
}

/* Sends what the buffer holds; whether all of it went. */
static bool flush(int fd, struct connection *c) {
  while (c->sent < c->kept) {
    ssize_t sent = send(fd, c->buffer + c->sent, c->kept - c->sent, 0);
    if (would_block(sent)) return false;
    if (sent < 0) return over(c), false;
    c->sent += sent;
  }
  c->sent = c->kept = 0;
  return true;
}

static void serve_echo(int fd, struct connection *c) {
  while (flush(fd, c)) {
    ssize_t got = recv(fd, c->buffer, sizeof c->buffer, 0);
    if (would_block(got)) return;
    if (got <= 0) return over(c);
    c->kept = got;
  }
}

/* The line that says what follows; it is read byte by byte, since what is behind it belongs to somebody else. */
static void serve_asked(int fd, struct connection *c) {
  for (;;) {
    ssize_t got = recv(fd, c->buffer + c->kept, 1, 0);
    if (would_block(got)) return;
    if (got <= 0 || c->kept == sizeof c->buffer - 1) return over(c);
    if (c->buffer[c->kept++] == '\n') break;
  }
  c->buffer[c->kept] = 0;
  c->kept = 0;
  if (sscanf(c->buffer, "send %lu", &c->end) == 1) c->state = SENDING;
  else if (!strcmp(c->buffer, "take\n")) c->state = TAKING;
  else if (!strcmp(c->buffer, "echo\n")) c->state = ECHOING;
  else if (!strcmp(c->buffer, "end\n")) exit(0);
  else over(c);
}

static void serve(struct pollfd *p, struct connection *c) {
  if (c->state == ASKED) serve_asked(p->fd, c);
  if (c->state == SENDING) serve_send(p->fd, c);
  if (c->state == TAKING) serve_take(p->fd, c);
  if (c->state == ECHOING) serve_echo(p->fd, c);
  if (c->state == SAYING && flush(p->fd, c)) over(c);
  p->events = c->state == SENDING || c->state == SAYING || c->sent < c->kept ? POLLOUT : POLLIN;
}

static void accept_all(void) {
  while (count < CONNECTIONS_MAX) {
    int fd = accept4(LISTENER, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    of[count] = calloc(1, sizeof *of[0]);
    polled[++count] = (struct pollfd){.fd = fd, .events = POLLIN};
  }
}

int main(void) {
  fcntl(LISTENER, F_SETFL, O_NONBLOCK);
  for (;;) {
    if (poll(polled, count + 1, -1) < 0) return 1;
    int before = count, kept = 0;
    if (polled[0].revents) accept_all();
    for (int i = 0; i < count; i++) {
      if (i >= before || polled[i + 1].revents) serve(&polled[i + 1], of[i]);
      if (of[i]->state == OVER) {
        close(polled[i + 1].fd);
        free(of[i]);
        continue;
      }
      of[kept] = of[i];
      polled[++kept] = polled[i + 1];
    }
    count = kept;
  }
}
