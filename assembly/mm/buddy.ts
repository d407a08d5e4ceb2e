// Blocks of a power of two of 4 KiB units, from one piece of memory, taken and given back at any time (the buddy system).
// Read first: D. E. Knuth, The Art of Computer Programming vol. 1, §2.5.
//
//   [ Arena | map, a byte a unit | units … ]      a block of order n has 2^n units and begins at a multiple of its size
//                                                 (counted from the first unit)
//   map: 0                       inside a block
//        order + 1               first unit of a block in use
//        (order + 1) | FREE      first unit of a free block, whose first words link it to others of its order

export const UNIT_BYTES: u32 = 4096;
/** 2^8 units: 1 MiB. */
export const ORDER_MAX: u32 = 8;

const FREE: u32 = 0x80;

@final @unmanaged
export class Arena {
  units: usize;
  map: usize;
  unitCount: u32;
  freeUnits: u32;
  // Behind it: a first free block for each order, 0 if there is none.
}

@final @unmanaged
class FreeBlock {
  next: usize;
  previous: usize;
}

const LISTS: usize = offsetof<Arena>();
const HEADER_BYTES: usize = LISTS + ((<usize>ORDER_MAX + 1) << 2);

/** Makes an arena of the `bytes` bytes at `at`: its own tables first, then as many units as fit. */
export function makeArena(at: usize, bytes: u32): Arena {
  const arena = changetype<Arena>(at);
  const end = at + bytes;
  arena.map = at + HEADER_BYTES;
  arena.unitCount = (bytes - <u32>HEADER_BYTES) / (UNIT_BYTES + 1);
  arena.units = (arena.map + arena.unitCount + 63) & ~63;
  if (arena.units + <usize>arena.unitCount * UNIT_BYTES > end) arena.unitCount--;
  assert(arena.unitCount != 0, "no room for a single block");
  arena.freeUnits = arena.unitCount;
  memory.fill(arena.map, 0, arena.unitCount);
  memory.fill(at + LISTS, 0, (ORDER_MAX + 1) << 2);
  for (let unit: u32 = 0; unit < arena.unitCount;) {
    let order = unit == 0 ? ORDER_MAX : min<u32>(ORDER_MAX, ctz<u32>(unit));
    while (unit + (<u32>1 << order) > arena.unitCount) order--;
    addFree(arena, unit, order);
    unit += <u32>1 << order;
  }
  return arena;
}

/** A block of 2^order units, not cleared; 0 if there is none. */
export function takeBlock(arena: Arena, order: u32): usize {
  let from = order;
  while (from <= ORDER_MAX && first(arena, from) == 0) from++;
  if (from > ORDER_MAX) return 0;
  const block = first(arena, from);
  const unit = unitOf(arena, block);
  removeFree(arena, unit, from);
  // The upper halves that are not needed become free.
  while (from > order) {
    from--;
    addFree(arena, unit + (<u32>1 << from), from);
  }
  store<u8>(arena.map + unit, order + 1);
  arena.freeUnits -= <u32>1 << order;
  return block;
}

/** Gives back a block that takeBlock() handed out; anything else is a panic. */
export function giveBlock(arena: Arena, block: usize): void {
  let unit = unitOf(arena, block);
  const mark = <u32>load<u8>(arena.map + unit);
  assert(mark != 0 && (mark & FREE) == 0, "block given back twice");
  let order = mark - 1;
  arena.freeUnits += <u32>1 << order;
  store<u8>(arena.map + unit, 0);
  while (order < ORDER_MAX) {
    const buddy = unit ^ (<u32>1 << order);
    if (buddy + (<u32>1 << order) > arena.unitCount || <u32>load<u8>(arena.map + buddy) != ((order + 1) | FREE)) break;
    removeFree(arena, buddy, order);
    unit &= buddy;
    order++;
  }
  addFree(arena, unit, order);
}

/** Bytes of a block in use. */
export function blockBytes(arena: Arena, block: usize): u32 {
  return UNIT_BYTES << (<u32>load<u8>(arena.map + unitOf(arena, block)) - 1);
}

/** Which unit a block begins with: a small number for tables beside the arena. */
export function unitOf(arena: Arena, block: usize): u32 {
  const unit = <u32>(block - arena.units) / UNIT_BYTES;
  assert(block >= arena.units && unit < arena.unitCount && arena.units + <usize>unit * UNIT_BYTES == block, "not a block");
  return unit;
}

function first(arena: Arena, order: u32): usize {
  return load<u32>(changetype<usize>(arena) + LISTS + (<usize>order << 2));
}

function setFirst(arena: Arena, order: u32, block: usize): void {
  store<u32>(changetype<usize>(arena) + LISTS + (<usize>order << 2), <u32>block);
}

function addFree(arena: Arena, unit: u32, order: u32): void {
  const block = arena.units + <usize>unit * UNIT_BYTES;
  const next = first(arena, order);
  changetype<FreeBlock>(block).next = next;
  changetype<FreeBlock>(block).previous = 0;
  if (next != 0) changetype<FreeBlock>(next).previous = block;
  setFirst(arena, order, block);
  store<u8>(arena.map + unit, (order + 1) | FREE);
}

function removeFree(arena: Arena, unit: u32, order: u32): void {
  const block = changetype<FreeBlock>(arena.units + <usize>unit * UNIT_BYTES);
  if (block.previous == 0) setFirst(arena, order, block.next);
  else changetype<FreeBlock>(block.previous).next = block.next;
  if (block.next != 0) changetype<FreeBlock>(block.next).previous = block.previous;
  store<u8>(arena.map + unit, 0);
}
