/* An address of the kind http://host:port/path, taken apart. */
#ifndef URL_H
#define URL_H

#include <stdbool.h>

struct url {
  char host[256];
  char port[6];
  const char *path;             /* in the text that was read; with the query */
};

/* False: it is no such address. */
bool url_read(struct url *url, const char *text);

#endif
