/* One person in the chat: the line that is being typed, and what is still to be sent. Nothing here waits. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>

enum { NAME_MAX_BYTES = 20, LINE_BYTES = 512, QUEUE_BYTES = 8192 };

struct client {
  int fd;
  bool is_lost;                 /* gone, or too slow: it is to be removed */
  bool is_leaving;              /* when everything has been sent */
  bool skips;                   /* the rest of a line that was too long */
  char name[NAME_MAX_BYTES + 1]; /* empty until it has said it */
  size_t line_length, queue_start, queue_length;
  char line[LINE_BYTES];
  char queue[QUEUE_BYTES];      /* a ring */
};

struct client *client_new(int fd);
void client_free(struct client *client);

/* Queues text. Who does not read what others say is lost, not waited for. */
void client_tell(struct client *client, const char *text);

/* Sends as much as there is room for. */
void client_flush(struct client *client);

/* Reads what has come, and hands over whole lines, without their ends; what no terminal should get is replaced. */
void client_read(struct client *client, void (*handle)(struct client *client, char *line));

#endif
