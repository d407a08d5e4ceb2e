// Where segments come in: whom they are for. IPv4 calls tcpInput(), and tcpUnreachable() for ICMP's messages.
// Read first: RFC 9293 §3.10.7.1 (CLOSED), §3.10.7.2 (LISTEN), §3.9.2.2 (ICMP); endpoint.ts.

import { isHostAddress, isLoopback } from "../address";
import { COUNTER_TCP_MALFORMED, count as countNetwork } from "../counters";
import { ERROR_PORT, ERROR_PROHIBITED, ERROR_PROTOCOL, ERROR_TOO_BIG } from "../ipv4/errors";
import { lowerPathMtu } from "../ipv4/path-mtu";
import { get32 } from "../wire/order";
import { TCP_ACK, TCP_RST, tcpSequence, TCP_SYN } from "../wire/tcp";
import { Connection } from "./connection";
import { count, SEGMENTS_MALFORMED, SEGMENTS_RECEIVED } from "./counters";
import { refuseSegment } from "./emit";
import { CONNECTION, Endpoint, findEndpoint, findListener, HALF_OPEN, WAITING } from "./endpoint";
import { HalfOpen, inputCookie, inputHalfOpen, inputSyn } from "./half-open";
import { areTcpTablesMade } from "./memory";
import { output } from "./output";
import { resendSmaller } from "./path";
import { readSegment, Segment } from "./segment";
import { isBefore, isUpTo } from "./sequence";
import { LISTEN, SYN_RECEIVED, SYN_SENT } from "./spec";
import { TCP_REFUSED, TCP_UNREACHABLE } from "./status";
import { inputSynchronised } from "./synchronised";
import { inputSynSent } from "./syn-sent";
import { endConnection } from "./teardown";
import { inputWaiting, Waiting, waitingSequence } from "./time-wait";

/** A segment whose checksum is right. `destination` is an address of ours. */
export function tcpInput(_index: u32, source: u32, destination: u32, segment: usize, bytes: u32): void {
  if (!areTcpTablesMade()) return;
  const at = readSegment(destination, source, segment, bytes);
  // RFC 9293 §3.9.2.3: nobody can be answered at a group's address.
  if (at == 0 || (!isHostAddress(source) && !isLoopback(source)) || (changetype<Segment>(at).ports & 0xffff) == 0) {
    count(SEGMENTS_MALFORMED);
    countNetwork(COUNTER_TCP_MALFORMED);
    return;
  }
  count(SEGMENTS_RECEIVED);
  const s = changetype<Segment>(at);
  const found = findEndpoint(s.local, s.remote, s.ports);
  if (found == 0) {
    inputListen(s, 0);
    return;
  }
  const kind = changetype<Endpoint>(found).kind;
  if (kind == CONNECTION) {
    const c = changetype<Connection>(found);
    if (c.state == SYN_SENT) inputSynSent(c, s);
    else inputSynchronised(c, s);
  } else if (kind == HALF_OPEN) {
    const made = inputHalfOpen(changetype<HalfOpen>(found), s);
    if (made != 0) inputSynchronised(changetype<Connection>(made), s);
  } else if (kind == WAITING) {
    if (inputWaiting(changetype<Waiting>(found), s)) inputListen(s, waitingSequence());
  } else {
    refuseSegment(s);
  }
}

/** No connection has it: a listener, or nobody. Numbers of ours begin after `floor`, if that is not 0. */
function inputListen(s: Segment, floor: u32): void {
  const found = findListener(s.local, s.ports >> 16);
  if (found == 0 || changetype<Connection>(found).state != LISTEN) {
    refuseSegment(s);
    return;
  }
  const listener = changetype<Connection>(found);
  // RFC 9293 §3.10.7.2: first RST, then ACK, then SYN; what is none of them is dropped.
  if ((s.flags & TCP_RST) != 0) return;
  if ((s.flags & TCP_ACK) != 0) {
    const made = inputCookie(listener, s);
    if (made != 0) inputSynchronised(changetype<Connection>(made), s);
  } else if ((s.flags & TCP_SYN) != 0) {
    inputSyn(listener, s, floor);
  }
}

/**
 * An ICMP error about a segment of ours, whose first bytes (8 at least) are at `segment`. `kind`: ERROR_* of
 * ipv4/errors.ts; `mtu` with ERROR_TOO_BIG.
 */
export function tcpUnreachable(kind: u32, source: u32, destination: u32, segment: usize, bytes: u32, mtu: u32): void {
  if (!areTcpTablesMade()) return;
  const ports = get32(segment);
  const found = findEndpoint(source, destination, ports);
  if (found == 0 || changetype<Endpoint>(found).kind != CONNECTION) return;
  const c = changetype<Connection>(found);
  // RFC 5927 §4.1: only about what is in flight.
  const sequence = tcpSequence(segment);
  if (!isUpTo(c.sndUna, sequence) || !isBefore(sequence, c.sndNxt)) return;
  if (kind == ERROR_TOO_BIG) {
    lowerPathMtu(destination, mtu);
    if (c.state != SYN_SENT && c.state != SYN_RECEIVED) {
      resendSmaller(c);
      output(c);
    }
  } else if (c.state == SYN_SENT || c.state == SYN_RECEIVED) {
    // RFC 9293 §3.9.2.2: hard errors end an attempt; soft ones are told if it fails later. A connection that stands
    // outlives both (RFC 5927 §5.2).
    if (kind == ERROR_PORT || kind == ERROR_PROTOCOL) endConnection(c, TCP_REFUSED);
    else if (kind == ERROR_PROHIBITED) endConnection(c, TCP_UNREACHABLE);
    else c.softError = TCP_UNREACHABLE;
  }
}
