// Boot, as a list: from what the monitor handed over to a machine in which the application can be instantiated.
// Every way this can fail ends with one line and status 125.

import * as image from "../host/image";
import * as vm from "../host/vm";
import { PROTOCOL_MULTIBOOT, PROTOCOL_PVH } from "../abi/shared-page";
import { HAS_SOCKETS } from "../base/features";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { COMMAND_LINE_MAX, KERNEL_START, PAGE_SIZE, WASM_PAGE_SIZE } from "../base/limits";
import { decimal, hex, text } from "../base/line";
import { beginLog, beginMessage, isVerbose, sendLine, sendLineQuoting, sendLog, setOutputs } from "../base/log";
import { fail } from "../base/panic";
import { powerOff } from "../base/power-off";
import { keepEarlyByte, NO_PORT } from "../base/serial";
import { closeBootMemory, readBootString } from "../boot-info/boot-memory";
import { clearModules } from "../boot-info/modules";
import { addMultibootMemory, multibootCommandLine, openMultiboot } from "../boot-info/multiboot";
import { addPvhMemory, openPvh, pvhCommandLine, pvhRsdp } from "../boot-info/pvh";
import {
  BOOT_INFO_BROKEN_MAP, BOOT_INFO_NO_MEMORY_MAP, BOOT_INFO_OK, BOOT_INFO_TOO_MANY_MODULES,
} from "../boot-info/result";
import {
  applyLine, CONFIGURATION_BAD_WORD, CONFIGURATION_OK, configuredControlPort, configuredErrorPort, isVerboseAsked, wordAt,
} from "../config/configuration";
import { wordLength } from "../config/words";
import { initialiseReceived } from "../console/received";
import { resetFiles } from "../fs/start";
import { alignUp } from "../lib/align";
import { findDevices, findPlaces, startDevices } from "./devices";
import { initialiseFrames } from "../mm/frames";
import { addReserved, clearMap, isUsable, resolveMap, usableBytes, usableEnd, usableRanges, usableStart } from "../mm/memory-map";
import { chooseRegion, regionBase, regionBytes } from "../mm/region";
import { bindDevices } from "../solo5/devices";
import { startStack } from "../sockets/start";
import { initialiseDeadlines } from "../time/deadlines";
import { initialiseDescriptors } from "../wasi/descriptors";
import { openListeners } from "../wasi/listeners";

// One byte more than is allowed, so that a line that is too long is noticed.
const line = memory.data(4097);

export function bootMachine(protocol: u32, information: u32): void {
  openInformation(protocol, information); // what the monitor left in memory
  readCommandLines(protocol);             // words to configuration
  readMemory(protocol);                   // its memory map, sorted and merged
  findPlaces(protocol == PROTOCOL_PVH ? pvhRsdp() : 0); // what ACPI tells of devices
  closeBootMemory();                      // nothing of the monitor's stays mapped
  initialiseFrames();                     // the kernel's own memory
  initialiseReceived();                   // the ring of standard input
  initialiseDeadlines();                  // what can be waited for
  findDevices(alignUp(image.end(), PAGE_SIZE)); // what the machine has, and memory for it
  resetFiles();                           // files are looked at when they are first asked for
  initialiseDescriptors();                // standard streams
  chooseApplicationMemory();              // and the rest is the application's
  startDevices();                         // drivers
  bindDevices();                          // which of them the application's manifest means
  if (HAS_SOCKETS) openNetwork();         // the others, and the sockets that are open from the start
}

function openInformation(protocol: u32, information: u32): void {
  let result: u32 = 0;
  if (protocol == PROTOCOL_MULTIBOOT) result = openMultiboot(information);
  else if (protocol == PROTOCOL_PVH) result = openPvh(information);
  else fail("the machine was booted by an unknown protocol", EXIT_UNUSABLE);
  if (result != BOOT_INFO_OK) fail("the boot information cannot be read", EXIT_UNUSABLE);
}

function readCommandLines(protocol: u32): void {
  applyCommandLine(image.commandLine(line, COMMAND_LINE_MAX));
  const at = protocol == PROTOCOL_MULTIBOOT ? multibootCommandLine() : pvhCommandLine();
  if (at != 0) {
    const length = readBootString(line, at, COMMAND_LINE_MAX + 1);
    if (length < 0) fail("the command line cannot be read", EXIT_UNUSABLE);
    applyCommandLine(<u32>length);
  }
  setOutputs(configuredErrorPort(), configuredControlPort(), isVerboseAsked());
  // Nobody who could be told `ready` holds the input back.
  if (configuredControlPort() == NO_PORT) keepEarlyByte();
}

function applyCommandLine(length: u32): void {
  if (length > COMMAND_LINE_MAX) fail("the command line is longer than 4096 bytes", EXIT_UNUSABLE);
  const result = applyLine(line, length);
  if (result == CONFIGURATION_OK) return;
  // What was understood so far decides where the complaint goes.
  setOutputs(configuredErrorPort(), configuredControlPort(), isVerboseAsked());
  beginMessage();
  if (result == CONFIGURATION_BAD_WORD) text("the command line has a word with a bad value");
  else text("the command line ends inside quotes");
  sendLineQuoting(wordAt(), wordLength());
  powerOff(EXIT_UNUSABLE);
}

function readMemory(protocol: u32): void {
  clearMap();
  clearModules();
  const result = protocol == PROTOCOL_MULTIBOOT ? addMultibootMemory() : addPvhMemory();
  if (result != BOOT_INFO_OK) failMemory(result);
  // Below 1 MiB lie boot information and firmware data. Modules have been reserved by their protocol.
  addReserved(0, KERNEL_START);
  if (!resolveMap()) failMemory(BOOT_INFO_BROKEN_MAP);
  if (isVerbose()) logMemory();
  if (!isUsable(KERNEL_START, alignUp(image.end(), PAGE_SIZE))) {
    fail("the memory map has no RAM where the kernel runs", EXIT_UNUSABLE);
  }
}

function failMemory(result: u32): void {
  switch (result) {
    case BOOT_INFO_NO_MEMORY_MAP: fail("the monitor gave no memory map", EXIT_UNUSABLE);
    case BOOT_INFO_BROKEN_MAP: fail("the memory map is broken", EXIT_UNUSABLE);
    case BOOT_INFO_TOO_MANY_MODULES: fail("there are more than 32 boot modules", EXIT_UNUSABLE);
  }
  fail("the memory map cannot be read", EXIT_UNUSABLE);
}

function logMemory(): void {
  for (let i: u32 = 0; i < usableRanges(); i++) {
    beginLog();
    text("RAM ");
    hex(usableStart(i));
    text(" to ");
    hex(usableEnd(i));
    sendLog();
  }
  beginLog();
  text("RAM in all: ");
  decimal(usableBytes() >> 10);
  text(" KiB");
  sendLog();
}

function chooseApplicationMemory(): void {
  chooseRegion(alignUp(image.end(), PAGE_SIZE));
  if (regionBytes() < WASM_PAGE_SIZE) fail("the machine has too little memory for any application", EXIT_UNUSABLE);
  if (isVerbose()) {
    beginLog();
    text("application memory: ");
    decimal(regionBytes() >> 10);
    text(" KiB at ");
    hex(regionBase());
    sendLog();
  }
  if (vm.setApplication(regionBase(), regionBytes()) != 0) {
    fail("the application's memory cannot be mapped", EXIT_UNUSABLE);
  }
}

function openNetwork(): void {
  startStack();
  openListeners();
}

/** The application's initial memory, `needed` bytes, does not fit into `available`. Never returns. */
export function refuseApplication(needed: u64, available: u64): void {
  beginMessage();
  text("the application needs ");
  decimal((needed + 1023) >> 10);
  text(" KiB of memory and the machine has ");
  decimal(available >> 10);
  text(" KiB for it");
  sendLine();
  powerOff(EXIT_UNUSABLE);
}
