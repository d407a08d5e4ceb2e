// Disks through both transports, the whole kernel (assembly/virtio/block*.ts): what is read, written, refused, kept.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileDisks, RESULT, withDisks } from '../support/machine/disks.ts';
import { Block, BLOCK_FEATURES } from '../support/machine/virtio/block.ts';

const { OK, INVALID, READ_ONLY, UNSUPPORTED } = RESULT;
const SECTOR = 512;

beforeAll(compileDisks);

/** expect().toEqual takes a second for a megabyte. */
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const pattern = (bytes: number, seed: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + seed * 31 + (i >> 9)) & 0xff);

describe.each(['mmio', 'pci'] as const)('a disk on %s', (transport) => {
  test('says what it is', () => {
    withDisks([{ transport, sectors: 4096, blockSize: 4096, serial: 'twenty characters..!' }], (disks) => {
      expect([disks.count, disks.capacity(), disks.blockSize(), disks.isReadOnly(), disks.serial()]).toEqual([1, 4096 * SECTOR, 4096, false, 'twenty characters..!']);
    });
  });

  test('gives back what was written, straight from and to the application\'s memory', () => {
    withDisks([{ transport }], (disks) => {
      const data = pattern(8 * SECTOR, 1);
      disks.memory.set(data, 0x1000);
      expect(disks.write(3 * SECTOR, 0x1000, data.length)).toBe(OK);
      expect(disks.read(3 * SECTOR, 0x4321, data.length)).toBe(OK);
      expect(same(disks.memory.slice(0x4321, 0x4321 + data.length), data)).toBe(true);
      expect(same(disks.device().contents.slice(3 * SECTOR, 11 * SECTOR), data)).toBe(true);
    });
  });

  test('is waited for asleep when it takes long', () => {
    const { machine } = withDisks([{ transport, latency: 5_000_000 }], (disks) => void expect(disks.read(0, 0, SECTOR)).toBe(OK));
    expect(machine.halts).toBeGreaterThan(0);
    expect(machine.clock.now).toBeLessThan(1e9);
  });

  test('that answers quickly costs one exit a request, and no interrupt', () => {
    withDisks([{ transport }], (disks) => {
      disks.read(0, 0, SECTOR);
      const { bus, halts } = disks.machine;
      const before = bus.exits;
      for (let i = 0; i < 100; i++) disks.read(i * SECTOR, 0, SECTOR);
      expect([bus.exits - before, disks.machine.halts - halts]).toEqual([100, 0]);
    });
  });

  test('without one or another feature works as far as it can', () => {
    for (const [name, bit] of [...Object.entries(BLOCK_FEATURES), ['INDIRECT_DESC', 1n << 28n], ['EVENT_IDX', 1n << 29n]] as const) {
      withDisks([{ transport, without: bit, maxDiscard: 64, maxWriteZeroes: 64, sizeMax: 8192, latency: 100_000, blockSize: 1024 }], (disks) => {
        disks.memory.fill(0x5a, 0, 65536);
        expect([name, disks.write(0, 0, 65536), disks.read(0, 0x10000, 65536), disks.flush()]).toEqual([name, OK, OK, OK]);
        expect(disks.memory.slice(0x10000, 0x20000).every((byte) => byte === 0x5a)).toBe(true);
        expect(disks.device().durable[65535]).toBe(0x5a);
        expect([disks.discard(0, 2048), disks.writeZeroes(2048, 2048)]).toEqual([name === 'DISCARD' ? UNSUPPORTED : OK, name === 'WRITE_ZEROES' ? UNSUPPORTED : OK]);
        expect(disks.blockSize()).toBe(name === 'BLK_SIZE' ? 512 : 1024);
      });
    }
  });

  test('that is legacy or refuses a feature it offered is left alone', () => {
    for (const bit of [...Object.values(BLOCK_FEATURES), 1n << 28n, 1n << 29n, 1n << 32n]) {
      const taken = bit !== BLOCK_FEATURES.SEG_MAX;
      withDisks([{ transport, refuses: bit, readOnly: true, sizeMax: 4096, maxDiscard: 1, maxWriteZeroes: 1 }], (disks) => {
        expect([bit, disks.count]).toEqual([bit, taken ? 0 : 1]);
      });
    }
    withDisks([{ transport, without: 1n << 32n }], (disks) => void expect(disks.count).toBe(0));
  });

  test('that grows or shrinks is believed, if need be without an interrupt', () => {
    for (const interrupts of [(): 'once' => 'once', (): 'lost' => 'lost']) {
      withDisks([{ transport, sectors: 64, interrupts }], (disks) => {
        expect(disks.read(64 * SECTOR, 0, SECTOR)).toBe(INVALID);
        disks.device().resize(32);
        expect(disks.read(64 * SECTOR, 0, SECTOR)).toBe(INVALID);
        expect(disks.capacity()).toBe(32 * SECTOR);
        disks.device().resize(64);
        expect(disks.read(63 * SECTOR, 0, SECTOR)).toBe(OK);
        expect(disks.capacity()).toBe(64 * SECTOR);
      });
    }
  });
});

test('a range that is empty, unaligned or not on the disk is refused, and the device never hears of it', () => {
  withDisks([{ sectors: 64, blockSize: 4096 }], (disks) => {
    const end = 64 * SECTOR;
    for (const [offset, bytes] of [[0, 0], [512, 4096], [0, 512], [0, 4095], [end, 4096], [end - 4096, 8192], [2 ** 52, 4096]] as const) {
      expect([disks.read(offset, 0, bytes), disks.write(offset, 0, bytes), disks.discard(offset, bytes)]).toEqual([INVALID, INVALID, INVALID]);
    }
    const huge = disks.machine.exports['diskRead']!(0, BigInt.asIntN(64, 0xffff_ffff_ffff_f000n), disks.physical(0), 4096);
    expect([huge, disks.read(0, 0, 4096, 1), disks.flush(63), disks.poll(0), disks.wait(0xffffffff)]).toEqual([INVALID, INVALID, INVALID, INVALID, INVALID]);
    expect(disks.device().requests).toEqual([]);
  });
});

test('a disk that is for reading is not written', () => {
  withDisks([{ readOnly: true, maxDiscard: 8, maxWriteZeroes: 8 }], (disks) => {
    expect(disks.isReadOnly()).toBe(true);
    expect([disks.write(0, 0, SECTOR), disks.discard(0, SECTOR), disks.writeZeroes(0, SECTOR)]).toEqual([READ_ONLY, READ_ONLY, READ_ONLY]);
    expect(disks.read(0, 0, SECTOR)).toBe(OK);
  });
});

test('what was flushed outlives a power cut, what was not may be lost', () => {
  withDisks([{}], (disks) => {
    disks.memory.fill(1, 0, SECTOR);
    disks.write(0, 0, SECTOR);
    expect(disks.device().durable[0]).toBe(0);
    expect(disks.flush()).toBe(OK);
    disks.memory.fill(2, 0, SECTOR);
    disks.write(SECTOR, 0, SECTOR);
    expect([disks.device().durable[0], disks.device().durable[SECTOR], disks.device().contents[SECTOR]]).toEqual([1, 0, 2]);
  });
});

test('a large range goes out in pieces of at most SIZE_MAX, several at once, whole blocks each', () => {
  withDisks([{ sectors: 256, sizeMax: 10_000, blockSize: 4096, latency: 1000 }], (disks) => {
    expect(disks.read(0, 0, 128 * 1024)).toBe(OK);
    expect(new Set(disks.device().requests.map(({ bytes }) => bytes))).toEqual(new Set([8192]));
    expect(disks.device().mostHeld).toBe(8);
  });
});

test('discarding and zeroing keep to the device\'s limits and alignment', () => {
  withDisks([{ sectors: 256, maxDiscard: 20, discardAlignment: 8, maxWriteZeroes: 50 }], (disks) => {
    disks.device().contents.fill(7);
    expect([disks.discard(0, 100 * SECTOR), disks.writeZeroes(100 * SECTOR, 120 * SECTOR)]).toEqual([OK, OK]);
    const of = (kind: string): number[] => disks.device().requests.filter((request) => request.kind === kind).map(({ bytes }) => bytes / SECTOR);
    expect(of('discard')).toEqual([16, 16, 16, 16, 16, 16, 4]);
    expect(of('zeroes')).toEqual([50, 50, 20]);
    const { contents } = disks.device();
    expect([contents[0], contents[100 * SECTOR - 1], contents[100 * SECTOR], contents[220 * SECTOR - 1], contents[220 * SECTOR]]).toEqual([0xdd, 0xdd, 0, 0, 7]);
  });
});

test('a block size or SIZE_MAX that makes no sense is not believed', () => {
  for (const blockSize of [0, 1, 513, 256, 2 ** 31]) withDisks([{ blockSize }], (disks) => void expect(disks.blockSize()).toBe(512));
  withDisks([{ sizeMax: 511 }], (disks) => void expect(disks.count).toBe(0));
});

test('the serial is asked for once, and only if somebody wants it', () => {
  withDisks([{ serial: 'a' }, {}], (disks) => {
    expect(disks.device().requests).toEqual([]);
    expect([disks.serial(), disks.serial(), disks.serial(1)]).toEqual(['a', 'a', '']);
    expect(disks.device().requests.length).toBe(1);
  });
});

test('sixty-three disks each keep their own contents', () => {
  // A bus has room for 31 of them.
  const placed = Array.from({ length: 63 }, (_, i) => ({ sectors: 8 + i, serial: `disk${i}`, transport: i < 31 ? 'pci' as const : 'mmio' as const }));
  withDisks(placed, (disks) => {
    expect(disks.count).toBe(placed.length);
    const order = Array.from({ length: disks.count }, (_, i) => Number(disks.serial(i).slice(4)));
    expect([...order].sort((a, b) => a - b)).toEqual(placed.map((_, i) => i));
    order.forEach((device, disk) => {
      disks.memory.fill(device + 1, 0, SECTOR);
      expect([disks.capacity(disk), disks.write(0, 0, SECTOR, disk)]).toEqual([(8 + device) * SECTOR, OK]);
    });
    expect(disks.machine.devices.map((device) => (device as Block).contents[0])).toEqual(placed.map((_, i) => i + 1));
  });
});

test('tickets end in any order, and one that was used up is not a ticket any more', () => {
  withDisks([{ takes: (_, count) => 1_000_000 - count * 10_000 }], (disks) => {
    disks.device().contents.set(pattern(64 * SECTOR, 3));
    disks.tickets = 32;
    const tickets = Array.from({ length: 32 }, (_, i) => disks.submit(false, i * SECTOR, 0x1000 + i * SECTOR, SECTOR)!);
    expect(new Set(tickets).size).toBe(32);
    expect(disks.device().requests).toEqual([]);
    expect(disks.poll(tickets[0]!)).toBe(RESULT.PENDING);
    expect(disks.device().requests.length).toBe(32);
    expect(tickets.map((ticket) => disks.wait(ticket))).toEqual(tickets.map(() => OK));
    expect(same(disks.memory.slice(0x1000, 0x1000 + 32 * SECTOR), pattern(64 * SECTOR, 3).slice(0, 32 * SECTOR))).toBe(true);
    expect(tickets.map((ticket) => disks.poll(ticket))).toEqual(tickets.map(() => INVALID));
  });
});

test('an application with all its tickets out still has synchronous calls', () => {
  withDisks([{ latency: 1000 }], (disks) => {
    const tickets: number[] = [];
    for (let ticket = disks.submit(false, 0, 0, SECTOR); ticket !== undefined; ticket = disks.submit(false, 0, 0, SECTOR)) tickets.push(ticket);
    disks.tickets = tickets.length;
    expect(tickets.length).toBe(48);
    expect([disks.read(0, 0x8000, 64 * SECTOR), disks.flush()]).toEqual([OK, OK]);
    expect(tickets.map((ticket) => disks.poll(ticket))).toEqual(tickets.map(() => OK));
    expect(disks.submit(false, 0, 0, SECTOR)).toBeDefined();
  });
});

test('random reads and writes of any length do what an array does', () => {
  const SECTORS = 64;
  const command = fc.record({ isWrite: fc.boolean(), first: fc.integer({ min: 0, max: SECTORS - 1 }), count: fc.integer({ min: 1, max: SECTORS }), seed: fc.nat(255) });
  const device = fc.record({
    transport: fc.constantFrom('mmio' as const, 'pci' as const), sizeMax: fc.constantFrom(undefined, 512, 1024, 5000),
    queueSize: fc.constantFrom(2, 4, 16, 256), without: fc.constantFrom(0n, 1n << 29n), latencies: fc.array(fc.nat(100_000), { minLength: 1, maxLength: 8 }),
  });
  fc.assert(fc.property(device, fc.array(command, { maxLength: 12 }), ({ latencies, sizeMax, ...rest }, commands) => {
    withDisks([{ ...rest, ...(sizeMax === undefined ? {} : { sizeMax }), sectors: SECTORS, takes: (_, i) => latencies[i % latencies.length]! }], (disks) => {
      const model = new Uint8Array(SECTORS * SECTOR);
      for (const { isWrite, first, count, seed } of commands) {
        const bytes = Math.min(count, SECTORS - first) * SECTOR;
        if (isWrite) {
          disks.memory.set(pattern(bytes, seed), 0x2000);
          model.set(pattern(bytes, seed), first * SECTOR);
          expect(disks.write(first * SECTOR, 0x2000, bytes)).toBe(OK);
        } else {
          expect(disks.read(first * SECTOR, 0x2001, bytes)).toBe(OK);
          expect(same(disks.memory.slice(0x2001, 0x2001 + bytes), model.slice(first * SECTOR, first * SECTOR + bytes))).toBe(true);
        }
      }
      expect(same(disks.device().contents, model)).toBe(true);
      expect(disks.recoveries()).toBe(0);
    });
  }), { numRuns: 60, seed: 4 });
});
