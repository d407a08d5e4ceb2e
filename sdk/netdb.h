/*
 * For programs that include <netdb.h>, which wasi-libc does not have: getaddrinfo and what belongs to it.
 * Read next: asolo-socket.h.
 */
#ifndef ASOLO_NETDB_H
#define ASOLO_NETDB_H

#include "asolo-socket.h"

#endif
