/*
 * The Solo5 interface for C programs that asolo turns into images: the same functions, types and rules as the solo5.h of
 * Solo5 0.12, written anew for wasm32. Compile with
 *
 *     clang --target=wasm32-wasi -mexec-model=reactor -Iinclude main.c -o app.wasm
 *
 * and define solo5_app_main. docs/solo5.md says where this implementation differs from Solo5's own targets.
 */
#ifndef SOLO5_H
#define SOLO5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SOLO5_IMPORT(name) __attribute__((import_module("solo5"), import_name(#name)))

/* § Results */
typedef enum {
  SOLO5_R_OK = 0,      /* done */
  SOLO5_R_AGAIN = 1,   /* nothing to read now: solo5_net_read alone */
  SOLO5_R_EINVAL = 2,  /* an argument is wrong; nothing was done */
  SOLO5_R_EUNSPEC = 3, /* the device failed, or a disk cannot be written */
} solo5_result_t;

/* § Start */
struct solo5_start_info {
  const char *cmdline;  /* the words behind `--` on the kernel's command line, a blank between them */
  uintptr_t heap_start; /* aligned to 16; what is in the heap is not defined */
  size_t heap_size;     /* up to the end of memory, which does not grow any more */
};

/* The program. What it returns is its exit status. */
__attribute__((export_name("solo5_app_main"))) int solo5_app_main(const struct solo5_start_info *info);

/* § Exit: a status has 8 bits; 255 is that of an aborted program. */
#define SOLO5_EXIT_SUCCESS 0
#define SOLO5_EXIT_FAILURE 1
#define SOLO5_EXIT_ABORT 255

void solo5_exit(int status) __attribute__((noreturn)) SOLO5_IMPORT(solo5_exit);
void solo5_abort(void) __attribute__((noreturn)) SOLO5_IMPORT(solo5_abort);

/*
 * § Thread-local storage. wasm32 without threads has no thread pointer and makes _Thread_local variables ordinary ones:
 * a block holds one word, and variables are shared by whatever switches between blocks.
 */
size_t solo5_tls_size(void) SOLO5_IMPORT(solo5_tls_size);
uintptr_t solo5_tls_tp_offset(uintptr_t tls) SOLO5_IMPORT(solo5_tls_tp_offset);
solo5_result_t solo5_tls_init(uintptr_t tls) SOLO5_IMPORT(solo5_tls_init);
solo5_result_t solo5_set_tls_base(uintptr_t base) SOLO5_IMPORT(solo5_set_tls_base);

/* § Time, in nanoseconds: since some moment in the past, and since 1970-01-01 00:00 UTC. Neither goes back. */
typedef uint64_t solo5_time_t;

solo5_time_t solo5_clock_monotonic(void) SOLO5_IMPORT(solo5_clock_monotonic);
solo5_time_t solo5_clock_wall(void) SOLO5_IMPORT(solo5_clock_wall);

/* Devices are named in the program's manifest; a handle stands for one that was acquired. Bit n of a set is handle n. */
typedef uint64_t solo5_handle_t;
typedef uint64_t solo5_handle_set_t;

/*
 * Sleeps until an acquired network device has something to read, or the monotonic clock shows `deadline`. Then the set
 * (which may be NULL) holds every such device, whether it was reported before or not; block devices are never in it.
 */
void solo5_yield(solo5_time_t deadline, solo5_handle_set_t *ready_set) SOLO5_IMPORT(solo5_yield);

/* § Console */
void solo5_console_write(const char *buf, size_t size) SOLO5_IMPORT(solo5_console_write);

/* § Network: whole Ethernet frames, without waiting. */
#define SOLO5_NET_ALEN 6
#define SOLO5_NET_HLEN 14

struct solo5_net_info {
  uint8_t mac_address[SOLO5_NET_ALEN];
  size_t mtu; /* without the Ethernet header */
};

/* Each name can be acquired once. */
solo5_result_t solo5_net_acquire(const char *name, solo5_handle_t *handle, struct solo5_net_info *info)
    SOLO5_IMPORT(solo5_net_acquire);
/* One frame of SOLO5_NET_HLEN to mtu + SOLO5_NET_HLEN bytes; what the device has no room for is dropped, with SOLO5_R_OK. */
solo5_result_t solo5_net_write(solo5_handle_t handle, const uint8_t *buf, size_t size) SOLO5_IMPORT(solo5_net_write);
/* `size` is at least mtu + SOLO5_NET_HLEN. */
solo5_result_t solo5_net_read(solo5_handle_t handle, uint8_t *buf, size_t size, size_t *read_size) SOLO5_IMPORT(solo5_net_read);

/* § Block: offset and size are multiples of block_size, and size is not 0. Calls return when the blocks have been moved. */
typedef uint64_t solo5_off_t;

struct solo5_block_info {
  solo5_off_t capacity; /* bytes */
  solo5_off_t block_size;
};

solo5_result_t solo5_block_acquire(const char *name, solo5_handle_t *handle, struct solo5_block_info *info)
    SOLO5_IMPORT(solo5_block_acquire);
solo5_result_t solo5_block_write(solo5_handle_t handle, solo5_off_t offset, const uint8_t *buf, size_t size)
    SOLO5_IMPORT(solo5_block_write);
solo5_result_t solo5_block_read(solo5_handle_t handle, solo5_off_t offset, uint8_t *buf, size_t size)
    SOLO5_IMPORT(solo5_block_read);

#undef SOLO5_IMPORT

#ifdef __cplusplus
}
#endif

_Static_assert(sizeof(struct solo5_start_info) == 12 && sizeof(struct solo5_net_info) == 12 && sizeof(struct solo5_block_info) == 16,
               "the kernel writes these structures as wasm32 lays them out");

#endif
