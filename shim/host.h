/*
 * The kernel's imports, force-included into its generated C so that each becomes the instruction it stands for.
 * Read first: assembly/host/*.ts, the other side; docs/shim.md lists them symbol by symbol.
 * Every access to memory that a device or ring 0 writes is volatile: both optimisers must leave it alone.
 */
#ifndef ASOLO_HOST_H
#define ASOLO_HOST_H

#include "asolo.h"
#include <string.h>

#define HOST(type, name) static inline type w2c_##name
#define KERNEL_POINTER(type, address) ((type*)(KERNEL_BASE + (u64)(address)))

struct w2c_io;
HOST(u32, io_in8)(struct w2c_io* io, u32 port) { return asolo_in8(port); }
HOST(u32, io_in16)(struct w2c_io* io, u32 port) { return asolo_in16(port); }
HOST(u32, io_in32)(struct w2c_io* io, u32 port) { return asolo_in32(port); }
HOST(void, io_out8)(struct w2c_io* io, u32 port, u32 value) { asolo_out8(port, value); }
HOST(void, io_out16)(struct w2c_io* io, u32 port, u32 value) { asolo_out16(port, value); }
HOST(void, io_out32)(struct w2c_io* io, u32 port, u32 value) { asolo_out32(port, value); }
HOST(void, io_outs8)(struct w2c_io* io, u32 port, u32 from, u32 count) { asolo_outs8(port, KERNEL_POINTER(void, from), count); }
HOST(void, io_ins8)(struct w2c_io* io, u32 port, u32 to, u32 count) { asolo_ins8(port, KERNEL_POINTER(void, to), count); }

/* Device registers: one access of exactly that width. */
struct w2c_mmio;
HOST(u32, mmio_read8)(struct w2c_mmio* mmio, u64 address) { return *KERNEL_POINTER(volatile u8, address); }
HOST(u32, mmio_read16)(struct w2c_mmio* mmio, u64 address) { return *KERNEL_POINTER(volatile u16, address); }
HOST(u32, mmio_read32)(struct w2c_mmio* mmio, u64 address) { return *KERNEL_POINTER(volatile u32, address); }
HOST(void, mmio_write8)(struct w2c_mmio* mmio, u64 address, u32 value) { *KERNEL_POINTER(volatile u8, address) = value; }
HOST(void, mmio_write16)(struct w2c_mmio* mmio, u64 address, u32 value) { *KERNEL_POINTER(volatile u16, address) = value; }
HOST(void, mmio_write32)(struct w2c_mmio* mmio, u64 address, u32 value) { *KERNEL_POINTER(volatile u32, address) = value; }

/*
 * Memory shared with devices: what was read or copied before a store stays before it, what comes after a load stays
 * after it. On x86 that costs nothing (the processor keeps these orders, SDM vol. 3A §9.2.2), but gcc would not know.
 */
struct w2c_dma;
HOST(u32, dma_load8)(struct w2c_dma* dma, u32 p) { return __atomic_load_n(KERNEL_POINTER(volatile u8, p), __ATOMIC_ACQUIRE); }
HOST(u32, dma_load16)(struct w2c_dma* dma, u32 p) { return __atomic_load_n(KERNEL_POINTER(volatile u16, p), __ATOMIC_ACQUIRE); }
HOST(u32, dma_load32)(struct w2c_dma* dma, u32 p) { return __atomic_load_n(KERNEL_POINTER(volatile u32, p), __ATOMIC_ACQUIRE); }
HOST(u64, dma_load64)(struct w2c_dma* dma, u32 p) { return __atomic_load_n(KERNEL_POINTER(volatile u64, p), __ATOMIC_ACQUIRE); }
HOST(void, dma_store8)(struct w2c_dma* dma, u32 p, u32 value) { __atomic_store_n(KERNEL_POINTER(volatile u8, p), value, __ATOMIC_RELEASE); }
HOST(void, dma_store16)(struct w2c_dma* dma, u32 p, u32 value) { __atomic_store_n(KERNEL_POINTER(volatile u16, p), value, __ATOMIC_RELEASE); }
HOST(void, dma_store32)(struct w2c_dma* dma, u32 p, u32 value) { __atomic_store_n(KERNEL_POINTER(volatile u32, p), value, __ATOMIC_RELEASE); }
HOST(void, dma_store64)(struct w2c_dma* dma, u32 p, u64 value) { __atomic_store_n(KERNEL_POINTER(volatile u64, p), value, __ATOMIC_RELEASE); }
HOST(void, dma_fence)(struct w2c_dma* dma) { __sync_synchronize(); }

struct w2c_cpu;
HOST(u64, cpu_cycles)(struct w2c_cpu* cpu) { return __builtin_ia32_rdtsc(); }
HOST(u32, cpu_identify)(struct w2c_cpu* cpu, u32 leaf, u32 subleaf, u32 which) {
  u32 result[4];
  __asm__ volatile("cpuid" : "=a"(result[0]), "=b"(result[1]), "=c"(result[2]), "=d"(result[3]) : "a"(leaf), "c"(subleaf));
  return result[which & 3];
}
/* One attempt; the instruction may come back empty-handed (SDM vol. 1 §7.3.17). */
HOST(u32, cpu_random)(struct w2c_cpu* cpu, u32 kind, u32 out) {
  u64 value;
  u8 ok;
  if (kind == 0)
    __asm__ volatile("rdseed %0; setc %1" : "=r"(value), "=qm"(ok) : : "cc");
  else
    __asm__ volatile("rdrand %0; setc %1" : "=r"(value), "=qm"(ok) : : "cc");
  memcpy(KERNEL_POINTER(void, out), &value, sizeof value);
  return ok;
}
HOST(void, cpu_pause)(struct w2c_cpu* cpu) { __builtin_ia32_pause(); }
HOST(void, cpu_wait)(struct w2c_cpu* cpu) { asolo_service(SERVICE_WAIT, 0, 0, 0); }
HOST(u64, cpu_takePending)(struct w2c_cpu* cpu) { return __atomic_exchange_n(&SHARED->pending, 0, __ATOMIC_SEQ_CST); }
HOST(void, cpu_enableKvmclock)(struct w2c_cpu* cpu) { asolo_service(SERVICE_KVMCLOCK, 0, 0, 0); }

struct w2c_vm;
HOST(u32, vm_map)(struct w2c_vm* vm, u32 physical, u32 bytes, u32 flags) {
  if (bytes & 4095) return -1;
  return asolo_service(SERVICE_MAP, physical, bytes >> 12, flags);
}
/* Registers above 4 GiB get the address `at`, counted like every address from KERNEL_BASE. */
HOST(u32, vm_mapFar)(struct w2c_vm* vm, u64 at, u64 physical, u32 bytes) {
  if (bytes & 4095) return -1;
  return asolo_service(SERVICE_MAP_MEMORY, KERNEL_BASE + at, physical, bytes >> 12);
}
HOST(u32, vm_setApplication)(struct w2c_vm* vm, u64 base, u64 bytes) {
  s32 status = asolo_service(SERVICE_SET_APPLICATION, base, bytes >> 12, 0);
  if (status == 0) asolo_application_base = base, asolo_application_limit = bytes & ~4095ul;
  return status;
}

HOST(u64, vm_growable)(struct w2c_vm* vm) { return asolo_growable(); }
HOST(u64, vm_takeTop)(struct w2c_vm* vm, u32 bytes) { return asolo_take_top(bytes); }

/* The application's memory begins at virtual 0. The kernel has checked the range against app.size(). */
struct w2c_app;
HOST(void, app_copyIn)(struct w2c_app* app, u32 to, u32 from, u32 bytes) { memcpy(KERNEL_POINTER(void, to), (void*)(u64)from, bytes); }
HOST(void, app_copyOut)(struct w2c_app* app, u32 to, u32 from, u32 bytes) { memcpy((void*)(u64)to, KERNEL_POINTER(void, from), bytes); }
HOST(u64, app_size)(struct w2c_app* app) { return asolo_application_bytes; }

struct w2c_image;
HOST(u32, image_end)(struct w2c_image* image) { return (u32)(u64)image_end_physical; }
HOST(u32, image_commandLine)(struct w2c_image* image, u32 to, u32 capacity) { return asolo_command_line(KERNEL_POINTER(char, to), capacity); }
HOST(u32, image_symbol)(struct w2c_image* image, u64 address, u32 to, u32 capacity) {
  return asolo_symbol(address, KERNEL_POINTER(char, to), capacity);
}
HOST(u64, image_symbolStart)(struct w2c_image* image, u64 address) { return asolo_symbol_start(address); }
/* Files are read where they lie, in the image or in a boot module; the kernel has checked the range. */
static inline const u8* asolo_place(u32 physical) {
  return physical < (u32)(u64)image_end_physical ? (const u8*)IMAGE_BASE + physical : KERNEL_POINTER(const u8, physical);
}
HOST(u32, image_files)(struct w2c_image* image) { return asolo_files.bytes; }
HOST(u32, image_filesAt)(struct w2c_image* image) { return (u32)((u64)asolo_files.archive - IMAGE_BASE); }
HOST(void, image_readFiles)(struct w2c_image* image, u32 to, u32 from, u32 bytes) {
  memcpy(KERNEL_POINTER(void, to), asolo_place(from), bytes);
}
HOST(void, image_copyFiles)(struct w2c_image* image, u32 to, u32 from, u32 bytes) {
  memcpy((void*)(u64)to, asolo_place(from), bytes);
}
/* The manifest's devices: solo5/spec.ts has the same layout. */
HOST(u32, image_declared)(struct w2c_image* image) { return asolo_devices.count; }
HOST(void, image_readDeclared)(struct w2c_image* image, u32 index, u32 to) {
  memcpy(KERNEL_POINTER(void, to), &asolo_devices.entries[index], sizeof asolo_devices.entries[0]);
}

struct w2c_power;
HOST(void, power_reset)(struct w2c_power* power) { asolo_service(SERVICE_RESET, 0, 0, 0); }

#endif
