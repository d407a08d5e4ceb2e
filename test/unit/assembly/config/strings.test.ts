// assembly/config/strings.ts: the lists that become argv and environ.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH, take } from '../../../support/assembly.ts';

const unit = await instantiate('config/strings.ts');
const strings = unit.exports;

function contents(list: number): string[] {
  const length = unit.view.getUint32(list, true);
  const found = take(unit, strings['stringsAt']!(list), length).split('\0').slice(0, -1);
  expect(unit.view.getUint32(list + 4, true)).toBe(found.length);
  return found;
}

test('setVariable replaces by key: the later one wins', () => {
  const key = fc.constantFrom('A', 'B', 'AB', 'PATH');
  fc.assert(fc.property(fc.array(fc.tuple(key, fc.stringMatching(/^[a-z=]{0,5}$/)), { maxLength: 12 }), (variables) => {
    const list = strings['environmentStrings']!();
    strings['clearStrings']!(list);
    const expected = new Map<string, string>();
    for (const [name, value] of variables) {
      expect(strings['setVariable']!(list, SCRATCH, put(unit, SCRATCH, `${name}=${value}`))).toBe(1);
      expected.delete(name);
      expected.set(name, value);
    }
    expect(contents(list)).toEqual([...expected].map(([name, value]) => `${name}=${value}`));
  }), { seed: 1 });
});

test('a variable without a key or without = is refused', () => {
  const list = strings['environmentStrings']!();
  for (const text of ['', '=x', 'NAME']) expect(strings['setVariable']!(list, SCRATCH, put(unit, SCRATCH, text))).toBe(0);
});

test('a list that is full is a broken assertion, not an overrun', () => {
  const list = strings['argumentStrings']!();
  strings['clearStrings']!(list);
  for (let i = 0; i < 2; i++) strings['appendString']!(list, SCRATCH, 4096);
  expect(() => strings['appendString']!(list, SCRATCH, 1)).toThrow('kernel panic');
});
