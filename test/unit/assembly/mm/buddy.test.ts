// assembly/mm/buddy.ts: blocks of powers of two.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, SCRATCH, type Unit } from '../../../support/assembly.ts';

const UNIT = 4096;

async function arenaOf(bytes: number): Promise<Unit & { arena: number; free: () => number }> {
  const unit = await instantiate('mm/buddy.ts');
  const arena = unit.exports['makeArena']!(SCRATCH, bytes);
  return { ...unit, arena, free: () => unit.view.getUint32(arena + 12, true) };
}

test('blocks never overlap, lie inside, and all of them together are the arena again', async () => {
  const { exports, arena, free } = await arenaOf(61 * UNIT);
  const whole = free();
  expect(whole).toBeGreaterThan(58);
  fc.assert(fc.property(fc.array(fc.oneof(fc.record({ order: fc.nat(5) }), fc.record({ give: fc.nat() })), { maxLength: 80 }), (steps) => {
    const owned: { at: number; bytes: number }[] = [];
    for (const step of steps) {
      if ('order' in step) {
        const at = exports['takeBlock']!(arena, step.order);
        if (at === 0) continue;
        const block = { at, bytes: UNIT << step.order };
        expect(exports['blockBytes']!(arena, at)).toBe(block.bytes);
        expect(owned.some((other) => at < other.at + other.bytes && other.at < at + block.bytes)).toBe(false);
        expect(at >= SCRATCH && at + block.bytes <= SCRATCH + 61 * UNIT).toBe(true);
        owned.push(block);
      } else if (owned.length > 0) {
        exports['giveBlock']!(arena, owned.splice(step.give % owned.length, 1)[0]!.at);
      }
    }
    for (const { at } of owned) exports['giveBlock']!(arena, at);
    expect(free()).toBe(whole);
  }), { seed: 1, numRuns: 60 });
  // What was cut into pieces has become large again.
  expect(exports['takeBlock']!(arena, 5)).not.toBe(0);
});

test('a block given back twice, or one that is none, is a panic', async () => {
  const { exports, arena } = await arenaOf(20 * UNIT);
  const at = exports['takeBlock']!(arena, 1);
  exports['giveBlock']!(arena, at);
  for (const wrong of [at, at + 8, at + UNIT, SCRATCH, SCRATCH + 40 * UNIT]) {
    expect(() => exports['giveBlock']!(arena, wrong)).toThrow('kernel panic');
  }
});
