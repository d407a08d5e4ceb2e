/*
 * Linear memories: the kernel's, which is the machine's RAM, and the application's at virtual 0.
 * Read first: wasm-rt.h, boot/services.S (grow_application).
 * Not here: bounds checks of single accesses; the page tables do those.
 */
#include "asolo.h"
#include "kernel.h"
#include <string.h>

extern w2c_kernel asolo_kernel;

u64 asolo_application_limit, asolo_application_bytes;

/* Maps and clears the application's memory up to `bytes`; false if the machine has no more or ring 0 refuses. */
static bool extend_application(u64 bytes) {
  if (bytes > asolo_application_limit || asolo_service(SERVICE_GROW_APPLICATION, (bytes + 4095) >> 12, 0, 0) != 0)
    return false;
  memset((void*)asolo_application_bytes, 0, bytes - asolo_application_bytes);
  asolo_application_bytes = bytes;
  return true;
}

void wasm_rt_allocate_memory(wasm_rt_memory_t* memory, u64 initial_pages, u64 max_pages, bool is64, u32 page_size) {
  memory->page_size = page_size;
  memory->pages = initial_pages;
  memory->max_pages = max_pages;
  memory->is64 = is64;
  memory->size = initial_pages * page_size;
  memory->data = NULL;
  if (memory == w2c_kernel_memory(&asolo_kernel)) {
    memory->data = (u8*)KERNEL_BASE;
    memory->size = 1ul << 32; /* what is mapped of it is ring 0's business */
  } else if (!extend_application(memory->size)) {
    w2c_kernel_outOfMemory(&asolo_kernel, memory->size, asolo_application_limit);
  }
  memory->data_end = memory->data + memory->size;
}

/* Only the application's code has memory.grow; the kernel's memory never does (test/shape). */
u64 wasm_rt_grow_memory(wasm_rt_memory_t* memory, u64 delta) {
  u64 old = memory->pages;
  if (delta > memory->max_pages - old) return (u64)-1;
  if (!extend_application((old + delta) * memory->page_size)) return (u64)-1;
  memory->pages = old + delta;
  memory->size = memory->pages * memory->page_size;
  memory->data_end = memory->data + memory->size;
  return old;
}

void wasm_rt_free_memory(wasm_rt_memory_t* memory) {}
