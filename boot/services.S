/*
 * What ring 3 may ask of ring 0, by the `hlt` in ring3.S: number in EDI, arguments in RSI, RDX, RCX, result in RAX.
 * Read first: docs/shim.md (the same services as C sees them), SDM vol. 3A §4.10.4 (when to invalidate translations).
 * Every argument is a stranger's: nothing here may give ring 3 a way to the image, which holds all that ring 0 owns.
 */
#include "boot.h"

    .section .ring0.text, "ax"
    .globl service
service:
    add $16, %rsp                           /* vector and error code */
    incq (%rsp)                             /* go on behind the hlt */
    mov $-1, %rax
    mov %edi, %edi
    cmp $((services_end - services) / 8), %rdi
    jae done
    jmp *services(, %rdi, 8)

/* 0  wait(): sleep until an interrupt is pending. `sti` takes effect after `hlt` has begun: no wake-up is lost. */
    .globl service_wait
service_wait:
    cmpq $0, SHARED + SHARED_PENDING
    jne done
    sti
    hlt
    cli
done:
    iretq

/*
 * 1  set_application(base, pages): where the application's memory lies and how far it may grow. Once; above the image;
 * base on 2 MiB, or else no more than 512 pages, as there is one page table for all that is not a large page.
 */
service_set_application:
    cmpq $0, application_limit
    jne done
    cmp $image_end_physical, %rsi
    jb done
    test $0xfff, %esi
    jnz done
    mov %rsi, %rcx
    shr $46, %rcx
    jnz done
    cmp $APP_PAGES_MAX, %rdx
    ja done
    test $0x1fffff, %esi
    jz 1f
    cmp $512, %rdx
    ja done
1:  mov %rsi, application_base
    mov %rdx, application_limit
    xor %eax, %eax
    iretq

/*
 * 2  grow_application(pages): maps virtual [mapped, pages) to base + the same offset, writable, not executable.
 * Whole 2 MiB blocks become large pages; the last, partial one lives in pt_application. There is no way to shrink.
 */
service_grow_application:
    cmp application_limit, %rsi
    ja done
    mov application_pages, %rcx             /* the next page to map */
1:  cmp %rsi, %rcx
    jae 5f
    mov %rcx, %r8
    shr $9, %r8                             /* its block */
    mov %rcx, %rax
    shl $12, %rax
    add application_base, %rax
    bts $63, %rax
    test $511, %ecx
    jnz 3f
    lea 512(%rcx), %rdx
    cmp %rsi, %rdx
    ja 2f
    test $0x1fffff, %eax
    jnz 2f
    or $(PAGE_LARGE | PAGE_TABLE), %rax
    mov %rax, pd_application(, %r8, 8)
    mov %rdx, %rcx
    jmp 1b
2:  mov %rax, %r9                           /* a partial block begins: it takes over the one page table, cleared */
    mov %rcx, %r10
    mov $pt_application, %rdi
    mov $512, %ecx
    xor %eax, %eax
    rep stosq
    mov %r10, %rcx
    mov %r9, %rax
    movq $(pt_application - IMAGE_BASE + PAGE_TABLE), pd_application(, %r8, 8)
3:  or $PAGE_TABLE, %rax
    mov %ecx, %edx
    and $511, %edx
    mov %rax, pt_application(, %rdx, 8)
    inc %rcx
    cmp $511, %edx
    jne 1b
    sub $(511 * 4096), %rax                 /* the block is full: one large page, the page table is free again */
    test $0x1ff000, %eax
    jnz 1b                                  /* base not on 2 MiB: this was the only block */
    or $PAGE_LARGE, %rax
    mov %rax, pd_application(, %r8, 8)
    mov %cr3, %rdi
    mov %rdi, %cr3
    jmp 1b
5:  mov %rcx, application_pages
    xor %eax, %eax
    iretq

/*
 * 3  map(physical, pages, flags): pages of the kernel's window, 16 GiB + physical. Flags: 1 present, 2 writable,
 * 4 uncached, 8 whole 2 MiB blocks that stay; 0 takes the pages out. Refused: page 0 writable, the image, beyond 4 GiB,
 * no page table left, a block that is mapped. Never executable.
 */
service_map:
    test $0xfff, %esi
    jnz done
    cmp $APP_PAGES_MAX, %rdx
    ja done
    mov %rsi, %r9
    shr $12, %r9                            /* page number */
    lea (%r9, %rdx), %r10                   /* end */
    cmp $APP_PAGES_MAX, %r10
    ja done
    xor %r8d, %r8d                          /* the entry's flags */
    test $1, %ecx
    jz 1f
    mov $(PAGE_PRESENT | PAGE_USER), %r8d
    bts $63, %r8
    mov %ecx, %eax
    and $2, %eax                            /* PAGE_WRITE */
    or %rax, %r8
    test $4, %ecx
    jz 1f
    or $PAGE_UNCACHED, %r8
1:  bt $3, %ecx
    jc 8f
0:  cmp %r10, %r9
    jae 6f
    mov $-1, %rax
    test %r9, %r9
    jnz 7f
    test $PAGE_WRITE, %r8b                  /* QEMU's PVH ROM leaves its memory map in page 0: to be read, once */
    jnz done
7:  cmp $(IMAGE_PHYSICAL >> 12), %r9
    jb 2f
    cmp $image_end_page, %r9
    jb done
2:  mov %r9, %rdi
    shr $9, %rdi
    mov pd_kernel(, %rdi, 8), %rcx
    test $PAGE_LARGE, %cl
    jnz done
    test $PAGE_PRESENT, %cl
    jnz 3f
    mov pt_spare_next, %rcx
    cmp $pt_spare_end, %rcx
    jae done
    addq $4096, pt_spare_next
    sub $IMAGE_BASE, %rcx
    or $PAGE_TABLE, %rcx
    mov %rcx, pd_kernel(, %rdi, 8)
3:  and $~0xfff, %rcx
    add $IMAGE_BASE, %rcx
    mov %r9, %rdi
    shl $12, %rdi
    xor %eax, %eax
    test %r8, %r8
    jz 4f
    mov %rdi, %rax
    or %r8, %rax
4:  mov %r9d, %r11d
    and $511, %r11d
    mov %rax, (%rcx, %r11, 8)
    movabs $KERNEL_BASE, %rax
    add %rax, %rdi
    invlpg (%rdi)
    inc %r9
    jmp 0b
6:  xor %eax, %eax
    iretq
8:  mov $-1, %rax
    cmp $image_end_page, %r9                /* nothing below the image's end is a whole block to be had */
    jb done
    mov %r9d, %edi
    or %edx, %edi
    test $511, %edi
    jnz done
9:  cmp %r10, %r9
    jae 6b
    mov %r9, %rdi
    shr $9, %rdi
    testb $PAGE_PRESENT, pd_kernel(, %rdi, 8)
    jnz done
    mov %r9, %rcx
    shl $12, %rcx
    or %r8, %rcx
    or $PAGE_LARGE, %rcx
    mov %rcx, pd_kernel(, %rdi, 8)
    add $512, %r9
    jmp 9b

/* 4  enable_kvmclock(): the addresses are ring 0's own, for the host writes where they point. */
service_kvmclock:
    xor %edx, %edx
    mov $MSR_KVM_SYSTEM_TIME_NEW, %ecx
    mov $(SHARED_PHYSICAL + SHARED_PVCLOCK + 1), %eax
    wrmsr
    mov $MSR_KVM_WALL_CLOCK_NEW, %ecx
    mov $(SHARED_PHYSICAL + SHARED_WALL_CLOCK), %eax
    wrmsr
    xor %eax, %eax
    iretq

/*
 * 6  map_memory(virtual, physical, pages): pages of a further memory of the application, in [1 TiB, 2 TiB), or of device
 * registers above 4 GiB, uncached, in [2 TiB, 3 TiB): writable, not executable. Page tables come from a pool that the build
 * sizes. Refused: physical pages of the image and below.
 */
service_map_memory:
    mov %rsi, %r8
    or %rdx, %r8
    test $0xfff, %r8d
    jnz done
    cmp $APP_PAGES_MAX, %rcx
    ja done
    mov %rcx, %r10                          /* pages to go */
    mov %rcx, %r9
    shl $12, %r9
    lea (%rsi, %r9), %r8
    or %rsi, %r8
    shr $40, %r8
    mov $PAGE_TABLE, %r11d
    cmp $1, %r8                             /* begins and ends in the second TiB */
    je 1f
    cmp $2, %r8                             /* or in the third */
    jne done
    or $PAGE_UNCACHED, %r11d
1:  cmp $image_end_physical, %rdx
    jb done
    mov %rdx, %r8
    shr $46, %r8
    jnz done
    bts $63, %rdx
    or %r11, %rdx                           /* the entry of the next page */
1:  test %r10, %r10
    jz 4f
    mov $pml4, %r8
    mov $39, %ecx                           /* PML4, PDPT, page directory, page table */
2:  mov %rsi, %rax
    shr %cl, %rax
    and $511, %eax
    lea (%r8, %rax, 8), %r8
    cmp $12, %ecx
    je 3f
    mov (%r8), %rax
    test $PAGE_PRESENT, %al
    jnz 5f
    mov memory_tables_next, %rdi
    mov $-1, %rax
    cmp $memory_tables_end, %rdi
    jae done
    addq $4096, memory_tables_next
    sub $IMAGE_BASE, %rdi
    lea PAGE_TABLE(%rdi), %rax
    mov %rax, (%r8)
5:  and $~0xfff, %rax
    lea IMAGE_BASE(%rax), %r8
    sub $9, %ecx
    jmp 2b
3:  mov %rdx, (%r8)
    add $4096, %rdx
    add $4096, %rsi
    dec %r10
    jmp 1b
4:  xor %eax, %eax
    iretq

    .section .ring0.data, "aw"
    .align 8
services:
    .quad service_wait, service_set_application, service_grow_application, service_map, service_kvmclock
    .quad triple_fault                      /* 5  reset() */
    .quad service_map_memory
services_end:
application_base:   .quad 0                 /* physical */
application_limit:  .quad 0                 /* pages */
application_pages:  .quad 0                 /* pages mapped now */
pt_spare_next:      .quad pt_spare
memory_tables_next: .quad memory_tables
    .section .note.GNU-stack, "", @progbits
