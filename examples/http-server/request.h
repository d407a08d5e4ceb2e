/* HTTP/1.1 requests (RFC 9112): the head, from the first byte to the empty line, and what the server has to know of it. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum { TARGET_MAX = 1024 };

struct request {
  bool is_head;                 /* HEAD, else GET */
  bool keeps_alive;
  char path[TARGET_MAX + 1];    /* decoded, from its slash on, without the query */
  unsigned long long body;      /* bytes that follow the head */
};

enum { REQUEST_MORE = 0, REQUEST_OK = 1 };

/*
 * Reads the head at the start of `bytes`. REQUEST_MORE: it is not all there yet; REQUEST_OK: `*head` is its length;
 * else the status of the answer to what is none (400 and up), after which the connection cannot go on.
 */
int request_read(struct request *request, const char *bytes, size_t length, size_t *head);

#endif
