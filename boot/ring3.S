/*
 * The few ring 3 instructions that ring 0 knows by their address: port accesses and the service call. They stand here
 * once each, as functions of the C ABI, so that vectors.S can tell them from the same bytes anywhere else.
 * Read first: vectors.S (port_access), services.S.  Also here: stack switching and setjmp, which C cannot say.
 */
    .text
    .macro function name
    .globl \name
    .type \name, @function
\name:
    .endm

/* u64 asolo_service(u32 number, u64 a, u64 b, u64 c) */
function asolo_service
    .globl service_instruction
service_instruction:
    hlt
    ret

    .globl ports_start, ports_end
ports_start:
/* void asolo_out8(u32 port, u32 value), and so on */
    .macro output name, instruction:vararg
function asolo_\name
    mov %edi, %edx
    mov %esi, %eax
    .globl \name\()_instruction
\name\()_instruction:
    \instruction
    ret
    .endm
    output out8, out %al, %dx
    output out16, out %ax, %dx
    output out32, out %eax, %dx

/* u32 asolo_in8(u32 port), and so on */
    .macro input name, instruction:vararg
function asolo_\name
    mov %edi, %edx
    xor %eax, %eax
    .globl \name\()_instruction
\name\()_instruction:
    \instruction
    ret
    .endm
    input in8, in %dx, %al
    input in16, in %dx, %ax
    input in32, in %dx, %eax

/* void asolo_outs8(u32 port, const void* bytes, u64 count): one exit for all of them where the monitor can. */
function asolo_outs8
    mov %rdx, %rcx
    mov %edi, %edx
    clc
    .globl outs8_instruction
outs8_instruction:
    rep outsb
    jc 1f
    ret
/* void asolo_ins8(u32 port, void* bytes, u64 count) */
function asolo_ins8
    mov %edi, %r8d
    mov %rdx, %rcx
    mov %rsi, %rdi
    mov %r8d, %edx
    clc
    .globl ins8_instruction
ins8_instruction:
    rep insb
    jc 2f
    ret
    .globl ports_end
ports_end:

/* The carry flag: ring 0 may not touch the buffer (vectors.S, port_string). The same, byte by byte. */
1:  push %rbx
    push %rbp
    push %r12
    mov %rsi, %rbx
    mov %rcx, %rbp
    mov %edx, %r12d
3:  test %rbp, %rbp
    jz 5f
    mov %r12d, %edi
    movzbl (%rbx), %esi
    call asolo_out8
    inc %rbx
    dec %rbp
    jmp 3b
2:  push %rbx
    push %rbp
    push %r12
    mov %rdi, %rbx
    mov %rcx, %rbp
    mov %edx, %r12d
4:  test %rbp, %rbp
    jz 5f
    mov %r12d, %edi
    call asolo_in8
    mov %al, (%rbx)
    inc %rbx
    dec %rbp
    jmp 4b
5:  pop %r12
    pop %rbp
    pop %rbx
    ret

/* _Noreturn void asolo_on_fault_stack(void (*function)(u32), u32 argument): leaves the caller's stack for good. */
function asolo_on_fault_stack
    mov $fault_stack_top, %rsp
    xor %ebp, %ebp
    mov %rdi, %rax
    mov %esi, %edi
    call *%rax
    ud2

/*
 * int asolo_setjmp(asolo_jmp_buf) and _Noreturn void asolo_longjmp(asolo_jmp_buf, int): what the C ABI says a call keeps.
 * MXCSR and the x87 control word never change here.
 */
function asolo_setjmp
    mov %rbx, 0(%rdi)
    mov %rbp, 8(%rdi)
    mov %r12, 16(%rdi)
    mov %r13, 24(%rdi)
    mov %r14, 32(%rdi)
    mov %r15, 40(%rdi)
    lea 8(%rsp), %rdx
    mov %rdx, 48(%rdi)
    mov (%rsp), %rdx
    mov %rdx, 56(%rdi)
    xor %eax, %eax
    ret
function asolo_longjmp
    mov 0(%rdi), %rbx
    mov 8(%rdi), %rbp
    mov 16(%rdi), %r12
    mov 24(%rdi), %r13
    mov 32(%rdi), %r14
    mov 40(%rdi), %r15
    mov 48(%rdi), %rsp
    mov %esi, %eax
    jmp *56(%rdi)
    .section .note.GNU-stack, "", @progbits
