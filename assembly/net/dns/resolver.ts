// The resolver: names to IPv4 addresses, several at a time, never waiting.
// Read first: RFC 1035 §7.2 (retransmission), §4.2.1; RFC 5452 (unpredictable ports and ids); RFC 6761 §6.3 (localhost).
//
//   dnsLookUp --> ask server 0 --2 s--> server 1 --2 s--> server 2 --2 s--> server 0 --4 s--> … --> failed
//                    | answer                                    every question from a port and with an id of its own
//                    v
//        addresses, no such name, no address        cut: the same question to the same server over TCP (stream.ts)
//
// A handle is the query's index plus 1, so that 0 is none.

import { DNS_ADDRESSES_MAX, DNS_QUERIES_MAX, PACKET_BUFFER_BYTES } from "../../base/limits";
import { equalsText } from "../../lib/bytes";
import { ADDRESS_LOOPBACK, NO_ADDRESS, parseAddress } from "../address";
import { count, COUNTER_DNS_MALFORMED, COUNTER_DNS_MISMATCHED, COUNTER_DNS_SENT } from "../counters";
import { isDhcpPending } from "../dhcp/client";
import { ANY_INTERFACE, routeTo } from "../ipv4/output";
import { now } from "../now";
import { Packet } from "../packets";
import { random32 } from "../random";
import { tcpClose } from "../tcp/socket";
import { udpSend } from "../udp/output";
import { datagramAt, udpDiscard, udpPeek } from "../udp/queue";
import { UDP_OK, udpClose, udpConnect, udpOpen, udpTakeError } from "../udp/sockets";
import { DNS_PORT, encodeName, nameBytesAt, putDnsQuery } from "../wire/dns";
import {
  ANSWER_ADDRESSES, ANSWER_ALIAS, ANSWER_MALFORMED, ANSWER_MISMATCHED, ANSWER_NO_ADDRESS, ANSWER_NO_NAME, ANSWER_TRUNCATED,
  answerAddressCount, answerAddresses, answerName, readAnswer,
} from "./answer";
import { dnsServer, dnsServerCount } from "./servers";
import { hasStreamEnded, openStream, sendOnStream, streamAnswerAt, streamAnswerBytes } from "./stream";

export const DNS_FREE: u32 = 0;
export const DNS_PENDING: u32 = 1;
export const DNS_FOUND: u32 = 2;
export const DNS_NO_NAME: u32 = 3;
export const DNS_NO_ADDRESS: u32 = 4;
/** No server has given an answer, or there is none to ask. */
export const DNS_FAILED: u32 = 5;
export const DNS_BAD_NAME: u32 = 6;

const SECOND: u64 = 1000000000;
const NEVER: u64 = u64.MAX_VALUE;
/** How often each server is asked, and how long it has at first; each time twice as long. */
const ROUNDS: u32 = 2;
const PATIENCE: u64 = 2 * SECOND;
const STREAM_PATIENCE: u64 = 5 * SECOND;
/** How long a name waits for the servers of a lease, and how often it looks. */
const DHCP_PATIENCE: u64 = 15 * SECOND;
const LOOK_INTERVAL: u64 = SECOND / 4;
/** Questions about one name, each about what the last answer called it. */
const ALIASES_MAX: u32 = 8;

@final @unmanaged
class Query {
  /** When the server's time is over. */
  next: u64;
  state: u32;
  /** The UDP socket of the question that is open; 0: none. */
  socket: u32;
  id: u32;
  /** Questions asked: which server is next, and in which round. */
  asked: u32;
  aliases: u32;
  nameBytes: u32;
  addressCount: u32;
  /** The TCP socket of the question; 0: none. */
  stream: u32;
  /** Whether the question was sent over it. */
  isSent: u32;
  unused: u32;
}

const NAME_OFFSET: usize = 48;
const ADDRESSES_OFFSET: usize = 304;
const QUERY_BYTES: usize = 336;

// DNS_QUERIES_MAX of them: a Query, the name in wire form (256), the addresses found (8 * 4).
const queries = memory.data(8 * 336, 8);
const message = memory.data(280, 8);

function queryAt(index: u32): Query {
  return changetype<Query>(queries + <usize>index * QUERY_BYTES);
}

function queryOf(handle: u32): Query {
  assert(handle - 1 < DNS_QUERIES_MAX && queryAt(handle - 1).state != DNS_FREE, "no such DNS query");
  return queryAt(handle - 1);
}

function nameOf(query: Query): usize {
  return changetype<usize>(query) + NAME_OFFSET;
}

/** Begins to look up a name of `length` characters; 0 if too many are being looked up. Closed with dnsClose(). */
export function dnsLookUp(name: usize, length: u32): u32 {
  assert(offsetof<Query>() == NAME_OFFSET);
  let index: u32 = 0;
  while (index < DNS_QUERIES_MAX && queryAt(index).state != DNS_FREE) index++;
  if (index == DNS_QUERIES_MAX) return 0;
  const query = queryAt(index);
  memory.fill(changetype<usize>(query), 0, QUERY_BYTES);
  query.state = DNS_PENDING;
  const address = equalsText(name, length, "localhost") ? <u64>ADDRESS_LOOPBACK : parseAddress(name, length);
  query.nameBytes = encodeName(nameOf(query), name, length);
  if (address != NO_ADDRESS) {
    addAddress(query, <u32>address);
    query.state = DNS_FOUND;
  } else if (query.nameBytes == 0) query.state = DNS_BAD_NAME;
  else ask(query);
  return index + 1;
}

/** DNS_PENDING, or how it ended. */
export function dnsState(handle: u32): u32 {
  return queryOf(handle).state;
}

export function dnsAddressCount(handle: u32): u32 {
  return queryOf(handle).addressCount;
}

export function dnsAddress(handle: u32, index: u32): u32 {
  assert(index < queryOf(handle).addressCount);
  return load<u32>(changetype<usize>(queryOf(handle)) + ADDRESSES_OFFSET + (<usize>index << 2));
}

export function dnsClose(handle: u32): void {
  const query = queryOf(handle);
  closeSockets(query);
  query.state = DNS_FREE;
}

/** Reads answers, and asks again where there was none in time. */
export function pollDns(): void {
  for (let i: u32 = 0; i < DNS_QUERIES_MAX; i++) {
    const query = queryAt(i);
    if (query.state != DNS_PENDING) continue;
    while (query.socket != 0 && udpPeek(query.socket) != 0) takeDatagram(query);
    if (query.socket != 0 && udpTakeError(query.socket) != 0) ask(query);
    if (query.stream != 0) useStream(query);
    if (query.state == DNS_PENDING && now() >= query.next) ask(query);
  }
}

export function nextDnsDeadline(): u64 {
  let deadline = NEVER;
  for (let i: u32 = 0; i < DNS_QUERIES_MAX; i++) {
    if (queryAt(i).state == DNS_PENDING) deadline = min<u64>(deadline, queryAt(i).next);
  }
  return deadline;
}

/** Asks the next server. */
function ask(query: Query): void {
  closeSockets(query);
  if (!isServerInReach() && isDhcpPending(DHCP_PATIENCE)) {
    query.next = now() + LOOK_INTERVAL;
    return;
  }
  while (query.asked < ROUNDS * dnsServerCount()) {
    const server = dnsServer(query.asked % dnsServerCount());
    const round = query.asked / dnsServerCount();
    query.asked++;
    if (!askServer(query, server)) continue;
    query.next = now() + (PATIENCE << <u64>round);
    return;
  }
  query.state = DNS_FAILED;
}

/** A lease may bring the servers, or, where they are known, the address that leads to them. */
function isServerInReach(): bool {
  for (let i: u32 = 0; i < dnsServerCount(); i++) {
    if (routeTo(dnsServer(i), ANY_INTERFACE) != 0) return true;
  }
  return false;
}

/** Sends the question from a new port with a new id. False: this server cannot be reached. */
function askServer(query: Query, server: u32): bool {
  query.socket = udpOpen();
  if (query.socket == 0) return false;
  query.id = random32() & 0xffff;
  const bytes = putDnsQuery(message, query.id, nameOf(query), query.nameBytes);
  count(COUNTER_DNS_SENT);
  if (udpConnect(query.socket, server, DNS_PORT) == UDP_OK && udpSend(query.socket, 0, 0, message, bytes) == UDP_OK) return true;
  closeSockets(query);
  return false;
}

/** Reads the first datagram on the query's socket. What is no answer to the question is ignored: the right one may follow. */
function takeDatagram(query: Query): void {
  const datagram = udpPeek(query.socket);
  const bytes = changetype<Packet>(datagram).total;
  // Without an extension that we do not use, a message has 512 bytes (RFC 1035 §4.2.1).
  const result = bytes == 0 || bytes > PACKET_BUFFER_BYTES
    ? ANSWER_MISMATCHED
    : readAnswer(datagramAt(datagram, 0), bytes, query.id, nameOf(query), query.nameBytes);
  udpDiscard(query.socket);
  if (result == ANSWER_MISMATCHED) count(COUNTER_DNS_MISMATCHED);
  else conclude(query, result);
}

/** The answer was cut: the server that gave it is asked again, over TCP. */
function askOverStream(query: Query): void {
  closeSockets(query);
  query.stream = openStream(dnsServer((query.asked - 1) % dnsServerCount()));
  if (query.stream == 0) return ask(query);
  query.isSent = 0;
  query.next = now() + STREAM_PATIENCE;
}

function useStream(query: Query): void {
  if (query.isSent == 0) {
    const bytes = putDnsQuery(message, query.id, nameOf(query), query.nameBytes);
    query.isSent = sendOnStream(query.stream, message, bytes) ? 1 : 0;
  }
  const bytes = streamAnswerBytes(query.stream);
  if (bytes != 0) conclude(query, readAnswer(streamAnswerAt(query.stream), bytes, query.id, nameOf(query), query.nameBytes));
  else if (hasStreamEnded(query.stream)) ask(query);
}

function conclude(query: Query, result: u32): void {
  switch (result) {
    case ANSWER_ADDRESSES: {
      for (let i: u32 = 0; i < answerAddressCount(); i++) addAddress(query, load<u32>(answerAddresses() + (<usize>i << 2)));
      return end(query, DNS_FOUND);
    }
    case ANSWER_NO_NAME: return end(query, DNS_NO_NAME);
    case ANSWER_NO_ADDRESS: return end(query, DNS_NO_ADDRESS);
    case ANSWER_ALIAS: return follow(query);
    case ANSWER_TRUNCATED: {
      if (query.stream == 0) return askOverStream(query);
      break;
    }
    case ANSWER_MALFORMED: count(COUNTER_DNS_MALFORMED);
  }
  // Malformed, refused, cut over TCP too: perhaps another server knows better.
  ask(query);
}

/** Asks for the name that the answer led to. */
function follow(query: Query): void {
  if (++query.aliases > ALIASES_MAX) return end(query, DNS_FAILED);
  query.nameBytes = nameBytesAt(answerName());
  memory.copy(nameOf(query), answerName(), query.nameBytes);
  query.asked = 0;
  ask(query);
}

function end(query: Query, state: u32): void {
  closeSockets(query);
  query.state = state;
}

function addAddress(query: Query, address: u32): void {
  assert(query.addressCount < DNS_ADDRESSES_MAX);
  store<u32>(changetype<usize>(query) + ADDRESSES_OFFSET + (<usize>query.addressCount << 2), address);
  query.addressCount++;
}

function closeSockets(query: Query): void {
  if (query.socket != 0) udpClose(query.socket);
  if (query.stream != 0) tcpClose(query.stream);
  query.socket = 0;
  query.stream = 0;
}
