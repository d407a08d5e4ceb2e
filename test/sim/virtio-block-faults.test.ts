// Disks that fail, lie, or fall silent (assembly/virtio/block-wait.ts): each ends in a result in bounded time, with the
// device seen to be reset before memory is given up, and nothing written where it should not be.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileDisks, type Disks, RESULT, withDisks } from '../support/machine/disks.ts';
import type { BlockFate, BlockOptions } from '../support/machine/virtio/block.ts';

const { OK, UNSUPPORTED, FAILED } = RESULT;
const SECTOR = 512;
const GUARD = 0xee;
const FATAL: readonly BlockFate[] = ['silent', 'short', 'long', 'badId', 'farId', 'backwards', 'ahead', 'twice', 'broken'];
/** Two of the three attempts wait ten to eleven seconds each. */
const MOST_TIME = 35e9;

beforeAll(compileDisks);

/** Reads 8 sectors into the middle of guarded memory; fails if anything beside them was written. */
function readGuarded(disks: Disks): number {
  disks.memory.fill(GUARD, 0x1000, 0x5000);
  const result = disks.read(0, 0x2000, 8 * SECTOR);
  expect(isAll(disks, GUARD, 0x1000, 0x2000) && isAll(disks, GUARD, 0x3000, 0x5000)).toBe(true);
  return result;
}

function isAll(disks: Disks, value: number, from: number, to: number): boolean {
  return Buffer.compare(disks.memory.subarray(from, to), Buffer.alloc(to - from, value)) === 0;
}

describe.each(['mmio', 'pci'] as const)('a disk on %s', (transport) => {
  test('that reports an error is believed, and works on', () => {
    withDisks([{ transport, fate: (_, count) => (['ioerr', 'unsupp', 'noStatus'] as const)[count] ?? 'ok' }], (disks) => {
      expect([readGuarded(disks), readGuarded(disks), readGuarded(disks), readGuarded(disks)]).toEqual([FAILED, UNSUPPORTED, FAILED, OK]);
      expect(disks.recoveries()).toBe(0);
    });
  });

  test.each(FATAL)('that once answers with "%s" is brought back, and the request is done', (fate) => {
    const { machine } = withDisks([{ transport, latency: 1000, fate: (_, count) => (count === 1 ? fate : 'ok') }], (disks) => {
      disks.device().contents.fill(0x11);
      expect([readGuarded(disks), readGuarded(disks), readGuarded(disks)]).toEqual([OK, fate === 'short' ? FAILED : OK, OK]);
      expect(disks.memory[0x2fff]).toBe(0x11);
      expect(disks.recoveries()).toBe(fate === 'short' ? 0 : 1);
    });
    expect(machine.clock.now).toBeLessThan(MOST_TIME);
  });

  test.each(FATAL)('that always answers with "%s" fails the request in bounded time', (fate) => {
    const { machine } = withDisks([{ transport, latency: 1000, fate: () => fate }], (disks) => {
      expect([readGuarded(disks), disks.write(0, 0, 8 * SECTOR), disks.flush()].every((result) => result === FAILED || result === OK)).toBe(true);
      expect(disks.device().isLive).toBe(true);
    });
    expect(machine.clock.now).toBeLessThan(3 * MOST_TIME);
  });

  test('whose interrupts are lost or doubled works', () => {
    for (const kind of ['lost', 'doubled'] as const) {
      withDisks([{ transport, latency: 1_000_000, interrupts: () => kind }], (disks) => void expect([readGuarded(disks), readGuarded(disks)]).toEqual([OK, OK]));
    }
  });

  test('that needs a reset says so by an interrupt, and nobody waits for the time to run out', () => {
    const { machine } = withDisks([{ transport, latency: 1_000_000, fate: (_, count) => (count === 0 ? 'broken' : 'ok') }], (disks) => void expect(readGuarded(disks)).toBe(OK));
    expect(machine.clock.now).toBeLessThan(1e9);
  });
});

test('a disk that does not stop when it is reset ends the machine, before its memory is used again', () => {
  const { status, stdout } = withDisks([{ fate: () => 'silent' }], (disks) => {
    disks.device().isStuck = true;
    disks.read(0, 0, SECTOR);
  });
  expect({ status, stdout }).toEqual({ status: 125, stdout: 'asolo: a disk keeps memory that is not its own: it does not stop when it is reset\n' });
});

test('a disk that does not come back after a reset fails at once from then on', () => {
  withDisks([{ fate: () => 'silent' }], (disks) => {
    disks.device().queues[0]!.reset = function (this: { ready: boolean; sizeMax: number }) {
      this.ready = false;
      Object.assign(this, { sizeMax: 0 });
    };
    expect(disks.read(0, 0, SECTOR)).toBe(FAILED);
    const then = disks.machine.clock.now;
    expect([disks.read(0, 0, SECTOR), disks.flush(), disks.write(0, 0, SECTOR)]).toEqual([FAILED, FAILED, FAILED]);
    expect(disks.machine.clock.now - then).toBeLessThan(1e6);
  });
});

test('one disk\'s trouble is not another\'s', () => {
  withDisks([{ fate: () => 'ahead' }, {}], (disks) => {
    expect([disks.read(0, 0, SECTOR, 0), disks.read(0, 0, SECTOR, 1), disks.recoveries(1)]).toEqual([FAILED, OK, 0]);
  });
});

test('a ticket whose request is never answered ends by polling alone', () => {
  withDisks([{ fate: () => 'silent' }], (disks) => {
    disks.tickets = 1;
    const ticket = disks.submit(false, 0, 0x2000, SECTOR)!;
    let polls = 0;
    while (disks.poll(ticket) === RESULT.PENDING) {
      disks.machine.clock.pass(10_000);
      if (++polls > 1e7) throw new Error('for ever');
    }
    expect(disks.device().held).toBe(0);
    expect(disks.recoveries()).toBe(3);
  });
});

test('if one piece of a large range fails, the call waits for the others and fails', () => {
  withDisks([{ sectors: 256, sizeMax: 4096, takes: (_, count) => (count === 0 ? 1000 : 500_000), fate: (_, count) => (count === 0 ? 'ioerr' : 'ok') }], (disks) => {
    expect(disks.read(0, 0, 65536)).toBe(FAILED);
    expect(disks.device().held).toBe(0);
  });
});

/** Many fates, in any order, with any latencies and interrupts: what is said to be written can be read. */
function randomFaults(runs: number, seed: number): void {
  const fates = fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant('ok') }, { weight: 1, arbitrary: fc.constantFrom<BlockFate>(...FATAL, 'ioerr', 'unsupp', 'noStatus') }), { minLength: 1, maxLength: 12 });
  const device = fc.record({
    transport: fc.constantFrom('mmio' as const, 'pci' as const), without: fc.constantFrom(0n, 1n << 28n, 1n << 29n, 3n << 28n), fates,
    interrupts: fc.constantFrom('once', 'lost', 'doubled'), takes: fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 6 }),
  });
  const step = fc.record({ isWrite: fc.boolean(), first: fc.nat(7), count: fc.integer({ min: 1, max: 8 }), value: fc.integer({ min: 1, max: 255 }) });
  fc.assert(fc.property(device, fc.array(step, { maxLength: 8 }), ({ fates: chosen, takes, interrupts, ...rest }, steps) => {
    const options = { ...rest, sectors: 16, sizeMax: 1024, fate: (_, i) => chosen[i % chosen.length]!, takes: (_, i) => takes[i % takes.length]!, interrupts: () => interrupts } as BlockOptions;
    const { machine } = withDisks([options], (disks) => {
      if (disks.count === 0) return;
      // Sectors whose contents are known; a write that failed may have happened or not.
      const known = new Map<number, number>();
      for (const { isWrite, first, count, value } of steps) {
        disks.memory.fill(isWrite ? value : GUARD, 0x1000, 0x4000);
        const result = isWrite ? disks.write(first * SECTOR, 0x2000, count * SECTOR) : disks.read(first * SECTOR, 0x2000, count * SECTOR);
        expect([OK, UNSUPPORTED, FAILED]).toContain(result);
        const beside = isWrite ? value : GUARD;
        expect(isAll(disks, beside, 0x1000, 0x2000) && isAll(disks, beside, 0x2000 + count * SECTOR, 0x4000)).toBe(true);
        for (let i = 0; i < count; i++) {
          if (isWrite && result === OK) known.set(first + i, value);
          else if (isWrite) known.delete(first + i);
          else if (result === OK && known.has(first + i)) expect(disks.memory[0x2000 + i * SECTOR]).toBe(known.get(first + i));
        }
      }
    });
    expect(machine.clock.now).toBeLessThan(MOST_TIME * (1 + 4 * steps.length));
  }), { numRuns: runs, seed });
}

test('disks that misbehave at random corrupt nothing and end; ASOLO_DISK_RUNS=100000 for more of them', () => {
  randomFaults(Number(process.env['ASOLO_DISK_RUNS'] ?? 300), 11);
});
