// The words of the command line and what they set. docs/ has them in a table for people; words that are not known
// here are somebody else's and are ignored. A known word with a value that makes no sense is an error: it was meant
// for us. Pure: kernel/boot.ts fetches the lines and reports the errors.

import { HAS_SHARES, HAS_SOCKETS } from "../base/features";
import { COMMAND_LINE_MAX } from "../base/limits";
import { COM1, COM2, COM3, NO_PORT } from "../base/serial";
import { equalsText, startsWithText } from "../lib/bytes";
import { parseDecimal } from "../lib/format";
import { addMmioWord } from "./mmio-words";
import { appendString, argumentStrings, clearStrings, environmentStrings, listenerStrings, networkStrings, setVariable, shareStrings } from "./strings";
import { beginWords, nextWord, WORD_FOUND, WORD_NONE, WORD_SEPARATOR, WORD_UNTERMINATED, wordLength } from "./words";

export const CONFIGURATION_OK: u32 = 0;
/** The line ends inside quotes. */
export const CONFIGURATION_UNTERMINATED: u32 = 1;
/** wordAt() and wordLength() have the word. */
export const CONFIGURATION_BAD_WORD: u32 = 2;

/** No `epoch=` was given. No machine runs in 1970. */
export const EPOCH_UNKNOWN: u64 = 0;

const NAME_DEFAULT = memory.data<u8>([0x61, 0x70, 0x70]);
const NAME_DEFAULT_LENGTH: u32 = 3;

const word = memory.data(4096);
const name = memory.data(4096);
let nameBytes: u32 = 0;
// COM1 and NO_PORT, as numbers: an imported name would need a start function, which the module must not have.
let errorPort: u32 = 0;
let controlPort: u32 = 3;
let framed: bool = false;
let verbose: bool = false;
let loopback: bool = false;
let timeline: bool = false;
let nonblockingListeners: bool = false;
let withoutPci: bool = false;
let withoutAcpi: bool = false;
let terminals: u32 = 7;
let epoch: u64 = 0;

/** The application's name, argv[0]. */
export function nameAt(): usize {
  return nameBytes == 0 ? NAME_DEFAULT : name;
}

export function nameLength(): u32 {
  return nameBytes == 0 ? NAME_DEFAULT_LENGTH : nameBytes;
}

/** The port of standard error. */
export function configuredErrorPort(): u32 {
  return errorPort;
}

/** The port of control lines, or NO_PORT. */
export function configuredControlPort(): u32 {
  return controlPort;
}

/** Whether standard input is framed, and so can end. */
export function isInputFramed(): bool {
  return framed;
}

export function isVerboseAsked(): bool {
  return verbose;
}

/** Whether the application opens sockets, also on a machine that has no network device: the build says so. */
export function isLoopbackAsked(): bool {
  return loopback;
}

/** Whether the machine has PCI and ACPI tables to look for, as far as anybody said. */
export function mayHavePci(): bool {
  return !withoutPci;
}

export function mayHaveAcpi(): bool {
  return !withoutAcpi;
}

export function isTimelineAsked(): bool {
  return timeline;
}

/** Whether the application finds its listening sockets non-blocking. */
export function areListenersNonblocking(): bool {
  return nonblockingListeners;
}

/** Whether standard stream 0, 1 or 2 is to look like a terminal. */
export function isTerminal(stream: u32): bool {
  return (terminals >> stream & 1) != 0;
}

/** Host wall clock when the machine was started, in ns since 1970, or EPOCH_UNKNOWN. */
export function configuredEpoch(): u64 {
  return epoch;
}

/** The word that applyLine() refused. */
export function wordAt(): usize {
  return word;
}

/** Applies the words of one line (at most COMMAND_LINE_MAX bytes) over what earlier lines have set. */
export function applyLine(line: usize, bytes: u32): u32 {
  assert(bytes <= COMMAND_LINE_MAX);
  beginWords(line, bytes);
  let found = nextWord(word);
  while (found == WORD_FOUND) {
    if (!applyWord(wordLength())) return CONFIGURATION_BAD_WORD;
    found = nextWord(word);
  }
  if (found == WORD_SEPARATOR) {
    clearStrings(argumentStrings());
    for (found = nextWord(word); found == WORD_FOUND || found == WORD_SEPARATOR; found = nextWord(word)) {
      appendString(argumentStrings(), word, wordLength());
    }
  }
  assert(found == WORD_NONE || found == WORD_UNTERMINATED);
  return found == WORD_NONE ? CONFIGURATION_OK : CONFIGURATION_UNTERMINATED;
}

/** False if the word is one of ours and its value is not. */
function applyWord(length: u32): bool {
  if (startsWithText(word, length, "env=")) return setVariable(environmentStrings(), word + 4, length - 4);
  if (startsWithText(word, length, "name=")) return setName(word + 5, length - 5);
  if (startsWithText(word, length, "stdin=")) return setInput(word + 6, length - 6);
  if (startsWithText(word, length, "stderr=")) return setErrorPort(word + 7, length - 7);
  if (startsWithText(word, length, "log=")) return setControlPort(word + 4, length - 4);
  if (startsWithText(word, length, "virtio_mmio.device=")) return addMmioWord(word + 19, length - 19);
  if (startsWithText(word, length, "tty=")) return setTerminals(word + 4, length - 4);
  if (startsWithText(word, length, "epoch=")) {
    epoch = parseDecimal(word + 6, length - 6);
    return epoch != u64.MAX_VALUE;
  }
  if (HAS_SHARES && startsWithText(word, length, "share=")) return addShare(word + 6, length - 6);
  if (HAS_SOCKETS && startsWithText(word, length, "listeners=")) return setListeners(word + 10, length - 10);
  if (startsWithText(word, length, "tcplisten=")) appendString(listenerStrings(), word, length);
  if (isNetworkWord(length)) appendString(networkStrings(), word, length);
  if (HAS_SOCKETS && equalsText(word, length, "loopback")) loopback = true;
  if (equalsText(word, length, "verbose")) verbose = true;
  if (equalsText(word, length, "pci=off")) withoutPci = true;
  if (equalsText(word, length, "acpi=off")) withoutAcpi = true;
  if (equalsText(word, length, "timeline")) timeline = true;
  return true;
}

/** Whether it is for the network, which reads its words when all are there. */
function isNetworkWord(length: u32): bool {
  return startsWithText(word, length, "ip=") || startsWithText(word, length, "gateway=") || startsWithText(word, length, "dns=");
}

/** `ro:` or `rw:`, and what the application calls it. */
function addShare(at: usize, length: u32): bool {
  const isMode = startsWithText(at, length, "ro:") || startsWithText(at, length, "rw:");
  if (isMode && length > 3) appendString(shareStrings(), at, length);
  return isMode && length > 3;
}

function setName(at: usize, length: u32): bool {
  memory.copy(name, at, length);
  nameBytes = length;
  return length != 0;
}

function setInput(at: usize, length: u32): bool {
  framed = equalsText(at, length, "framed");
  return framed || equalsText(at, length, "raw");
}

function setListeners(at: usize, length: u32): bool {
  nonblockingListeners = equalsText(at, length, "nonblock");
  return nonblockingListeners || equalsText(at, length, "block");
}

function setErrorPort(at: usize, length: u32): bool {
  errorPort = equalsText(at, length, "com2") ? COM2 : COM1;
  return errorPort == COM2 || equalsText(at, length, "com1");
}

function setControlPort(at: usize, length: u32): bool {
  controlPort = equalsText(at, length, "com3") ? COM3 : NO_PORT;
  return controlPort == COM3 || equalsText(at, length, "none");
}

/** `0,1,2` in any order, or nothing. */
function setTerminals(at: usize, length: u32): bool {
  terminals = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte = <u32>load<u8>(at + i);
    if ((i & 1) == 1) {
      if (byte != 0x2c || i + 1 == length) return false;
    } else {
      if (byte < 0x30 || byte > 0x32) return false;
      terminals |= 1 << (byte - 0x30);
    }
  }
  return true;
}
