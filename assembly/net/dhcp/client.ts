// The DHCP client: a state machine for each interface, moved by messages and by pollDhcp, never waiting.
// Read first: RFC 2131 §4.4, figure 5. What a lease sets: lease.ts.
//
//   SELECTING --offer--> REQUESTING --ack--> BOUND --T1--> RENEWING --T2--> REBINDING --expiry--> SELECTING
//       ^                    | nak             ^------- ack ---'--------------'   (the address is gone)
//       '---- PAUSING <------'---- nak, or somebody else has the address
//
// The first message goes out at once, not after RFC 2131's 1 to 10 s, and the first repetition follows after 1 s instead
// of 4: a virtual machine is not one of a building full of PCs after a power cut. Nothing is released at the end: a
// machine that starts again soon gets the same address.

import { NETWORK_INTERFACES_MAX } from "../../base/limits";
import { ADDRESS_BROADCAST, isHostAddress } from "../address";
import { takeDispute } from "../arp/conflict";
import { count, COUNTER_DHCP_IGNORED, COUNTER_DHCP_MALFORMED, COUNTER_DHCP_RECEIVED } from "../counters";
import { interfaceAt } from "../interface";
import { clearAddress } from "../ipv4/addresses";
import { now } from "../now";
import { random32, randomBelow } from "../random";
import {
  DHCP_ACK, DHCP_DECLINE, DHCP_DISCOVER, DHCP_NAK, DHCP_OFFER, DHCP_OPTION_LEASE, DHCP_OPTION_SERVER, DHCP_OPTION_T1,
  DHCP_OPTION_T2, DHCP_OPTION_TYPE, DHCP_OPTIONS_OFFSET, DHCP_REQUEST, dhcpOption32, dhcpYourAddress, findDhcpOption,
  isDhcpReplyTo,
} from "../wire/dhcp";
import { get8 } from "../wire/order";
import { applyLease } from "./lease";
import { sendDhcp } from "./message";

export const DHCP_OFF: u32 = 0;
export const DHCP_SELECTING: u32 = 1;
export const DHCP_REQUESTING: u32 = 2;
export const DHCP_BOUND: u32 = 3;
export const DHCP_RENEWING: u32 = 4;
export const DHCP_REBINDING: u32 = 5;
export const DHCP_PAUSING: u32 = 6;

const SECOND: u64 = 1000000000;
const NEVER: u64 = u64.MAX_VALUE;
/** The last interval between repetitions is 1 s << 6 (RFC 2131 §4.1). */
const BACKOFF_MAX: u32 = 6;
/** Requests for one offer, before another is asked for. */
const REQUESTS_MAX: u32 = 4;
/** RFC 2131 §3.1 (5): before asking again after the address was somebody else's. */
const PAUSE_AFTER_CONFLICT: u64 = 10 * SECOND;
/** So that a server that always refuses is not asked without end. */
const PAUSE_AFTER_NAK: u64 = SECOND;
/** Between repetitions while renewing (§4.4.5). */
const RENEW_INTERVAL_MIN: u64 = 60 * SECOND;
const LEASE_FOREVER: u32 = 0xffffffff;

@final @unmanaged
class Client {
  /** When something is to be done; NEVER: not by itself. */
  next: u64;
  /** When the search for an address began. */
  began: u64;
  renewAt: u64;
  rebindAt: u64;
  expiresAt: u64;
  state: u32;
  transaction: u32;
  /** Messages sent in this state. */
  sent: u32;
  /** The address offered, or in use. */
  address: u32;
  server: u32;
  unused: u32;
}

// NETWORK_INTERFACES_MAX records of 64 bytes.
const clients = memory.data(8 * 64, 8);

function clientOf(index: u32): Client {
  return changetype<Client>(clients + <usize>index * offsetof<Client>());
}

/** Begins to look for an address; the first message goes out now. */
export function startDhcp(index: u32): void {
  assert(offsetof<Client>() == 64);
  const client = clientOf(index);
  client.began = now();
  discover(index, client);
}

export function dhcpState(index: u32): u32 {
  return clientOf(index).state;
}

/** Whether messages to the client's port are the client's. */
export function isDhcpActive(index: u32): bool {
  return clientOf(index).state != DHCP_OFF;
}

/** Whether some interface has been without an address for less than `patience` ns, and may get one. */
export function isDhcpPending(patience: u64): bool {
  for (let i: u32 = 0; i < NETWORK_INTERFACES_MAX; i++) {
    const client = clientOf(i);
    const isLooking = client.state == DHCP_SELECTING || client.state == DHCP_REQUESTING || client.state == DHCP_PAUSING;
    if (isLooking && now() - client.began < patience) return true;
  }
  return false;
}

/** When pollDhcp() has something to do. */
export function nextDhcpDeadline(): u64 {
  let deadline = NEVER;
  for (let i: u32 = 0; i < NETWORK_INTERFACES_MAX; i++) {
    if (isDhcpActive(i)) deadline = min<u64>(deadline, clientOf(i).next);
  }
  return deadline;
}

/** Does what is due: repeats, renews, gives up. */
export function pollDhcp(): void {
  for (let i: u32 = 0; i < NETWORK_INTERFACES_MAX; i++) {
    const client = clientOf(i);
    if (client.state == DHCP_OFF) continue;
    if (takeDispute(i)) decline(i, client);
    if (now() >= client.next) advance(i, client);
  }
}

/** A message from a server, `bytes` bytes after the UDP header. */
export function dhcpInput(index: u32, _source: u32, at: usize, bytes: u32): void {
  count(COUNTER_DHCP_RECEIVED);
  const client = clientOf(index);
  if (bytes < DHCP_OPTIONS_OFFSET) return count(COUNTER_DHCP_MALFORMED);
  if (!isDhcpReplyTo(at, interfaceAt(index).mac, client.transaction)) return count(COUNTER_DHCP_IGNORED);
  const type = findDhcpOption(at, bytes, DHCP_OPTION_TYPE);
  if (type == 0 || get8(type) != 1) return count(COUNTER_DHCP_MALFORMED);
  const server = dhcpOption32(at, bytes, DHCP_OPTION_SERVER, 0);
  switch (get8(type + 1)) {
    case DHCP_OFFER: return takeOffer(index, client, at, server);
    case DHCP_ACK: return takeAck(index, client, at, bytes, server);
    case DHCP_NAK: return takeNak(index, client, server);
  }
  count(COUNTER_DHCP_IGNORED);
}

function takeOffer(index: u32, client: Client, at: usize, server: u32): void {
  if (client.state != DHCP_SELECTING) return count(COUNTER_DHCP_IGNORED);
  if (server == 0 || !isHostAddress(dhcpYourAddress(at))) return count(COUNTER_DHCP_MALFORMED);
  client.address = dhcpYourAddress(at);
  client.server = server;
  enter(client, DHCP_REQUESTING);
  request(index, client);
}

function takeAck(index: u32, client: Client, at: usize, bytes: u32, server: u32): void {
  if (!isAwaiting(client, server)) return count(COUNTER_DHCP_IGNORED);
  const address = dhcpYourAddress(at);
  const lease = dhcpOption32(at, bytes, DHCP_OPTION_LEASE, 0);
  if (lease == 0 || !isHostAddress(address)) return count(COUNTER_DHCP_MALFORMED);
  client.address = address;
  if (server != 0) client.server = server;
  if (lease == LEASE_FOREVER) {
    client.renewAt = NEVER;
    client.rebindAt = NEVER;
    client.expiresAt = NEVER;
  } else {
    // §4.4.5: halves and seven eighths of the lease, unless the server says otherwise and makes sense.
    const rebind = min<u32>(dhcpOption32(at, bytes, DHCP_OPTION_T2, lease - lease / 8), lease);
    const renew = min<u32>(dhcpOption32(at, bytes, DHCP_OPTION_T1, lease / 2), rebind);
    client.renewAt = now() + <u64>renew * SECOND;
    client.rebindAt = now() + <u64>rebind * SECOND;
    client.expiresAt = now() + <u64>lease * SECOND;
  }
  enter(client, DHCP_BOUND);
  client.next = client.renewAt;
  applyLease(index, at, bytes);
}

function takeNak(index: u32, client: Client, server: u32): void {
  if (!isAwaiting(client, server)) return count(COUNTER_DHCP_IGNORED);
  clearAddress(index);
  client.began = now();
  pause(client, PAUSE_AFTER_NAK);
}

/** Whether an answer to a request is due, from this server where only one was asked. */
function isAwaiting(client: Client, server: u32): bool {
  if (client.state == DHCP_REQUESTING) return server == client.server;
  return client.state == DHCP_RENEWING || client.state == DHCP_REBINDING;
}

function advance(index: u32, client: Client): void {
  switch (client.state) {
    case DHCP_SELECTING: return discover(index, client);
    case DHCP_REQUESTING: return client.sent < REQUESTS_MAX ? request(index, client) : discover(index, client);
    case DHCP_PAUSING: return discover(index, client);
    case DHCP_BOUND: enter(client, DHCP_RENEWING);
  }
  if (now() >= client.expiresAt) {
    clearAddress(index);
    client.began = now();
    return discover(index, client);
  }
  if (client.state == DHCP_RENEWING && now() >= client.rebindAt) enter(client, DHCP_REBINDING);
  extend(index, client);
}

function discover(index: u32, client: Client): void {
  if (client.state != DHCP_SELECTING) {
    enter(client, DHCP_SELECTING);
    client.transaction = random32();
  }
  sendDhcp(index, DHCP_DISCOVER, client.transaction, secondsOf(client), 0, 0, 0, ADDRESS_BROADCAST);
  client.next = now() + backoff(client);
}

function request(index: u32, client: Client): void {
  const address = client.address;
  sendDhcp(index, DHCP_REQUEST, client.transaction, secondsOf(client), 0, address, client.server, ADDRESS_BROADCAST);
  client.next = now() + backoff(client);
}

/** Asks for more time: the server that gave the lease, later any. */
function extend(index: u32, client: Client): void {
  const isRenewing = client.state == DHCP_RENEWING;
  const end = isRenewing ? client.rebindAt : client.expiresAt;
  if (client.sent == 0) {
    client.began = now();
    client.transaction = random32();
  }
  client.sent++;
  const to = isRenewing ? client.server : ADDRESS_BROADCAST;
  sendDhcp(index, DHCP_REQUEST, client.transaction, secondsOf(client), client.address, 0, 0, to);
  // §4.4.5: half of what is left, but not less than a minute.
  const left = end > now() ? end - now() : 0;
  client.next = min<u64>(end, now() + max<u64>(left / 2, RENEW_INTERVAL_MIN));
}

/** The address turned out to be somebody else's. */
function decline(index: u32, client: Client): void {
  clearAddress(index);
  sendDhcp(index, DHCP_DECLINE, client.transaction, 0, 0, client.address, client.server, ADDRESS_BROADCAST);
  client.began = now();
  pause(client, PAUSE_AFTER_CONFLICT);
}

function enter(client: Client, state: u32): void {
  client.state = state;
  client.sent = 0;
}

function pause(client: Client, time: u64): void {
  enter(client, DHCP_PAUSING);
  client.next = now() + time;
}

/** The time until the next repetition: 1 s, 2 s, 4 s … 64 s, an eighth more or less. */
function backoff(client: Client): u64 {
  const interval = SECOND << <u64>min<u32>(client.sent, BACKOFF_MAX);
  client.sent++;
  return interval - (interval >> 3) + (<u64>randomBelow(0x10000) * (interval >> 2) >> 16);
}

function secondsOf(client: Client): u32 {
  return <u32>min<u64>((now() - client.began) / SECOND, 0xffff);
}
