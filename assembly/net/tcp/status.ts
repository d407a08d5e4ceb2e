// How calls of the socket interface end (socket.ts), and what a connection has to report. Constants only.
// The layer above translates them into its errno.

export const TCP_OK: u32 = 0;
/** Nothing can be done now; readiness says when. */
export const TCP_WOULD_BLOCK: u32 = 1;
/** The connection is being made; writable or error says when that has ended. */
export const TCP_IN_PROGRESS: u32 = 2;
/** The peer has answered that nobody listens there. */
export const TCP_REFUSED: u32 = 3;
/** The peer has ended the connection at once. */
export const TCP_RESET: u32 = 4;
/** The peer has not answered for minutes. */
export const TCP_TIMED_OUT: u32 = 5;
/** There is no way to the peer. */
export const TCP_UNREACHABLE: u32 = 6;
export const TCP_ADDRESS_IN_USE: u32 = 7;
/** The address to bind to is none of ours. */
export const TCP_ADDRESS_UNKNOWN: u32 = 8;
export const TCP_NOT_CONNECTED: u32 = 9;
export const TCP_CONNECTED: u32 = 10;
/** Sending after it was shut down. */
export const TCP_SHUT_DOWN: u32 = 11;
/** The call makes no sense in this state or with these arguments. */
export const TCP_INVALID: u32 = 12;
/** No port is left for a new connection. */
export const TCP_NO_PORT: u32 = 13;

// Bits of tcpReadiness().
/** There is data to read, or the end of it. */
export const TCP_READABLE: u32 = 1 << 0;
export const TCP_WRITABLE: u32 = 1 << 1;
/** A connection waits to be accepted. */
export const TCP_ACCEPTABLE: u32 = 1 << 2;
/** tcpError() has something to tell. */
export const TCP_FAILED: u32 = 1 << 3;
/** Nothing will be received and nothing can be sent any more. */
export const TCP_HUNG_UP: u32 = 1 << 4;
/** The peer has sent all it had. */
export const TCP_PEER_DONE: u32 = 1 << 5;
