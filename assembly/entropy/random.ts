// The random number generator of the system: ChaCha20 with fast key erasure.
// Read first: D. J. Bernstein, "Fast-key-erasure random-number generators" (2017); RFC 8439 for the cipher.
//
// The first block of every request becomes the next key before a byte of the request is handed out. So whoever sees the
// kernel's memory learns nothing about numbers given out earlier; fresh entropy after RESEED_BYTES ends what they
// learn about later ones.
//
//   key, counter 0:  next key (32 bytes)        counters 1, 2, …: the request's bytes

import { BLOCK_SIZE, chacha20Block, KEY_SIZE } from "./chacha20";
import { gatherEntropy } from "./source";

const RESEED_BYTES: u64 = 1 << 20;

const NONCE = memory.data(12);
const key = memory.data(32, 8);
const requestKey = memory.data(32, 8);
const block = memory.data(64, 8);
let isSeeded: bool = false;
let sinceSeed: u64 = 0;

// The request being served.
let counter: u32 = 0;
// Bytes at the end of the block that have not been given out.
let left: u32 = 0;

/** Begins a request of `bytes` bytes. False if there is no entropy: then there are no random numbers. */
export function beginRandom(bytes: u32): bool {
  if (!isSeeded || sinceSeed + bytes > RESEED_BYTES) reseed();
  if (!isSeeded) return false;
  sinceSeed += bytes;
  memory.copy(requestKey, key, KEY_SIZE);
  chacha20Block(block, requestKey, 0, NONCE);
  memory.copy(key, block, KEY_SIZE);
  counter = 1;
  left = 0;
  return true;
}

/** Writes the request's next bytes to `to`. */
export function nextRandom(to: usize, bytes: u32): void {
  while (bytes != 0) {
    if (left == 0) {
      chacha20Block(block, requestKey, counter++, NONCE);
      left = BLOCK_SIZE;
    }
    const part = min<u32>(bytes, left);
    memory.copy(to, block + (BLOCK_SIZE - left), part);
    left -= part;
    to += part;
    bytes -= part;
  }
}

/** Ends the request: what could repeat its bytes is wiped. */
export function endRandom(): void {
  memory.fill(requestKey, 0, KEY_SIZE);
  memory.fill(block, 0, BLOCK_SIZE);
  left = 0;
}

function reseed(): void {
  // A source that fails later leaves the old key in use: it is still secret.
  if (!gatherEntropy(block, KEY_SIZE)) return;
  for (let i: usize = 0; i < KEY_SIZE; i += 8) store<u64>(key + i, load<u64>(key + i) ^ load<u64>(block + i));
  isSeeded = true;
  sinceSeed = 0;
}
