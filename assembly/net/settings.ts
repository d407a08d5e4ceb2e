// What the command line says about each interface. configure.ts reads the words; without any, DHCP is asked.

import { NETWORK_INTERFACES_MAX } from "../base/limits";

/** Ask DHCP. */
export const BY_DHCP: u32 = 0;
/** The address is given. */
export const STATIC: u32 = 1;
/** No IPv4 address. */
export const WITHOUT: u32 = 2;

@final @unmanaged
export class Settings {
  method: u32;
  address: u32;
  mask: u32;
  /** 0: none given. */
  gateway: u32;
}

// NETWORK_INTERFACES_MAX records of 16 bytes, by the interface's index.
const settings = memory.data(8 * 16, 4);

export function settingsOf(index: u32): Settings {
  assert(index < NETWORK_INTERFACES_MAX && offsetof<Settings>() == 16);
  return changetype<Settings>(settings + <usize>index * offsetof<Settings>());
}

/** The gateway given on the command line, 0 if there is none. */
export function configuredGateway(index: u32): u32 {
  return settingsOf(index).gateway;
}
