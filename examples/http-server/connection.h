/* One connection: bytes that have come and are no request yet, and the rest of the answer. Nothing here waits. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "response.h"
#include <time.h>

enum { IN_BYTES = 4096, OUT_BYTES = 8192 };

struct connection {
  int fd;
  time_t since;                 /* when a byte last moved, or the head that is not all there began */
  size_t in_length;
  unsigned long long body;      /* of the last request: bytes to be skipped */
  size_t out_at;
  struct response response;
  bool ends;                    /* after this answer */
  bool drains;                  /* it has been sent: what still comes is thrown away, so that the client can read the answer */
  char in[IN_BYTES];
  char out[OUT_BYTES];
};

struct connection *connection_new(int fd, time_t now);
void connection_free(struct connection *connection);

/* Whether there is something to send; else it is to be read from. */
bool connection_is_sending(const struct connection *connection);

/* Reads, answers and writes as far as it goes. False: it has ended. */
bool connection_serve(struct connection *connection, struct counters *counters, time_t now);

/* Nothing has moved for a while. False: it has ended. */
bool connection_age(struct connection *connection, time_t now);

#endif
