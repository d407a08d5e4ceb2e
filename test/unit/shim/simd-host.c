/*
 * Runs the C that wasm2c makes of the SIMD test module as a Linux process: simd-host OPERANDS RESULTS copies a file into
 * the module's memory, calls its `run`, and writes the whole memory to a file. What the module is: test/support/simd/.
 * Not here: growing memory, tables, traps that end well. None of the module's functions needs them.
 */
#define _GNU_SOURCE
#include "app.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static w2c_app application;

static void stop(const char* why) {
  fprintf(stderr, "simd-host: %s\n", why);
  exit(1);
}

bool wasm_rt_is_initialized(void) { return true; }
void wasm_rt_trap(wasm_rt_trap_t code) { stop("trap"); }
void wasm_rt_free_memory(wasm_rt_memory_t* memory) {}

void wasm_rt_allocate_memory(wasm_rt_memory_t* memory, uint64_t pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  const int flags = MAP_FIXED_NOREPLACE | MAP_PRIVATE | MAP_ANONYMOUS;
  memory->pages = pages;
  memory->max_pages = max_pages;
  memory->page_size = page_size;
  memory->size = pages * page_size;
  memory->data = mmap((void*)MEMORY_BASE, memory->size, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory->data != (uint8_t*)MEMORY_BASE) stop("the memory's place is taken");
  memory->data_end = memory->data + memory->size;
}

int main(int count, char** values) {
  if (count != 3) stop("give a file of operands and one for the results");
  wasm2c_app_instantiate(&application);
  FILE* operands = fopen(values[1], "rb");
  if (!operands || fread((void*)(MEMORY_BASE + OPERANDS_AT), 1, application.w2c_memory.size, operands) == 0) stop("no operands");
  w2c_app_run(&application);
  FILE* results = fopen(values[2], "wb");
  if (!results || fwrite((void*)MEMORY_BASE, application.w2c_memory.size, 1, results) != 1 || fclose(results) != 0) stop("cannot write");
  return 0;
}
