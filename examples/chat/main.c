/*
 * A chat over TCP, line by line: nc or telnet are its clients. It listens where --tcplisten says, on descriptor 3; one loop
 * around poll() carries everybody. Who reads too slowly is dropped, so that nobody else has to wait.
 * Reading order: client.h, this.
 */
#include "client.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LISTENER = 3, CLIENTS_MAX = 1000, TEXT_BYTES = LINE_BYTES + 64 };

static struct client *clients[CLIENTS_MAX];
static struct pollfd polled[1 + CLIENTS_MAX];
static int count;

static int named(void) {
  int found = 0;
  for (int i = 0; i < count; i++) found += clients[i]->name[0] && !clients[i]->is_lost;
  return found;
}

/* Everybody who has a name hears it, but the one whose words they are. */
static void tell_all(const struct client *speaker, const char *text) {
  for (int i = 0; i < count; i++) {
    if (clients[i] != speaker && clients[i]->name[0]) client_tell(clients[i], text);
  }
}

static bool is_name(const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < length; i++) if (!isalnum((unsigned char)name[i])) return false;
  return length > 0 && length <= NAME_MAX_BYTES;
}

static bool is_taken(const char *name) {
  for (int i = 0; i < count; i++) if (!strcasecmp(clients[i]->name, name)) return true;
  return false;
}

static void introduce(struct client *client, const char *name) {
  char text[TEXT_BYTES];
  if (!is_name(name)) return client_tell(client, "* A name has 1 to 20 letters or digits. Yours? ");
  if (is_taken(name)) return client_tell(client, "* That name is taken. Another one? ");
  strcpy(client->name, name);
  snprintf(text, sizeof text, "* %s has come.\n", name);
  tell_all(client, text);
  snprintf(text, sizeof text, "* Hello %s. Here: %d. /who says who, /quit ends.\n", name, named());
  client_tell(client, text);
}

static void list(struct client *client) {
  client_tell(client, "*");
  for (int i = 0; i < count && !client->is_lost; i++) {
    if (!clients[i]->name[0]) continue;
    client_tell(client, " ");
    client_tell(client, clients[i]->name);
  }
  client_tell(client, "\n");
}

static void handle(struct client *client, char *line) {
  char text[TEXT_BYTES];
  if (!strcmp(line, "/quit")) {
    client_tell(client, "* Goodbye.\n");
    client->is_leaving = true;
  } else if (!client->name[0]) {
    introduce(client, line);
  } else if (!strcmp(line, "/who")) {
    list(client);
  } else if (line[0] == '/') {
    client_tell(client, "* There are /who and /quit.\n");
  } else if (line[0]) {
    snprintf(text, sizeof text, "%s: %s\n", client->name, line);
    tell_all(client, text);
  }
}

static void accept_all(void) {
  while (count < CLIENTS_MAX) {
    int fd = accept4(LISTENER, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return; /* none waits, or there is no descriptor for it: it stays in the queue */
    struct client *client = client_new(fd);
    if (!client) {
      close(fd);
      return;
    }
    clients[count++] = client;
    client_tell(client, "* Your name? ");
  }
}

/* Takes out who is lost; others hear of it, which may lose more. */
static void sweep(void) {
  for (int i = 0; i < count;) {
    struct client *client = clients[i];
    if (!client->is_lost) {
      i++;
      continue;
    }
    clients[i] = clients[--count];
    if (client->name[0]) {
      char text[TEXT_BYTES];
      snprintf(text, sizeof text, "* %s has gone.\n", client->name);
      tell_all(client, text);
      i = 0;
    }
    client_free(client);
  }
}

int main(void) {
  struct stat stat;
  if (fstat(LISTENER, &stat) != 0 || !S_ISSOCK(stat.st_mode)) {
    fputs("chat: nobody has said where to listen: asolo run --tcplisten 127.0.0.1:7000\n", stderr);
    return 1;
  }
  fcntl(LISTENER, F_SETFL, O_NONBLOCK);
  for (;;) {
    int waiting = count;
    polled[0] = (struct pollfd){.fd = LISTENER, .events = count < CLIENTS_MAX ? POLLIN : 0};
    for (int i = 0; i < count; i++) polled[1 + i] = (struct pollfd){.fd = clients[i]->fd, .events = (short)(POLLIN | (clients[i]->queue_length > 0 ? POLLOUT : 0))};
    if (poll(polled, (nfds_t)(1 + waiting), -1) < 0) {
      perror("chat: poll");
      return 1;
    }
    for (int i = 0; i < waiting; i++) if (polled[1 + i].revents) client_read(clients[i], handle);
    if (polled[0].revents) accept_all();
    for (int i = 0; i < count; i++) client_flush(clients[i]);
    sweep();
  }
}
