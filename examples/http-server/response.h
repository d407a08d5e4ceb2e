/* Answers: files below the root, a page and a JSON document of our own, and errors. */
#ifndef RESPONSE_H
#define RESPONSE_H

#include "request.h"

struct response {
  char *head;                   /* what is sent first: the head, and a short body */
  size_t room, length;
  int file;                     /* what follows, or -1 */
  unsigned long long left;      /* bytes of it */
};

struct counters { unsigned long long requests, connections, open; };

/* The answer to a request. The room must hold 1024 bytes. */
void response_make(struct response *response, const struct request *request, const struct counters *counters);

/* The answer to what was no request, or took too long; the connection ends after it. */
void response_refuse(struct response *response, int status);

#endif
