// From a handshake to a connection: what was agreed on in the SYNs becomes the state of a full record.
// Read first: RFC 9293 §3.5, §3.7.1; RFC 7323 §2.3, §3.2; RFC 2018 §2. Half-open records: half-open.ts.

import { isAcceptQueueFull, queueAccept } from "./accept-queue";
import { beginCongestion } from "./congestion";
import { Connection, takeConnection } from "./connection";
import { BACKLOG_FULL, CONNECTIONS_ACCEPTED, count } from "./counters";
import { armKeepAlive } from "./keep-alive";
import { addEndpoint, CONNECTION, Endpoint } from "./endpoint";
import { setSegmentSize } from "./path";
import { noteRoundTrip } from "./round-trip";
import { Segment } from "./segment";
import { ESTABLISHED, MSS_DEFAULT, MSS_MIN, WINDOW_FIELD_MAX, WINDOW_SHIFT } from "./spec";
import { now } from "../now";

/** What both SYNs have said, for a connection that the other side has begun. */
@unmanaged
export class Handshake extends Endpoint {
  listener: usize;
  /** Ours and the peer's initial sequence numbers. */
  iss: u32;
  irs: u32;
  mss: u32;
  /** Shift plus 1; 0: no scaling. */
  scale: u32;
  tsRecent: u32;
  tsOffset: u32;
  hasTimestamps: bool;
  hasSack: bool;
  isSynRepeated: bool;
  /** When the only SYN-ACK was sent; 0: unknown. */
  sentAt: u64;
}

/** Notes what a SYN says, in a record whose addresses are set. */
export function noteSyn(h: Handshake, s: Segment): void {
  h.irs = s.seq;
  h.mss = usableMss(s.mss);
  h.scale = s.scale;
  h.tsRecent = s.tsValue;
  h.hasTimestamps = s.hasTimestamps;
  h.hasSack = s.isSackPermitted;
}

/** RFC 9293 §3.7.1: 536 if the peer has not said it. */
export function usableMss(mss: u32): u32 {
  return mss == 0 ? MSS_DEFAULT : max<u32>(mss, MSS_MIN);
}

/** Sets sending and receiving to their beginning. */
export function beginSequences(c: Connection, iss: u32, irs: u32): void {
  c.iss = iss;
  c.sndData = iss + 1;
  c.sndEnd = iss + 1;
  c.recoveryPoint = iss;
  c.highRxt = iss;
  c.smallEnd = iss;
  c.irs = irs;
  c.rcvNxt = irs + 1;
  c.rcvRead = irs + 1;
  c.rcvData = irs + 1;
  c.rcvAdv = irs + 1 + min<u32>(c.receiveLimit, WINDOW_FIELD_MAX);
  c.lastAckSent = irs + 1;
  c.lastRange = irs;
}

/** Notes what was agreed on. `scale` as in Handshake. */
export function noteAgreement(c: Connection, mss: u32, scale: u32, hasSack: bool, hasTimestamps: bool, tsRecent: u32): void {
  c.peerMss = mss;
  c.hasSack = hasSack;
  c.hasTimestamps = hasTimestamps;
  c.tsRecent = tsRecent;
  c.tsRecentAt = now();
  if (scale != 0) {
    c.sndShift = scale - 1;
    c.rcvShift = WINDOW_SHIFT;
  } else {
    c.sndShift = 0;
    c.rcvShift = 0;
    c.receiveLimit = min<u32>(c.receiveLimit, WINDOW_FIELD_MAX);
  }
  setSegmentSize(c);
}

/** The connection may carry data from now on. */
export function enterEstablished(c: Connection): void {
  c.state = ESTABLISHED;
  c.heardAt = now();
  c.backoff = 0;
  beginCongestion(c);
  armKeepAlive(c);
}

/** The other side's last acknowledgement has come: makes the connection, and queues it to be accepted; 0 if there is no room. */
export function establish(h: Handshake, s: Segment): usize {
  const listener = changetype<Connection>(h.listener);
  const at: usize = isAcceptQueueFull(listener) ? 0 : takeConnection();
  if (at == 0) {
    count(BACKLOG_FULL);
    return 0;
  }
  const c = changetype<Connection>(at);
  c.localAddress = h.localAddress;
  c.remoteAddress = h.remoteAddress;
  c.ports = h.ports;
  inherit(c, listener);
  beginSequences(c, h.iss, h.irs);
  noteAgreement(c, h.mss, h.scale, h.hasSack, h.hasTimestamps, h.tsRecent);
  c.tsOffset = h.tsOffset;
  c.isSynRepeated = h.isSynRepeated;
  if (h.sentAt != 0) noteRoundTrip(c, (now() - h.sentAt) / 1000);
  c.sndUna = h.iss + 1;
  c.sndNxt = h.iss + 1;
  c.sndWnd = s.window << c.sndShift;
  c.sndWndMax = c.sndWnd;
  c.sndWl1 = s.seq;
  c.sndWl2 = s.ack;
  enterEstablished(c);
  queueAccept(listener, c);
  count(CONNECTIONS_ACCEPTED);
  return at;
}

/** For the table of endpoints; after the half-open record has left it. */
export function enterTable(c: Connection): void {
  addEndpoint(c, CONNECTION);
}

/** An accepted connection has its listener's options. */
function inherit(c: Connection, listener: Connection): void {
  c.noDelay = listener.noDelay;
  c.keepAlive = listener.keepAlive;
  c.keepIdle = listener.keepIdle;
  c.keepInterval = listener.keepInterval;
  c.keepCount = listener.keepCount;
  c.reuseAddress = listener.reuseAddress;
  c.reusePort = listener.reusePort;
  c.quickAck = listener.quickAck;
  c.timeToLive = listener.timeToLive;
  c.lingers = listener.lingers;
  c.lingerSeconds = listener.lingerSeconds;
  c.sendLimit = listener.sendLimit;
  c.receiveLimit = listener.receiveLimit;
}
