// poll_oneoff: waiting for whichever of many descriptors is ready first, or for some time to pass.
//
//   subscription, 48 bytes: 0 userdata u64 · 8 tag u8 · of a clock: 16 id u32 · 24 timeout u64 · 32 precision u64 · 40 flags u16
//                                                     of a descriptor: 16 fd u32
//   event, 32 bytes:        0 userdata u64 · 8 error u16 · 10 type u8 · 16 bytes u64 · 24 flags u16

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "poll_oneoff") declare function poll_oneoff(subscriptions: usize, events: usize, count: u32, result: usize): i32;

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const TAG_CLOCK: u8 = 0;
const TAG_FD_READ: u8 = 1;
const TAG_FD_WRITE: u8 = 2;
const CLOCK_MONOTONIC = 1;

export class Poll {
  private count: u32 = 0;
  private subscriptions: usize;
  private events: usize;
  private result: usize = heap.alloc(4);

  constructor(most: usize) {
    this.subscriptions = heap.alloc(most * SUBSCRIPTION_BYTES);
    this.events = heap.alloc(most * EVENT_BYTES);
  }

  private add(tag: u8, word: u64): usize {
    const at = this.subscriptions + this.count++ * SUBSCRIPTION_BYTES;
    memory.fill(at, 0, SUBSCRIPTION_BYTES);
    store<u64>(at, word);
    store<u8>(at, tag, 8);
    return at;
  }

  begin(): void {
    this.count = 0;
  }

  /** Waits no longer than this. */
  addTimer(nanoseconds: u64, word: u64): void {
    const at = this.add(TAG_CLOCK, word);
    store<u32>(at, CLOCK_MONOTONIC, 16);
    store<u64>(at, nanoseconds, 24);
  }

  addReading(fd: i32, word: u64): void {
    store<i32>(this.add(TAG_FD_READ, word), fd, 16);
  }

  addWriting(fd: i32, word: u64): void {
    store<i32>(this.add(TAG_FD_WRITE, word), fd, 16);
  }

  /** How many events there are. */
  wait(): i32 {
    return poll_oneoff(this.subscriptions, this.events, this.count, this.result) == 0 ? load<i32>(this.result) : 0;
  }

  /** The word that was given with what has happened. */
  event(index: i32): u64 {
    return load<u64>(this.events + index * EVENT_BYTES);
  }
}
