// Setting a node's times (preview 1, "fstflags"), by descriptor or by path.

import { isReadOnly, setTimes } from "../fs/files";
import { wallClock } from "../time/clock";
import { FSTFLAG_ATIM, FSTFLAG_ATIM_NOW, FSTFLAG_MTIM, FSTFLAG_MTIM_NOW, FSTFLAGS_ALL, INVAL, ROFS, SUCCESS } from "./spec";

/** INVAL for an unknown flag, and for a time that is to be given and now. */
export function checkTimes(flags: u32): u32 {
  const isTwice = isBoth(flags, FSTFLAG_ATIM | FSTFLAG_ATIM_NOW) || isBoth(flags, FSTFLAG_MTIM | FSTFLAG_MTIM_NOW);
  return isTwice || (flags & ~FSTFLAGS_ALL) != 0 ? INVAL : SUCCESS;
}

function isBoth(flags: u32, both: u32): bool {
  return (flags & both) == both;
}

export function changeTimes(node: u32, accessed: u64, modified: u64, flags: u32): u32 {
  if (isReadOnly(node)) return ROFS;
  const now = wallClock();
  const isAccessed = (flags & (FSTFLAG_ATIM | FSTFLAG_ATIM_NOW)) != 0;
  const isModified = (flags & (FSTFLAG_MTIM | FSTFLAG_MTIM_NOW)) != 0;
  if (!isAccessed && !isModified) return SUCCESS;
  if ((flags & FSTFLAG_ATIM_NOW) != 0) accessed = now;
  if ((flags & FSTFLAG_MTIM_NOW) != 0) modified = now;
  return setTimes(node, accessed, modified, isAccessed, isModified);
}
