// What is in a directory, one entry after the other, in either file system. A listing goes on after any entry that it gave:
// its `number` says where. In memory that is the entry's own (directory.ts), in a share the server's offset.
// Read first: files.ts.

import { SUCCESS } from "../abi/errno";
import { lastListed } from "../ninep/contents";
import { entryAfter, noteListed } from "./directory";
import { isShared } from "./files";
import { entryAt, nameOf } from "./names";
import { typeOf } from "./node";
import { typeFrom } from "./share";
import { nextShared, openSharedListing, sharedListingError } from "./share-contents";

let directory: u32 = 0;
/** In memory: the next entry, and the one that the listing stands at. */
let next: u32 = 0;
let current: u32 = 0;

/** Begins after the entry of that number; 0: at the beginning. */
export function openListing(node: u32, after: u64): u32 {
  directory = node;
  if (isShared(node)) return openSharedListing(node, after);
  next = entryAfter(node, after);
  return SUCCESS;
}

/** Goes to the next entry; false if there is none, or with listingError(). */
export function nextListed(): bool {
  if (isShared(directory)) return nextShared();
  if (next == 0) return false;
  current = next;
  next = entryAt(current).next;
  noteListed(directory, current);
  return true;
}

export function listingError(): u32 {
  return isShared(directory) ? sharedListingError() : SUCCESS;
}

export function listedNumber(): u64 {
  return isShared(directory) ? lastListed().offset : entryAt(current).number;
}

/** The number of the file that has the name. */
export function listedFile(): u64 {
  return isShared(directory) ? lastListed().number : entryAt(current).node;
}

export function listedType(): u32 {
  return isShared(directory) ? typeFrom(lastListed().type) : typeOf(entryAt(current).node);
}

export function listedName(): usize {
  return isShared(directory) ? lastListed().name : nameOf(current);
}

export function listedNameLength(): u32 {
  return isShared(directory) ? lastListed().length : entryAt(current).length;
}
