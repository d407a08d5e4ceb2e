/*
 * The log: records one behind the other, each from a block of its own on, so that writing one never touches another.
 *
 *   block 0, 1         superblocks of even and of odd generations: the valid one of the higher generation counts
 *   2 ...              half 0: the records of even generations
 *   2 + half ...       half 1: those of odd ones
 *
 *   superblock   0 "ASOLOKV1"   8 u64 generation   16 u64 blocks of a half   24 u32 CRC-32 of 0 to 23
 *   record       0 u32 CRC-32 of generation, block number and all that follows   4 u32 bytes of the key
 *                8 u32 bytes of the value, or RECORD_DELETED   12 key   value   zeros to the end of its last block
 *
 * A record is flushed before the next one is written. So a log ends with at most one record that is not whole, and that one
 * was never acknowledged; a record that is not whole and has another behind it was damaged later. A new generation is
 * written to the other half, then named by its superblock: until then the old one is there.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_MAX = 255, VALUE_MAX = 32768 };
#define RECORD_DELETED UINT32_MAX

struct record {
  uint64_t block;      /* where it begins, and how many it takes */
  uint32_t blocks;
  uint32_t key_bytes;
  uint32_t value_bytes; /* RECORD_DELETED: the key has no value any more */
  const char *key, *value; /* in a buffer of the log's, until its next function is called */
};

/* Opens the log on the open disk, makes one on an empty disk, and shows every record in order. */
void log_open(void (*show)(const struct record *record));

/* Blocks of this generation's half, and how many of them have records. */
uint64_t log_size(void);
uint64_t log_used(void);

uint32_t log_blocks_of(uint32_t key_bytes, uint32_t value_bytes);

/* Writes a record, for which there must be room, and flushes it. Its first block. */
uint64_t log_append(const char *key, uint32_t key_bytes, const char *value, uint32_t value_bytes);

/* Reads a record again, and checks it. */
struct record log_read(uint64_t block, uint32_t blocks);

/* A new generation: begin, copy each record that is to live (its new first block), end. */
void log_begin_copy(void);
uint64_t log_copy(uint64_t block, uint32_t blocks);
void log_end_copy(void);

#endif
