// assembly/net/tcp/acknowledge.ts and scoreboard.ts: duplicates, fast retransmission, recovery.
import { test } from 'vitest';
import { converse } from '../../../../support/net/dialogue.ts';

const open = (more = ''): string => `
    listen
    < S seq=0 mss=1000 ${more}
    > SA seq=0 ack=1
    < A seq=1 ack=1
    accept
    write 4000
    > A seq=1 len=1000
    > A seq=1001 len=1000
    > A seq=2001 len=1000
    > PA seq=3001 len=1000
    write 4000
    > A seq=4001 len=1000
    > A seq=5001 len=1000
    > A seq=6001 len=1000
    > PA seq=7001 len=1000`;

test.each([
  ['RFC 5681 §3.2: the third duplicate acknowledgement sends the segment again', `${open()}
    < A seq=1 ack=1001
    < A seq=1 ack=1001
    < A seq=1 ack=1001
    nothing
    < A seq=1 ack=1001
    > A seq=1001 len=1000
    < A seq=1 ack=8001
    nothing`],
  ['RFC 5681 §3.2: a changed window is no duplicate', `${open()}
    < A seq=1 ack=1001
    < A seq=1 ack=1001 win=60000
    < A seq=1 ack=1001 win=50000
    < A seq=1 ack=1001 win=60000
    < A seq=1 ack=1001 win=50000
    nothing`],
  ['RFC 5681 §2: an acknowledgement with data is no duplicate', `${open()}
    < A seq=1 ack=1001
    < A seq=1 ack=1001 len=10
    < A seq=11 ack=1001 len=10
    < A seq=21 ack=1001 len=10
    < A seq=31 ack=1001 len=10
    wait 40ms
    > A seq=8001 ack=41`],
  ['RFC 3042: the first duplicates let new segments go', `${open()}
    write 4000
    > A seq=8001 len=1000
    > A seq=9001 len=1000
    nothing
    < A seq=1 ack=1
    > A seq=10001 len=1000
    < A seq=1 ack=1
    > PA seq=11001 len=1000`],
  ['RFC 6582 §3.2: a partial acknowledgement sends the next lost segment at once', `${open()}
    < A seq=1 ack=1001
    < A seq=1 ack=1001
    < A seq=1 ack=1001
    < A seq=1 ack=1001
    > A seq=1001 len=1000
    < A seq=1 ack=3001
    > A seq=3001 len=1000
    < A seq=1 ack=8001
    nothing`],
  ['RFC 6675 §4, 5: with SACK, only the holes are sent again', `${open('sackok')}
    < A seq=1 ack=1001
    < A seq=1 ack=1001 sack=2001-3001
    < A seq=1 ack=1001 sack=4001-5001,2001-3001
    nothing
    < A seq=1 ack=1001 sack=6001-7001,4001-5001,2001-3001
    > A seq=1001 len=1000
    < A seq=1 ack=1001 sack=6001-8001,4001-5001,2001-3001
    > A seq=3001 len=1000
    < A seq=1 ack=3001 sack=4001-5001,6001-8001
    > A seq=5001 len=1000
    < A seq=1 ack=8001
    nothing`],
  ['RFC 6675 §4 IsLost: much data above a hole means that it is lost', `${open('sackok')}
    < A seq=1 ack=1001 sack=2001-4001
    nothing
    < A seq=1 ack=1001 sack=2001-4101
    > A seq=1001 len=1000`],
  ['a segment that was sent again in vain is noticed when later ones overtake it, without the timer', `${open('sackok')}
    < A seq=1 ack=1 sack=1001-4001
    > A seq=1 len=1000
    write 4000
    < A seq=1 ack=1 sack=1001-8001
    > A seq=8001 len=1000
    > A seq=9001 len=1000
    > A seq=10001 len=1000
    < A seq=1 ack=1 sack=1001-10001
    > PA seq=11001 len=1000
    # RFC 6675 §4, NextSeg (4): the rescue.
    > PA seq=11001 len=1000
    < A seq=1 ack=1 sack=1001-11001
    > A seq=1 len=1000
    < A seq=1 ack=12001
    nothing`],
  ['RFC 2018, 2883: blocks below the acknowledgement, beyond what was sent, or turned round are ignored', `${open('sackok')}
    < A seq=1 ack=1001 sack=1-500
    < A seq=1 ack=1001 sack=9001-10001
    < A seq=1 ack=1001 sack=5001-4001
    < A seq=1 ack=1001 sack=7001-9001
    < A seq=1 ack=1001 sack=1001-2001
    nothing`],
  ['RFC 6298 §5: after 200 ms the oldest segment is sent again, then after twice as long', `${open()}
    wait 200ms
    > A seq=1 len=1000
    wait 400ms
    > A seq=1 len=1000
    wait 800ms
    > A seq=1 len=536`],
  ['RFC 5681 §3.1: after a timeout slow start, and everything that was in flight goes again', `${open()}
    wait 200ms
    > A seq=1 len=1000
    < A seq=1 ack=1001
    > A seq=1001 len=1000
    > A seq=2001 len=1000
    < A seq=1 ack=3001
    > A seq=3001 len=1000
    > A seq=4001 len=1000
    > A seq=5001 len=1000
    > A seq=6001 len=1000
    < A seq=1 ack=8001
    nothing`],
  ['RFC 2018 §8: a timeout forgets what was reported', `${open('sackok')}
    < A seq=1 ack=1 sack=1001-2001
    wait 200ms
    > A seq=1 len=1000
    < A seq=1 ack=1001
    > A seq=1001 len=1000
    > A seq=2001 len=1000
    < A seq=1 ack=8001`],
  ['RFC 9293 §3.8.3: without any answer the connection is given up after three minutes', `${open()}
    wait 3s
    > A seq=1 len=1000
    > A seq=1 len=1000
    > A seq=1 len=536
    > A seq=1 len=536
    wait 100s
    > A seq=1
    > A seq=1
    > A seq=1
    > A seq=1
    > A seq=1
    wait 60s
    > A seq=1
    is established
    wait 60s
    > RA seq=8001
    is closed
    error timedOut
    ready readable writable hungUp`],
])('%s', async (_name, script) => {
  await converse(script);
});
