// The two bad ends: a CPU exception that no WebAssembly rule explains, and a WebAssembly trap.
// Both find their registers and return addresses in the fault record of the shared page.

import { FAULT_ERROR, FAULT_RIP, FAULT_VECTOR, FAULT_WORDS, faultWord } from "../abi/shared-page";
import { EXIT_KERNEL_FAULT, EXIT_TRAP } from "../base/exit-status";
import { beginLine, hex, text } from "../base/line";
import { beginMessage, sendLine } from "../base/log";
import { enterReport } from "../base/panic";
import { printBacktrace } from "./backtrace";
import { describeError, describeException, describeRegister } from "./exceptions";

const REGISTERS_PER_LINE: u32 = 4;

/** Prints the crash report; returns the exit status. */
export function reportFault(): u32 {
  enterReport();
  beginMessage();
  text("kernel fault: ");
  describeException(faultWord(FAULT_VECTOR));
  text(" (");
  describeError(faultWord(FAULT_VECTOR), faultWord(FAULT_ERROR));
  text(")");
  sendLine();
  for (let i = FAULT_RIP; i < FAULT_WORDS; i += REGISTERS_PER_LINE) {
    beginLine();
    const end = min<u32>(i + REGISTERS_PER_LINE, FAULT_WORDS);
    for (let word = i; word < end; word++) {
      describeRegister(word);
      text(" ");
      hex(faultWord(word), 16);
    }
    sendLine();
  }
  printBacktrace();
  return EXIT_KERNEL_FAULT;
}

/** Prints the trap and where it happened; returns the exit status. `code` is wasm2c's wasm_rt_trap_t. */
export function reportTrap(code: u32): u32 {
  enterReport();
  beginLine();
  text("wasm trap: ");
  describeTrap(code);
  sendLine();
  printBacktrace();
  return EXIT_TRAP;
}

function describeTrap(code: u32): void {
  switch (code) {
    case 1: return text("out of bounds memory access");
    case 2: return text("integer overflow");
    case 3: return text("integer divide by zero");
    case 4: return text("invalid conversion to integer");
    case 5: return text("unreachable");
    case 6: return text("indirect call mismatch");
    case 7: return text("null reference");
    case 8: return text("uncaught exception");
    case 9: return text("unaligned atomic");
    case 10: return text("call stack exhausted");
  }
  text("unknown");
}
