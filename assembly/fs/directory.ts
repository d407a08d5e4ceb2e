// What is in a directory: a list of entries in the order in which they were added, each with a number that no other ever
// had. The number is the cookie of fd_readdir: entries may come and go, and every one that stays is listed once.
// Read first: node.ts, names.ts.

import { Entry, entryAt, giveEntry, takeEntry } from "./names";
import { isDirectory, Node, nodeAt } from "./node";

let lastNumber: u64 = 0;

/** Gives `node` one more name; the entry, or 0 if there is no memory left. Times are the caller's to change. */
export function addChild(directory: u32, name: usize, length: u32, node: u32): u32 {
  const at = takeEntry(directory, name, length);
  if (at == 0) return 0;
  const entry = entryAt(at);
  const list = nodeAt(directory);
  entry.number = ++lastNumber;
  entry.previous = list.place;
  if (list.place != 0) entryAt(list.place).next = at;
  else list.data = at;
  list.place = at;
  join(entry, node);
  return at;
}

/** Takes the name away; the node that had it, which the caller lets go of if that was its last one. */
export function removeChild(at: u32): u32 {
  const entry = entryAt(at);
  const list = nodeAt(entry.directory);
  if (entry.previous != 0) entryAt(entry.previous).next = entry.next;
  else list.data = entry.next;
  if (entry.next != 0) entryAt(entry.next).previous = entry.previous;
  else list.place = entry.previous;
  // A listing that stands here goes on from the entry before.
  if (list.placed == at) list.placed = entry.previous;
  const node = part(entry);
  giveEntry(at);
  return node;
}

/** Makes an entry the name of another node; the one that had it before. */
export function replaceChild(at: u32, node: u32): u32 {
  const entry = entryAt(at);
  const before = part(entry);
  join(entry, node);
  return before;
}

function join(entry: Entry, node: u32): void {
  entry.node = node;
  nodeAt(node).names++;
  if (!isDirectory(node)) return;
  nodeAt(node).parent = entry.directory;
  nodeAt(entry.directory).directories++;
}

function part(entry: Entry): u32 {
  nodeAt(entry.node).names--;
  if (isDirectory(entry.node)) nodeAt(entry.directory).directories--;
  return entry.node;
}

/** The first entry whose number is above `number`; 0 if there is none. */
export function entryAfter(directory: u32, number: u64): u32 {
  const list: Node = nodeAt(directory);
  // A listing goes on where it stood: from there, or else from the beginning.
  let at = list.placed != 0 && entryAt(list.placed).number <= number ? list.placed : list.data;
  while (at != 0 && entryAt(at).number <= number) at = entryAt(at).next;
  return at;
}

/** Notes how far a listing has come. */
export function noteListed(directory: u32, at: u32): void {
  nodeAt(directory).placed = at;
}
