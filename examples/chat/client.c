/* Bytes from and to one client: lines in, a ring out. */
#include "client.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client *client_new(int fd) {
  struct client *client = malloc(sizeof *client);
  if (!client) return NULL;
  memset(client, 0, offsetof(struct client, line));
  client->fd = fd;
  return client;
}

void client_free(struct client *client) {
  close(client->fd);
  free(client);
}

void client_tell(struct client *client, const char *text) {
  size_t length = strlen(text);
  if (length > QUEUE_BYTES - client->queue_length) {
    client->is_lost = true;
    return;
  }
  for (size_t i = 0; i < length; i++) client->queue[(client->queue_start + client->queue_length++) % QUEUE_BYTES] = text[i];
}

void client_flush(struct client *client) {
  while (client->queue_length > 0 && !client->is_lost) {
    size_t run = QUEUE_BYTES - client->queue_start;
    if (run > client->queue_length) run = client->queue_length;
    ssize_t sent = send(client->fd, client->queue + client->queue_start, run, 0);
    if (sent < 0) {
      client->is_lost = errno != EAGAIN;
      return;
    }
    client->queue_start = (client->queue_start + (size_t)sent) % QUEUE_BYTES;
    client->queue_length -= (size_t)sent;
  }
  if (client->is_leaving) client->is_lost = true;
}

static void take(struct client *client, char byte, void (*handle)(struct client *client, char *line)) {
  if (byte == '\r') return;
  if (byte == '\n') {
    client->line[client->line_length] = 0;
    client->line_length = 0;
    if (client->skips) client_tell(client, "* That line was too long.\n");
    else handle(client, client->line);
    client->skips = false;
  } else if (client->line_length == LINE_BYTES - 1) {
    client->skips = true;
  } else if (!client->skips) {
    client->line[client->line_length++] = (unsigned char)byte < ' ' || byte == 127 ? '?' : byte;
  }
}

void client_read(struct client *client, void (*handle)(struct client *client, char *line)) {
  char bytes[2048];
  ssize_t got = recv(client->fd, bytes, sizeof bytes, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) client->is_lost = true;
  for (ssize_t i = 0; i < got && !client->is_leaving; i++) take(client, bytes[i], handle);
}
