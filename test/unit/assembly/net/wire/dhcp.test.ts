// assembly/net/wire/dhcp.ts: options, wherever they are. RFC 2131 §4.1, RFC 2132.
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH } from '../../../../support/assembly.ts';

const unit = await instantiate('net/wire/dhcp.ts');

/** A message with options in the three fields that may have them. */
function message(options: number[], file: number[] = [], name: number[] = []): number {
  const bytes = new Uint8Array(240 + options.length);
  bytes.set(options, 240);
  bytes.set(file, 108);
  bytes.set(name, 44);
  return put(unit, SCRATCH, bytes);
}
const find = (length: number, code: number): number => {
  const at = unit.exports['findDhcpOption']!(SCRATCH, length, code);
  return at === 0 ? 0 : at - SCRATCH;
};

test('an option is found behind others and padding', () => {
  expect(find(message([0, 0, 1, 2, 9, 9, 0, 53, 1, 5, 255]), 53)).toBe(240 + 8);
  expect(find(message([53, 1, 5, 255]), 54)).toBe(0);
});

test('and not behind the end, or when it is cut', () => {
  expect(find(message([255, 53, 1, 5]), 53)).toBe(0);
  expect(find(message([53, 2, 5]), 53)).toBe(0);
  expect(find(message([53]), 53)).toBe(0);
  expect(find(message([1, 200, 53, 1, 5]), 53)).toBe(0);
  expect(find(message([]), 53)).toBe(0);
});

test('but in the file and name fields, if the message says that they have options', () => {
  const options = [52, 1, 3, 255];
  expect(find(message(options, [53, 1, 5, 255]), 53)).toBe(108 + 1);
  expect(find(message(options, [255], [53, 1, 5, 255]), 53)).toBe(44 + 1);
  expect(find(message([52, 1, 1, 255], [255], [53, 1, 5, 255]), 53)).toBe(0);
  expect(find(message([52, 1, 0, 255], [53, 1, 5, 255]), 53)).toBe(0);
  // An option must not reach over the end of its field.
  expect(find(message(options, [...new Array<number>(126).fill(0), 53, 9]), 53)).toBe(0);
});
