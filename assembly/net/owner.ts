// Owners: whoever lends a payload to a device is told when it may be changed again.
//
//   an owner is the address of a record whose first u32 is the index, in the function table, of a function that takes
//   the owner; 0 is nobody. AssemblyScript has no closures, so the record carries what the function needs.
//   The function sends nothing: a driver may call it from inside transmit().

/** Tells an owner that its payload is no longer read. */
export function released(owner: usize): void {
  if (owner != 0) call_indirect<void>(load<u32>(owner), owner);
}
