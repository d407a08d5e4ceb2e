// The ChaCha20 block function. Pure.
// Read first: RFC 8439 §2.1 (quarter round), §2.3 (block function).
//
//   state, 16 words:  constants x4 | key x8 | counter | nonce x3

export const KEY_SIZE: u32 = 32;
export const BLOCK_SIZE: u32 = 64;

// "expand 32-byte k" (RFC 8439 §2.3).
const CONSTANTS = memory.data<u32>([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
const initial = memory.data(64, 4);
const working = memory.data(64, 4);

/** Writes the block of 64 bytes for `key` (32 bytes), `counter` and `nonce` (12 bytes) to `out`. */
export function chacha20Block(out: usize, key: usize, counter: u32, nonce: usize): void {
  memory.copy(initial, CONSTANTS, 16);
  memory.copy(initial + 16, key, KEY_SIZE);
  store<u32>(initial, counter, 48);
  memory.copy(initial + 52, nonce, 12);
  memory.copy(working, initial, BLOCK_SIZE);
  for (let round: u32 = 0; round < 10; round++) {
    quarterRound(0, 4, 8, 12);
    quarterRound(1, 5, 9, 13);
    quarterRound(2, 6, 10, 14);
    quarterRound(3, 7, 11, 15);
    quarterRound(0, 5, 10, 15);
    quarterRound(1, 6, 11, 12);
    quarterRound(2, 7, 8, 13);
    quarterRound(3, 4, 9, 14);
  }
  for (let i: usize = 0; i < BLOCK_SIZE; i += 4) store<u32>(out + i, load<u32>(working + i) + load<u32>(initial + i));
}

function quarterRound(ai: u32, bi: u32, ci: u32, di: u32): void {
  let a = load<u32>(working + (ai << 2));
  let b = load<u32>(working + (bi << 2));
  let c = load<u32>(working + (ci << 2));
  let d = load<u32>(working + (di << 2));
  a += b; d = rotl<u32>(d ^ a, 16);
  c += d; b = rotl<u32>(b ^ c, 12);
  a += b; d = rotl<u32>(d ^ a, 8);
  c += d; b = rotl<u32>(b ^ c, 7);
  store<u32>(working + (ai << 2), a);
  store<u32>(working + (bi << 2), b);
  store<u32>(working + (ci << 2), c);
  store<u32>(working + (di << 2), d);
}
