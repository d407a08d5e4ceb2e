// One request and its reply, field by field. A reply is not trusted: its size, type and tag are checked here, and nothing
// is ever taken from behind its end; what was missing reads as 0, and isComplete() says so. Read first: spec.ts.

import { IO, SUCCESS } from "../abi/errno";
import { exchange, MESSAGE_BYTES, replyAt, requestAt } from "../virtio/ninep";
import { fromLinux } from "./errno";
import { HEADER_BYTES, NOTAG, RLERROR, TAG_AT, TVERSION, TYPE_AT } from "./spec";

/** Where the request goes on, and where the reply is taken from next. */
let at: u32 = 0;
let end: u32 = 0;
let isShort: bool = false;
let lastTag: u32 = 0;
let replyBytes: u32 = 0;

/** Begins a request. */
export function begin(type: u32): void {
  lastTag = type == TVERSION ? NOTAG : (lastTag + 1) % NOTAG;
  at = HEADER_BYTES;
  store<u8>(requestAt(), type, TYPE_AT);
  store<u16>(requestAt(), lastTag, TAG_AT);
}

export function put16(value: u32): void {
  assert(at + 2 <= MESSAGE_BYTES);
  store<u16>(requestAt() + at, value);
  at += 2;
}

export function put32(value: u32): void {
  assert(at + 4 <= MESSAGE_BYTES);
  store<u32>(requestAt() + at, value);
  at += 4;
}

export function put64(value: u64): void {
  assert(at + 8 <= MESSAGE_BYTES);
  store<u64>(requestAt() + at, value);
  at += 8;
}

export function putString(from: usize, bytes: u32): void {
  put16(bytes);
  assert(at + bytes <= MESSAGE_BYTES);
  memory.copy(requestAt() + at, from, bytes);
  at += bytes;
}

/** Sends what was begun to a share and waits: SUCCESS if there is a reply of its type, the server's error, or IO. */
export function send(share: u32): u32 {
  return sendWith(share, 0, 0, false);
}

/** The same with data at a physical address: to be written, or room for what is read. */
export function sendWith(share: u32, data: u64, dataBytes: u32, isRead: bool): u32 {
  const type = <u32>load<u8>(requestAt(), TYPE_AT);
  store<u32>(requestAt(), isRead ? at : at + dataBytes);
  const used = exchange(share, at, data, dataBytes, isRead);
  const reply = replyAt();
  isShort = false;
  if (used < HEADER_BYTES) return IO;
  replyBytes = load<u32>(reply);
  if (replyBytes < HEADER_BYTES || replyBytes > used || <u32>load<u16>(reply, TAG_AT) != lastTag) return IO;
  at = HEADER_BYTES;
  end = min(replyBytes, MESSAGE_BYTES);
  const answered = <u32>load<u8>(reply, TYPE_AT);
  if (answered == RLERROR) {
    const error = fromLinux(take32());
    return isShort ? IO : error;
  }
  return answered == type + 1 ? SUCCESS : IO;
}

/** SUCCESS if all that was taken from the reply was there. */
export function complete(): u32 {
  return isShort ? IO : SUCCESS;
}

/** Bytes of the reply, with data that went elsewhere. */
export function wholeReply(): u32 {
  return replyBytes;
}

/** Whether there is more of the reply. */
export function hasMore(): bool {
  return at < end;
}

/** Where the next `bytes` bytes of the reply are; 0, and the reply is too short, if there are not so many. */
export function take(bytes: u32): usize {
  if (bytes > end - at) {
    isShort = true;
    at = end;
    return 0;
  }
  at += bytes;
  return replyAt() + at - bytes;
}

export function take8(): u32 {
  const from = take(1);
  return from == 0 ? 0 : <u32>load<u8>(from);
}

export function take16(): u32 {
  const from = take(2);
  return from == 0 ? 0 : <u32>load<u16>(from);
}

export function take32(): u32 {
  const from = take(4);
  return from == 0 ? 0 : load<u32>(from);
}

export function take64(): u64 {
  const from = take(8);
  return from == 0 ? 0 : load<u64>(from);
}
