// Names for what the processor reports: exceptions, the bits of their error codes, registers.
// Read first: Intel SDM vol. 3A, table 6-1 and §6.13 (error code), §4.7 (page-fault error code).

import { decimal, hex, text } from "../base/line";

const VECTOR_PAGE_FAULT: u64 = 14;

/** Appends the exception's mnemonic and name to the line. */
export function describeException(vector: u64): void {
  switch (<u32>vector) {
    case 0: return text("#DE divide error");
    case 1: return text("#DB debug");
    case 2: return text("NMI");
    case 3: return text("#BP breakpoint");
    case 4: return text("#OF overflow");
    case 5: return text("#BR bound range exceeded");
    case 6: return text("#UD invalid opcode");
    case 7: return text("#NM device not available");
    case 8: return text("#DF double fault");
    case 10: return text("#TS invalid TSS");
    case 11: return text("#NP segment not present");
    case 12: return text("#SS stack fault");
    case 13: return text("#GP general protection");
    case 14: return text("#PF page fault");
    case 16: return text("#MF x87 floating point");
    case 17: return text("#AC alignment check");
    case 18: return text("#MC machine check");
    case 19: return text("#XM SIMD floating point");
    case 20: return text("#VE virtualization");
    case 21: return text("#CP control protection");
  }
  text("exception ");
  decimal(vector);
}

/** Appends what the error code means: for a page fault its bits, else the selector it names, if any. */
export function describeError(vector: u64, error: u64): void {
  if (vector == VECTOR_PAGE_FAULT) {
    text((error & 16) != 0 ? "execute" : (error & 2) != 0 ? "write" : "read");
    text((error & 4) != 0 ? " from ring 3, " : " from ring 0, ");
    text((error & 8) != 0 ? "reserved bit" : (error & 1) != 0 ? "protection" : "not present");
    return;
  }
  text("error ");
  hex(error);
  if (error == 0) return;
  text((error & 2) != 0 ? ", IDT entry " : (error & 4) != 0 ? ", LDT entry " : ", GDT entry ");
  decimal((error & 0xffff) >> 3);
}

/** Appends the name of word `index` of the fault record, four characters wide. */
export function describeRegister(index: u32): void {
  switch (index) {
    case 2: return text(" rip");
    case 3: return text("  cs");
    case 4: return text(" rfl");
    case 5: return text(" rsp");
    case 6: return text("  ss");
    case 7: return text(" cr2");
    case 8: return text(" rax");
    case 9: return text(" rbx");
    case 10: return text(" rcx");
    case 11: return text(" rdx");
    case 12: return text(" rsi");
    case 13: return text(" rdi");
    case 14: return text(" rbp");
    case 15: return text("  r8");
    case 16: return text("  r9");
    case 17: return text(" r10");
    case 18: return text(" r11");
    case 19: return text(" r12");
    case 20: return text(" r13");
    case 21: return text(" r14");
    case 22: return text(" r15");
  }
}
