// 9P servers and devices that lie, say nonsense or fall silent: every call ends, in bounded time, with an errno; nothing is
// written where it should not be, nothing is lost but the share, and the machine goes on.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Files, NO_FILES } from '../support/files.ts';
import type { Application } from '../support/machine/application.ts';
import { Dice } from '../support/machine/dice.ts';
import { MISCHIEF, Storm, unleash } from '../support/machine/hostile.ts';
import { Machine } from '../support/machine/machine.ts';
import { type HostNode, hostTree } from '../support/machine/virtio/host-tree.ts';
import { type MessageName, type ShareFate, T } from '../support/machine/virtio/ninep.ts';
import { Message } from '../support/machine/virtio/ninep-message.ts';
import { inShares, type ShareSpec, useAll, withShares } from '../support/shares.ts';

const ALL = (1n << 30n) - 1n;
const [IO, NOENT] = [29, 44];
const LOST = 'asolo: a shared directory is lost: its device does not answer, or not as it should\n';
/** A silent device is waited for 30 to 31 seconds, once. */
const PATIENCE = 31e9;
const NAMES = Object.keys(T) as MessageName[];
const runs = process.env['ASOLO_LONG'] === '1' ? 20_000 : 100;

const tree = (): HostNode => hostTree({ 'file': 'contents\n', 'dir': null, 'dir/deep': 'x'.repeat(9000), 'link': { link: 'dir/deep' }, 'empty': null });

/** Attaching fails before the application begins; anything later is an errno. */
function survive(spec: ShareSpec): ReturnType<typeof withShares> {
  let hasBegun = false;
  const result = withShares([{ tree: tree(), ...spec }], ({ app, files, shares: [share], machine }) => {
    hasBegun = true;
    machine.looksMost = 5_000_000;
    useAll(app, files);
    expect(share!.held).toBe(0);
    expect(files.tryOpen(4, 'in tmp', { oflags: 1, rights: ALL })).toBe(0);
  });
  if (hasBegun) expect(result).toMatchObject({ status: 0, stdout: expect.stringMatching(/^(asolo: a shared directory is lost[^\n]*\n)?$/) as string });
  else expect(result).toMatchObject({ status: 125, stdout: expect.stringMatching(/asolo: a shared directory cannot be attached: errno 29\n$/) as string });
  expect(result.machine.clock.now).toBeLessThan(PATIENCE + 2e9);
  return result;
}

const only = (name: MessageName, fate: ShareFate | ((reply: Uint8Array) => ShareFate)): ShareSpec['fate'] =>
  (said, reply) => (said !== name ? reply : typeof fate === 'function' ? fate(reply) : fate);
const changed = (change: (bytes: Uint8Array, view: DataView) => void) => (reply: Uint8Array): Uint8Array => {
  const bytes = Uint8Array.from(reply);
  change(bytes, new DataView(bytes.buffer));
  return bytes;
};

describe.each(NAMES)('a server whose every reply to %s', (name) => {
  test.each<[string, (reply: Uint8Array) => ShareFate]>([
    ['has another tag', changed((bytes) => void bytes[5]!++)],
    ['has another type', changed((bytes) => void bytes[4]!++)],
    ['is a request', changed((bytes) => void bytes[4]!--)],
    ['says that it is longer than it is', changed((_, view) => view.setUint32(0, 0xffffffff, true))],
    ['says that it has no header', changed((_, view) => view.setUint32(0, 6, true))],
    ['is cut', (reply) => changed((_, view) => view.setUint32(0, reply.length - 1, true))(reply.subarray(0, -1))],
    ['is nothing', () => new Uint8Array(0)],
    ['is an error without a number', (reply) => Uint8Array.from([7, 0, 0, 0, 7, reply[5]!, reply[6]!])],
    ['is an error that nobody has', (reply) => new Message().put(4, 0xfffffff0).finish(7, reply[5]! | reply[6]! << 8)],
    ['is full of ones', changed((bytes) => void bytes.fill(0xff, 7))],
    ['is full of zeros', changed((bytes) => void bytes.fill(0, 7))],
  ])('%s', (_, fate) => void survive({ fate: only(name, fate) }));

  test.each(['silent', 'broken', 'long', 'twice', 'badId'] as const)('comes from a device that is "%s"', (fate) => {
    const { stdout } = survive({ latency: 1000, fate: only(name, fate) });
    expect(stdout).toContain(LOST);
  });
});

describe('a lie that could be believed', () => {
  const errnos = (spec: ShareSpec, use: (app: Application, files: Files) => unknown): unknown => {
    let results: unknown;
    inShares([{ tree: tree(), ...spec }], ({ app, files }) => void (results = use(app, files)));
    return results;
  };
  const listing = (bytes: (reply: Uint8Array) => Message): unknown =>
    errnos({ fate: (name, reply) => (name === 'readdir' ? new Message().put(4, bytes(reply).bytes.length).finish(41, reply[5]! | reply[6]! << 8, Uint8Array.from(bytes(reply).bytes)) : reply) }, (app) => app.wasi['fd_readdir']!(3, 0x30000, 8000, 0n, 0x300));
  const entry = (name: string | Uint8Array, offset = 3n): Message => new Message().put(1, 0).put(4, 0).put(8, 5n).put(8, offset).put(1, 8).putString(name);

  test.each([['a/b'], ['/'], ['a\0b'], [''], ['n'.repeat(256)]])('a name that no directory has: %j', (name) => void expect(listing(() => entry(name))).toBe(IO));

  test('a directory without end: a list fills its buffer and ends; one of names that nobody can say ends with EIO', () => {
    expect(listing(() => entry('again'))).toBe(0);
    expect(listing(() => entry('.'))).toBe(IO);
    expect(listing(() => entry(Uint8Array.from([0xff])))).toBe(IO);
  });

  test('more bytes than were asked for, or than came', () => {
    for (const [name, at] of [['read', 7], ['write', 7], ['readdir', 7]] as const) {
      for (const count of [0xffffffff, 0x7fffffff, 8001, 1]) {
        const results = errnos({ fate: only(name, changed((_, view) => view.setUint32(at, count, true))) }, useAll) as number[];
        if (count > 8001 || (name !== 'write' && count !== 1)) expect(results, `${name} ${count}`).toContain(IO);
      }
    }
  });

  test('a write of nothing, for ever', () => {
    expect(errnos({ fate: only('write', changed((bytes) => void bytes.fill(0, 7))) }, (app, files) => app.write(files.open(3, 'file', { rights: ALL }), 'x'))).toBe(IO);
  });

  test('a size that no file has', () => {
    expect(errnos({ fate: only('getattr', changed((_, view) => view.setBigUint64(7 + 8 + 13 + 4 + 8 + 8 + 8, 1n << 63n, true))) }, (_, files) => [files.tryStat(3, 'file'), files.tryStat(3, 'none')])).toEqual([IO, NOENT]);
  });

  test('times before 1970 and at the end of all days', () => {
    for (const [seconds, time] of [[-1n, 0n], [1n << 62n, 18446744072_999999999n]] as const) {
      expect(errnos({ fate: only('getattr', changed((_, view) => {
        view.setBigInt64(80, seconds, true);
        view.setBigInt64(88, -1n, true);
      })) }, (_, files) => files.stat(3, 'file').times[0])).toBe(time);
    }
  });

  test('a link to nowhere, with NUL, or longer than a path', () => {
    for (const target of ['', 'a\0b', 'x'.repeat(4097)]) {
      const fate = (name: MessageName, reply: Uint8Array): Uint8Array => (name === 'readlink' ? new Message().putString(target).finish(23, reply[5]! | reply[6]! << 8) : reply);
      expect(errnos({ fate }, (app, files) => [files.readlink('link', 100), files.tryStat(3, 'link'), app.wasi['fd_close']!(3)])).toEqual([IO, IO, 0]);
    }
  });

  test('a directory that turns into a file, and the other way round', () => {
    for (const [type, name] of [[8, 'dir'], [4, 'file']] as const) {
      const results = errnos({ fate: only('getattr', changed((_, view) => view.setUint32(28, type << 12, true))) }, (_, files) => files.tryStat(3, name));
      expect(results).toBe(72);
    }
  });

  test('another version, and messages larger than were asked for or too small for a name', () => {
    const version = (msize: number, name: string): string => withShares([{ fate: (said, reply) => (said === 'version' ? new Message().put(4, msize).putString(name).finish(101, 0xffff) : reply) }], () => 0).stdout;
    for (const [msize, name] of [[8192, '9P2000'], [8192, 'unknown'], [0xffffffff, '9P2000.L'], [4095, '9P2000.L'], [0, '9P2000.L']] as const) {
      expect(version(msize, name), `${msize} ${name}`).toBe('asolo: a shared directory cannot be attached: errno 29\n');
    }
  });
});

test(`replies with bytes changed by chance, ${runs} times: nothing is worse than an errno`, () => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, often) => {
    let state = seed | 1;
    const next = (limit: number): number => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % limit;
    };
    survive({ fate: (_, reply) => {
      if (next(often) !== 0 || reply.length === 0) return reply;
      const bytes = Uint8Array.from(reply);
      for (let i = next(3); i >= 0; i--) bytes[next(bytes.length)] = next(4) === 0 ? 0xff : next(256);
      return next(8) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
    } });
  }), { numRuns: runs, seed: 9 });
}, 600_000);

test(`devices that misbehave in every way that a storm has (docs/simulated-machine.md), ${runs} times`, () => {
  let [worked, lost] = [0, 0];
  for (let seed = 1; seed <= runs; seed++) {
    const dice = new Dice(seed);
    const devices = ['mmio', 'pci'].map((transport) => ({ device: '9p' as const, transport: transport as 'mmio' | 'pci', tree: tree(), latency: dice.pick([0, 1000, 3_000_000]), fate: (_: string, reply: Uint8Array) => reply }));
    const machine = new Machine({ devices, applicationBytes: 0x80000, files: NO_FILES, cpu: { kvmclock: true }, commandLine: 'share=rw:/one share=rw:/two' });
    const { status, stdout } = machine.attempt(() => {
      machine.start();
      const weather = new Storm(dice, machine, MISCHIEF.filter(() => dice.chance(0.4)), dice.pick([0.02, 0.1]));
      unleash(weather);
      weather.isCalm = dice.chance(0.75);
      const app = machine.boot();
      weather.isCalm = false;
      const results = useAll(app, new Files(app));
      worked += results.filter((error) => error === 0).length;
      machine.exports['exit']!(0);
    });
    if (stdout.includes(LOST)) lost++;
    expect(status === 0 || (status === 125 && stdout.includes('asolo: ')), `seed ${seed}: ${status} ${stdout}`).toBe(true);
    expect(stdout, `seed ${seed}`).not.toMatch(/kernel (panic|fault)|trap/);
  }
  expect([worked > 10 * runs, lost > 0]).toEqual([true, true]);
}, 600_000);

test('a share that is lost fails at once from then on, and takes nothing with it', () => {
  const { machine, stdout } = withShares([{ tree: tree(), fate: only('read', 'silent') }, { tree: tree() }], ({ app, files, machine: { clock } }) => {
    const file = files.open(3, 'file', { rights: ALL });
    app.vector(0x200, 0x30000, 8000);
    expect(app.wasi['fd_read']!(file, 0x200, 1, 0x300)).toBe(IO);
    const then = clock.now;
    expect([app.wasi['fd_read']!(file, 0x200, 1, 0x300), files.tryStat(3, 'file'), app.wasi['fd_filestat_get']!(3, 0x300), app.wasi['fd_close']!(file)]).toEqual([IO, IO, IO, 0]);
    expect(clock.now - then).toBeLessThan(1e6);
    expect(files.readAll(files.open(4, 'file'))).toBe('contents\n');
  });
  expect(stdout).toBe(LOST);
  expect(machine.clock.now).toBeLessThan(PATIENCE + 2e9);
});

test('a device that does not stop when it is reset ends the machine, before its memory is used again', () => {
  const { status, stdout } = withShares([{ tree: tree(), fate: only('read', 'silent') }], ({ files, shares: [share] }) => {
    share!.isStuck = true;
    files.read(files.open(3, 'file'), 5);
  });
  expect({ status, stdout }).toEqual({ status: 125, stdout: "asolo: a shared directory's device keeps memory that is not its own: it does not stop when it is reset\n" });
});

test('a device that does not start cannot be attached', () => {
  for (const spec of [{ refuses: 1n << 29n }, { without: 1n << 32n }, { queueSize: 2 }]) {
    expect(withShares([spec], () => 0)).toMatchObject({ status: 125, stdout: 'asolo: a shared directory cannot be attached: errno 29\n' });
  }
});

test('a thousand calls that fail take no memory', () => {
  let fail = false;
  inShares([{ tree: tree(), fate: (name, reply) => (fail && ['walk', 'lopen', 'lcreate', 'getattr'].includes(name) && reply.length > 7 ? changed((bytes) => void bytes[4]!++)(reply) : reply) }], ({ files, machine }) => {
    for (let i = 0; i < 1000; i++) {
      fail = i > 0;
      files.tryOpen(3, 'dir/deep', { rights: ALL });
      files.tryOpen(3, `new ${i}`, { oflags: 1, rights: ALL });
      if (i === 0) files.app.wasi['fd_close']!(4);
    }
    expect(machine.region!.bytes - BigInt(machine.limit)).toBe(0x10000n);
  });
});
