// Sending ICMP errors: for packets that allow one, at a limited rate.
// Read first: RFC 1122 §3.2.2; RFC 1812 §4.3.2.7 (when not), §4.3.2.8 (rate).

import { count, COUNTER_ICMP_RATE_LIMITED, COUNTER_ICMP_SENT } from "../counters";
import { isHostAddress, isLoopback } from "../address";
import { isOwnAddress } from "../interface";
import { ANY_INTERFACE, NET_SENT, NO_CHECKSUM, routeTo, sendPacket } from "../ipv4/output";
import { now } from "../now";
import {
  ICMP_ECHO, ICMP_HEADER_BYTES, ICMP_QUOTE_BYTES, icmpType, putIcmpHeader, setIcmpChecksum,
} from "../wire/icmp";
import {
  ipv4Destination, ipv4FragmentOffset, ipv4HeaderBytes, ipv4Protocol, ipv4Source, PROTOCOL_ICMP,
} from "../wire/ipv4";

/** A bucket of tokens: as many at once, and one more after each interval. */
const BURST: u32 = 20;
const INTERVAL: u64 = 10000000;

const message = memory.data(96, 8);
let tokens: u32 = 20;
let lastToken: u64 = 0;

/** Sends an error about `packet`, of which `bytes` bytes are there, to where it came from. */
export function sendIcmpError(packet: usize, bytes: u32, type: u32, code: u32): void {
  if (!mayComplain(packet, bytes)) return;
  const source = ipv4Source(packet);
  const route = routeTo(source, ANY_INTERFACE);
  if (route == 0) return;
  if (!takeToken()) return count(COUNTER_ICMP_RATE_LIMITED);
  const quoted = min<u32>(bytes, ipv4HeaderBytes(packet) + ICMP_QUOTE_BYTES);
  putIcmpHeader(message, type, code, 0);
  memory.copy(message + ICMP_HEADER_BYTES, packet, quoted);
  setIcmpChecksum(message, ICMP_HEADER_BYTES + quoted);
  const result = sendPacket(
    route, PROTOCOL_ICMP, ipv4Destination(packet), source, message, ICMP_HEADER_BYTES + quoted, 0, 0, NO_CHECKSUM, 0, 0,
  );
  if (result == NET_SENT) count(COUNTER_ICMP_SENT);
}

/** The caller has made sure that it was sent to us alone. */
function mayComplain(packet: usize, bytes: u32): bool {
  if (ipv4FragmentOffset(packet) != 0) return false;
  if (!isOwnAddress(ipv4Destination(packet)) && !isLoopback(ipv4Destination(packet))) return false;
  if (!isHostAddress(ipv4Source(packet)) && !isLoopback(ipv4Source(packet))) return false;
  if (ipv4Protocol(packet) != PROTOCOL_ICMP) return true;
  // About an error there is none; and who knows what an unknown message is.
  return bytes > ipv4HeaderBytes(packet) && icmpType(packet + ipv4HeaderBytes(packet)) == ICMP_ECHO;
}

function takeToken(): bool {
  const since = (now() - lastToken) / INTERVAL;
  if (since != 0) {
    tokens = <u32>min<u64>(<u64>tokens + since, <u64>BURST);
    lastToken = now();
  }
  if (tokens == 0) return false;
  tokens--;
  return true;
}
