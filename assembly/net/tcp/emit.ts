// Segments on their way out: header, options, and what sending means for a connection. What to send is output.ts's.
// Read first: RFC 9293 §3.10.7.1 (resets), §3.8.6; net/ipv4/output.ts.

import { NET_NO_BUFFER, NET_NO_ROUTE, NET_SENT, routeTo, ANY_INTERFACE, routeMtu, sendPacket, setTimeToLive, TIME_TO_LIVE } from "../ipv4/output";
import { PROTOCOL_TCP } from "../wire/ipv4";
import { putTcpHeader, TCP_ACK, TCP_CHECKSUM_OFFSET, TCP_HEADER_BYTES, TCP_RST, TCP_SYN } from "../wire/tcp";
import { Connection, NEVER } from "./connection";
import { CHALLENGES_SENT, count, NO_BUFFER, RESETS_SENT, SEGMENTS_SENT } from "./counters";
import { putSacks, putSynOptions, putUsualOptions, WITH_SACK, WITH_SCALE, WITH_TIMESTAMPS } from "./options";
import { markFull, markPending } from "./pending";
import { offerWindow } from "./receive-buffer";
import { addReference, dropReference, ringOwner } from "./rings";
import { timestampClock } from "./round-trip";
import { Segment } from "./segment";
import { CHALLENGE_PERIOD, CHALLENGES_MAX, HEADERS_BYTES, MSS_MIN, SYN_SENT, WINDOW_FIELD_MAX } from "./spec";
import { now } from "../now";

const header = memory.data(64, 8);

/** Where the options of the next segment are written. */
export function optionsAt(): usize {
  return header + TCP_HEADER_BYTES;
}

/** Sends a segment whose options are written already. `owner` 0: no payload. */
export function sendHeader(
  route: u32, local: u32, remote: u32, ports: u32, seq: u32, ack: u32, flags: u32, windowField: u32, optionBytes: u32,
  payload: usize, bytes: u32, segmentSize: u32, owner: usize,
): u32 {
  const headerBytes = TCP_HEADER_BYTES + optionBytes;
  putTcpHeader(header, ports >> 16, ports & 0xffff, seq, ack, headerBytes, flags, windowField);
  const result = sendPacket(
    route, PROTOCOL_TCP, local, remote, header, headerBytes, payload, bytes, TCP_CHECKSUM_OFFSET, segmentSize, owner,
  );
  if (result == NET_SENT) count(SEGMENTS_SENT);
  return result;
}

/** Sends `bytes` bytes of the send ring at `payload`, or none; and the acknowledgement with it. */
export function sendSegment(c: Connection, flags: u32, seq: u32, payload: usize, bytes: u32, segmentSize: u32): u32 {
  if (!findRoute(c)) return NET_NO_ROUTE;
  let options: u32 = 0;
  let window: u32 = 0;
  if ((flags & TCP_SYN) != 0) {
    options = synOptions(c);
    window = min<u32>(c.receiveLimit, WINDOW_FIELD_MAX);
  } else {
    window = min<u32>(offerWindow(c) >> c.rcvShift, WINDOW_FIELD_MAX);
    if (c.hasTimestamps) options = putUsualOptions(optionsAt(), timestampClock() + c.tsOffset, c.tsRecent);
    // Blocks take room that full segments do not have; whoever sends them also sends acknowledgements alone.
    if (c.hasSack && bytes == 0) options += putSacks(optionsAt() + options, c, 40 - options);
  }
  let owner: usize = 0;
  if (bytes != 0) {
    owner = ringOwner(c.sendRing);
    addReference(owner);
  }
  const ack = (flags & TCP_ACK) != 0 ? c.rcvNxt : 0;
  setTimeToLive(<u32>c.timeToLive);
  const result = sendHeader(
    c.route, c.localAddress, c.remoteAddress, c.ports, seq, ack, flags, window, options, payload, bytes, segmentSize, owner,
  );
  setTimeToLive(TIME_TO_LIVE);
  if (result == NET_SENT) {
    noteAcknowledged(c);
    if (bytes != 0) c.lastSentAt = now();
    return result;
  }
  if (owner != 0) dropReference(owner);
  if (result == NET_NO_BUFFER) {
    count(NO_BUFFER);
    markFull(c.route);
    markPending(c);
  }
  return result;
}

/** An acknowledgement without data; if there is no buffer now, at the end of a later turn. */
export function sendAck(c: Connection): void {
  if (sendSegment(c, TCP_ACK, c.sndNxt, 0, 0, 0) != NET_SENT) {
    c.isAckDue = true;
    markPending(c);
  }
}

/** RFC 5961 §5, §7: asks a peer that may not be the peer to say where it stands; not more than a few times. */
export function sendChallenge(c: Connection): void {
  if (now() - c.challengesSince >= CHALLENGE_PERIOD) {
    c.challengesSince = now();
    c.challenges = 0;
  }
  if (c.challenges == CHALLENGES_MAX) return;
  c.challenges++;
  count(CHALLENGES_SENT);
  sendAck(c);
}

/** Tells the peer that the connection is no more. */
export function sendReset(c: Connection): void {
  count(RESETS_SENT);
  if (findRoute(c)) {
    sendHeader(c.route, c.localAddress, c.remoteAddress, c.ports, c.sndNxt, c.rcvNxt, TCP_RST | TCP_ACK, 0, 0, 0, 0, 0, 0);
  }
}

/** RFC 9293 §3.10.7.1: answers a segment that belongs to nothing. */
export function refuseSegment(s: Segment): void {
  if ((s.flags & TCP_RST) != 0) return;
  const route = routeTo(s.remote, ANY_INTERFACE);
  if (route == 0) return;
  count(RESETS_SENT);
  if ((s.flags & TCP_ACK) != 0) sendHeader(route, s.local, s.remote, s.ports, s.ack, 0, TCP_RST, 0, 0, 0, 0, 0, 0);
  else sendHeader(route, s.local, s.remote, s.ports, 0, s.seq + s.length, TCP_RST | TCP_ACK, 0, 0, 0, 0, 0, 0);
}

/** The largest segment that a path takes without options, both ways. */
export function segmentSizeFor(route: u32, remote: u32): u32 {
  const mtu = routeMtu(route, remote);
  return mtu > HEADERS_BYTES + MSS_MIN ? mtu - HEADERS_BYTES : MSS_MIN;
}

/** Whether there is a way to the peer; looks for one if the last is gone. */
export function findRoute(c: Connection): bool {
  if (c.route == 0) c.route = routeTo(c.remoteAddress, ANY_INTERFACE);
  return c.route != 0;
}

function synOptions(c: Connection): u32 {
  // A SYN offers everything; a SYN-ACK (after a simultaneous open) repeats what the other SYN had.
  const isFirst = c.state == SYN_SENT;
  let what = WITH_SACK | WITH_SCALE | WITH_TIMESTAMPS;
  if (!isFirst) {
    what = (c.hasSack ? WITH_SACK : 0) | (c.rcvShift != 0 ? WITH_SCALE : 0) | (c.hasTimestamps ? WITH_TIMESTAMPS : 0);
  }
  return putSynOptions(
    optionsAt(), segmentSizeFor(c.route, c.remoteAddress), what, timestampClock() + c.tsOffset, isFirst ? 0 : c.tsRecent,
  );
}

/** Everything received is acknowledged with this segment. */
function noteAcknowledged(c: Connection): void {
  c.lastAckSent = c.rcvNxt;
  c.unacknowledged = 0;
  c.ackAt = NEVER;
  c.isAckDue = false;
}
