// assembly/net/counters.ts: what happened, counted, and told under `verbose`.
import { expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

/** A string of AssemblyScript: UTF-16, its length in bytes four bytes before. */
function textAt(bytes: Uint8Array, at: number): string {
  const length = new DataView(bytes.buffer).getUint32(at - 4, true);
  return new TextDecoder('utf-16le').decode(bytes.subarray(at, at + length));
}

test('every counter has a name of its own, and those that are not zero are logged', async () => {
  let said = '';
  const unit = await instantiate('net/counters.ts', { io: {
    in8: () => 0x60,
    outs8: (_port: number, from: number, count: number) => { said += new TextDecoder().decode(unit.bytes.subarray(from, from + count)); },
  } });
  const names = Array.from({ length: unit.exports['counterCount']!() }, (_, i) => textAt(unit.bytes, unit.exports['counterName']!(i)));
  expect(new Set(names).size).toBe(names.length);
  expect(names).not.toContain('');
  unit.exports['logCounters']!();
  expect(said).toBe('');
  unit.exports['count']!(3);
  unit.exports['count']!(3);
  unit.exports['count']!(names.length - 1);
  unit.exports['logCounters']!();
  expect(said).toBe(`asolo: network: ${names[3]}: 2\nasolo: network: ${names.at(-1)}: 1\n`);
  expect(() => unit.exports['count']!(names.length)).toThrow('power off 126');
});
