/*
 * From the monitor's 32-bit entry to ring 3: both boot protocols, paging, long mode, protection bits.
 * Read first: Multiboot 0.6.96 §3.1-3.2, Xen's PVH boot ABI, SDM vol. 3A §9.8.5 (entering IA-32e mode), kernel.ld.
 * Not here: the tables themselves (tables.S), what happens after an exception (vectors.S).
 */
#include "boot.h"
#define PHYSICAL(symbol) ((symbol) - IMAGE_BASE)

    .section .ring0.head, "ax"

/* Multiboot 1. Flag 16 (addresses are given here) is what lets QEMU take an ELF64; flag 1 asks for the memory map. */
#define MULTIBOOT_MAGIC 0x1badb002
#define MULTIBOOT_FLAGS 0x00010002
    .align 4
    .globl multiboot_header
multiboot_header:
    .long MULTIBOOT_MAGIC, MULTIBOOT_FLAGS, -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)
    .long PHYSICAL(multiboot_header), image_physical, load_end_physical, image_end_physical, PHYSICAL(entry32)

/* 32-bit protected mode, paging off, flat segments, no stack. EBX points to the protocol's information. */
    .code32
    .globl entry32
entry32:
    cld
    mov %eax, %ebp                          /* 0x2badb002 from Multiboot's loaders, and from qboot's PVH too */
    rdtsc
    mov %eax, %esi
    mov %edx, %edi
    mov $PHYSICAL(ring0_stack_top), %esp

    /* The shared page starts from zero: it is not part of the file. */
    push %edi
    mov $SHARED_PHYSICAL, %edi
    mov $1024, %ecx
    xor %eax, %eax
    rep stosl
    pop %edi
    mov %esi, SHARED_PHYSICAL + SHARED_ENTRY_CYCLES
    mov %edi, SHARED_PHYSICAL + SHARED_ENTRY_CYCLES + 4
    mov %ebx, SHARED_PHYSICAL + SHARED_INFORMATION
    movb $PROTOCOL_PVH, SHARED_PHYSICAL + SHARED_PROTOCOL
    cmpl $PVH_START_MAGIC, (%ebx)
    je 1f
    movb $PROTOCOL_MULTIBOOT, SHARED_PHYSICAL + SHARED_PROTOCOL
    cmp $MULTIBOOT_LOADER_MAGIC, %ebp
    je 1f
    movb $0, SHARED_PHYSICAL + SHARED_PROTOCOL  /* unknown: the kernel will say so */
1:
    /* Long mode and no-execute pages, or a word and out. */
    mov $0x80000000, %eax
    cpuid
    cmp $0x80000001, %eax
    jb no_long_mode
    mov $0x80000001, %eax
    cpuid
    and $(1 << 29 | 1 << 20), %edx
    cmp $(1 << 29 | 1 << 20), %edx
    jne no_long_mode

    call draw_page_tables

    mov $(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
    mov %eax, %cr4
    mov $PHYSICAL(pml4), %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    xor %edx, %edx
    mov $(EFER_LME | EFER_NXE), %eax        /* no SCE: syscall stays undefined */
    wrmsr
    mov $(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
    mov %eax, %cr0
    lgdt PHYSICAL(first_gdt_pointer)
    ljmp $RING0_CODE, $PHYSICAL(long_mode_low)

/*
 * The first GDT stands beside the code that loads it: from paging to the jump only the image's first 2 MiB are mapped
 * where this code runs, and the real GDT of a large image lies behind them.
 */
    .align 8
first_gdt:
    .quad 0
    .quad 0x00af9b000000ffff                /* RING0_CODE, as in tables.S */
first_gdt_pointer:
    .word . - first_gdt - 1
    .long PHYSICAL(first_gdt)

no_long_mode:
    mov $PHYSICAL(no_long_mode_text), %esi
1:  lodsb
    test %al, %al
    jz 2f
    mov $COM1, %dx
    out %al, %dx
    jmp 1b
2:  mov $STATUS_MACHINE, %al
    out %al, $DEBUG_EXIT
3:  hlt
    jmp 3b
no_long_mode_text:
    .asciz "asolo: this CPU has no 64-bit mode or no NX bit; Asolo needs both\n"

/*
 * Fills the tables that lie, zeroed, in .ring0.bss. Upper halves stay 0 but for NX.
 * `image_regions` (tables.S) lists what of the image is mapped how; between the regions lie the stacks' guard pages.
 */
draw_page_tables:
    mov $image_regions_physical, %esi
1:  mov (%esi), %ebx                        /* first page */
    mov 4(%esi), %ecx                       /* end */
    mov %ebx, %edi
    shr $9, %edi                            /* its entry: (page >> 12) * 8 in the row of tables from physical 0 */
    add $PHYSICAL(pt_image), %edi
2:  cmp %ecx, %ebx
    jae 3f
    mov %ebx, %eax
    or 8(%esi), %eax
    mov %eax, (%edi)
    mov 12(%esi), %eax
    mov %eax, 4(%edi)
    add $4096, %ebx
    add $8, %edi
    jmp 2b
3:  add $16, %esi
    cmp $image_regions_end_physical, %esi
    jb 1b

    /* One page table for each 2 MiB of the image. */
    mov $(PHYSICAL(pt_image) + PAGE_TABLE), %eax
    mov $PHYSICAL(pd_image), %edi
4:  mov %eax, (%edi)
    add $4096, %eax
    add $8, %edi
    cmp $(PHYSICAL(pt_image_end) + PAGE_TABLE), %eax
    jb 4b

    /* The kernel's statics and first frames, [1 MiB, 2 MiB), the shared page first. */
    mov $(SHARED_PHYSICAL + PAGE_TABLE), %eax
    mov $(PHYSICAL(pt_kernel_low) + (SHARED_PHYSICAL >> 9)), %edi
5:  mov %eax, (%edi)
    movl $PAGE_NX_HIGH, 4(%edi)
    add $4096, %eax
    add $8, %edi
    cmp $(IMAGE_PHYSICAL + PAGE_TABLE), %eax
    jb 5b
    movl $(PHYSICAL(pt_kernel_low) + PAGE_TABLE), PHYSICAL(pd_kernel)

    /* The I/O APIC's and the local APIC's registers, 2 MiB each, uncached. */
    .irp chip, 0xfec00000, 0xfee00000
    movl $(\chip + PAGE_LARGE + PAGE_UNCACHED + PAGE_TABLE), PHYSICAL(pd_kernel) + (\chip >> 21) * 8
    movl $PAGE_NX_HIGH, PHYSICAL(pd_kernel) + (\chip >> 21) * 8 + 4
    .endr

    /* Upper levels. */
    .irp gigabyte, 0, 1, 2, 3
    movl $(PHYSICAL(pd_application) + \gigabyte * 4096 + PAGE_TABLE), PHYSICAL(pdpt_low) + \gigabyte * 8
    movl $(PHYSICAL(pd_kernel) + \gigabyte * 4096 + PAGE_TABLE), PHYSICAL(pdpt_low) + ((KERNEL_BASE >> 30) + \gigabyte) * 8
    .endr
    movl $(PHYSICAL(pd_image) + PAGE_TABLE), PHYSICAL(pdpt_high) + 510 * 8
    movl $(PHYSICAL(pdpt_low) + PAGE_TABLE), PHYSICAL(pml4)
    movl $(PHYSICAL(pdpt_high) + PAGE_TABLE), PHYSICAL(pml4) + 511 * 8
    /* Until the jump to the high half, the first 2 MiB of the image stand at their physical address too. */
    movl $(IMAGE_PHYSICAL + PAGE_LARGE + PAGE_PRESENT), PHYSICAL(pd_application) + 8
    ret

    .code64
long_mode_low:
    movabs $long_mode, %rax
    jmp *%rax

    .section .ring0.text, "ax"
    .globl long_mode
long_mode:
    movq $0, pd_application + 8             /* the way up is gone; virtual 0 is the application's alone */
    mov %cr3, %rax
    mov %rax, %cr3
    lgdt gdt_pointer
    lidt idt_pointer
    mov $RING0_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov $ring0_stack_top, %rsp
    mov $TASK, %eax
    ltr %ax

    /* Each protection that this CPU has (SDM vol. 2A CPUID, leaf 7). */
    mov $(FEATURE_NX | FEATURE_WP), %r8d
    mov %cr4, %r9
    xor %eax, %eax
    cpuid
    cmp $7, %eax
    jb 4f
    mov $7, %eax
    xor %ecx, %ecx
    cpuid
    bt $7, %ebx
    jnc 1f
    or $CR4_SMEP, %r9
    or $FEATURE_SMEP, %r8d
1:  bt $20, %ebx
    jnc 2f
    or $CR4_SMAP, %r9
    or $FEATURE_SMAP, %r8d
2:  bt $2, %ecx
    jnc 3f
    or $CR4_UMIP, %r9
    or $FEATURE_UMIP, %r8d
3:  mov %r9, %cr4

    /* AVX only where the image was built for it: the rest never pays for the wider state. */
    mov $asolo_want_avx, %eax
    test %eax, %eax
    jz 4f
    mov $1, %eax
    cpuid
    and $(1 << 28 | 1 << 26), %ecx          /* AVX, XSAVE */
    cmp $(1 << 28 | 1 << 26), %ecx
    jne 4f
    or $CR4_OSXSAVE, %r9
    mov %r9, %cr4
    xor %ecx, %ecx
    xor %edx, %edx
    mov $XCR0_X87_SSE_AVX, %eax
    xsetbv
    or $FEATURE_AVX, %r8d
4:  mov %r8d, SHARED + SHARED_FEATURES

    /* The 8259s would deliver over the exceptions' vectors; interrupts come through the APICs. */
    mov $0xff, %al
    out %al, $0x21
    out %al, $0xa1

    xor %ebp, %ebp                          /* ends every chain of frame pointers */
    pushq $RING3_DATA
    pushq $(asolo_stack_top - 8)            /* as after a call: the C ABI's alignment */
    pushq $2                                /* IF = 0 (see wait in services.S), IOPL = 0 */
    pushq $RING3_CODE
    pushq $asolo_begin
    iretq

/* PVH: the first note of the file's one PT_NOTE. */
    .section .note.pvh, "a", @note
    .align 4
    .long 4, 4, 18                          /* name size, descriptor size, XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long PHYSICAL(entry32)
    .section .note.GNU-stack, "", @progbits
