// How much room a module's tables take in the image: the same sum as shim/tables.c, which hands out the room.
import type { WasmModule } from './module.ts';

const FUNCREF_BYTES = 32;
const EXTERNREF_BYTES = 8;

export function tableBytes({ tables }: Pick<WasmModule, 'tables'>): number {
  let bytes = 0;
  for (const { element, initial, maximum } of tables) {
    const elements = Math.min(2 * initial + 1024, maximum ?? 0xffffffff);
    bytes += elements * (element === 'externref' ? EXTERNREF_BYTES : FUNCREF_BYTES);
  }
  return bytes;
}
