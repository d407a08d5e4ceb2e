// Sending the DHCP client's messages.
// Read first: RFC 2131 §4.3.6 and table 5 (what goes into which message); client.ts decides when.

import { count, COUNTER_DHCP_SENT } from "../counters";
import { interfaceAt } from "../interface";
import { sendDatagram } from "../ipv4/fragment";
import {
  DHCP_BYTES_MIN, DHCP_CLIENT_PORT, DHCP_OPTION_CLIENT, DHCP_OPTION_MAX_SIZE, DHCP_OPTION_PARAMETERS, DHCP_OPTION_REQUESTED,
  DHCP_OPTION_SERVER, DHCP_OPTION_TYPE, DHCP_OPTIONS_OFFSET, DHCP_SERVER_PORT, putDhcpEnd, putDhcpOption32, putDhcpOption8,
  putDhcpRequest,
} from "../wire/dhcp";
import { PROTOCOL_UDP } from "../wire/ipv4";
import { put16, put48, put8 } from "../wire/order";
import { putUdpHeader, UDP_CHECKSUM_OFFSET, UDP_HEADER_BYTES } from "../wire/udp";

/** One Ethernet frame: nobody reassembles for a host that has no address. */
const MESSAGE_BYTES_MAX: u32 = 1472;

// What we ask for: classless routes (before the router, RFC 3442), mask, router, name servers, MTU, lease time, T1, T2.
const PARAMETERS = memory.data<u8>([121, 1, 3, 6, 26, 51, 58, 59]);
const PARAMETER_COUNT: u32 = 8;

const message = memory.data(320, 8);
const header = memory.data(8, 8);

/**
 * Sends a message of `type`. `client`: our address, if it is in use (ciaddr, and the packet's source). `requested` and
 * `server`: options, 0 for none. `to`: the server's address or broadcast.
 */
export function sendDhcp(
  index: u32, type: u32, transaction: u32, seconds: u32, client: u32, requested: u32, server: u32, to: u32,
): void {
  const mac = interfaceAt(index).mac;
  putDhcpRequest(message, mac, transaction, seconds, client);
  let at = putDhcpOption8(message + DHCP_OPTIONS_OFFSET, DHCP_OPTION_TYPE, type);
  at = putClient(at, mac);
  if (requested != 0) at = putDhcpOption32(at, DHCP_OPTION_REQUESTED, requested);
  if (server != 0) at = putDhcpOption32(at, DHCP_OPTION_SERVER, server);
  at = putParameters(at);
  at = putDhcpEnd(at);
  const bytes = max<u32>(<u32>(at - message), DHCP_BYTES_MIN);
  memory.fill(at, 0, message + bytes - at);
  putUdpHeader(header, DHCP_CLIENT_PORT, DHCP_SERVER_PORT, UDP_HEADER_BYTES + bytes);
  count(COUNTER_DHCP_SENT);
  // A message that is lost here is lost as on the wire: it is sent again.
  sendDatagram(index + 1, PROTOCOL_UDP, client, to, header, UDP_HEADER_BYTES, message, bytes, UDP_CHECKSUM_OFFSET);
}

/** The hardware type and address, as RFC 2132 §9.14 proposes: the same on every start of the machine. */
function putClient(at: usize, mac: u64): usize {
  put8(at, DHCP_OPTION_CLIENT);
  put8(at + 1, 7);
  put8(at + 2, 1);
  put48(at + 3, mac);
  return at + 9;
}

function putParameters(at: usize): usize {
  put8(at, DHCP_OPTION_PARAMETERS);
  put8(at + 1, PARAMETER_COUNT);
  memory.copy(at + 2, PARAMETERS, PARAMETER_COUNT);
  at += 2 + PARAMETER_COUNT;
  put8(at, DHCP_OPTION_MAX_SIZE);
  put8(at + 1, 2);
  put16(at + 2, MESSAGE_BYTES_MAX);
  return at + 4;
}
