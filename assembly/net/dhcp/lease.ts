// What a DHCP lease sets: address, routes, name servers, MTU. What the command line says wins over it.
// Read first: RFC 2132 §3.3, §3.5, §3.8, §5.1; RFC 3442 (classless routes).

import { isHostAddress, isMask, maskOfPrefix } from "../address";
import { setLeasedDnsServers } from "../dns/servers";
import { interfaceAt } from "../interface";
import { setAddress, setGateway } from "../ipv4/addresses";
import { addRoute } from "../ipv4/routes";
import { configuredGateway } from "../settings";
import {
  DHCP_OPTION_DNS, DHCP_OPTION_MASK, DHCP_OPTION_MTU, DHCP_OPTION_ROUTER, DHCP_OPTION_ROUTES, dhcpOption32, dhcpYourAddress,
  findDhcpOption,
} from "../wire/dhcp";
import { get16, get32, get8 } from "../wire/order";

/** A smaller one would be an attack, or a mistake (RFC 2132 §5.1 allows 68). */
const MTU_MIN: u32 = 576;

/** Applies the options of an acknowledgement of `bytes` bytes. */
export function applyLease(index: u32, at: usize, bytes: u32): void {
  const address = dhcpYourAddress(at);
  let mask = dhcpOption32(at, bytes, DHCP_OPTION_MASK, maskOfClass(address));
  if (!isMask(mask)) mask = maskOfClass(address);
  setAddress(index, address, mask, true);
  setRoutes(index, at, bytes);
  const servers = findDhcpOption(at, bytes, DHCP_OPTION_DNS);
  if (servers != 0) setLeasedDnsServers(servers + 1, get8(servers) >> 2);
  const mtu = findDhcpOption(at, bytes, DHCP_OPTION_MTU);
  if (mtu != 0 && get8(mtu) == 2 && get16(mtu + 1) >= MTU_MIN) {
    interfaceAt(index).mtu = min<u32>(interfaceAt(index).mtu, get16(mtu + 1));
  }
}

function setRoutes(index: u32, at: usize, bytes: u32): void {
  const configured = configuredGateway(index);
  if (configured != 0) return setGateway(index, configured);
  const routes = findDhcpOption(at, bytes, DHCP_OPTION_ROUTES);
  // A server that knows classless routes means them in place of the router.
  if (routes != 0 && setClasslessRoutes(index, routes + 1, get8(routes))) return;
  const router = dhcpOption32(at, bytes, DHCP_OPTION_ROUTER, 0);
  if (isHostAddress(router)) setGateway(index, router);
}

/** `bits u8, so many bytes of the network as hold them, router u32`, again and again. False if it makes no sense. */
function setClasslessRoutes(index: u32, at: usize, bytes: u32): bool {
  if (bytes == 0) return false;
  let offset: u32 = 0;
  while (offset < bytes) {
    const bits = get8(at + offset);
    const significant = (bits + 7) >> 3;
    if (bits > 32 || offset + 1 + significant + 4 > bytes) return offset != 0;
    let network: u32 = 0;
    for (let i: u32 = 0; i < significant; i++) network |= get8(at + offset + 1 + i) << (24 - (i << 3));
    addRoute(network, maskOfPrefix(bits), get32(at + offset + 1 + significant), index);
    offset += 5 + significant;
  }
  return true;
}

/** The mask of the old classes, where the server says none (RFC 950). */
function maskOfClass(address: u32): u32 {
  if ((address >> 31) == 0) return maskOfPrefix(8);
  return maskOfPrefix((address >> 30) == 2 ? 16 : 24);
}
