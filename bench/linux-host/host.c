/*
 * Runs the C that wasm2c made of an application as an ordinary Linux process: the same code and flags as in the
 * virtual machine, without the machine. Only for measuring: no traps are caught, and WASI is what the CPU programs use.
 *
 * The memory lies at HOST_BASE: 0, where the system lets a process map page 0 (mmap_min_addr, CAP_SYS_RAWIO); bench/cpu.ts
 * tries and else compiles everything for the constant base of 16 GiB. Called with `--probe` it only tries.
 */
#define _GNU_SOURCE
#include "app.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SPACE (8ul << 30) /* 4 GiB and as much again as guard, as in the machine */

static int argument_count;
static char** argument_values;
static w2c_app application;

static void stop(const char* why) {
  fprintf(stderr, "linux-host: %s\n", why);
  exit(125);
}

/* The linear memory. */

static int map_space(void) {
  void* space = mmap((void*)HOST_BASE, SPACE, PROT_NONE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return space == (void*)HOST_BASE ? 0 : -1;
}

static int open_memory(uint64_t bytes) {
  return mprotect((void*)HOST_BASE, bytes, PROT_READ | PROT_WRITE);
}

void wasm_rt_allocate_memory(wasm_rt_memory_t* memory, u64 initial_pages, u64 max_pages, bool is64, u32 page_size) {
  memory->page_size = page_size;
  memory->pages = initial_pages;
  memory->max_pages = max_pages;
  memory->is64 = is64;
  memory->size = initial_pages * page_size;
  memory->data = (u8*)HOST_BASE;
  memory->data_end = memory->data + memory->size;
  if (open_memory(memory->size) != 0) stop("cannot open the memory");
}

u64 wasm_rt_grow_memory(wasm_rt_memory_t* memory, u64 delta) {
  u64 old = memory->pages;
  if (delta > memory->max_pages - old || open_memory((old + delta) * memory->page_size) != 0) return (u64)-1;
  memory->pages = old + delta;
  memory->size = memory->pages * memory->page_size;
  memory->data_end = memory->data + memory->size;
  return old;
}

void wasm_rt_free_memory(wasm_rt_memory_t* memory) { (void)memory; }

/* Tables and traps. */

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t* table, u32 elements, u32 max_elements) {
  (void)max_elements;
  table->data = calloc(elements, sizeof *table->data);
  table->size = table->max_size = elements;
}

void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t* table) { free(table->data); }
bool wasm_rt_is_initialized(void) { return true; }

void wasm_rt_trap(wasm_rt_trap_t code) {
  fprintf(stderr, "linux-host: wasm trap %d\n", code);
  exit(134);
}

/* WASI preview 1: pointers of the application are machine addresses, less HOST_BASE. */

#define WASI(type, name) type w2c_wasi__snapshot__preview1_##name
#define SELF struct w2c_wasi__snapshot__preview1* self
#define AT(type, pointer) ((type*)(HOST_BASE + (u64)(pointer)))
enum { SUCCESS = 0, EBADF_WASI = 8, EINVAL_WASI = 28, ESPIPE_WASI = 70 };

WASI(u32, args_sizes_get)(SELF, u32 count, u32 bytes) {
  u32 total = 0;
  for (int i = 0; i < argument_count; i++) total += (u32)strlen(argument_values[i]) + 1;
  *AT(u32, count) = (u32)argument_count;
  *AT(u32, bytes) = total;
  (void)self;
  return SUCCESS;
}

WASI(u32, args_get)(SELF, u32 pointers, u32 bytes) {
  for (int i = 0; i < argument_count; i++) {
    size_t length = strlen(argument_values[i]) + 1;
    memcpy(AT(char, bytes), argument_values[i], length);
    AT(u32, pointers)[i] = bytes;
    bytes += (u32)length;
  }
  (void)self;
  return SUCCESS;
}

WASI(u32, clock_time_get)(SELF, u32 id, u64 precision, u32 out) {
  struct timespec now;
  (void)self, (void)precision;
  /* WASI's four clocks have Linux's numbers. */
  if (id > 3 || clock_gettime((clockid_t)id, &now) != 0) return EINVAL_WASI;
  *AT(u64, out) = (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
  return SUCCESS;
}

WASI(u32, fd_write)(SELF, u32 fd, u32 vectors, u32 count, u32 written) {
  u32 total = 0;
  (void)self;
  if (fd != 1 && fd != 2) return EBADF_WASI;
  for (u32 i = 0; i < count; i++) {
    const u32* vector = AT(u32, vectors) + 2 * i;
    total += (u32)fwrite(AT(char, vector[0]), 1, vector[1], fd == 1 ? stdout : stderr);
  }
  *AT(u32, written) = total;
  return SUCCESS;
}

WASI(u32, fd_fdstat_get)(SELF, u32 fd, u32 out) {
  (void)self;
  if (fd > 2) return EBADF_WASI;
  memset(AT(char, out), 0, 24);
  *AT(u8, out) = 2; /* a character device */
  return SUCCESS;
}

WASI(u32, fd_close)(SELF, u32 fd) { return (void)self, fd > 2 ? EBADF_WASI : SUCCESS; }
WASI(u32, fd_seek)(SELF, u32 fd, u64 offset, u32 whence, u32 out) {
  return (void)self, (void)fd, (void)offset, (void)whence, (void)out, ESPIPE_WASI;
}
WASI(void, proc_exit)(SELF, u32 status) {
  (void)self;
  exit((int)status);
}

int main(int count, char** values) {
  if (map_space() != 0) {
    if (count > 1 && strcmp(values[1], "--probe") == 0) return 1;
    stop("the memory's place is taken or forbidden");
  }
  if (count > 1 && strcmp(values[1], "--probe") == 0) return 0;
  argument_count = count;
  argument_values = values;
  wasm2c_app_instantiate(&application, NULL);
  w2c_app_0x5Fstart(&application);
  return 0;
}
