// Pages of page tables that a module's further memories take. The first memory is at virtual 0 and needs none; others
// have slots of 16 GiB from 1 TiB upwards, mapped by pages of 4 KiB (shim/memory.c; boot/services.S, map_memory).
import type { Memory } from './module.ts';

const MIB = 2 ** 20;
/** What one page table covers, one page directory, and how many slots one page directory pointer table. */
const TABLE_BYTES = 2 * MIB;
const DIRECTORY_BYTES = 1024 * MIB;
const SLOTS = 32;
/** A further memory without a maximum, or with a larger one, has tables for so much; then memory.grow answers -1. */
export const FURTHER_BYTES = 256 * MIB;

export function memoryTables(memories: readonly Pick<Memory, 'initial' | 'maximum' | 'pageSize'>[]): number {
  const further = memories.slice(1);
  const tables = further.map(({ initial, maximum = Infinity, pageSize }) => {
    const bytes = Math.max(initial * pageSize, Math.min(maximum * pageSize, FURTHER_BYTES));
    return Math.ceil(bytes / TABLE_BYTES) + Math.ceil(bytes / DIRECTORY_BYTES);
  });
  return tables.reduce((sum, pages) => sum + pages, 0) + Math.ceil(further.length / SLOTS);
}

const PAGE = 65536;
/** 4 GiB: shim/memory.c gives no memory more. */
const PAGES_MAX = 65536;

/** Pages of 64 KiB that the application has from the start, in all of its memories. */
export function initialPages(memories: readonly Pick<Memory, 'initial' | 'pageSize'>[]): number {
  return memories.reduce((sum, { initial, pageSize }) => sum + Math.ceil((initial * pageSize) / PAGE), 0);
}

/** Pages of 64 KiB that it may come to have. */
export function maximumPages(memories: readonly Pick<Memory, 'maximum' | 'pageSize'>[]): number {
  return memories.reduce((sum, { maximum = Infinity, pageSize }) => sum + Math.min(PAGES_MAX, Math.ceil((maximum * pageSize) / PAGE)), 0);
}
