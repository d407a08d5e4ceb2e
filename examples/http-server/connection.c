/* The life of a connection. Requests that come together are answered in order, one at a time. */
#include "connection.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IDLE_SECONDS = 60, HEAD_SECONDS = 20, DRAIN_SECONDS = 2 };

struct connection *connection_new(int fd, time_t now) {
  struct connection *connection = malloc(sizeof *connection);
  if (!connection) return NULL;
  memset(connection, 0, offsetof(struct connection, in));
  connection->fd = fd;
  connection->since = now;
  connection->response = (struct response){.head = connection->out, .room = OUT_BYTES, .file = -1};
  return connection;
}

static void close_file(struct connection *connection) {
  if (connection->response.file >= 0) close(connection->response.file);
  connection->response.file = -1;
  connection->response.left = 0;
}

void connection_free(struct connection *connection) {
  close_file(connection);
  close(connection->fd);
  free(connection);
}

bool connection_is_sending(const struct connection *connection) {
  return connection->out_at < connection->response.length || connection->response.left > 0;
}

/* Sends as much as there is room for. False: the client is gone. */
static bool send_some(struct connection *connection, time_t now) {
  struct response *response = &connection->response;
  while (connection_is_sending(connection)) {
    if (connection->out_at == response->length) {
      size_t wanted = response->left < OUT_BYTES ? (size_t)response->left : OUT_BYTES;
      ssize_t bytes = read(response->file, connection->out, wanted);
      if (bytes <= 0) return false; /* the file is shorter than was promised */
      connection->out_at = 0;
      response->length = (size_t)bytes;
      response->left -= (size_t)bytes;
    }
    ssize_t sent = send(connection->fd, connection->out + connection->out_at, response->length - connection->out_at, 0);
    if (sent < 0) return errno == EAGAIN;
    connection->out_at += (size_t)sent;
    connection->since = now;
  }
  close_file(connection);
  if (!connection->ends || connection->drains) return true;
  connection->drains = true;
  return shutdown(connection->fd, SHUT_WR) == 0;
}

static void forget(struct connection *connection, size_t bytes) {
  connection->in_length -= bytes;
  memmove(connection->in, connection->in + bytes, connection->in_length);
}

static void refuse(struct connection *connection, int status) {
  connection->ends = true;
  connection->in_length = 0;
  connection->out_at = 0;
  response_refuse(&connection->response, status);
}

/* Answers the next request, if it is all there. */
static bool answer_next(struct connection *connection, struct counters *counters) {
  size_t skipped = connection->body < connection->in_length ? (size_t)connection->body : connection->in_length;
  connection->body -= skipped;
  forget(connection, skipped);
  if (connection->body > 0 || connection->in_length == 0 || connection->ends) return false;
  struct request request;
  size_t head = 0;
  int status = request_read(&request, connection->in, connection->in_length, &head);
  if (status == REQUEST_MORE && connection->in_length < IN_BYTES) return false;
  if (status == REQUEST_MORE) status = memchr(connection->in, '\n', IN_BYTES) ? 431 : 414;
  counters->requests++;
  if (status != REQUEST_OK) {
    refuse(connection, status);
    return true;
  }
  forget(connection, head);
  connection->body = request.body;
  connection->ends = !request.keeps_alive;
  connection->out_at = 0;
  response_make(&connection->response, &request, counters);
  return true;
}

/* 1: bytes have come; 0: none now; -1: none ever. */
static int receive_some(struct connection *connection, time_t now) {
  if (connection->drains) connection->in_length = 0;
  if (connection->in_length == IN_BYTES) return 0;
  ssize_t bytes = recv(connection->fd, connection->in + connection->in_length, IN_BYTES - connection->in_length, 0);
  if (bytes < 0) return errno == EAGAIN ? 0 : -1;
  if (bytes == 0) return -1;
  if (connection->in_length == 0 && !connection->drains) connection->since = now;
  connection->in_length += (size_t)bytes;
  return 1;
}

bool connection_serve(struct connection *connection, struct counters *counters, time_t now) {
  if (!send_some(connection, now)) return false;
  if (connection_is_sending(connection)) return true;
  for (;;) {
    while (!connection->drains && answer_next(connection, counters)) {
      if (!send_some(connection, now)) return false;
      if (connection_is_sending(connection)) return true;
    }
    int got = receive_some(connection, now);
    if (got <= 0) return got == 0;
  }
}

bool connection_age(struct connection *connection, time_t now) {
  time_t age = now - connection->since;
  if (connection->drains) return age < DRAIN_SECONDS;
  if (connection_is_sending(connection) || connection->in_length == 0) return age < IDLE_SECONDS;
  if (age < HEAD_SECONDS) return true;
  refuse(connection, 408);
  return send_some(connection, now);
}
