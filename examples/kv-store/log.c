/* Reading, checking and writing the log. */
#include "log.h"
#include "disk.h"
#include <stdlib.h>
#include <string.h>

enum { SUPERBLOCKS = 2, SUPERBLOCK_BYTES = 24, HEADER = 12, RECORD_MAX = HEADER + KEY_MAX + VALUE_MAX };
static const char MAGIC[8] = "ASOLOKV1";

static uint64_t generation, half;
static uint64_t next, copying_to;      /* the block of the next record: of this generation, of the one being made */
static uint8_t *record_buffer;         /* room for the largest record, in whole blocks */
static uint8_t *window;                /* blocks that were read ahead while the log is looked through */
static uint64_t window_at, window_blocks;
static uint32_t record_blocks_max;

static uint32_t crc32(uint32_t crc, const void *bytes, size_t count) {
  static uint32_t table[256];
  if (!table[1]) {
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; bit++) value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
      table[i] = value;
    }
  }
  crc = ~crc;
  for (const uint8_t *at = bytes; count > 0; count--) crc = table[(crc ^ *at++) & 255] ^ crc >> 8;
  return ~crc;
}

static uint64_t start_of(uint64_t of_generation) { return SUPERBLOCKS + (of_generation & 1) * half; }
static uint64_t end_of(uint64_t of_generation) { return start_of(of_generation) + half; }

uint64_t log_size(void) { return half; }
uint64_t log_used(void) { return next - start_of(generation); }

uint32_t log_blocks_of(uint32_t key_bytes, uint32_t value_bytes) {
  uint32_t bytes = HEADER + key_bytes + (value_bytes == RECORD_DELETED ? 0 : value_bytes);
  return (uint32_t)((bytes + disk_block_bytes - 1) / disk_block_bytes);
}

static uint32_t checksum(const uint8_t *at, uint64_t of_generation, uint64_t block, uint32_t bytes) {
  uint64_t place[2] = {of_generation, block};
  return crc32(crc32(0, place, sizeof place), at + 4, bytes - 4);
}

/* Whether the bytes at `at`, `room` blocks, begin with a whole record of this block. */
static bool read_record(struct record *record, const uint8_t *at, uint64_t block, uint64_t room) {
  uint32_t head[3];
  memcpy(head, at, sizeof head);
  uint32_t value_bytes = head[2] == RECORD_DELETED ? 0 : head[2];
  if (head[1] == 0 || head[1] > KEY_MAX || value_bytes > VALUE_MAX) return false;
  *record = (struct record){.block = block, .blocks = log_blocks_of(head[1], head[2]), .key_bytes = head[1], .value_bytes = head[2]};
  if (record->blocks > room || checksum(at, generation, block, HEADER + head[1] + value_bytes) != head[0]) return false;
  record->key = (const char *)at + HEADER;
  record->value = record->key + record->key_bytes;
  return true;
}

/* The blocks from `block` on: as many as a record can have, or are left of this half. */
static const uint8_t *look_at(uint64_t block, uint64_t *room) {
  uint64_t left = end_of(generation) - block;
  *room = left < record_blocks_max ? left : record_blocks_max;
  if (block < window_at || block + *room > window_at + window_blocks) {
    uint64_t most = 8ull * record_blocks_max;
    window_at = block;
    window_blocks = left < most ? left : most;
    disk_read(window_at, window, (size_t)window_blocks);
  }
  return window + (block - window_at) * disk_block_bytes;
}

/* The first record after `block`, which has none, within the length of one. */
static bool is_followed(uint64_t block) {
  struct record record;
  uint64_t room;
  for (uint64_t at = block + 1; at < end_of(generation) && at <= block + record_blocks_max; at++) {
    const uint8_t *bytes = look_at(at, &room);
    if (read_record(&record, bytes, at, room)) return true;
  }
  return false;
}

static void read_all(void (*show)(const struct record *record)) {
  struct record record;
  uint64_t room;
  window_blocks = 0;
  for (next = start_of(generation); next < end_of(generation); next += record.blocks) {
    const uint8_t *bytes = look_at(next, &room);
    if (!read_record(&record, bytes, next, room)) break;
    show(&record);
  }
  if (next < end_of(generation) && is_followed(next)) fail("the record at block %llu is damaged, and there are others behind it", next);
}

static void write_superblock(void) {
  memset(record_buffer, 0, disk_block_bytes);
  memcpy(record_buffer, MAGIC, 8);
  memcpy(record_buffer + 8, &generation, 8);
  memcpy(record_buffer + 16, &half, 8);
  uint32_t sum = crc32(0, record_buffer, SUPERBLOCK_BYTES);
  memcpy(record_buffer + SUPERBLOCK_BYTES, &sum, 4);
  disk_write(generation & 1, record_buffer, 1);
  disk_flush();
}

/* Takes what a superblock says, if it is one and newer. False: it is neither that nor empty. */
static bool read_superblock(uint64_t block, bool *found) {
  uint64_t said, blocks;
  uint32_t sum;
  disk_read(block, record_buffer, 1);
  memcpy(&said, record_buffer + 8, 8);
  memcpy(&blocks, record_buffer + 16, 8);
  memcpy(&sum, record_buffer + SUPERBLOCK_BYTES, 4);
  if (memcmp(record_buffer, MAGIC, 8) == 0 && sum == crc32(0, record_buffer, SUPERBLOCK_BYTES)) {
    if (!*found || said > generation) generation = said, half = blocks;
    return *found = true;
  }
  for (size_t i = 0; i < disk_block_bytes; i++) if (record_buffer[i] != 0) return false;
  return true;
}

void log_open(void (*show)(const struct record *record)) {
  record_blocks_max = (uint32_t)((RECORD_MAX + disk_block_bytes - 1) / disk_block_bytes);
  record_buffer = malloc(record_blocks_max * disk_block_bytes);
  window = malloc(8 * record_blocks_max * disk_block_bytes);
  if (!record_buffer || !window) fail("there is too little memory");
  if (disk_blocks < SUPERBLOCKS + 4) fail("the disk has %llu blocks: too few", disk_blocks);

  bool found = false;
  bool is_known = read_superblock(0, &found);
  is_known &= read_superblock(1, &found);
  if (!found && !is_known) fail("the disk holds something else; one that begins with zeros would be used");
  if (!found) {
    half = (disk_blocks - SUPERBLOCKS) / 2;
    write_superblock();
  }
  if (half > (disk_blocks - SUPERBLOCKS) / 2) fail("the disk is smaller than it was");
  read_all(show);
  /* The last record may be whole, and in a cache alone: nobody is to see it before it is there to stay. */
  disk_flush();
}

/* Writes the record that is in the buffer, as one of a generation. */
static void write_record(uint64_t of_generation, uint64_t block, uint32_t blocks) {
  uint32_t head[3];
  memcpy(head, record_buffer, sizeof head);
  uint32_t bytes = HEADER + head[1] + (head[2] == RECORD_DELETED ? 0 : head[2]);
  uint32_t sum = checksum(record_buffer, of_generation, block, bytes);
  memcpy(record_buffer, &sum, 4);
  disk_write(block, record_buffer, blocks);
}

uint64_t log_append(const char *key, uint32_t key_bytes, const char *value, uint32_t value_bytes) {
  uint32_t blocks = log_blocks_of(key_bytes, value_bytes);
  uint64_t block = next;
  memset(record_buffer, 0, blocks * disk_block_bytes);
  memcpy(record_buffer + 4, &key_bytes, 4);
  memcpy(record_buffer + 8, &value_bytes, 4);
  memcpy(record_buffer + HEADER, key, key_bytes);
  if (value_bytes != RECORD_DELETED) memcpy(record_buffer + HEADER + key_bytes, value, value_bytes);
  write_record(generation, block, blocks);
  disk_flush();
  next += blocks;
  return block;
}

struct record log_read(uint64_t block, uint32_t blocks) {
  struct record record;
  disk_read(block, record_buffer, blocks);
  if (!read_record(&record, record_buffer, block, blocks)) fail("the record at block %llu has changed", block);
  return record;
}

void log_begin_copy(void) { copying_to = start_of(generation + 1); }

uint64_t log_copy(uint64_t block, uint32_t blocks) {
  uint64_t to = copying_to;
  log_read(block, blocks);
  write_record(generation + 1, to, blocks);
  copying_to += blocks;
  return to;
}

void log_end_copy(void) {
  disk_flush();
  generation++;
  next = copying_to;
  write_superblock();
}
