/*
 * The emptiest kernel that QEMU starts: a Multiboot header (the specification's §3.1.1) and one write to the
 * isa-debug-exit device. What QEMU itself takes, from start to exit, is measured with it.
 */

        .set    FLAGS, 0x10000                  # the address fields are valid: QEMU asks for them in an ELF64
        .set    MAGIC, 0x1BADB002

        .section .text
        .code32
        .globl  start
header: .long   MAGIC, FLAGS, -(MAGIC + FLAGS)
        .long   header, header, end, end, start # header, load begin, load end, bss end, entry

start:  xor     %eax, %eax
        out     %al, $0xf4                      # QEMU exits with status 2 * 0 + 1
        hlt
end:
