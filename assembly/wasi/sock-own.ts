// Our own socket calls, imports of `asolo`: every option by number, for what no dialect of preview 1 has a call for (SO_ERROR,
// the number of keep-alive probes). sdk/ uses them.
// Read first: sock-options.ts, whose numbers they take.

import { inApplication, putU64 } from "./application-memory";
import { getOption, optionValue, setOption } from "./sock-options";
import { FAULT, SUCCESS } from "./spec";

export function sock_get_option(descriptor: u32, option: u32, at: u32): u32 {
  if (!inApplication(at, 8)) return FAULT;
  const error = getOption(descriptor, option);
  if (error == SUCCESS) putU64(at, optionValue());
  return error;
}

export function sock_set_option(descriptor: u32, option: u32, value: u64): u32 {
  return setOption(descriptor, option, value);
}
