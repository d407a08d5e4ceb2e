/*
 * What asolo offers to C programs beyond solo5.h: disks that are flushed, given up block by block, and read and written
 * with several requests under way. Handles are those of solo5_block_acquire. docs/virtio.md says what they come to.
 */
#ifndef ASOLO_H
#define ASOLO_H

#include <solo5.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASOLO_IMPORT(name) __attribute__((import_module("asolo"), import_name(#name)))

/* Returns when all that was written before is on the medium: it outlives a loss of power. */
solo5_result_t asolo_block_flush(solo5_handle_t handle) ASOLO_IMPORT(block_flush);

/* The contents of these blocks do not matter any more: the host may have the room back. EUNSPEC: the disk cannot. */
solo5_result_t asolo_block_discard(solo5_handle_t handle, solo5_off_t offset, solo5_off_t size) ASOLO_IMPORT(block_discard);

/* The same as writing zeros, without their being moved. EUNSPEC: the disk cannot. */
solo5_result_t asolo_block_write_zeroes(solo5_handle_t handle, solo5_off_t offset, solo5_off_t size)
    ASOLO_IMPORT(block_write_zeroes);

/*
 * Begins a read or a write of at most ASOLO_BLOCK_SUBMIT_MAX bytes. buf is the device's until the ticket's result is
 * known. The device is told with the next poll or wait, so that many can be begun at the cost of one. AGAIN: 48 are out.
 * EINVAL also where a disk has a lower limit of its own; QEMU's have none.
 */
#define ASOLO_BLOCK_SUBMIT_MAX 0x200000
typedef uint32_t asolo_ticket_t;
solo5_result_t asolo_block_submit(solo5_handle_t handle, bool is_write, solo5_off_t offset, void *buf, size_t size,
                                  asolo_ticket_t *ticket) ASOLO_IMPORT(block_submit);

/* The result of a ticket, which is used up by that. AGAIN: its request is under way. */
solo5_result_t asolo_block_poll(asolo_ticket_t ticket) ASOLO_IMPORT(block_poll);

/* The same, waiting for it. Never AGAIN. */
solo5_result_t asolo_block_wait(asolo_ticket_t ticket) ASOLO_IMPORT(block_wait);

#undef ASOLO_IMPORT

#ifdef __cplusplus
}
#endif

#endif
