// The words `ip=`, `gateway=` and `dns=` of the command line: read once at boot, applied when a device appears.
// docs/network.md has them for people.
//
//   ip=ADDRESS/PREFIX   ip=ADDRESS/MASK   ip=ADDRESS   ip=dhcp|on|any   ip=off|none
//   ip=ADDRESS:SERVER:GATEWAY:MASK:HOST:DEVICE:METHOD:DNS:DNS      as Linux has it; any field may be empty, the last missing
//   gateway=ADDRESS     dns=ADDRESS,ADDRESS,ADDRESS
//
// ip= and gateway= concern the first device, eth0; others are named in front: ip=eth1:10.0.0.2/24, gateway=eth1:10.0.0.1.

import { NETWORK_INTERFACES_MAX } from "../base/limits";
import { networkStrings, stringsAt } from "../config/strings";
import { distanceTo, equalsText, startsWithText } from "../lib/bytes";
import { parseDecimal } from "../lib/format";
import { isHostAddress, isMask, maskOfPrefix, NO_ADDRESS, parseAddress } from "./address";
import { startDhcp } from "./dhcp/client";
import { addConfiguredDnsServer, clearConfiguredDnsServers } from "./dns/servers";
import { setAddress, setGateway } from "./ipv4/addresses";
import { BY_DHCP, Settings, settingsOf, STATIC, WITHOUT } from "./settings";

const COLON: u32 = 0x3a;
const SLASH: u32 = 0x2f;
const COMMA: u32 = 0x2c;
const NO_MASK: u64 = u64.MAX_VALUE;
const NO_DEVICE: u32 = 0;

// Linux's fields (Documentation/admin-guide/nfs/nfsroot.rst).
const FIELD_ADDRESS: u32 = 0;
const FIELD_GATEWAY: u32 = 2;
const FIELD_MASK: u32 = 3;
const FIELD_DEVICE: u32 = 5;
const FIELD_METHOD: u32 = 6;
const FIELD_DNS: u32 = 7;
const FIELD_DNS_2: u32 = 8;

let badAt: usize = 0;
let badLength: u32 = 0;

/** Reads the words that the configuration has kept, later ones over earlier ones. False: refusedWordAt() makes no sense. */
export function readNetworkWords(): bool {
  const list = networkStrings();
  let at = stringsAt(list);
  for (let i: u32 = 0; i < list.count; i++) {
    const length = distanceTo(0, at, list.length);
    if (!readWord(at, length)) {
      badAt = at;
      badLength = length;
      return false;
    }
    at += length + 1;
  }
  return true;
}

/** The word that readNetworkWords() refused. */
export function refusedWordAt(): usize {
  return badAt;
}

export function refusedWordLength(): u32 {
  return badLength;
}

/** Gives a device that has just appeared its address, or begins to look for one. */
export function configureInterface(index: u32): void {
  const settings = settingsOf(index);
  if (settings.method == BY_DHCP) return startDhcp(index);
  if (settings.method == WITHOUT) return;
  setAddress(index, settings.address, settings.mask, false);
  setGateway(index, settings.gateway);
}

function readWord(at: usize, length: u32): bool {
  if (startsWithText(at, length, "ip=")) return readIp(at + 3, length - 3);
  if (startsWithText(at, length, "gateway=")) return readGateway(at + 8, length - 8);
  return readDns(at + 4, length - 4);
}

function readIp(at: usize, length: u32): bool {
  const name = distanceTo(COLON, at, length);
  const named = name < length ? deviceOf(at, name) : NO_DEVICE;
  const settings = settingsOf(named != NO_DEVICE ? named : 1);
  if (named != NO_DEVICE) {
    at += name + 1;
    length -= name + 1;
  }
  const method = methodOf(at, length);
  if (method >= 0) {
    settings.method = <u32>method;
    return true;
  }
  return distanceTo(COLON, at, length) < length ? readLinux(at, length, named) : readAddress(settings, at, length);
}

/** `ADDRESS`, `ADDRESS/PREFIX` or `ADDRESS/MASK`. */
function readAddress(settings: Settings, at: usize, length: u32): bool {
  const slash = distanceTo(SLASH, at, length);
  const address = parseAddress(at, slash);
  const mask: u64 = slash == length ? 0xffffffff : readMask(at + slash + 1, length - slash - 1);
  if (address == NO_ADDRESS || !isHostAddress(<u32>address) || mask == NO_MASK) return false;
  settings.method = STATIC;
  settings.address = <u32>address;
  settings.mask = <u32>mask;
  return true;
}

/** A number of bits, or the mask itself. */
function readMask(at: usize, length: u32): u64 {
  const bits = parseDecimal(at, length);
  if (bits <= 32) return maskOfPrefix(<u32>bits);
  const mask = parseAddress(at, length);
  return mask != NO_ADDRESS && isMask(<u32>mask) ? mask : NO_MASK;
}

function readLinux(at: usize, length: u32, named: u32): bool {
  let device: u32 = named != NO_DEVICE ? named : 1;
  let address: u64 = 0;
  let gateway: u64 = 0;
  let mask: u64 = 0xffffffff;
  let method: i32 = -1;
  let hasDns = false;
  let field: u32 = 0;
  for (let offset: u32 = 0; offset <= length; field++) {
    const from = at + offset;
    const bytes = distanceTo(COLON, from, length - offset);
    offset += bytes + 1;
    if (bytes == 0) continue;
    if (field == FIELD_ADDRESS) address = parseAddress(from, bytes);
    if (field == FIELD_GATEWAY) gateway = parseAddress(from, bytes);
    if (field == FIELD_MASK) mask = readMask(from, bytes);
    if (field == FIELD_DEVICE) device = deviceOf(from, bytes);
    if (field == FIELD_METHOD) {
      method = equalsText(from, bytes, "static") ? <i32>STATIC : methodOf(from, bytes);
      if (method < 0) return false;
    }
    if (field == FIELD_DNS || field == FIELD_DNS_2) {
      if (!hasDns) clearConfiguredDnsServers();
      hasDns = true;
      if (!addServer(from, bytes)) return false;
    }
  }
  if (device == NO_DEVICE || address == NO_ADDRESS || gateway == NO_ADDRESS || mask == NO_MASK) return false;
  const settings = settingsOf(device);
  if (gateway != 0) settings.gateway = <u32>gateway;
  // `off` with an address means: do not ask anybody else for one.
  if (address != 0 && method != <i32>BY_DHCP) {
    settings.method = STATIC;
    settings.address = <u32>address;
    settings.mask = <u32>mask;
    return isHostAddress(<u32>address);
  }
  settings.method = method < 0 ? BY_DHCP : <u32>method;
  return settings.method != STATIC;
}

/** How to get an address, by Linux's words; -1: none of them. */
function methodOf(at: usize, length: u32): i32 {
  if (equalsText(at, length, "dhcp") || equalsText(at, length, "on") || equalsText(at, length, "any")) return <i32>BY_DHCP;
  if (equalsText(at, length, "off") || equalsText(at, length, "none")) return <i32>WITHOUT;
  return -1;
}

/** `eth0` is 1: 0 is the loopback. NO_DEVICE for every other name. */
function deviceOf(at: usize, length: u32): u32 {
  if (!startsWithText(at, length, "eth")) return NO_DEVICE;
  const number = parseDecimal(at + 3, length - 3);
  return number < <u64>(NETWORK_INTERFACES_MAX - 1) ? <u32>number + 1 : NO_DEVICE;
}

function readGateway(at: usize, length: u32): bool {
  const name = distanceTo(COLON, at, length);
  const named = name < length ? deviceOf(at, name) : 1;
  if (named == NO_DEVICE) return false;
  const from = name < length ? at + name + 1 : at;
  const gateway = parseAddress(from, length - <u32>(from - at));
  if (gateway == NO_ADDRESS || !isHostAddress(<u32>gateway)) return false;
  settingsOf(named).gateway = <u32>gateway;
  return true;
}

function readDns(at: usize, length: u32): bool {
  clearConfiguredDnsServers();
  for (let offset: u32 = 0; offset <= length;) {
    const bytes = distanceTo(COMMA, at + offset, length - offset);
    if (!addServer(at + offset, bytes)) return false;
    offset += bytes + 1;
  }
  return true;
}

function addServer(at: usize, length: u32): bool {
  const address = parseAddress(at, length);
  if (address == NO_ADDRESS) return false;
  addConfiguredDnsServer(<u32>address);
  return true;
}
