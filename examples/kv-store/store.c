/* A hash table of keys. */
#include "store.h"
#include "disk.h"
#include <stdlib.h>
#include <string.h>

struct entry {
  struct entry *next;
  uint64_t block, moved_to;
  uint32_t blocks, key_bytes;
  char key[];
};

enum { BUCKETS_AT_FIRST = 256 };

static struct entry **buckets;
static size_t bucket_count;
static uint64_t keys, live_blocks;

static uint32_t hash(const char *key, uint32_t bytes) {
  uint32_t sum = 2166136261u;
  for (uint32_t i = 0; i < bytes; i++) sum = (sum ^ (uint8_t)key[i]) * 16777619u;
  return sum;
}

/* The place that points to the key's entry, or to nothing. */
static struct entry **find(const char *key, uint32_t bytes) {
  struct entry **at = &buckets[hash(key, bytes) & (bucket_count - 1)];
  while (*at && ((*at)->key_bytes != bytes || memcmp((*at)->key, key, bytes) != 0)) at = &(*at)->next;
  return at;
}

static void *must_have(void *memory) {
  if (!memory) fail("there is too little memory for the keys: asolo run --memory");
  return memory;
}

static void grow(void) {
  struct entry **old = buckets;
  size_t count = bucket_count;
  bucket_count = count ? 2 * count : BUCKETS_AT_FIRST;
  buckets = must_have(calloc(bucket_count, sizeof *buckets));
  for (size_t i = 0; i < count; i++) {
    for (struct entry *entry = old[i], *after; entry; entry = after) {
      after = entry->next;
      struct entry **at = &buckets[hash(entry->key, entry->key_bytes) & (bucket_count - 1)];
      entry->next = *at;
      *at = entry;
    }
  }
  free(old);
}

static void forget(struct entry **at) {
  struct entry *entry = *at;
  if (!entry) return;
  *at = entry->next;
  live_blocks -= entry->blocks;
  keys--;
  free(entry);
}

static void remember(const char *key, uint32_t key_bytes, uint64_t block, uint32_t blocks) {
  forget(find(key, key_bytes));
  if (keys >= bucket_count) grow();
  struct entry **at = find(key, key_bytes);
  struct entry *entry = must_have(malloc(sizeof *entry + key_bytes));
  *entry = (struct entry){.block = block, .blocks = blocks, .key_bytes = key_bytes};
  memcpy(entry->key, key, key_bytes);
  *at = entry;
  live_blocks += blocks;
  keys++;
}

static void take(const struct record *record) {
  if (record->value_bytes == RECORD_DELETED) forget(find(record->key, record->key_bytes));
  else remember(record->key, record->key_bytes, record->block, record->blocks);
}

void store_open(void) {
  grow();
  log_open(take);
}

void store_compact(void) {
  log_begin_copy();
  for (size_t i = 0; i < bucket_count; i++)
    for (struct entry *entry = buckets[i]; entry; entry = entry->next) entry->moved_to = log_copy(entry->block, entry->blocks);
  log_end_copy();
  for (size_t i = 0; i < bucket_count; i++)
    for (struct entry *entry = buckets[i]; entry; entry = entry->next) entry->block = entry->moved_to;
}

/* Whether so many blocks can be appended, after making room if that helps. */
static bool has_room(uint64_t blocks) {
  if (log_used() + blocks <= log_size()) return true;
  if (live_blocks + blocks > log_size()) return false;
  store_compact();
  return true;
}

enum store_result store_set(const char *key, uint32_t key_bytes, const char *value, uint32_t value_bytes) {
  uint32_t blocks = log_blocks_of(key_bytes, value_bytes);
  /* One block stays free of what lives, so that something can always be deleted. */
  if (live_blocks + blocks + 1 > log_size() || !has_room(blocks)) return STORE_FULL;
  remember(key, key_bytes, log_append(key, key_bytes, value, value_bytes), blocks);
  return STORE_DONE;
}

enum store_result store_delete(const char *key, uint32_t key_bytes) {
  if (!*find(key, key_bytes)) return STORE_NONE;
  if (!has_room(log_blocks_of(key_bytes, RECORD_DELETED))) return STORE_FULL;
  log_append(key, key_bytes, NULL, RECORD_DELETED);
  forget(find(key, key_bytes));
  return STORE_DONE;
}

enum store_result store_get(const char *key, uint32_t key_bytes, const char **value, uint32_t *value_bytes) {
  struct entry *entry = *find(key, key_bytes);
  if (!entry) return STORE_NONE;
  struct record record = log_read(entry->block, entry->blocks);
  *value = record.value;
  *value_bytes = record.value_bytes;
  return STORE_DONE;
}

static int compare(const void *left, const void *right) {
  const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;
  int order = memcmp(a->key, b->key, a->key_bytes < b->key_bytes ? a->key_bytes : b->key_bytes);
  return order ? order : (a->key_bytes > b->key_bytes) - (a->key_bytes < b->key_bytes);
}

void store_list(void (*show)(const char *key, uint32_t key_bytes)) {
  struct entry **all = must_have(malloc((size_t)(keys + 1) * sizeof *all));
  size_t count = 0;
  for (size_t i = 0; i < bucket_count; i++)
    for (struct entry *entry = buckets[i]; entry; entry = entry->next) all[count++] = entry;
  qsort(all, count, sizeof *all, compare);
  for (size_t i = 0; i < count; i++) show(all[i]->key, all[i]->key_bytes);
  free(all);
}

struct store_size store_size(void) {
  return (struct store_size){.keys = keys, .live_blocks = live_blocks, .used_blocks = log_used(), .all_blocks = log_size()};
}
