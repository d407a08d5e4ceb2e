// The addresses and the port that texts of the application's stand for, as POSIX getaddrinfo() reads them.
// Read first: sockets/await.ts, net/dns/resolver.ts.

import * as app from "../host/app";
import { distanceTo, equalsText } from "../lib/bytes";
import { parseDecimal } from "../lib/format";
import { DNS_FAILED, DNS_NO_ADDRESS, DNS_NO_NAME, DNS_FOUND } from "../net/dns/resolver";
import { resolve } from "../sockets/await";
import { hasStack } from "../sockets/start";
import { inApplication } from "./application-memory";
import { AGAIN, FAULT, INVAL, NAMETOOLONG, NETDOWN, SUCCESS } from "./spec";

/** RFC 1035 §2.3.4 allows 255 bytes on the wire, which is 253 characters and perhaps a dot; one more is for the NUL. */
const TEXT_BYTES: u32 = 255;
const NO_TEXT: u32 = 0xffffffff;
const TOO_LONG: u32 = 0xfffffffe;
const PORT_MAX: u64 = 65535;

const host = memory.data(256);
const service = memory.data(256);
let port: u32 = 0;

/**
 * Looks up the NUL-terminated name at `hostAt`, and reads the port, in digits, or the name of a common service at
 * `serviceAt`; an empty one is port 0. A name that nobody has is SUCCESS with no address; AGAIN: no server has answered.
 */
export function resolveName(hostAt: u32, serviceAt: u32): u32 {
  const length = readText(hostAt, host);
  const digits = readText(serviceAt, service);
  if (length == NO_TEXT || digits == NO_TEXT) return FAULT;
  if (length == TOO_LONG || digits == TOO_LONG) return NAMETOOLONG;
  return resolveText(length, digits);
}

/** The same with lengths instead of NULs. */
export function resolveCounted(hostAt: u32, length: u32, serviceAt: u32, digits: u32): u32 {
  if (!inApplication(hostAt, length) || !inApplication(serviceAt, digits)) return FAULT;
  if (length > TEXT_BYTES || digits > TEXT_BYTES) return NAMETOOLONG;
  app.copyIn(host, hostAt, length);
  app.copyIn(service, serviceAt, digits);
  return resolveText(length, digits);
}

/** Reads a service alone. */
export function resolveService(at: u32, digits: u32): u32 {
  if (!inApplication(at, digits)) return FAULT;
  if (digits > TEXT_BYTES) return NAMETOOLONG;
  app.copyIn(service, at, digits);
  const number = portOf(service, digits);
  port = <u32>number;
  return number > PORT_MAX ? INVAL : SUCCESS;
}

/** The port of the service that was asked for last. */
export function resolvedPort(): u32 {
  return port;
}

function resolveText(length: u32, digits: u32): u32 {
  if (!hasStack()) return NETDOWN;
  const number = portOf(service, digits);
  if (number > PORT_MAX || length == 0) return INVAL;
  port = <u32>number;
  switch (resolve(host, length)) {
    case DNS_FOUND:
    case DNS_NO_NAME:
    case DNS_NO_ADDRESS: return SUCCESS;
    case DNS_FAILED: return AGAIN;
  }
  return INVAL;
}

/** More than PORT_MAX: it is none. */
function portOf(at: usize, length: u32): u64 {
  if (length == 0) return 0;
  if (equalsText(at, length, "http")) return 80;
  if (equalsText(at, length, "https")) return 443;
  if (equalsText(at, length, "domain")) return 53;
  return parseDecimal(at, length);
}

/** Copies the text at `at`, of at most TEXT_BYTES: its length, NO_TEXT if it leaves the memory, or TOO_LONG. */
function readText(at: u32, to: usize): u32 {
  if (<u64>at >= app.size()) return NO_TEXT;
  const most = <u32>min<u64>(TEXT_BYTES + 1, app.size() - at);
  app.copyIn(to, at, most);
  const length = distanceTo(0, to, most);
  if (length < most) return length;
  return most <= TEXT_BYTES ? NO_TEXT : TOO_LONG;
}
