// solo5_net_acquire, solo5_net_write, solo5_net_read: whole Ethernet frames, without waiting (include/solo5.h, § Network).
// A frame that the device has no room for, or a link that is down, drops it, as a wire would.

import * as app from "../host/app";
import { nicMac, nicMtu, receiveToApplication, sendFromApplication } from "../virtio/net";
import { inApplication, putU32, putU64 } from "../wasi/application-memory";
import { acquire, NO_DEVICE, NO_HANDLE, nicOf } from "./devices";
import { DEVICE_NET, MAC_BYTES, NET_HEADER, NET_INFO_BYTES, R_AGAIN, R_EINVAL, R_OK } from "./spec";

const info = memory.data(12, 4);

export function net_acquire(name: u32, handle: u32, infoAt: u32): u32 {
  if (!inApplication(handle, 8) || !inApplication(infoAt, NET_INFO_BYTES)) return R_EINVAL;
  const acquired = acquire(name, DEVICE_NET);
  if (acquired == NO_HANDLE) return R_EINVAL;
  const nic = nicOf(acquired);
  memory.copy(info, nicMac(nic), MAC_BYTES);
  store<u32>(info, nicMtu(nic), 8);
  putU64(handle, acquired);
  app.copyOut(infoAt, info, NET_INFO_BYTES);
  return R_OK;
}

export function net_write(handle: u64, buffer: u32, bytes: u32): u32 {
  const nic = nicOf(handle);
  if (nic == NO_DEVICE || bytes < NET_HEADER || bytes > nicMtu(nic) + NET_HEADER) return R_EINVAL;
  if (!inApplication(buffer, bytes)) return R_EINVAL;
  sendFromApplication(nic, buffer, bytes);
  return R_OK;
}

/** The buffer must hold any frame there may be: so none is ever cut. */
export function net_read(handle: u64, buffer: u32, capacity: u32, bytesRead: u32): u32 {
  const nic = nicOf(handle);
  if (nic == NO_DEVICE || capacity < nicMtu(nic) + NET_HEADER) return R_EINVAL;
  if (!inApplication(buffer, capacity) || !inApplication(bytesRead, 4)) return R_EINVAL;
  const bytes = receiveToApplication(nic, buffer, capacity);
  if (bytes < 0) return R_AGAIN;
  putU32(bytesRead, bytes);
  return R_OK;
}
