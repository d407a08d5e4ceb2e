// From a path to a node. A path is relative to a directory and never leaves it: neither by `..`, nor by an absolute path,
// nor by a symbolic link, whatever its target says. Nothing is created here.
//
//   work:  [ free            | what is left of the path ]     A link's target is put before what is left, so it grows
//          0                 begin             WORK_SIZE      downwards, and a target that does not fit is too long.

import { ILSEQ, INVAL, LOOP, NAMETOOLONG, NOENT, NOTCAPABLE, NOTDIR, SUCCESS } from "../abi/errno";
import { LINKS_MAX, NAME_MAX, PATH_MAX } from "../base/limits";
import { distanceTo, equalsText } from "../lib/bytes";
import { isUtf8 } from "../lib/utf8";
import {
  copyTarget, dropNode, findName, findParent, foundByName, isDirectory, isGone, keepNode, NODE_LINK, openTarget, targetLength,
  typeOf,
} from "./files";

/** What to do about a link that is the path's last name. */
/** It is what is looked for; with a slash behind it, it is followed. */
export const LINK_KEEP: u32 = 0;
export const LINK_FOLLOW: u32 = 1;
/** It is what is looked for, and with a slash behind it an error: for what removes or moves a name. */
export const LINK_NAME: u32 = 2;

const WORK_SIZE: u32 = 8192;
const work = memory.data(8192);
let begin: u32 = 0;
let node: u32 = 0;
let parent: u32 = 0;
/** Names that were gone down from the base: `..` never leads above it, whatever a server says is there. */
let depth: u32 = 0;
/** The name that was taken last, in `work`, and whether a slash came after it. */
let nameAt: u32 = 0;
let nameLength: u32 = 0;
let slashed: bool = false;

/** Where the caller puts the path; PATH_MAX bytes of room. */
export function pathBuffer(): usize {
  return work;
}

/** The node that the last resolve() found; 0 if only its directory is there. */
export function foundNode(): u32 {
  return node;
}

/** The directory in which the last name of the path is, or would be; 0 if there is none, as of `.`. */
export function foundParent(): u32 {
  return parent;
}

/** The last name, good until the next call. */
export function foundName(): usize {
  return work + nameAt;
}

export function foundNameLength(): u32 {
  return nameLength;
}

/** Whether the path asks for a directory. */
export function foundSlash(): bool {
  return slashed;
}

/** Resolves the `length` bytes in the path buffer, from directory `base`. NOENT with a parent: only the last name is missing. */
export function resolve(base: u32, length: u32, link: u32): u32 {
  goTo(base);
  setParent(0);
  depth = 0;
  if (length == 0) return fail(NOENT);
  if (length > PATH_MAX) return fail(NAMETOOLONG);
  if (!isUtf8(work, length)) return fail(ILSEQ);
  if (distanceTo(0, work, length) != length) return fail(INVAL);
  if (load<u8>(work) == 0x2f) return fail(NOTCAPABLE);
  begin = WORK_SIZE - length;
  memory.copy(work + begin, work, length);
  let links: u32 = 0;
  while (begin < WORK_SIZE) {
    const error = step(base);
    if (error != SUCCESS) return fail(error);
    if (node == 0) return NOENT;
    // A link at the very end is the link itself, unless it is to be followed; a slash behind it asks for a directory.
    if (typeOf(node) != NODE_LINK) continue;
    if (begin == WORK_SIZE && link != LINK_FOLLOW) {
      if (!slashed) continue;
      if (link == LINK_NAME) return fail(NOTDIR);
    }
    if (++links > LINKS_MAX) return fail(LOOP);
    const expanded = expand();
    if (expanded != SUCCESS) return fail(expanded);
  }
  return SUCCESS;
}

function fail(error: u32): u32 {
  goTo(0);
  setParent(0);
  return error;
}

// What is remembered is kept in being.

function goTo(next: u32): void {
  if (next != 0) keepNode(next);
  if (node != 0) dropNode(node);
  node = next;
}

function setParent(next: u32): void {
  if (next != 0) keepNode(next);
  if (parent != 0) dropNode(parent);
  parent = next;
}

/** Takes one name, and a slash behind it, off what is left, and goes there from `node`. */
function step(base: u32): u32 {
  if (!isDirectory(node)) return NOTDIR;
  const at = work + begin;
  const length = distanceTo(0x2f, at, WORK_SIZE - begin);
  begin += length;
  slashed = begin != WORK_SIZE;
  if (slashed) begin++;
  if (length == 0) return SUCCESS;
  if (equalsText(at, length, "..")) {
    if (depth == 0) return NOTCAPABLE;
    depth--;
    setParent(0);
    return goUp(base);
  }
  if (equalsText(at, length, ".")) {
    setParent(0);
    return SUCCESS;
  }
  if (length > NAME_MAX) return NAMETOOLONG;
  // A directory that was removed while it was open has nothing in it, and nothing can be made there.
  if (isGone(node)) return NOENT;
  setParent(node);
  nameAt = <u32>(at - work);
  nameLength = length;
  const error = findName(parent, at, length);
  goTo(error == SUCCESS ? foundByName() : 0);
  if (error != SUCCESS) return error == NOENT && begin == WORK_SIZE ? SUCCESS : error;
  depth++;
  return slashed && typeOf(node) != NODE_LINK && !isDirectory(node) ? NOTDIR : SUCCESS;
}

function goUp(base: u32): u32 {
  if (depth == 0) goTo(base);
  else {
    const error = findParent(node);
    if (error != SUCCESS) return error;
    goTo(foundByName());
  }
  return SUCCESS;
}

/** Puts the target of the link `node` before what is left, and goes back to the link's directory. */
function expand(): u32 {
  const error = openTarget(node);
  if (error != SUCCESS) return error;
  const size = targetLength();
  const joint: u32 = slashed ? 1 : 0;
  if (size > PATH_MAX || size + joint > begin) return NAMETOOLONG;
  begin -= joint;
  if (slashed) store<u8>(work + begin, 0x2f);
  begin -= size;
  copyTarget(work + begin);
  if (load<u8>(work + begin) == 0x2f) return NOTCAPABLE;
  goTo(parent);
  depth--;
  return SUCCESS;
}
