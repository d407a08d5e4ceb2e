/*
 * The store: which keys there are, in memory, and where the log has their values. What is called done is on the disk's
 * medium. Read first: log.h.
 */
#ifndef STORE_H
#define STORE_H

#include "log.h"

enum store_result { STORE_DONE, STORE_NONE, STORE_FULL };

struct store_size { uint64_t keys, live_blocks, used_blocks, all_blocks; };

void store_open(void);
enum store_result store_set(const char *key, uint32_t key_bytes, const char *value, uint32_t value_bytes);
enum store_result store_delete(const char *key, uint32_t key_bytes);

/* The value is good until the next call. */
enum store_result store_get(const char *key, uint32_t key_bytes, const char **value, uint32_t *value_bytes);

/* Every key, in the order of their bytes. */
void store_list(void (*show)(const char *key, uint32_t key_bytes));

/* Gives back the room of what was overwritten and deleted. Happens by itself when there is none left. */
void store_compact(void);

struct store_size store_size(void);

#endif
