// Ring 0 against a ring 3 that has gone wrong: a debugger beside the guest plays the attacker in the middle of a kernel call.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Debugger } from '../support/gdb-remote.ts';
import { buildImageFrom, type Image } from '../support/image.ts';
import { Guest } from '../support/qemu-monitor.ts';

const KERNEL = 16n << 30n;
const MINUS_ONE = 0xffff_ffff_ffff_ffffn;
const SERVICE = { wait: 0n, setApplication: 1n, growApplication: 2n, map: 3n, kvmclock: 4n, reset: 5n, mapMemory: 6n };

const YIELDS = `(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (drop (call $yield))))`;

let image: Image;
let guest: Guest;
let attacker: Debugger;
beforeAll(async () => {
  image = await buildImageFrom(YIELDS);
}, 300_000);
afterAll(() => image?.remove());

beforeEach(async () => {
  guest = new Guest(image.elf, { machine: 'microvm', memory: '64M', debug: true });
  attacker = await Debugger.attach(guest.debugPath);
  await attacker.runTo(image.address('w2c_kernel_wasi_sched_yield'));
});
afterEach(() => {
  attacker.end();
  guest.end();
});

/** Calls a function of the guest in place of sched_yield; its result comes back where sched_yield's would. */
async function call(name: string, rdi: bigint, rsi = 0n, rdx = 0n, rcx = 0n): Promise<bigint> {
  const rsp = await attacker.get('rsp');
  const entry = await attacker.get('rip');
  const back = await attacker.word(rsp);
  await attacker.set({ rip: image.address(name), rdi, rsi, rdx, rcx });
  await attacker.runTo(back);
  const result = await attacker.get('rax');
  await attacker.set({ rip: entry, rsp });
  return result;
}

async function ending(): Promise<{ status: number | null; output: string }> {
  attacker.go();
  return { status: await guest.status, output: guest.output };
}

describe('services refuse', () => {
  const imagePage = 0x200000n;
  test.each<[string, bigint, bigint, bigint, bigint]>([
    ['to map page 0 writable', SERVICE.map, 0n, 1n, 3n],
    ['to map the image', SERVICE.map, imagePage, 1n, 3n],
    ['a range that runs into the image', SERVICE.map, 0x1ff000n, 2n, 3n],
    ['to map beyond 4 GiB', SERVICE.map, 0xfffff000n, 2n, 3n],
    ['an address above 4 GiB', SERVICE.map, 1n << 40n, 1n, 3n],
    ['a number of pages that overflows', SERVICE.map, 0x1000000n, MINUS_ONE, 3n],
    ['an unaligned address', SERVICE.map, 0x3000001n, 1n, 3n],
    ['to split the large page of the APIC', SERVICE.map, 0xfee00000n, 1n, 3n],
    ['a second region for the application', SERVICE.setApplication, 0x2000000n, 16n, 0n],
    ['to grow the application beyond its limit', SERVICE.growApplication, 1n << 20n, 0n, 0n],
    ['a further memory over the first', SERVICE.mapMemory, 0n, 0x1000000n, 1n],
    ['a further memory over the kernel', SERVICE.mapMemory, KERNEL, 0x1000000n, 1n],
    ['a further memory that leaves the second TiB', SERVICE.mapMemory, (1n << 41n) - 4096n, 0x1000000n, 2n],
    ['the image as a further memory', SERVICE.mapMemory, 1n << 40n, imagePage, 1n],
    ['page tables that the build has not provided', SERVICE.mapMemory, 1n << 40n, 0x1000000n, 3n * 512n],
    ['a service that does not exist', 7n, 0n, 0n, 0n],
    ['a service number of 64 bits', 1n << 31n, 0n, 0n, 0n],
  ])('%s', async (_, number, a, b, c) => {
    expect(await call('asolo_service', number, a, b, c)).toBe(MINUS_ONE);
    const { status } = await ending();
    expect(status).toBe(1);
  });

  test('to run out of page tables: the seventeenth 2 MiB block with small pages is refused, the guest goes on', async () => {
    const results: bigint[] = [];
    for (let block = 0n; block < 17n; block++) results.push(await call('asolo_service', SERVICE.map, 0x1000000n + block * 0x200000n, 1n, 3n));
    expect(results.at(-1)).toBe(MINUS_ONE);
    expect(results[0]).toBe(0n);
    expect((await ending()).status).toBe(1);
  });
});

test('a page that was mapped read-only cannot be written, and says so', async () => {
  expect(await call('asolo_service', SERVICE.map, 0x1000000n, 1n, 1n)).toBe(0n);
  expect(await call('w2c_kernel_wasi_sched_yield', 0n)).toBe(0n);
  await attacker.set({ rip: image.address('memset'), rdi: KERNEL + 0x1000000n, rsi: 1n, rdx: 8n });
  const { status, output } = await ending();
  expect(output).toMatch(/#PF/);
  expect(output).toMatch(/memset/);
  expect(status).toBe(2 * 126 + 1);
});

test('a null pointer in the kernel faults: crash report with registers and names, status 126', async () => {
  await attacker.set({ rip: image.address('memset'), rdi: KERNEL, rsi: 1n, rdx: 8n, r12: 0x1234_5678_9abc_def0n });
  const { status, output } = await ending();
  expect(output).toMatch(/#PF/);
  expect(output).toMatch(/cr2\s*=?\s*(0x)?0*400000000/i);
  expect(output).toMatch(/r12\s*=?\s*(0x)?123456789abcdef0/i);
  expect(output).toMatch(/memset/);
  expect(output).toMatch(/_start/);
  expect(status).toBe(2 * 126 + 1);
});

test('a port outside the bitmap is refused to ring 3', async () => {
  await attacker.set({ rip: image.address('asolo_out8'), rdi: 0x80n, rsi: 1n });
  const { status, output } = await ending();
  expect(output).toMatch(/#GP/);
  expect(status).toBe(2 * 126 + 1);
});

test('privileged instructions are refused to ring 3: hlt anywhere but at the service call', async () => {
  // The byte after ring 0's own `sti` in service_wait is a hlt too; ring 3 may not even fetch it.
  await attacker.set({ rip: image.address('service_wait') });
  const { status, output } = await ending();
  expect(output).toMatch(/#PF/);
  expect(status).toBe(2 * 126 + 1);
});

test('a fault while a fault is reported ends the machine in ring 0, with a last line', async () => {
  await attacker.set({ rip: image.address('memset'), rdi: KERNEL, rsi: 1n, rdx: 8n });
  await attacker.runTo(image.address('w2c_kernel_fault'));
  await attacker.set({ rip: image.address('memset'), rdi: KERNEL, rsi: 1n, rdx: 8n });
  const { status, output } = await ending();
  expect(output).toContain('asolo: fault in ring 0, or twice in ring 3; vector, rip: 000000000000000e');
  expect(status).toBe(2 * 126 + 1);
});

test('reset ends the machine by a triple fault', async () => {
  await attacker.set({ rip: image.address('asolo_service'), rdi: SERVICE.reset });
  expect((await ending()).status).toBe(0);
});
