/*
 * The disk that the store lives on, in blocks. What cannot be done ends the program with a line and status 1: nothing is
 * acknowledged after a failure. Read first: include/solo5.h, include/asolo.h.
 */
#ifndef DISK_H
#define DISK_H

#include <stddef.h>
#include <stdint.h>

/* Known once the disk is open. */
extern size_t disk_block_bytes;
extern uint64_t disk_blocks;

void disk_open(const char *name);
void disk_read(uint64_t block, void *to, size_t blocks);
void disk_write(uint64_t block, const void *from, size_t blocks);

/* What was written before is on the medium when this returns. */
void disk_flush(void);

/* Says what is wrong on standard error and ends the program. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
