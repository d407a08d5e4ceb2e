/* Making answers. A file is only opened here: its bytes go from there to the connection, a buffer at a time. */
#include "response.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char WELCOME[] = "<!doctype html>\n<title>asolo</title>\n<h1>It works</h1>\n<p>This page comes from a unikernel."
  " Files to serve are given with <code>--dir site::/</code>; <a href=\"/status.json\">status.json</a> says how it is.</p>\n";

static const char *reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 414: return "URI Too Long";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 505: return "HTTP Version Not Supported";
    default: return "Bad Request";
  }
}

static const char *type_of(const char *path) {
  static const char *const types[][2] = {
    {".html", "text/html; charset=utf-8"}, {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"}, {".txt", "text/plain; charset=utf-8"}, {".md", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"}, {".png", "image/png"}, {".jpg", "image/jpeg"}, {".ico", "image/x-icon"}, {".wasm", "application/wasm"},
  };
  const char *dot = strrchr(path, '.');
  for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++) if (!strcmp(dot, types[i][0])) return types[i][1];
  return "application/octet-stream";
}

static void add(struct response *response, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int added = vsnprintf(response->head + response->length, response->room - response->length, format, values);
  va_end(values);
  if (added > 0) response->length += (size_t)added;
}

static void add_head(struct response *response, int status, const char *type, unsigned long long bytes, bool keeps_alive) {
  response->length = 0;
  response->file = -1;
  response->left = 0;
  add(response, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %llu\r\n%s%s\r\n", status, reason(status), type, bytes,
    status == 405 ? "Allow: GET, HEAD\r\n" : "", keeps_alive ? "" : "Connection: close\r\n");
}

static void add_text(struct response *response, const struct request *request, int status, const char *type, const char *text) {
  add_head(response, status, type, strlen(text), request->keeps_alive);
  if (!request->is_head) add(response, "%s", text);
}

/* Opens a regular file: where a directory is named, its index.html. */
static int open_file(const char *path, char *name, size_t room, struct stat *stat) {
  snprintf(name, room, "%s", path);
  for (int i = 0; i < 2; i++) {
    int file = open(name, O_RDONLY);
    if (file < 0) return -1;
    if (fstat(file, stat) == 0 && S_ISREG(stat->st_mode)) return file;
    bool is_directory = S_ISDIR(stat->st_mode);
    close(file);
    if (!is_directory) return -1;
    size_t length = strlen(name);
    snprintf(name + length, room - length, "%sindex.html", name[length - 1] == '/' ? "" : "/");
  }
  return -1;
}

/*
 * The beginning of a file goes with the head, in one segment where both are small: one that is sent behind another waits
 * until that is acknowledged, which a client may take 40 ms for.
 */
static void add_file(struct response *response, int file, unsigned long long bytes) {
  size_t room = response->room - response->length;
  ssize_t got = read(file, response->head + response->length, bytes < room ? (size_t)bytes : room);
  if (got > 0) response->length += (size_t)got;
  response->file = file;
  response->left = got > 0 ? bytes - (unsigned long long)got : bytes;
}

/* What the environment says of the machine, without what would have to be escaped in JSON. */
static void copy_machine(char *to, size_t room) {
  const char *from = getenv("MACHINE");
  size_t length = 0;
  for (; from && *from && length + 1 < room; from++) if (*from >= ' ' && *from != '"' && *from != '\\') to[length++] = *from;
  to[length] = 0;
}

static void add_status(struct response *response, const struct request *request, const struct counters *counters) {
  char text[512], machine[256];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  copy_machine(machine, sizeof machine);
  snprintf(text, sizeof text, "{\"requests\":%llu,\"connections\":%llu,\"open\":%llu,\"seconds\":%lld,\"memory\":%lu,\"language\":\"C\",\"machine\":\"%s\"}\n",
    counters->requests, counters->connections, counters->open, (long long)now.tv_sec, (unsigned long)__builtin_wasm_memory_size(0) * 65536, machine);
  add_text(response, request, 200, "application/json", text);
}

void response_make(struct response *response, const struct request *request, const struct counters *counters) {
  if (!strcmp(request->path, "/status.json")) return add_status(response, request, counters);
  char name[TARGET_MAX + 16];
  struct stat stat;
  int file = open_file(request->path, name, sizeof name, &stat);
  if (file >= 0) {
    add_head(response, 200, type_of(name), (unsigned long long)stat.st_size, request->keeps_alive);
    if (request->is_head) close(file);
    else add_file(response, file, (unsigned long long)stat.st_size);
  } else if (!strcmp(request->path, "/")) {
    add_text(response, request, 200, "text/html; charset=utf-8", WELCOME);
  } else {
    add_text(response, request, 404, "text/plain; charset=utf-8", "There is no such page.\n");
  }
}

void response_refuse(struct response *response, int status) {
  add_head(response, status, "text/plain; charset=utf-8", strlen(reason(status)) + 1, false);
  add(response, "%s\n", reason(status));
}
