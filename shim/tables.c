/*
 * Tables: slices of one arena that the build sizes (asolo_table_bytes, from the module's table section).
 * Read first: wasm-rt.h. A table that may grow gets room for twice its first size and 1024 more; after that table.grow
 * answers -1, as the specification allows.
 */
#include "asolo.h"
#include <string.h>

static u64 used; /* of the arena; a pointer to its start would be the image's only initialised word, and take a page */

/* Elements that a table of this type is given room for: scripts/wasm/tables.ts computes the same sum. */
static u32 capacity_of(u32 elements, u32 max_elements) {
  u64 room = 2ul * elements + 1024;
  return room < max_elements ? (u32)room : max_elements;
}

static void* take(u64 bytes) {
  if (bytes > (u64)(asolo_table_arena_end - asolo_table_arena) - used) wasm_rt_trap(WASM_RT_TRAP_OOB);
  void* slice = asolo_table_arena + used;
  used += bytes;
  return slice;
}

#define TABLE(kind)                                                                                              \
  void wasm_rt_allocate_##kind##_table(wasm_rt_##kind##_table_t* table, u32 elements, u32 max_elements) {         \
    table->max_size = capacity_of(elements, max_elements);                                                        \
    table->data = take(sizeof(wasm_rt_##kind##_t) * (u64)table->max_size);                                        \
    table->size = elements;                                                                                       \
    for (u32 i = 0; i < elements; i++) table->data[i] = wasm_rt_##kind##_null_value;                              \
  }                                                                                                               \
  u32 wasm_rt_grow_##kind##_table(wasm_rt_##kind##_table_t* table, u32 delta, wasm_rt_##kind##_t init) {           \
    u32 old = table->size;                                                                                        \
    if (delta > table->max_size - old) return (u32)-1;                                                            \
    table->size = old + delta;                                                                                    \
    for (u32 i = old; i < table->size; i++) table->data[i] = init;                                                \
    return old;                                                                                                   \
  }                                                                                                               \
  void wasm_rt_free_##kind##_table(wasm_rt_##kind##_table_t* table) {}

TABLE(funcref)
TABLE(externref)
