// DHCP messages. Pure; no policy.
// Read first: RFC 2131 §2, figure 1; RFC 2132 (options); RFC 3442 (classless routes).
//
//     0 op u8   1 hardware type u8   2 hardware bytes u8   3 hops u8   4 transaction u32   8 seconds u16   10 flags u16
//    12 client address u32 (ciaddr)   16 your address u32 (yiaddr)   20 next server u32   24 relay u32
//    28 client hardware address, 16   44 server name, 64   108 file, 128   236 magic u32   240 options

import { get32, get48, get8, put32, put48, put8 } from "./order";

export const DHCP_SERVER_PORT: u32 = 67;
export const DHCP_CLIENT_PORT: u32 = 68;
export const DHCP_OPTIONS_OFFSET: u32 = 240;
/** What BOOTP relays expect at least (RFC 1542 §2.1). */
export const DHCP_BYTES_MIN: u32 = 300;

const OP_REQUEST: u32 = 1;
const OP_REPLY: u32 = 2;
const HARDWARE_ETHERNET: u32 = 1;
const HARDWARE_BYTES: u32 = 6;
const MAGIC: u32 = 0x63825363;
const FILE_OFFSET: u32 = 108;
const FILE_BYTES: u32 = 128;
const NAME_OFFSET: u32 = 44;
const NAME_BYTES: u32 = 64;

const OPTION_PAD: u32 = 0;
const OPTION_END: u32 = 255;
export const DHCP_OPTION_MASK: u32 = 1;
export const DHCP_OPTION_ROUTER: u32 = 3;
export const DHCP_OPTION_DNS: u32 = 6;
export const DHCP_OPTION_MTU: u32 = 26;
export const DHCP_OPTION_REQUESTED: u32 = 50;
export const DHCP_OPTION_LEASE: u32 = 51;
const OPTION_OVERLOAD: u32 = 52;
export const DHCP_OPTION_TYPE: u32 = 53;
export const DHCP_OPTION_SERVER: u32 = 54;
export const DHCP_OPTION_PARAMETERS: u32 = 55;
export const DHCP_OPTION_MAX_SIZE: u32 = 57;
export const DHCP_OPTION_T1: u32 = 58;
export const DHCP_OPTION_T2: u32 = 59;
export const DHCP_OPTION_CLIENT: u32 = 61;
export const DHCP_OPTION_ROUTES: u32 = 121;

/** Values of DHCP_OPTION_TYPE (RFC 2132 §9.6). */
export const DHCP_DISCOVER: u32 = 1;
export const DHCP_OFFER: u32 = 2;
export const DHCP_REQUEST: u32 = 3;
export const DHCP_DECLINE: u32 = 4;
export const DHCP_ACK: u32 = 5;
export const DHCP_NAK: u32 = 6;

/** Whether it is a server's message with all fixed fields, for the host with this MAC address and transaction. */
export function isDhcpReplyTo(at: usize, mac: u64, transaction: u32): bool {
  return get8(at) == OP_REPLY && get8(at + 1) == HARDWARE_ETHERNET && get8(at + 2) == HARDWARE_BYTES
    && get32(at + 4) == transaction && get48(at + 28) == mac && get32(at + 236) == MAGIC;
}

export function dhcpYourAddress(at: usize): u32 {
  return get32(at + 16);
}

/** Writes the fixed fields of a client's message, zeros where it says nothing. */
export function putDhcpRequest(at: usize, mac: u64, transaction: u32, seconds: u32, clientAddress: u32): void {
  memory.fill(at, 0, DHCP_OPTIONS_OFFSET);
  put8(at, OP_REQUEST);
  put8(at + 1, HARDWARE_ETHERNET);
  put8(at + 2, HARDWARE_BYTES);
  put32(at + 4, transaction);
  put32(at + 8, min<u32>(seconds, 0xffff) << 16);
  put32(at + 12, clientAddress);
  put48(at + 28, mac);
  put32(at + 236, MAGIC);
}

/** Writes an option of 4 bytes; returns where the next goes. */
export function putDhcpOption32(at: usize, code: u32, value: u32): usize {
  put8(at, code);
  put8(at + 1, 4);
  put32(at + 2, value);
  return at + 6;
}

export function putDhcpOption8(at: usize, code: u32, value: u32): usize {
  put8(at, code);
  put8(at + 1, 1);
  put8(at + 2, value);
  return at + 3;
}

export function putDhcpEnd(at: usize): usize {
  put8(at, OPTION_END);
  return at + 1;
}

/** The length byte of an option in a message of `bytes` bytes, its data after it and whole; 0: it is not there. */
export function findDhcpOption(at: usize, bytes: u32, code: u32): usize {
  const found = findIn(at + DHCP_OPTIONS_OFFSET, bytes - DHCP_OPTIONS_OFFSET, code);
  if (found != 0 || code == OPTION_OVERLOAD) return found;
  // Options may go on in the two fields that nobody boots from (RFC 2131 §4.1): file first, then the server's name.
  const overload = findDhcpOption(at, bytes, OPTION_OVERLOAD);
  if (overload == 0 || get8(overload) != 1) return 0;
  const which = get8(overload + 1);
  const inFile: usize = (which & 1) != 0 ? findIn(at + FILE_OFFSET, FILE_BYTES, code) : 0;
  if (inFile != 0) return inFile;
  return (which & 2) != 0 ? findIn(at + NAME_OFFSET, NAME_BYTES, code) : 0;
}

/** The value of an option of 4 bytes, or `otherwise`. */
export function dhcpOption32(at: usize, bytes: u32, code: u32, otherwise: u32): u32 {
  const option = findDhcpOption(at, bytes, code);
  return option != 0 && get8(option) >= 4 ? get32(option + 1) : otherwise;
}

function findIn(at: usize, bytes: u32, code: u32): usize {
  let offset: u32 = 0;
  while (offset < bytes) {
    const found = get8(at + offset);
    if (found == OPTION_END) return 0;
    if (found == OPTION_PAD) {
      offset++;
      continue;
    }
    if (offset + 2 > bytes || offset + 2 + get8(at + offset + 1) > bytes) return 0;
    if (found == code) return at + offset + 1;
    offset += 2 + get8(at + offset + 1);
  }
  return 0;
}
