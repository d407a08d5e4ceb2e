/*
 * getaddrinfo and what belongs to it, over WAMR's sock_addr_resolve; getnameinfo; gethostbyname.
 * Read first: asolo-socket.h, asolo-wamr.h.
 */
#include "asolo-wamr.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { FOUND_MAX = 16 };

/* A whole answer is one piece of memory, which freeaddrinfo() gives back with its first. */
struct answer {
  struct addrinfo info;
  struct sockaddr_in address;
};

static int name_error(int32_t error, const struct wamr_hints *hints, const char *service) {
  struct wamr_info info;
  uint32_t found;
  if (error == EAGAIN) return EAI_AGAIN;
  /* Which of the two was wrong: a name that is right tells. */
  if (error == EINVAL) return wamr_addr_resolve("127.0.0.1", service, hints, &info, 1, &found) == EINVAL ? EAI_SERVICE : EAI_NONAME;
  if (error == ENAMETOOLONG) return EAI_NONAME;
  errno = error;
  return EAI_SYSTEM;
}

static int check_hints(const struct addrinfo *hints) {
  if ((hints->ai_flags & ~(AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV)) != 0) return EAI_BADFLAGS;
  if (hints->ai_family != AF_INET && hints->ai_family != AF_UNSPEC) return EAI_FAMILY;
  if (hints->ai_socktype != 0 && hints->ai_socktype != SOCK_STREAM && hints->ai_socktype != SOCK_DGRAM) return EAI_SOCKTYPE;
  return 0;
}

static int32_t type_of(const struct addrinfo *hints) {
  if (hints->ai_socktype == SOCK_STREAM || hints->ai_protocol == IPPROTO_TCP) return WAMR_STREAM;
  return hints->ai_socktype == SOCK_DGRAM || hints->ai_protocol == IPPROTO_UDP ? WAMR_DGRAM : -1;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  static const struct addrinfo no_hints = {0};
  struct wamr_info infos[FOUND_MAX];
  struct in_addr numeric;
  uint32_t count = 0;
  if (hints == NULL) hints = &no_hints;
  int refused = check_hints(hints);
  if (refused != 0) return refused;
  if (node == NULL && service == NULL) return EAI_NONAME;
  if (node == NULL) node = (hints->ai_flags & AI_PASSIVE) != 0 ? "0.0.0.0" : "127.0.0.1";
  if (service == NULL) service = "";
  if ((hints->ai_flags & AI_NUMERICHOST) != 0 && inet_pton(AF_INET, node, &numeric) != 1) return EAI_NONAME;
  struct wamr_hints asked = {.type = type_of(hints), .family = WAMR_INET4, .are_meant = 1};
  int32_t error = wamr_addr_resolve(node, service, &asked, infos, FOUND_MAX, &count);
  if (error != 0) return name_error(error, &asked, service);
  if (count == 0) return EAI_NONAME;
  if (count > FOUND_MAX) count = FOUND_MAX;
  struct answer *answers = calloc(count, sizeof *answers);
  if (answers == NULL) return EAI_MEMORY;
  for (uint32_t i = 0; i < count; i++) {
    bool is_stream = infos[i].type == WAMR_STREAM;
    answers[i].address = socket_address(&infos[i].address);
    answers[i].info = (struct addrinfo){
      .ai_family = AF_INET,
      .ai_socktype = is_stream ? SOCK_STREAM : SOCK_DGRAM,
      .ai_protocol = is_stream ? IPPROTO_TCP : IPPROTO_UDP,
      .ai_addrlen = sizeof answers[i].address,
      .ai_addr = (struct sockaddr *)&answers[i].address,
      .ai_next = i + 1 < count ? &answers[i + 1].info : NULL,
    };
  }
  *found = &answers[0].info;
  return 0;
}

void freeaddrinfo(struct addrinfo *found) {
  free(found);
}

int getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_room, char *service, socklen_t service_room, int flags) {
  const struct sockaddr_in *in = (const struct sockaddr_in *)address;
  if (length < sizeof *in || in->sin_family != AF_INET) return EAI_FAMILY;
  if ((flags & ~(NI_NUMERICHOST | NI_NUMERICSERV | NI_NAMEREQD | NI_DGRAM)) != 0) return EAI_BADFLAGS;
  if ((flags & NI_NAMEREQD) != 0 || (host_room == 0 && service_room == 0)) return EAI_NONAME;
  if (host_room != 0 && inet_ntop(AF_INET, &in->sin_addr, host, host_room) == NULL) return EAI_OVERFLOW;
  int digits = service_room == 0 ? 0 : snprintf(service, service_room, "%u", (unsigned)ntohs(in->sin_port));
  return service_room != 0 && (socklen_t)digits >= service_room ? EAI_OVERFLOW : 0;
}

struct hostent *gethostbyname(const char *name) {
  static char *aliases[] = {NULL};
  static char *list[FOUND_MAX + 1];
  static struct in_addr addresses[FOUND_MAX];
  static char known[NI_MAXHOST];
  static struct hostent answer = {.h_name = known, .h_aliases = aliases, .h_addrtype = AF_INET, .h_length = sizeof(struct in_addr), .h_addr_list = list};
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  if (strlen(name) >= sizeof known || getaddrinfo(name, NULL, &hints, &found) != 0) return NULL;
  size_t count = 0;
  for (struct addrinfo *next = found; next != NULL; next = next->ai_next, count++) {
    addresses[count] = ((struct sockaddr_in *)next->ai_addr)->sin_addr;
    list[count] = (char *)&addresses[count];
  }
  list[count] = NULL;
  strcpy(known, name);
  freeaddrinfo(found);
  return &answer;
}

const char *gai_strerror(int error) {
  switch (error) {
    case 0: return "no error";
    case EAI_BADFLAGS: return "unknown flags";
    case EAI_NONAME: return "nobody has this name";
    case EAI_AGAIN: return "no name server has answered";
    case EAI_FAIL: return "the name servers failed";
    case EAI_FAMILY: return "this address family is not supported";
    case EAI_SOCKTYPE: return "this type of socket is not supported";
    case EAI_SERVICE: return "unknown service";
    case EAI_MEMORY: return "out of memory";
    case EAI_OVERFLOW: return "no room for the name";
    case EAI_SYSTEM: return "system error";
  }
  return "unknown error";
}
