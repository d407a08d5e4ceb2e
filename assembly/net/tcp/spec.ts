// Numbers of TCP that are not on the wire (those are in wire/tcp.ts): states, timers, sizes. Constants only.
// Read first: RFC 9293 §3.3.2 (states), §3.8 (data communication); RFC 6298, 6928, 9438 for the timers and windows.

// RFC 9293 §3.3.2.
export const CLOSED: u32 = 0;
export const LISTEN: u32 = 1;
export const SYN_SENT: u32 = 2;
export const SYN_RECEIVED: u32 = 3;
export const ESTABLISHED: u32 = 4;
export const FIN_WAIT_1: u32 = 5;
export const FIN_WAIT_2: u32 = 6;
export const CLOSE_WAIT: u32 = 7;
export const CLOSING: u32 = 8;
export const LAST_ACK: u32 = 9;
/** Only while it is moved to its own small record (time-wait.ts). */
export const TIME_WAIT: u32 = 10;

const MILLISECOND: u64 = 1000000;
const SECOND: u64 = 1000000000;

/** RFC 9293 §3.7.1: what a peer that says nothing takes. */
export const MSS_DEFAULT: u32 = 536;
/** Less than this of a path, or of a peer, would be an attack on our packet rate (RFC 879: 576 - 40 is what all hosts take). */
export const MSS_MIN: u32 = 216;
/** IPv4 and TCP headers without options: RFC 9293 §3.7.1, 6691. */
export const HEADERS_BYTES: u32 = 40;
/** Two NOPs and the timestamps (RFC 7323 appendix A). */
export const TIMESTAMPS_BYTES: u32 = 12;
/** Shift that we ask for (RFC 7323 §2.2): with 65535 it covers the largest ring, 1 MiB. */
export const WINDOW_SHIFT: u32 = 4;
/** RFC 7323 §2.3: a larger one is taken as this. */
export const WINDOW_SHIFT_MAX: u32 = 14;
/** Of the window field. */
export const WINDOW_FIELD_MAX: u32 = 65535;
/** TCP data in one segment that a device cuts: what an IPv4 packet holds with the longest headers. */
export const LARGE_SEGMENT_MAX: u32 = 65535 - 20 - 60;

/** RFC 6928 §2: ten segments, at most 14600 bytes. */
export const INITIAL_WINDOW_SEGMENTS: u32 = 10;
export const INITIAL_WINDOW_BYTES: u32 = 14600;
/** RFC 5681 §3.2, 6675 §2: duplicate acknowledgements that mean loss. */
export const DUPLICATE_THRESHOLD: u32 = 3;

/** RFC 6298 §2.1: before a round trip is known. */
export const RTO_INITIAL: u64 = SECOND;
/** RFC 6298 §2.4 says 1 s; 200 ms is what is in use everywhere, and longer than any delayed acknowledgement. */
export const RTO_MIN: u64 = 200 * MILLISECOND;
/** RFC 6298 §2.5. */
export const RTO_MAX: u64 = 60 * SECOND;
/** RFC 9293 §3.8.3, R2: without an answer for so long a connection has failed; for a SYN, three minutes are the least. */
export const GIVE_UP: u64 = 180 * SECOND;
/** Retransmissions of full segments without an answer after which the path may be a black hole (RFC 2923 §2.1). */
export const BLACK_HOLE_TIMEOUTS: u32 = 3;
/** The same where full segments have arrived before: it is more likely that the network is just bad. */
export const BLACK_HOLE_TIMEOUTS_LATER: u32 = 6;
/** How long FIN-WAIT-2 lasts when nobody waits for it any more: RFC 9293 has no limit there, others have one minute. */
export const FIN_WAIT_2_PERIOD: u64 = 60 * SECOND;

/** RFC 9293 §3.8.6.3: at most 500 ms. */
export const DELAYED_ACK: u64 = 40 * MILLISECOND;
/** Bytes in one turn after which an acknowledgement is not put off to the turn's end. */
export const ACK_EVERY_BYTES: u32 = 16384;
/** When a send found no buffer: look again after this, if nothing else wakes us. */
export const BLOCKED_RETRY: u64 = MILLISECOND;
/** How many that find no buffer are tried in one turn: one neighbour who does not answer has a queue of his own that is full. */
export const BLOCKED_TRIES: u32 = 4;

/** RFC 9293 §3.4.1: the maximum segment lifetime is 30 s here. */
export const TIME_WAIT_PERIOD: u64 = 60 * SECOND;
/** RFC 9293 §3.8.4: off unless asked for, and then two hours. */
export const KEEP_ALIVE_IDLE: u32 = 7200;
export const KEEP_ALIVE_INTERVAL: u32 = 75;
export const KEEP_ALIVE_COUNT: u32 = 9;

/** RFC 5961 §7: challenges in one period, of one connection, so that no other connection can count them. */
export const CHALLENGES_MAX: u32 = 10;
export const CHALLENGE_PERIOD: u64 = 5 * SECOND;

/** SYN-ACKs of a half-open connection after the first: 1, 2, 4, 8, 16 s, and 32 s to answer the last. */
export const SYN_ACK_RETRIES: u32 = 5;
/** How long a SYN cookie may stay away: between one and two periods. */
export const COOKIE_PERIOD: u64 = 64 * SECOND;

/** RFC 7323 §5.5: timestamps older than this say nothing. */
export const TIMESTAMP_AGE_MAX: u64 = 24 * 24 * 3600 * SECOND;
