// The names of directories: one entry each, found by directory and name through one hash table for all of them. The table
// grows by one bucket with each entry (Litwin's linear hashing), so that no single call pays for a large table, and neither
// finding nor adding depends on how many there are.
//
//   entry   0 u32 chain     next entry of the same bucket      16 u32 next       in its directory, by number
//           4 u32 hash      of directory and name              20 u32 previous
//           8 u32 node      what is called so                  24 u64 number     larger than any given before
//          12 u32 directory                                    32 u8 length, then the name
//
//   table → block of 1024 → block of 1024 buckets: the first entry of a chain

import { NAME_MAX } from "../base/limits";
import { equals } from "../lib/bytes";
import { BLOCK_BYTES, takeZeros } from "./blocks";
import { giveSlot, takeSlot } from "./slots";

const ENTRY_NAME: u32 = 33;
/** Words in a block, and the bits of an index into them. */
const WORDS: u32 = BLOCK_BYTES / 4;
const WORD_BITS: u32 = 10;
const BUCKETS_MAX: u32 = WORDS * WORDS;

@final @unmanaged
export class Entry {
  chain: u32;
  hash: u32;
  node: u32;
  directory: u32;
  next: u32;
  previous: u32;
  number: u64;
  length: u8;
}

let table: usize = 0;
let buckets: u32 = 0;
/** The largest power of two that is not above `buckets`. */
let half: u32 = 0;
let entries: u32 = 0;

/** Forgets every name: for the start of a machine. */
export function resetNames(): void {
  table = 0;
  buckets = 0;
  half = 0;
  entries = 0;
}

export function entryAt(at: u32): Entry {
  assert(at != 0);
  return changetype<Entry>(<usize>at);
}

/** Where the name of an entry is; its `length` says how long. */
export function nameOf(at: u32): usize {
  return <usize>(at + ENTRY_NAME);
}

/** The entry of that name; 0 if there is none. */
export function findEntry(directory: u32, name: usize, length: u32): u32 {
  if (buckets == 0) return 0;
  const hash = hashOf(directory, name, length);
  let at = load<u32>(bucketOf(hash));
  while (at != 0) {
    const entry = entryAt(at);
    if (entry.hash == hash && entry.directory == directory && <u32>entry.length == length && equals(nameOf(at), name, length)) return at;
    at = entry.chain;
  }
  return 0;
}

/** A new entry, not yet in its directory's list; 0 if there is no memory left. */
export function takeEntry(directory: u32, name: usize, length: u32): u32 {
  assert(length != 0 && length <= NAME_MAX);
  if (buckets == 0 && !makeTable()) return 0;
  const at = <u32>takeSlot(ENTRY_NAME + length);
  if (at == 0) return 0;
  const entry = entryAt(at);
  entry.directory = directory;
  entry.length = <u8>length;
  memory.copy(nameOf(at), name, length);
  entry.hash = hashOf(directory, name, length);
  if (entries >= buckets) addBucket();
  entries++;
  pushEntry(bucketOf(entry.hash), at);
  return at;
}

/** Forgets an entry that is in no list any more. */
export function giveEntry(at: u32): void {
  const entry = entryAt(at);
  let link = bucketOf(entry.hash);
  // `chain` is an entry's first word.
  while (load<u32>(link) != at) link = <usize>load<u32>(link);
  store<u32>(link, entry.chain);
  entries--;
  giveSlot(<usize>at);
}

function makeTable(): bool {
  if (table == 0) table = takeZeros();
  const first: usize = table == 0 ? 0 : takeZeros();
  if (first == 0) return false;
  store<u32>(table, <u32>first);
  buckets = WORDS;
  half = WORDS;
  return true;
}

/** Adds a bucket and moves what belongs there from the one it is split from. Without memory, chains just get longer. */
function addBucket(): void {
  if (buckets == BUCKETS_MAX) return;
  const block = table + <usize>(buckets >> WORD_BITS << 2);
  if ((buckets & (WORDS - 1)) == 0 && load<u32>(block) == 0) {
    const more = takeZeros();
    if (more == 0) return;
    store<u32>(block, <u32>more);
  }
  const from = bucketAt(buckets - half);
  const to = bucketAt(buckets);
  let at = load<u32>(from);
  store<u32>(from, 0);
  while (at != 0) {
    const next = entryAt(at).chain;
    pushEntry((entryAt(at).hash & half) != 0 ? to : from, at);
    at = next;
  }
  if (++buckets == half << 1) half = buckets;
}

function pushEntry(bucket: usize, at: u32): void {
  entryAt(at).chain = load<u32>(bucket);
  store<u32>(bucket, at);
}

function bucketAt(index: u32): usize {
  return <usize>load<u32>(table + <usize>(index >> WORD_BITS << 2)) + <usize>((index & (WORDS - 1)) << 2);
}

function bucketOf(hash: u32): usize {
  const index = hash & ((half << 1) - 1);
  return bucketAt(index < buckets ? index : index - half);
}

/** FNV-1a, begun with the directory; its high bits are brought down, since buckets take low ones. */
function hashOf(directory: u32, name: usize, length: u32): u32 {
  let hash: u32 = (0x811c9dc5 ^ directory) * 0x01000193;
  for (let i: u32 = 0; i < length; i++) hash = (hash ^ <u32>load<u8>(name + i)) * 0x01000193;
  return hash ^ (hash >> 15);
}
