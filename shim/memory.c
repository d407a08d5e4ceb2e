/*
 * Linear memories: the kernel's, which is the machine's RAM, the application's at virtual 0, and its further ones.
 * Read first: wasm-rt.h, boot/services.S (grow_application, map_memory).
 * Not here: bounds checks of single accesses; the page tables do those.
 *
 *   physical   base                bytes →            ← limit                base + first limit
 *              | memory at virtual 0 | free             | further memories and files, the newest lowest |
 */
#include "asolo.h"
#include "kernel.h"
#include <string.h>

extern w2c_kernel asolo_kernel;

u64 asolo_application_base, asolo_application_limit, asolo_application_bytes;
static wasm_rt_memory_t* first;       /* the application's memory at virtual 0 */
static u64 slots;                     /* further memories so far */

static u64 page_up(u64 bytes) { return (bytes + 4095) & ~4095ul; }

/* What the application's memories and its files can still have, between them. */
u64 asolo_growable(void) { return asolo_application_limit - page_up(asolo_application_bytes); }

/* Takes whole pages, at most asolo_growable(), from the top: their physical address. */
u64 asolo_take_top(u64 bytes) {
  asolo_application_limit -= bytes;
  return asolo_application_base + asolo_application_limit;
}

/* Maps the application's memory up to `bytes`; false if the machine has no more or ring 0 refuses. */
static bool extend_first(u64 bytes) {
  if (bytes > asolo_application_limit || asolo_service(SERVICE_GROW_APPLICATION, page_up(bytes) >> 12, 0, 0) != 0) return false;
  asolo_application_bytes = bytes;
  return true;
}

/* The same for a further memory: its frames come from the top of the region. */
static bool extend_further(const wasm_rt_memory_t* memory, u64 bytes) {
  u64 from = page_up(memory->size), more = page_up(bytes) - from;
  if (bytes > MEMORY_SLOT_BYTES / 2 || more > asolo_growable()) return false;
  if (asolo_service(SERVICE_MAP_MEMORY, (u64)memory->data + from, asolo_take_top(more), more >> 12) == 0) return true;
  asolo_application_limit += more;
  return false;
}

static void set_size(wasm_rt_memory_t* memory, u64 pages) {
  memory->pages = pages;
  memory->size = pages * memory->page_size;
  memory->data_end = memory->data + memory->size;
}

/* RAM need not be zero, new Wasm memory must. */
static bool extend(wasm_rt_memory_t* memory, u64 pages) {
  u64 bytes = pages * memory->page_size;
  if (!(memory == first ? extend_first(bytes) : extend_further(memory, bytes))) return false;
  memset(memory->data + memory->size, 0, bytes - memory->size);
  set_size(memory, pages);
  return true;
}

void wasm_rt_allocate_memory(wasm_rt_memory_t* memory, u64 initial_pages, u64 max_pages, bool is64, u32 page_size) {
  *memory = (wasm_rt_memory_t){.page_size = page_size, .max_pages = max_pages, .is64 = is64};
  if (memory == w2c_kernel_memory(&asolo_kernel)) {
    memory->data = (u8*)KERNEL_BASE;
    memory->pages = initial_pages;
    memory->size = 1ul << 32; /* what is mapped of it is ring 0's business */
    return;
  }
  if (!first) first = memory;
  else if (slots < MEMORY_SLOTS / MEMORY_SLOT_BYTES) memory->data = (u8*)(MEMORY_SLOTS + slots++ * MEMORY_SLOT_BYTES);
  if (initial_pages > (1ul << 32) / page_size || !extend(memory, initial_pages))
    w2c_kernel_outOfMemory(&asolo_kernel, initial_pages * page_size, asolo_application_limit - asolo_application_bytes);
}

/* Only the application's code has memory.grow; the kernel's memory never does. */
u64 wasm_rt_grow_memory(wasm_rt_memory_t* memory, u64 delta) {
  u64 old = memory->pages;
  if (delta > memory->max_pages - old || delta > (1ul << 32) / memory->page_size) return (u64)-1;
  return extend(memory, old + delta) ? old : (u64)-1;
}

/*
 * Gives the application all that its module's maximum and the machine allow, for a heap whose contents are not defined
 * (include/solo5.h): so nothing is cleared, and what is not used costs nothing. Where its memory ends then.
 */
u64 asolo_grow_whole(void) {
  u64 most = asolo_application_limit < 1ul << 32 ? asolo_application_limit : 1ul << 32, pages = most / first->page_size;
  if (pages > first->max_pages) pages = first->max_pages;
  if (pages > first->pages && extend_first(pages * first->page_size)) set_size(first, pages);
  return asolo_application_bytes;
}

void wasm_rt_free_memory(wasm_rt_memory_t* memory) {}
