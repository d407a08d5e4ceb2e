// A received ICMP message: echoes are answered, errors go to the transport they concern, everything else is ignored.
// Read first: RFC 792; RFC 1122 §3.2.2. Redirects are ignored, since anybody can send one, and so is source quench (RFC 6633).

import {
  count, COUNTER_ICMP_BAD_CHECKSUM, COUNTER_ICMP_IGNORED, COUNTER_ICMP_MALFORMED, COUNTER_ICMP_NO_BUFFER,
  COUNTER_ICMP_RECEIVED, COUNTER_ICMP_SENT,
} from "../counters";
import {
  ERROR_HOST, ERROR_NETWORK, ERROR_PARAMETER, ERROR_PORT, ERROR_PROHIBITED, ERROR_PROTOCOL, ERROR_TIME, ERROR_TOO_BIG,
  reportError,
} from "../ipv4/errors";
import { sendDatagram } from "../ipv4/fragment";
import { ANY_INTERFACE, NET_SENT, NO_CHECKSUM, routeTo } from "../ipv4/output";
import { plateauBelow } from "../ipv4/path-mtu";
import { checksumOf, isSumValid, sumOf } from "../wire/checksum";
import {
  ICMP_CHECKSUM_OFFSET, ICMP_CODE_FRAGMENTATION_NEEDED, ICMP_CODE_HOST_PROHIBITED, ICMP_CODE_NETWORK,
  ICMP_CODE_NETWORK_PROHIBITED, ICMP_CODE_PORT, ICMP_CODE_PROHIBITED, ICMP_CODE_PROTOCOL, ICMP_ECHO, ICMP_ECHO_REPLY,
  ICMP_HEADER_BYTES, ICMP_PARAMETER_PROBLEM, ICMP_TIME_EXCEEDED, ICMP_UNREACHABLE, icmpCode, icmpMtu, icmpType, putIcmpHeader,
} from "../wire/icmp";
import { IPV4_HEADER_BYTES, ipv4TotalBytes, PROTOCOL_ICMP } from "../wire/ipv4";
import { get32 } from "../wire/order";

const header = memory.data(8, 8);

export function icmpInput(source: u32, destination: u32, at: usize, bytes: u32, toAll: bool): void {
  count(COUNTER_ICMP_RECEIVED);
  if (bytes < ICMP_HEADER_BYTES) return count(COUNTER_ICMP_MALFORMED);
  if (!isSumValid(sumOf(at, bytes))) return count(COUNTER_ICMP_BAD_CHECKSUM);
  if (icmpType(at) == ICMP_ECHO) {
    // An answer to everybody's echo makes us a part of somebody's flood (RFC 1122 §3.2.2.6 allows silence).
    if (toAll) return count(COUNTER_ICMP_IGNORED);
    return answerEcho(source, destination, at, bytes);
  }
  const kind = errorKind(icmpType(at), icmpCode(at));
  if (kind == 0 || toAll) return count(COUNTER_ICMP_IGNORED);
  const quote = at + ICMP_HEADER_BYTES;
  const quoteBytes = bytes - ICMP_HEADER_BYTES;
  let mtu: u32 = 0;
  if (kind == ERROR_TOO_BIG) {
    if (quoteBytes < IPV4_HEADER_BYTES) return count(COUNTER_ICMP_MALFORMED);
    mtu = icmpMtu(at) != 0 ? icmpMtu(at) : plateauBelow(ipv4TotalBytes(quote));
  }
  if (!reportError(kind, quote, quoteBytes, mtu)) count(COUNTER_ICMP_MALFORMED);
}

function answerEcho(source: u32, destination: u32, at: usize, bytes: u32): void {
  putIcmpHeader(header, ICMP_ECHO_REPLY, 0, get32(at + 4));
  const data = at + ICMP_HEADER_BYTES;
  const dataBytes = bytes - ICMP_HEADER_BYTES;
  store<u16>(header + ICMP_CHECKSUM_OFFSET, checksumOf(sumOf(header, ICMP_HEADER_BYTES) + sumOf(data, dataBytes)));
  const route = routeTo(source, ANY_INTERFACE);
  const result = sendDatagram(
    route, PROTOCOL_ICMP, destination, source, header, ICMP_HEADER_BYTES, data, dataBytes, NO_CHECKSUM,
  );
  count(result == NET_SENT ? COUNTER_ICMP_SENT : COUNTER_ICMP_NO_BUFFER);
}

/** ERROR_* for a type and code; 0: nobody needs to know. */
function errorKind(type: u32, code: u32): u32 {
  if (type == ICMP_TIME_EXCEEDED) return ERROR_TIME;
  if (type == ICMP_PARAMETER_PROBLEM) return ERROR_PARAMETER;
  if (type != ICMP_UNREACHABLE) return 0;
  switch (code) {
    case ICMP_CODE_NETWORK: return ERROR_NETWORK;
    case ICMP_CODE_PROTOCOL: return ERROR_PROTOCOL;
    case ICMP_CODE_PORT: return ERROR_PORT;
    case ICMP_CODE_FRAGMENTATION_NEEDED: return ERROR_TOO_BIG;
    case ICMP_CODE_NETWORK_PROHIBITED:
    case ICMP_CODE_HOST_PROHIBITED:
    case ICMP_CODE_PROHIBITED: return ERROR_PROHIBITED;
  }
  // The others say, each in its way, that the host was not reached.
  return ERROR_HOST;
}
