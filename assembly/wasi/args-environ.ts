// args_get, args_sizes_get, environ_get, environ_sizes_get (preview 1, "args" and "environ").
// What the application may not know (the sizes) it asks first; both calls answer from the same lists.

import * as app from "../host/app";
import { nameAt, nameLength } from "../config/configuration";
import { argumentStrings, environmentStrings, StringList, stringsAt } from "../config/strings";
import { distanceTo } from "../lib/bytes";
import { arrayInApplication, inApplication, putU32 } from "./application-memory";
import { FAULT, SUCCESS } from "./spec";

const POINTER_SIZE: u32 = 4;
const NUL = memory.data(1);

export function args_sizes_get(count: u32, bytes: u32): u32 {
  if (!inApplication(count, 4) || !inApplication(bytes, 4)) return FAULT;
  const list = argumentStrings();
  putU32(count, 1 + list.count);
  putU32(bytes, nameLength() + 1 + list.length);
  return SUCCESS;
}

export function args_get(pointers: u32, strings: u32): u32 {
  const list = argumentStrings();
  const named = nameLength() + 1;
  if (!arrayInApplication(pointers, 1 + list.count, POINTER_SIZE)) return FAULT;
  if (!inApplication(strings, named + list.length)) return FAULT;
  putU32(pointers, strings);
  app.copyOut(strings, nameAt(), named - 1);
  app.copyOut(strings + named - 1, NUL, 1);
  putStrings(list, pointers + POINTER_SIZE, strings + named);
  return SUCCESS;
}

export function environ_sizes_get(count: u32, bytes: u32): u32 {
  if (!inApplication(count, 4) || !inApplication(bytes, 4)) return FAULT;
  putU32(count, environmentStrings().count);
  putU32(bytes, environmentStrings().length);
  return SUCCESS;
}

export function environ_get(pointers: u32, strings: u32): u32 {
  const list = environmentStrings();
  if (!arrayInApplication(pointers, list.count, POINTER_SIZE)) return FAULT;
  if (!inApplication(strings, list.length)) return FAULT;
  putStrings(list, pointers, strings);
  return SUCCESS;
}

/** Writes the strings and a pointer to each; both places are checked. */
function putStrings(list: StringList, pointers: u32, strings: u32): void {
  const from = stringsAt(list);
  if (list.length != 0) app.copyOut(strings, from, list.length);
  let offset: u32 = 0;
  for (let i: u32 = 0; i < list.count; i++) {
    putU32(pointers + i * POINTER_SIZE, strings + offset);
    offset += distanceTo(0, from + offset, list.length - offset) + 1;
  }
}
