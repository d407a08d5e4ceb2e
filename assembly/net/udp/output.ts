// Sending UDP datagrams.
// Read first: RFC 768; RFC 1122 §4.1.3, §4.1.4.

import { count, COUNTER_UDP_SENT } from "../counters";
import { ADDRESS_BROADCAST, isBroadcastOf, isMulticast } from "../address";
import { interfaceAt, isOwnAddress } from "../interface";
import { sendDatagram } from "../ipv4/fragment";
import { ANY_INTERFACE, NET_NO_BUFFER, NET_NO_ROUTE, NET_SENT, routeTo, setTimeToLive, sourceAddressFor, TIME_TO_LIVE } from "../ipv4/output";
import { freePackets } from "../packets";
import { PROTOCOL_UDP } from "../wire/ipv4";
import { putUdpHeader, UDP_CHECKSUM_OFFSET, UDP_HEADER_BYTES } from "../wire/udp";
import {
  UDP_AGAIN, UDP_NO_DESTINATION, UDP_NO_ROUTE, UDP_NOT_ALLOWED, UDP_OK, UDP_TOO_BIG, udpBind, udpSocket,
} from "./sockets";

/** The most data of one datagram: 65535 less the headers. */
export const UDP_DATA_BYTES_MAX: u32 = 65507;

const header = memory.data(8, 8);

/**
 * Sends `bytes` bytes at `at`, which are copied, to an address and port; address 0: to whom it is connected. A socket that
 * is not bound gets a port.
 */
export function udpSend(handle: u32, address: u32, port: u32, at: usize, bytes: u32): u32 {
  const socket = udpSocket(handle);
  if (address == 0) {
    address = socket.remoteAddress;
    port = socket.remotePort;
  }
  if (address == 0 || port == 0) return UDP_NO_DESTINATION;
  if (bytes > UDP_DATA_BYTES_MAX) return UDP_TOO_BIG;
  const route = routeTo(address, ANY_INTERFACE);
  if (route == 0) return UDP_NO_ROUTE;
  if (socket.mayBroadcast == 0 && isBroadcast(route, address)) return UDP_NOT_ALLOWED;
  if (socket.localPort == 0) {
    const bound = udpBind(handle, 0, 0);
    if (bound != UDP_OK) return bound;
  }
  let source = socket.localAddress;
  if (source == 0) source = isOwnAddress(address) ? address : sourceAddressFor(route);
  const hops = isMulticast(address) ? socket.groupTimeToLive : socket.timeToLive;
  // 0: to nobody outside of this machine.
  if (hops == 0 && !isOwnAddress(address)) return UDP_OK;
  setTimeToLive(hops);
  const status = sendFrom(route, source, socket.localPort, address, port, at, bytes);
  setTimeToLive(TIME_TO_LIVE);
  return status;
}

/** Whether udpSend has a chance to find a buffer. */
export function isUdpWritable(): bool {
  return freePackets() != 0;
}

function sendFrom(route: u32, source: u32, sourcePort: u32, address: u32, port: u32, at: usize, bytes: u32): u32 {
  putUdpHeader(header, sourcePort, port, UDP_HEADER_BYTES + bytes);
  const result = sendDatagram(
    route, PROTOCOL_UDP, source, address, header, UDP_HEADER_BYTES, at, bytes, UDP_CHECKSUM_OFFSET,
  );
  if (result == NET_SENT) {
    count(COUNTER_UDP_SENT);
    return UDP_OK;
  }
  if (result == NET_NO_BUFFER) return UDP_AGAIN;
  return result == NET_NO_ROUTE ? UDP_NO_ROUTE : UDP_TOO_BIG;
}

function isBroadcast(route: u32, address: u32): bool {
  const by = interfaceAt(route - 1);
  return address == ADDRESS_BROADCAST || isBroadcastOf(address, by.address, by.mask);
}
