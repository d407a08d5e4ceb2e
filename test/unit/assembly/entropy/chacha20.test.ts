// assembly/entropy/chacha20.ts: the cipher against the vectors of its RFC.
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH } from '../../../support/assembly.ts';

const unit = await instantiate('entropy/chacha20.ts');

function block(key: string, counter: number, nonce: string): string {
  put(unit, SCRATCH, Buffer.from(key, 'hex'));
  put(unit, SCRATCH + 64, Buffer.from(nonce, 'hex'));
  unit.exports['chacha20Block']!(SCRATCH + 128, SCRATCH, counter, SCRATCH + 64);
  return Buffer.from(unit.bytes.subarray(SCRATCH + 128, SCRATCH + 192)).toString('hex');
}

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex');
const ZERO_KEY = '00'.repeat(32);

test('RFC 8439 §2.3.2, the block function', () => {
  expect(block(KEY, 1, '000000090000004a00000000')).toBe(
    '10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e'
    + 'd2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e');
});

test('RFC 8439 §A.1, test vectors 1 and 2', () => {
  expect(block(ZERO_KEY, 0, '00'.repeat(12))).toBe(
    '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7'
    + 'da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586');
  expect(block(ZERO_KEY, 1, '00'.repeat(12))).toBe(
    '9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed'
    + '29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f');
});
