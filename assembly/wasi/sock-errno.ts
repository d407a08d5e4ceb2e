// What a status of TCP or UDP, or an ICMP error about a datagram, is as errno.
// Read first: net/tcp/status.ts, net/udp/sockets.ts, net/ipv4/errors.ts.

import { ERROR_HOST, ERROR_NETWORK, ERROR_PARAMETER, ERROR_PORT, ERROR_PROTOCOL, ERROR_TOO_BIG } from "../net/ipv4/errors";
import {
  TCP_ADDRESS_IN_USE, TCP_ADDRESS_UNKNOWN, TCP_CONNECTED, TCP_NO_PORT, TCP_NOT_CONNECTED, TCP_OK, TCP_REFUSED, TCP_RESET,
  TCP_SHUT_DOWN, TCP_TIMED_OUT, TCP_UNREACHABLE, TCP_WOULD_BLOCK,
} from "../net/tcp/status";
import {
  UDP_AGAIN, UDP_IN_USE, UDP_NO_DESTINATION, UDP_NO_ROUTE, UDP_NOT_ALLOWED, UDP_NOT_OURS, UDP_OK, UDP_TOO_BIG,
} from "../net/udp/sockets";
import {
  ACCES, ADDRINUSE, ADDRNOTAVAIL, AGAIN, CONNREFUSED, CONNRESET, DESTADDRREQ, HOSTUNREACH, INVAL, ISCONN, MSGSIZE, NETUNREACH,
  NOPROTOOPT, NOTCONN, PIPE, SUCCESS, TIMEDOUT,
} from "./spec";

export function errnoOf(status: u32): u32 {
  switch (status) {
    case TCP_OK: return SUCCESS;
    case TCP_WOULD_BLOCK: return AGAIN;
    case TCP_REFUSED: return CONNREFUSED;
    case TCP_RESET: return CONNRESET;
    case TCP_TIMED_OUT: return TIMEDOUT;
    case TCP_UNREACHABLE: return HOSTUNREACH;
    case TCP_ADDRESS_IN_USE: return ADDRINUSE;
    case TCP_ADDRESS_UNKNOWN:
    case TCP_NO_PORT: return ADDRNOTAVAIL;
    case TCP_NOT_CONNECTED: return NOTCONN;
    case TCP_CONNECTED: return ISCONN;
    case TCP_SHUT_DOWN: return PIPE;
  }
  return INVAL;
}

export function errnoOfUdp(status: u32): u32 {
  switch (status) {
    case UDP_OK: return SUCCESS;
    case UDP_IN_USE: return ADDRINUSE;
    case UDP_NOT_OURS: return ADDRNOTAVAIL;
    case UDP_NO_ROUTE: return NETUNREACH;
    case UDP_AGAIN: return AGAIN;
    case UDP_TOO_BIG: return MSGSIZE;
    case UDP_NO_DESTINATION: return DESTADDRREQ;
    case UDP_NOT_ALLOWED: return ACCES;
  }
  return INVAL;
}

/** Of udpTakeError(); 0 is no error. */
export function errnoOfUdpError(error: u32): u32 {
  switch (error) {
    case 0: return SUCCESS;
    case ERROR_NETWORK: return NETUNREACH;
    case ERROR_HOST: return HOSTUNREACH;
    case ERROR_PROTOCOL: return NOPROTOOPT;
    case ERROR_PORT: return CONNREFUSED;
    case ERROR_TOO_BIG: return MSGSIZE;
    case ERROR_PARAMETER: return INVAL;
  }
  return HOSTUNREACH;
}
