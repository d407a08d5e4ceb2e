/* Reading an address: what could be misunderstood, or carry something else into the request, is refused. */
#include "url.h"
#include <string.h>
#include <strings.h>

bool url_read(struct url *url, const char *text) {
  if (strncasecmp(text, "http://", 7) != 0) return false;
  for (const char *at = text; *at; at++) if (*at <= ' ' || *at == 127) return false;
  const char *host = text + 7;
  size_t authority = strcspn(host, "/?#");
  size_t length = strcspn(host, ":/?#@");
  if (length == 0 || length >= sizeof url->host || host[length] == '@') return false;
  memcpy(url->host, host, length);
  url->host[length] = 0;
  strcpy(url->port, "80");
  if (host[length] == ':') {
    size_t digits = authority - length - 1;
    if (digits == 0 || digits >= sizeof url->port || strspn(host + length + 1, "0123456789") != digits) return false;
    memcpy(url->port, host + length + 1, digits);
    url->port[digits] = 0;
  }
  url->path = host[authority] == '/' ? host + authority : "/";
  return strchr(text, '#') == NULL && (host[authority] == '/' || host[authority] == 0);
}
