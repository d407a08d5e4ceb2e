/*
 * Numbers that the files of boot/ share: bits of control registers, page-table entries, selectors, fixed addresses.
 * Read first: Intel SDM vol. 3A §2.5 (control registers), §4.5 (4-level paging), §3.4.2 (segment selectors).
 * Not here: anything that C or AssemblyScript uses; shim/asolo.h holds the shared page's layout for them.
 */
#ifndef ASOLO_BOOT_H
#define ASOLO_BOOT_H

/* Virtual = physical + IMAGE_BASE for the image, physical + KERNEL_BASE for the kernel's linear memory. */
#define IMAGE_BASE       0xffffffff80000000
#define KERNEL_BASE      0x400000000
#define SHARED_PHYSICAL  0x100000
#define IMAGE_PHYSICAL   0x200000
#define SHARED           (IMAGE_BASE + SHARED_PHYSICAL)   /* the supervisor's alias of the shared page */

/* The shared page: offsets (docs/shim.md). */
#define SHARED_PENDING       0x00
#define SHARED_PROTOCOL      0x08
#define SHARED_INFORMATION   0x0c
#define SHARED_ENTRY_CYCLES  0x10
#define SHARED_FEATURES      0x20
#define SHARED_FAULTING      0x24
#define SHARED_PVCLOCK       0x40
#define SHARED_WALL_CLOCK    0x80
#define SHARED_FAULT         0x100
#define PROTOCOL_MULTIBOOT   1
#define PROTOCOL_PVH         2

#define MULTIBOOT_LOADER_MAGIC  0x2badb002  /* Multiboot 0.6.96 §3.2, in EAX */
#define PVH_START_MAGIC         0x336ec578  /* hvm_start_info.magic */

/* SDM vol. 3A §2.5 */
#define CR0_PE          (1 << 0)
#define CR0_MP          (1 << 1)
#define CR0_ET          (1 << 4)
#define CR0_NE          (1 << 5)
#define CR0_WP          (1 << 16)
#define CR0_PG          (1 << 31)
#define CR4_PAE         (1 << 5)
#define CR4_OSFXSR      (1 << 9)
#define CR4_OSXMMEXCPT  (1 << 10)
#define CR4_UMIP        (1 << 11)
#define CR4_OSXSAVE     (1 << 18)
#define CR4_SMEP        (1 << 20)
#define CR4_SMAP        (1 << 21)
#define MSR_EFER        0xc0000080
#define EFER_LME        (1 << 8)
#define EFER_NXE        (1 << 11)
#define XCR0_X87_SSE_AVX 7

/* What SHARED_FEATURES reports. */
#define FEATURE_NX    (1 << 0)
#define FEATURE_WP    (1 << 1)
#define FEATURE_SMEP  (1 << 2)
#define FEATURE_SMAP  (1 << 3)
#define FEATURE_UMIP  (1 << 4)
#define FEATURE_AVX   (1 << 5)

/* SDM vol. 3A §4.5, low halves of page-table entries; NX is bit 63, bit 31 of the high half. */
#define PAGE_PRESENT   0x001
#define PAGE_WRITE     0x002
#define PAGE_USER      0x004
#define PAGE_UNCACHED  0x018   /* PWT and PCD */
#define PAGE_LARGE     0x080
#define PAGE_TABLE     (PAGE_PRESENT | PAGE_WRITE | PAGE_USER)
#define PAGE_NX_HIGH   0x80000000

/* Segment selectors: the order of the GDT in tables.S. */
#define RING0_CODE  0x08
#define RING0_DATA  0x10
#define RING3_DATA  0x1b
#define RING3_CODE  0x23
#define TASK        0x28

#define VECTOR_COUNT     96    /* 32 exceptions, 64 interrupts: one bit each in the pending word */
#define VECTOR_GP        13
#define PORT_COUNT       0xd00 /* ports at and above it are refused: the I/O bitmap ends there */
#define APP_PAGES_MAX    (1 << 20) /* 4 GiB */

/* IA-PC serial port and QEMU's isa-debug-exit, for ring 0's last words. */
#define COM1             0x3f8
#define DEBUG_EXIT       0xf4
#define STATUS_FAULT     126
#define STATUS_MACHINE   125

/* KVM paravirtual clock (Linux Documentation/virt/kvm/x86/msr.rst). */
#define MSR_KVM_WALL_CLOCK_NEW   0x4b564d00
#define MSR_KVM_SYSTEM_TIME_NEW  0x4b564d01

#endif
