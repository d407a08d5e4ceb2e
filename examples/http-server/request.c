/* Reading a request's head. Strict: what RFC 9112 calls invalid is answered with 400, and never guessed at. */
#include "request.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* RFC 9110 §5.6.2 */
static bool is_token(const char *at, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (at[i] <= ' ' || at[i] >= 127 || strchr("\"(),/:;<=>?@[\\]{}", at[i])) return false;
  }
  return length > 0;
}

static bool is(const char *at, size_t length, const char *word) {
  return strlen(word) == length && memcmp(at, word, length) == 0;
}

/* Field names, and the values that we look at, are the same in any case. */
static bool is_alike(const char *at, size_t length, const char *word) {
  return strlen(word) == length && strncasecmp(at, word, length) == 0;
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
  return -1;
}

/* Decodes the path of a target in origin or absolute form (§3.2.1, §3.2.2); false for any other, and for one that leaves its directory. */
static bool read_path(struct request *request, const char *at, size_t length) {
  const char *query = memchr(at, '?', length);
  if (query) length = (size_t)(query - at);
  size_t out = 0;
  if (length >= 7 && !strncasecmp(at, "http://", 7)) {
    const char *path = memchr(at + 7, '/', length - 7);
    length = path ? length - (size_t)(path - at) : 1;
    at = path ? path : "/";
  }
  for (size_t i = 0; i < length; i++) {
    char c = at[i];
    if (c == '%') {
      if (i + 2 >= length || digit(at[i + 1]) < 0 || digit(at[i + 2]) < 0) return false;
      c = (char)(digit(at[i + 1]) * 16 + digit(at[i + 2]));
      i += 2;
    }
    if (c == 0) return false;
    request->path[out++] = c;
  }
  request->path[out] = 0;
  if (request->path[0] != '/') return false;
  for (const char *part = request->path; part; part = strchr(part + 1, '/')) {
    if (!strncmp(part, "/..", 3) && (part[3] == '/' || part[3] == 0)) return false;
  }
  return true;
}

static int read_line(struct request *request, const char *at, size_t length) {
  const char *target = memchr(at, ' ', length);
  if (!target || !is_token(at, (size_t)(target - at))) return 400;
  size_t method = (size_t)(target - at);
  target++;
  const char *version = memchr(target, ' ', length - method - 1);
  if (!version) return 400;
  size_t target_length = (size_t)(version - target);
  version++;
  size_t version_length = length - (size_t)(version - at);
  if (version_length != 8 || memcmp(version, "HTTP/", 5) != 0 || !isdigit(version[5]) || version[6] != '.' || !isdigit(version[7])) return 400;
  if (version[5] != '1') return 505;
  request->keeps_alive = version[7] != '0';
  if (target_length > TARGET_MAX) return 414;
  if (!read_path(request, target, target_length)) return 400;
  request->is_head = is(at, method, "HEAD");
  return request->is_head || is(at, method, "GET") ? REQUEST_OK : 405;
}

static int read_field(struct request *request, const char *at, size_t length, int *hosts, bool *has_length) {
  const char *colon = memchr(at, ':', length);
  if (!colon || !is_token(at, (size_t)(colon - at))) return 400;
  size_t name = (size_t)(colon - at);
  const char *value = colon + 1;
  size_t bytes = length - name - 1;
  while (bytes > 0 && (*value == ' ' || *value == '\t')) value++, bytes--;
  while (bytes > 0 && (value[bytes - 1] == ' ' || value[bytes - 1] == '\t')) bytes--;
  if (memchr(value, 0, bytes) || memchr(value, '\r', bytes)) return 400;
  if (is_alike(at, name, "host")) (*hosts)++;
  if (is_alike(at, name, "connection") && is_alike(value, bytes, "close")) request->keeps_alive = false;
  if (is_alike(at, name, "connection") && is_alike(value, bytes, "keep-alive")) request->keeps_alive = true;
  if (is_alike(at, name, "transfer-encoding")) return 501;
  if (!is_alike(at, name, "content-length")) return REQUEST_OK;
  if (*has_length || bytes == 0 || bytes > 15) return 400;
  *has_length = true;
  for (size_t i = 0; i < bytes; i++) {
    if (value[i] < '0' || value[i] > '9') return 400;
    request->body = request->body * 10 + (unsigned)(value[i] - '0');
  }
  return REQUEST_OK;
}

/* The length of the line at `at` without its end; -1 if it has none yet. A line feed alone ends a line, too (§2.2). */
static long line_length(const char *at, size_t length, size_t *whole) {
  const char *end = memchr(at, '\n', length);
  if (!end) return -1;
  *whole = (size_t)(end - at) + 1;
  return end > at && end[-1] == '\r' ? end - at - 1 : end - at;
}

int request_read(struct request *request, const char *bytes, size_t length, size_t *head) {
  memset(request, 0, sizeof *request);
  size_t at = 0, whole = 0;
  int hosts = 0;
  bool has_length = false, has_line = false, is_old = false;
  /* §2.2: empty lines before a request are ignored. */
  while (at < length && (bytes[at] == '\n' || (bytes[at] == '\r' && at + 1 < length && bytes[at + 1] == '\n'))) at += bytes[at] == '\r' ? 2 : 1;
  for (;;) {
    long line = line_length(bytes + at, length - at, &whole);
    if (line < 0) return REQUEST_MORE;
    if (line == 0) break;
    int status = has_line ? read_field(request, bytes + at, (size_t)line, &hosts, &has_length) : read_line(request, bytes + at, (size_t)line);
    if (status != REQUEST_OK) return status;
    if (!has_line) is_old = bytes[at + (size_t)line - 1] == '0';
    has_line = true;
    at += whole;
  }
  /* §3.2: exactly one Host from HTTP/1.1 on. */
  if (hosts > 1 || (hosts == 0 && !is_old)) return 400;
  *head = at + whole;
  return REQUEST_OK;
}
