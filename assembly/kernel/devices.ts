// Which device becomes what: found at boot, started before the application.

import { HAS_BLOCK, HAS_NETWORK, HAS_SHARES, HAS_SOCKETS } from "../base/features";
import { fail } from "../base/panic";
import { hex, text } from "../base/line";
import { beginLog, isVerbose, say, sendLog } from "../base/log";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { ecamAddress, ecamFirstBus, ecamLastBus, namesHostBridge, readPlaces } from "../acpi/places";
import { mayHaveAcpi, mayHavePci } from "../config/configuration";
import { mmioWords } from "../config/mmio-words";
import { consoleMemory, initialiseOutput } from "../console/output";
import { setDeviceSource } from "../entropy/source";
import { reserveDeviceMemory } from "../mm/device-memory";
import { blockBytes, startBlocks } from "../virtio/block";
import { useEcam } from "../pci/config-space";
import { pciFunctions } from "../pci/scan";
import { claimNetwork, prepareNetwork } from "../sockets/start";
import { virtioDevice, virtioDevices } from "../virtio/device";
import { findMmioDevices, findPciDevices } from "../virtio/find";
import { shareBytes, startShareDevices } from "../virtio/ninep";
import { readRng, rngBytes, startRng } from "../virtio/rng";
import { nicBytes, startNetwork } from "../virtio/net";
import { DEVICE_CONSOLE, DEVICE_ENTROPY, DEVICE_NETWORK } from "../virtio/spec";

/** Asks ACPI, whose root may be at `hint`, where devices are, unless the command line has said so. */
export function findPlaces(hint: u64): void {
  if (!mayHaveAcpi() || mmioWords() != 0) return;
  readPlaces(hint);
  if (ecamAddress() == 0) return;
  useEcam(ecamAddress(), ecamFirstBus(), ecamLastBus());
  if (!isVerbose()) return;
  beginLog();
  text("PCI configuration space at ");
  hex(ecamAddress());
  sendLog();
}

/** Looks for devices and sets memory for them aside, at or after `after`. */
export function findDevices(after: u64): void {
  findMmioDevices();
  if (mayHavePci()) findOnPci();
  let bytes: u32 = HAS_BLOCK ? blockBytes() : 0;
  if (HAS_SHARES) bytes += shareBytes();
  let nics: u32 = 0;
  for (let i: u32 = 0; i < virtioDevices(); i++) {
    bytes += bytesFor(virtioDevice(i).type);
    if (virtioDevice(i).type == DEVICE_NETWORK) nics++;
  }
  if (HAS_SOCKETS) bytes += claimNetwork(nics);
  if (bytes != 0 && !reserveDeviceMemory(after, bytes)) fail("the machine has too little memory for its devices", EXIT_UNUSABLE);
}

/** QEMU's microvm with pcie=on has neither of the two ways to configuration space, and firmware that places no registers. */
function findOnPci(): void {
  findPciDevices();
  if (pciFunctions() == 0 && namesHostBridge()) say("the PCI devices of this machine cannot be reached; on QEMU's microvm use virtio-mmio devices, not pcie=on");
}

function bytesFor(type: u32): u32 {
  if (type == DEVICE_ENTROPY) return rngBytes();
  if (type == DEVICE_CONSOLE) return consoleMemory();
  if (HAS_NETWORK && type == DEVICE_NETWORK) return nicBytes();
  return 0;
}

export function startDevices(): void {
  initialiseOutput();
  if (startRng()) setDeviceSource(readRng);
  if (HAS_SOCKETS) prepareNetwork();
  if (HAS_NETWORK) startNetwork();
  if (HAS_BLOCK) startBlocks();
  if (HAS_SHARES) startShareDevices();
}
