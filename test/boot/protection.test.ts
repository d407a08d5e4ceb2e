// What the page tables of a running guest really say, read from outside through QEMU's monitor.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImageFrom, type Image } from '../support/image.ts';
import { type AddressSpace, type Mapping, readAddressSpace, translate } from '../support/page-tables.ts';
import { Guest } from '../support/qemu-monitor.ts';

const IMAGE = 0xffff_ffff_8000_0000n;
const KERNEL = 16n << 30n;
const SHARED_PAGE = 0x100000n;
const MEMORY_PAGES = 35; // 2 MiB and 3 Wasm pages: one large page, and a rest

/** Grows its memory, says so, then waits for input that never comes. */
const WAITING = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00")
  (data (i32.const 16) "ready\\n")
  (func (export "_start")
    (drop (memory.grow (i32.const ${MEMORY_PAGES - 1})))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))))`;

let image: Image;

beforeAll(async () => {
  image = await buildImageFrom(WAITING);
}, 300_000);
afterAll(() => image?.remove());

const address = (symbol: string): bigint => image.address(symbol);
const name = (m: Mapping): string => `${m.virtual.toString(16)} ${m.user ? 'u' : 's'}${m.writable ? 'w' : '-'}${m.executable ? 'x' : '-'}`;

describe.each(['microvm', 'q35', 'pc'] as const)('a running guest on %s', (machine) => {
  let guest: Guest;
  let space: AddressSpace;

  beforeAll(async () => {
    guest = new Guest(image.elf, { machine, memory: '64M' });
    await guest.untilPrinted('ready\n');
    space = await readAddressSpace(guest);
  }, 120_000);
  afterAll(() => guest.end());

  test('has the protections of its CPU switched on', async () => {
    const cr0 = await guest.register('CR0');
    const cr4 = await guest.register('CR4');
    const efer = await guest.register('EFER');
    expect(cr0 & (1n << 16n), 'WP').not.toBe(0n);
    expect(efer & (1n << 11n), 'NXE').not.toBe(0n);
    for (const [bit, what] of [[20n, 'SMEP'], [21n, 'SMAP'], [11n, 'UMIP']] as const) expect(cr4 & (1n << bit), what).not.toBe(0n);
  });

  test('has no page that is writable and executable', () => {
    expect(space.mappings.length).toBeGreaterThan(100);
    expect(space.mappings.filter((m) => m.writable && m.executable).map(name)).toEqual([]);
  });

  test('executes only its own text', () => {
    const start = address('asolo_image_start');
    const end = (address('asolo_text_end') + 4095n) & ~4095n;
    expect(space.mappings.filter((m) => m.executable && (m.virtual < start || m.virtual >= end)).map(name)).toEqual([]);
  });

  test('shows ring 3 neither page tables, nor GDT, IDT and TSS, nor ring 0 code, at any address', () => {
    const secret = new Set(space.tables);
    for (const symbol of ['gdt', 'idt', 'tss', 'services', 'ring0_stacks_bottom', 'pml4']) secret.add((address(symbol) - IMAGE) & ~4095n);
    for (let page = 0x200000n; page < address('asolo_text_start') - IMAGE; page += 4096n) secret.add(page);
    const shown = space.mappings.filter((m) => m.user && [...secret].some((page) => page >= m.physical && page < m.physical + m.bytes));
    expect(shown.map(name)).toEqual([]);
  });

  test('shows ring 3 its constants read-only', () => {
    const constants = translate(space, address('asolo_symbols'))!;
    expect([constants.user, constants.writable, constants.executable]).toEqual([true, false, false]);
  });

  test('maps nothing at the null pointer of the kernel, and nothing of the application there', () => {
    expect(translate(space, KERNEL)).toBeUndefined();
    const application = translate(space, 0n)!.physical;
    expect(space.mappings.filter((m) => m.virtual >= KERNEL && m.virtual < KERNEL + (4n << 30n) && m.physical >= application && m.physical < application + BigInt(MEMORY_PAGES * 65536)).map(name)).toEqual([]);
  });

  test('has unmapped guards below every stack', () => {
    for (const bottom of ['asolo_stack_bottom', 'fault_stack_bottom', 'ring0_stacks_bottom']) {
      expect(translate(space, address(bottom)), bottom).toBeDefined();
      expect(translate(space, address(bottom) - 1n), `below ${bottom}`).toBeUndefined();
      expect(translate(space, address(bottom) - 4096n), `a page below ${bottom}`).toBeUndefined();
    }
  });

  test("maps of the application's 8 GiB exactly memory.size", () => {
    const mapped = space.mappings.filter((m) => m.virtual >= 0n && m.virtual < 8n << 30n);
    expect(mapped.reduce((sum, m) => sum + m.bytes, 0n)).toBe(BigInt(MEMORY_PAGES * 65536));
    expect(mapped.every((m) => m.user && m.writable && !m.executable)).toBe(true);
    expect(translate(space, BigInt(MEMORY_PAGES * 65536) - 1n)).toBeDefined();
    expect(mapped.some((m) => m.bytes === 2n << 20n), 'a large page').toBe(true);
  });

  test('maps the shared page for both rings, at two addresses', () => {
    expect(translate(space, KERNEL + SHARED_PAGE)).toMatchObject({ user: true, writable: true, physical: SHARED_PAGE });
    expect(translate(space, IMAGE + SHARED_PAGE)).toMatchObject({ user: false, writable: true, physical: SHARED_PAGE });
  });

  test('has dropped the identity mapping that it woke up in', () => {
    const low = space.mappings.filter((m) => m.virtual < KERNEL && m.physical >= 0x200000n && m.physical < address('asolo_stack_top') - IMAGE);
    expect(low.map(name)).toEqual([]);
  });
});
