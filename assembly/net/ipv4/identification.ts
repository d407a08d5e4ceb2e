// The identification of packets that may be fragmented: a counter with an unpredictable start.
// Read first: RFC 6864 §4.1 (packets that are not fragmented need none), §4.3.

import { random32 } from "../random";

let last: u32 = 0;
let isStarted: bool = false;

export function nextIdentification(): u32 {
  if (!isStarted) {
    isStarted = true;
    last = random32();
  }
  last = (last + 1) & 0xffff;
  return last;
}
