/*
 * The processor's tables: GDT, TSS with the I/O permission bitmap, IDT, page tables, ring 0's stack.
 * Read first: SDM vol. 3A §3.5 (descriptors), §7.7 (64-bit TSS), §6.14 (64-bit IDT); vol. 1 §19.5.2 (I/O bitmap).
 * Not here: code. Who fills the page tables: draw_page_tables in entry.S, then services.S.
 */
#include "boot.h"

    .section .ring0.data, "aw"
    .align 16
    .globl gdt
gdt:
    .quad 0
    .quad 0x00af9b000000ffff                /* RING0_CODE: 64-bit; accessed bits set, so that the CPU need not write them */
    .quad 0x00cf93000000ffff                /* RING0_DATA */
    .quad 0x00cff3000000ffff                /* RING3_DATA */
    .quad 0x00affb000000ffff                /* RING3_CODE */
    .word tss_end - tss - 1                 /* TASK: the address' parts come from kernel.ld, known at link time */
    .word tss_bits_0_15
    .byte tss_bits_16_23, 0x89, 0, tss_bits_24_31
    .long 0xffffffff, 0
gdt_end:
    .globl gdt_pointer, idt_pointer
gdt_pointer:
    .word gdt_end - gdt - 1
    .quad gdt
idt_pointer:
    .word VECTOR_COUNT * 16 - 1
    .quad idt

/* Each vector's stub is 16 bytes long (vectors.S), all within one 64 KiB block: kernel.ld asserts it. */
    .align 16
    .globl idt
idt:
    .set vector, 0
    .rept VECTOR_COUNT
    .word stubs_bits_0_15 + vector * 16, RING0_CODE
    .byte (vector == 8) & 1, 0x8e           /* double fault: a stack of its own (IST 1); interrupt gate, DPL 0 */
    .word stubs_bits_16_31
    .long 0xffffffff, 0
    .set vector, vector + 1
    .endr

    .align 16
    .globl tss, io_bitmap
tss:
    .long 0
    .quad ring0_stack_top, 0, 0             /* RSP0: where ring 3 lands */
    .quad 0
    .quad double_fault_stack_top            /* IST1 */
    .fill 6, 8, 0
    .quad 0
    .word 0, io_bitmap - tss

/* A clear bit lets ring 3 use that port. */
    .macro allow port, mask
    .fill (\port / 8) - (. - io_bitmap), 1, 0xff
    .byte \mask
    .endm
io_bitmap:
    allow 0x020, 0xfc                       /* 0x20-0x21   8259 master */
    allow 0x040, 0xf0                       /* 0x40-0x43   8254 timer */
    allow 0x060, 0xed                       /* 0x61 0x64   timer gate, keyboard controller's reset */
    allow 0x070, 0xfc                       /* 0x70-0x71   CMOS clock */
    allow 0x0a0, 0xfc                       /* 0xa0-0xa1   8259 slave */
    allow 0x0f0, 0x0f                       /* 0xf4-0xf7   isa-debug-exit */
    allow 0x2f8, 0x00                       /* COM2 */
    allow 0x3e8, 0x00                       /* COM3 */
    allow 0x3f8, 0x00                       /* COM1 */
    allow 0x600, 0x00                       /* 0x600-0x607 ACPI power management */
    allow 0xcf8, 0x00                       /* 0xcf8-0xcff PCI configuration */
    .byte 0xff                              /* SDM vol. 1 §19.5.2: one byte of ones ends the map */
tss_end:

/* What of the image ring 3 and ring 0 see: first page, end, flags, flags' upper half. Bounds come from kernel.ld. */
    .align 16
    .globl image_regions, image_regions_end
image_regions:
    .long SHARED_PHYSICAL, SHARED_PHYSICAL + 4096, PAGE_PRESENT | PAGE_WRITE, PAGE_NX_HIGH
    .long image_physical, ring0_text_end, PAGE_PRESENT, 0
    .long text_start, text_end, PAGE_PRESENT | PAGE_USER, 0
    .long rodata_start, rodata_end, PAGE_PRESENT | PAGE_USER, PAGE_NX_HIGH
    .long data_start, data_end, PAGE_PRESENT | PAGE_USER | PAGE_WRITE, PAGE_NX_HIGH
    .long ring0_data_start, ring0_data_end, PAGE_PRESENT | PAGE_WRITE, PAGE_NX_HIGH
    .long bss_start, bss_end, PAGE_PRESENT | PAGE_USER | PAGE_WRITE, PAGE_NX_HIGH
    .long fault_stack_start, fault_stack_end, PAGE_PRESENT | PAGE_USER | PAGE_WRITE, PAGE_NX_HIGH
    .long stack_start, stack_end, PAGE_PRESENT | PAGE_USER | PAGE_WRITE, PAGE_NX_HIGH
    .long ring0_bss_start, ring0_bss_end, PAGE_PRESENT | PAGE_WRITE, PAGE_NX_HIGH
image_regions_end:

    .section .ring0.bss, "aw", @nobits
    .align 4096
    .globl double_fault_stack_top, ring0_stack_top
    .skip 2048
double_fault_stack_top:
    .skip 2048                              /* right above the guard page below .ring0.bss */
ring0_stack_top:
/*
 *   pml4 ─┬─ [0]   pdpt_low ─┬─ [0-3]   pd_application   virtual 0: the application's 4 GiB (and 4 GiB that stay empty)
 *         │                  └─ [16-19] pd_kernel        16 GiB + physical
 *         ├─ [2-3]  (memory_tables)                      1 TiB: further memories of the application
 *         ├─ [4-5]  (memory_tables)                      2 TiB: registers of devices that lie above 4 GiB
 *         └─ [511] pdpt_high ── [510]   pd_image         -2 GiB + physical
 */
    .globl pml4, pdpt_low, pdpt_high, pd_application, pt_application, pd_kernel, pt_kernel_low
    .globl pt_spare, pt_spare_end, pd_image
pml4:            .skip 4096
pdpt_low:        .skip 4096
pdpt_high:       .skip 4096
pd_application:  .skip 4 * 4096
pt_application:  .skip 4096                 /* the one 2 MiB block at the end of the application's memory that is not full */
pd_kernel:       .skip 4 * 4096
pt_kernel_low:   .skip 4096
pt_spare:        .skip 16 * 4096            /* handed out by the map service */
pt_spare_end:
pd_image:        .skip 4096                 /* pt_image follows, sized by kernel.ld */
    .section .note.GNU-stack, "", @progbits
