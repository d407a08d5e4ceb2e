/*
 * What the CPU calls: one stub for each vector, the way from a fault in ring 3 to the handler in ring 3, port accesses
 * for monitors that ignore the I/O bitmap, and ring 0's own last words.
 * Read first: SDM vol. 3A §6.12 (exception handling), §6.14.2 (the stack frame in 64-bit mode); ring3.S.
 * Not here: interrupt handling. A stub records its vector; assembly/irq does the rest, called from the kernel's loop.
 */
#include "boot.h"

    .section .ring0.stubs, "ax"
    .align 16
    .globl stubs
stubs:
    .set vector, 0
    .rept 32
    .align 16
    .if (vector == 8) || (vector == 10) || (vector == 11) || (vector == 12) || (vector == 13) || (vector == 14) || (vector == 17) || (vector == 21)
    .else
    push $0                                 /* no error code: keep the frame's shape */
    .endif
    push $vector
    jmp exception
    .set vector, vector + 1
    .endr
    .rept VECTOR_COUNT - 32
    .align 16
    btsq $(vector - 32), SHARED + SHARED_PENDING
    iretq
    .set vector, vector + 1
    .endr

/* The stack of every exception here. */
#define VECTOR   0(%rsp)
#define ERROR    8(%rsp)
#define RIP     16(%rsp)
#define CS      24(%rsp)
#define RFLAGS  32(%rsp)

    .section .ring0.text, "ax"
exception:
    testb $3, CS
    jz ring0_exception
    cmpl $VECTOR_GP, VECTOR
    jne fault
    /* A #GP at one of ring3.S's own instructions is a request; the address is the proof, no byte is read. */
    cmpq $service_instruction, RIP
    je service
    cmpq $ports_start, RIP
    jb fault
    cmpq $ports_end, RIP
    jae fault

/*
 * A port instruction that the bitmap should have let through: this monitor ignores it. Same list, same instruction, here.
 * EDX = port, RAX = value; RCX, RSI, RDI belong to the called function (ring3.S) and are free but in `rep outsb`.
 */
port_access:
    cmpq $outs8_instruction, RIP
    je port_string
    cmpq $ins8_instruction, RIP
    je port_string
    movzwl %dx, %ecx
    lea 3(%rcx), %esi                       /* as far as the widest access reaches; all listed ranges are that wide or 8-bit */
    cmp $PORT_COUNT, %ecx
    jae fault
    bt %ecx, io_bitmap
    jc fault
    .macro port name, length, wide, instruction:vararg
    cmpq $\name\()_instruction, RIP
    jne 1f
    .if \wide
    bt %esi, io_bitmap
    jc fault
    .endif
    \instruction
    addq $\length, RIP
    jmp port_done
1:
    .endm
    port out8, 1, 0, out %al, %dx
    port in8, 1, 0, in %dx, %al
    port out32, 1, 1, out %eax, %dx
    port in32, 1, 1, in %dx, %eax
    port out16, 2, 0, out %ax, %dx
    port in16, 2, 0, in %dx, %ax
    jmp fault
/* Ring 0 may not read the buffer (SMAP): refuse with the carry flag, and ring 3 goes byte by byte. */
port_string:
    addq $2, RIP
    orq $1, RFLAGS
port_done:
    add $16, %rsp
    iretq

/*
 * Any other exception in ring 3: write the fault record (docs/shim.md), go on in ring 3 at asolo_fault on its own stack.
 * The faulting stack may be the exhausted one. A second fault before the first is dealt with ends here.
 */
    .macro record offset, register
    mov \register, SHARED + SHARED_FAULT + \offset
    .endm
fault:
    btsl $0, SHARED + SHARED_FAULTING
    jc ring0_exception
    record 0x40, %rax
    record 0x48, %rbx
    record 0x50, %rcx
    record 0x58, %rdx
    record 0x60, %rsi
    record 0x68, %rdi
    record 0x70, %rbp
    record 0x78, %r8
    record 0x80, %r9
    record 0x88, %r10
    record 0x90, %r11
    record 0x98, %r12
    record 0xa0, %r13
    record 0xa8, %r14
    record 0xb0, %r15
    mov %cr2, %rax
    record 0x38, %rax
    .irp offset, 0x00, 0x08, 0x10, 0x18, 0x20, 0x28, 0x30   /* vector, error, RIP, CS, RFLAGS, RSP, SS */
    pop %rax
    record \offset, %rax
    .endr
    pushq $RING3_DATA
    pushq $(fault_stack_top - 8)
    pushq $2
    pushq $RING3_CODE
    pushq $asolo_fault
    iretq

/* A bug in boot/, or a fault while a fault was reported: vector and RIP in hexadecimal, then the end. */
ring0_exception:
    mov $ring0_text_message, %rsi
    mov $COM1, %edx
1:  lodsb
    test %al, %al
    jz 2f
    out %al, %dx
    jmp 1b
2:  mov VECTOR, %rbx
    call print_hex
    mov RIP, %rbx
    call print_hex
    mov $'\n', %al
    out %al, %dx
    mov $STATUS_FAULT, %al
    out %al, $DEBUG_EXIT
    .globl triple_fault
triple_fault:                               /* no IDT: the next exception shuts the CPU down, the monitor resets */
    lidt empty_idt
    ud2
print_hex:                                  /* RBX to port DX, a blank after it; RSP is 8 lower than its caller's */
    mov $16, %ecx
1:  rol $4, %rbx
    mov %ebx, %eax
    and $15, %eax
    mov hex_digits(%rax), %al
    out %al, %dx
    dec %ecx
    jnz 1b
    mov $' ', %al
    out %al, %dx
    ret

    .section .ring0.data, "aw"
ring0_text_message:
    .asciz "\nasolo: fault in ring 0, or twice in ring 3; vector, rip: "
hex_digits:
    .ascii "0123456789abcdef"
empty_idt:
    .word 0
    .quad 0
    .section .note.GNU-stack, "", @progbits
