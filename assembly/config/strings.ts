// The lists that become argv, environ, the network's settings, listeners and shared directories: NUL-terminated strings, one
// after the other, as the application will have them. Pure but for the lists. A list never runs over: each is as large as all command lines.
//
//   "PATH=/bin\0HOME=/\0"    length 17, count 2

import { COMMAND_LINE_MAX } from "../base/limits";
import { distanceTo, equals } from "../lib/bytes";

@final @unmanaged
export class StringList {
  length: u32;
  count: u32;
}

/** Two lines of COMMAND_LINE_MAX, each of whose last word has a NUL in place of no blank. */
const CAPACITY: u32 = 2 * (COMMAND_LINE_MAX + 1);
const HEADER: usize = offsetof<StringList>();
const EQUALS_SIGN: u32 = 0x3d;

const argumentList = memory.data(8 + 8194, 4);
const environmentList = memory.data(8 + 8194, 4);
const networkList = memory.data(8 + 8194, 4);
const listenerList = memory.data(8 + 8194, 4);
const shareList = memory.data(8 + 8194, 4);

/** The application's arguments, without its name. */
export function argumentStrings(): StringList {
  return changetype<StringList>(argumentList);
}

/** The application's environment, KEY=VALUE each. */
export function environmentStrings(): StringList {
  return changetype<StringList>(environmentList);
}

/** The words about the network, as they are; net/configure.ts reads them. */
export function networkStrings(): StringList {
  return changetype<StringList>(networkList);
}

/** Where the application's listening sockets are to listen; wasi/listeners.ts reads them. */
export function listenerStrings(): StringList {
  return changetype<StringList>(listenerList);
}

/** Directories that the host shares, "ro:" or "rw:" and a name each; fs/start.ts reads them. */
export function shareStrings(): StringList {
  return changetype<StringList>(shareList);
}

/** Where the strings of a list lie. */
export function stringsAt(list: StringList): usize {
  return changetype<usize>(list) + HEADER;
}

export function clearStrings(list: StringList): void {
  list.length = 0;
  list.count = 0;
}

/** Appends the `bytes` bytes at `from`, which hold no NUL. */
export function appendString(list: StringList, from: usize, bytes: u32): void {
  assert(list.length + bytes + 1 <= CAPACITY);
  const at = stringsAt(list) + list.length;
  memory.copy(at, from, bytes);
  store<u8>(at + bytes, 0);
  list.length += bytes + 1;
  list.count++;
}

/** Appends KEY=VALUE after removing an earlier string with that key; false if there is no key or no `=`. */
export function setVariable(list: StringList, from: usize, bytes: u32): bool {
  const key = distanceTo(EQUALS_SIGN, from, bytes);
  if (key == 0 || key == bytes) return false;
  removeVariable(list, from, key + 1);
  appendString(list, from, bytes);
  return true;
}

/** Removes the string that begins with the `prefix` bytes at `from`. */
function removeVariable(list: StringList, from: usize, prefix: u32): void {
  const start = stringsAt(list);
  let offset: u32 = 0;
  while (offset < list.length) {
    const size = distanceTo(0, start + offset, list.length - offset) + 1;
    if (size > prefix && equals(start + offset, from, prefix)) {
      memory.copy(start + offset, start + offset + size, list.length - offset - size);
      list.length -= size;
      list.count--;
      return;
    }
    offset += size;
  }
}
