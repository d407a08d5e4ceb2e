/*
 * Fetches a page: http-client http://host:port/path. The body goes to standard output, the status line to standard error.
 * It asks by HTTP/1.0, so that the answer is plain: a head, a body, the end of the connection (RFC 9112 §6.3, appendix C.2.1).
 * Ends with 0 if the status was 2xx, 1 if it was another, 2 for a wrong command line, 3 if there was no whole answer.
 * Reading order: url.h, this.
 */
#include "asolo-socket.h"
#include "url.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { HEAD_MAX = 16384, STATUS_OTHER = 1, STATUS_USAGE = 2, STATUS_NO_ANSWER = 3, PATIENCE_SECONDS = 30 };

static char head[HEAD_MAX + 1];

static int fail(const char *what, const char *why) {
  fprintf(stderr, "http-client: %s: %s\n", what, why);
  return STATUS_NO_ANSWER;
}

/* Tries the addresses of a host one after the other; -1: none of them answers. */
static int connect_to(const struct url *url) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
  int error = getaddrinfo(url->host, url->port, &hints, &found);
  if (error != 0) {
    fail(url->host, error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));
    return -1;
  }
  int fd = -1;
  for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next) {
    fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (fd < 0 || connect(fd, at->ai_addr, at->ai_addrlen) == 0) continue;
    int why = errno;
    close(fd);
    errno = why;
    fd = -1;
  }
  if (fd < 0) fail(url->host, strerror(errno));
  freeaddrinfo(found);
  return fd;
}

static bool send_all(int fd, const char *text, size_t length) {
  while (length > 0) {
    ssize_t sent = send(fd, text, length, 0);
    if (sent < 0) return false;
    text += sent;
    length -= (size_t)sent;
  }
  return true;
}

static bool ask(int fd, const struct url *url) {
  return send_all(fd, "GET ", 4) && send_all(fd, url->path, strlen(url->path)) && send_all(fd, " HTTP/1.0\r\nHost: ", 17)
    && send_all(fd, url->host, strlen(url->host)) && send_all(fd, ":", 1) && send_all(fd, url->port, strlen(url->port)) && send_all(fd, "\r\n\r\n", 4);
}

/* Reads to the empty line at least; the number of bytes that have come, and where the body begins. 0: no head has come. */
static size_t read_head(int fd, size_t *body) {
  size_t length = 0;
  while (length < HEAD_MAX) {
    ssize_t bytes = recv(fd, head + length, HEAD_MAX - length, 0);
    if (bytes <= 0) return 0;
    length += (size_t)bytes;
    head[length] = 0;
    const char *end = strstr(head, "\r\n\r\n");
    if (!end) continue;
    *body = (size_t)(end - head) + 4;
    return length;
  }
  return 0;
}

/* What the head says that the body has; -1 if it does not say it. */
static long long content_length(size_t body) {
  for (const char *line = strstr(head, "\r\n"); line && line + 2 < head + body; line = strstr(line + 2, "\r\n")) {
    if (!strncasecmp(line + 2, "content-length:", 15)) return strtoll(line + 17, NULL, 10);
  }
  return -1;
}

/* Writes the body out; false: it is not whole. */
static bool copy_body(int fd, size_t body, size_t length) {
  static char buffer[16384];
  long long promised = content_length(body), got = (long long)(length - body);
  bool is_written = fwrite(head + body, 1, length - body, stdout) == length - body;
  while (is_written && (promised < 0 || got < promised)) {
    ssize_t bytes = recv(fd, buffer, sizeof buffer, 0);
    if (bytes <= 0) return bytes == 0 && promised < 0;
    is_written = fwrite(buffer, 1, (size_t)bytes, stdout) == (size_t)bytes;
    got += bytes;
  }
  return is_written && fflush(stdout) == 0;
}

int main(int count, char **words) {
  struct url url;
  if (count != 2 || !url_read(&url, words[1])) {
    fputs("usage: http-client http://host[:port][/path]\n", stderr);
    return STATUS_USAGE;
  }
  int fd = connect_to(&url);
  if (fd < 0) return STATUS_NO_ANSWER;
  struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  size_t body = 0;
  if (!ask(fd, &url)) return fail(url.host, strerror(errno));
  size_t length = read_head(fd, &body);
  if (length == 0 || strncmp(head, "HTTP/1.", 7) != 0) return fail(url.host, "that was no HTTP/1 answer");
  fprintf(stderr, "%.*s\n", (int)strcspn(head, "\r\n"), head);
  if (!copy_body(fd, body, length)) return fail(url.host, "the page is not whole");
  return strlen(head) > 9 && head[9] == '2' ? 0 : STATUS_OTHER;
}
