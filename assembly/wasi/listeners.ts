// Listening sockets that the application finds open, in the order of the words `tcplisten=ADDRESS:PORT` of the command line:
// descriptors 3, 4 … as wasmtime's --tcplisten has it. 0.0.0.0 stands for all addresses, those too that DHCP gives later.
// They block, unless the word `listeners=nonblock` is there: under wasmtime they never do, and Go's net package relies on that.

import { EXIT_UNUSABLE } from "../base/exit-status";
import { text } from "../base/line";
import { beginMessage, sendLineQuoting } from "../base/log";
import { fail } from "../base/panic";
import { powerOff } from "../base/power-off";
import { LISTENERS_MAX } from "../base/limits";
import { areListenersNonblocking } from "../config/configuration";
import { listenerStrings, stringsAt } from "../config/strings";
import { distanceTo } from "../lib/bytes";
import { parseDecimal } from "../lib/format";
import { NO_ADDRESS, parseAddress } from "../net/address";
import { tcpBind, tcpListen, tcpOpen } from "../net/tcp/socket";
import { TCP_ADDRESS_UNKNOWN, TCP_OK } from "../net/tcp/status";
import { refuseWord } from "../sockets/start";
import { openListenerDescriptor } from "./descriptors";
import { FDFLAG_NONBLOCK } from "./spec";

/** `tcplisten=` */
const PREFIX_LENGTH: u32 = 10;
const COLON: u32 = 0x3a;
/** Connections that wait to be accepted: a browser opens six at once, a benchmark some hundreds. */
const BACKLOG: u32 = 512;

/** Opens them all, at boot; what cannot be opened ends the machine. */
export function openListeners(): void {
  const list = listenerStrings();
  if (list.count > LISTENERS_MAX) fail("the command line has more than 16 words tcplisten=", EXIT_UNUSABLE);
  let at = stringsAt(list);
  for (let i: u32 = 0; i < list.count; i++) {
    const length = distanceTo(0, at, list.length);
    openListener(at, length);
    at += length + 1;
  }
}

function openListener(word: usize, length: u32): void {
  const at = word + PREFIX_LENGTH;
  const colon = distanceTo(COLON, at, length - PREFIX_LENGTH);
  const address = parseAddress(at, colon);
  const digits = length - PREFIX_LENGTH - colon;
  const port = digits > 1 ? parseDecimal(at + colon + 1, digits - 1) : 0;
  if (address == NO_ADDRESS || port == 0 || port > 65535) refuseWord(word, length);
  const socket = tcpOpen();
  assert(socket != 0, "TCP has room for the listeners");
  const status = tcpBind(socket, <u32>address, <u32>port);
  if (status != TCP_OK) refuseAddress(status, word, length);
  tcpListen(socket, BACKLOG);
  openListenerDescriptor(socket, areListenersNonblocking() ? FDFLAG_NONBLOCK : 0);
}

function refuseAddress(status: u32, word: usize, length: u32): void {
  beginMessage();
  text(status == TCP_ADDRESS_UNKNOWN ? "cannot listen on an address that is not the machine's" : "cannot listen twice on one port");
  sendLineQuoting(word, length);
  powerOff(EXIT_UNUSABLE);
}
