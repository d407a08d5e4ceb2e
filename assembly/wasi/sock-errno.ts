// What a status of TCP is as errno. Read first: net/tcp/status.ts.

import {
  TCP_ADDRESS_IN_USE, TCP_ADDRESS_UNKNOWN, TCP_CONNECTED, TCP_NO_PORT, TCP_NOT_CONNECTED, TCP_OK, TCP_REFUSED, TCP_RESET,
  TCP_SHUT_DOWN, TCP_TIMED_OUT, TCP_UNREACHABLE, TCP_WOULD_BLOCK,
} from "../net/tcp/status";
import {
  ADDRINUSE, ADDRNOTAVAIL, AGAIN, CONNREFUSED, CONNRESET, HOSTUNREACH, INVAL, ISCONN, NOTCONN, PIPE, SUCCESS, TIMEDOUT,
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
