// The four functions for thread-local storage (include/solo5.h, § Thread-local storage).
//
// A wasm32 program without threads has no thread pointer: its compiler makes _Thread_local variables ordinary ones, and
// there is no .tdata or .tbss to copy. What is left of a block is its control block, one word that points to itself
// (variant II of the ELF TLS ABI, where the thread pointer points behind the variables, of which there are none). So
// programs that allocate blocks and switch between them run; their variables stay shared.

import { inApplication, putU32 } from "../wasi/application-memory";
import { R_EINVAL, R_OK } from "./spec";

const CONTROL_BLOCK: u32 = 4;

export function tls_size(): u32 {
  return CONTROL_BLOCK;
}

/** Where in the block at `tls` the thread pointer points: at its control block, the first and only thing in it. */
export function tls_tp_offset(tls: u32): u32 {
  return tls;
}

export function tls_init(tls: u32): u32 {
  if (!inApplication(tls, CONTROL_BLOCK)) return R_EINVAL;
  putU32(tls, tls);
  return R_OK;
}

/** Nothing reads the base: no instruction goes through it. */
export function set_tls_base(base: u32): u32 {
  return inApplication(base, CONTROL_BLOCK) ? R_OK : R_EINVAL;
}
