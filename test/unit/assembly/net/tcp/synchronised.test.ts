// assembly/net/tcp/synchronised.ts: the checks of RFC 9293 §3.10.7.4 on connections that stand, and how they end.
import { test } from 'vitest';
import { converse } from '../../../../support/net/dialogue.ts';

const OPEN = `
    listen
    < S seq=0 mss=1460 win=20000
    > SA seq=0 ack=1
    < A seq=1 ack=1 win=20000
    accept`;
const OPEN_TS = `
    listen
    < S seq=0 mss=1460 sackok ts=100,0
    > SA seq=0 ack=1
    < A seq=1 ack=1 ts=101
    accept`;

test.each([
  ['§3.10.7.4, first: a segment outside the window is answered with an acknowledgement', `
    < A seq=70000 ack=1 len=10
    > A seq=1 ack=1
    < PA seq=1 ack=1 len=10
    wait 40ms
    > A ack=11
    < PA seq=1 ack=1 len=10
    > A ack=11
    readable 10`],
  ['§3.10.7.4, first: what overlaps the window is cut to it', `
    < PA seq=1 ack=1 len=10
    wait 40ms
    > A ack=11
    < PA seq=5 ack=1 len=20
    readable 24
    wait 40ms
    > A ack=25`],
  ['RFC 5961 §3: a reset with exactly the next number ends the connection', `
    < R seq=1
    is closed
    error reset
    error ok`],
  ['RFC 5961 §3: a reset within the window is challenged; the true peer then resets with the right number', `
    < R seq=2
    > A seq=1 ack=1
    is established
    < R seq=1
    is closed
    error reset`],
  ['RFC 9293 §3.10.7.4: a reset outside the window is dropped', `
    < R seq=0
    < R seq=70000
    nothing
    is established`],
  ['RFC 5961 §4: a SYN is challenged, whatever its number', `
    < S seq=1
    > A seq=1 ack=1
    < S seq=0
    > A seq=1 ack=1
    < SA seq=7 ack=1
    > A seq=1 ack=1
    is established`],
  ['RFC 5961 §5: acknowledgements of what was never sent, or too old, are challenged and dropped', `
    < A seq=1 ack=2
    > A seq=1 ack=1
    < PA seq=1 ack=-30000 len=5
    > A seq=1 ack=1
    readable 0
    < PA seq=1 ack=-10000 len=5
    readable 5
    wait 40ms
    > A ack=6`],
  ['RFC 5961 §7: ten challenges in five seconds', `
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    > A
    < S seq=1
    nothing
    wait 5s
    < S seq=1
    > A`],
  ['§3.10.7.4, fifth: a segment without ACK is dropped', `
    < P seq=1 len=10
    nothing
    readable 0`],
  ['§3.8.5, RFC 6093: urgent data is data, and its pointer points nowhere', `
    < PAU seq=1 ack=1 len=10 urg=65535
    readable 10
    < PAU seq=11 ack=1 len=10 urg=3
    readable 20
    wait 40ms
    > A ack=21`],
  ['§3.6: we close first: FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT', `
    shutdown
    > FA seq=1 ack=1
    is finWait1
    < A seq=1 ack=2
    is finWait2
    < FA seq=1 ack=2
    > A seq=2 ack=2
    is timeWait
    close
    nothing`],
  ['§3.6: the peer closes first: CLOSE-WAIT, LAST-ACK', `
    < FA seq=1 ack=1
    > A seq=1 ack=2
    is closeWait
    ready readable writable peerDone
    write 5
    > PA seq=1 ack=2 len=5
    < A seq=2 ack=6
    shutdown
    > FA seq=6 ack=2
    is lastAck
    < A seq=2 ack=7
    is closed
    close`],
  ['§3.6, figure 13: both close at once: CLOSING, TIME-WAIT', `
    shutdown
    > FA seq=1 ack=1
    < FA seq=1 ack=1
    > A seq=2 ack=2
    is closing
    < A seq=2 ack=2
    is timeWait`],
  ['a FIN that acknowledges ours goes straight to TIME-WAIT', `
    shutdown
    > FA seq=1 ack=1
    < FA seq=1 ack=2
    > A seq=2 ack=2
    is timeWait`],
  ['§3.6: half-closed, data still comes', `
    shutdown
    > FA seq=1
    < A seq=1 ack=2
    < PA seq=1 ack=2 len=100
    readable 100
    wait 40ms
    > A seq=2 ack=101
    < FA seq=101 ack=2
    > A ack=102
    read 100
    is timeWait`],
  ['§3.10.4: what was written before the close is sent, then the FIN with the last of it', `
    write 2000
    > A seq=1 len=1460
    > PA seq=1461 len=540
    shutdown
    > FA seq=2001
    < A seq=1 ack=2002
    is finWait2`],
  ['a FIN that comes again is acknowledged again', `
    < FA seq=1 ack=1
    > A ack=2
    < FA seq=1 ack=1
    > A ack=2
    is closeWait`],
  ['data behind a FIN is not taken', `
    < FA seq=1 ack=1 len=10
    > A ack=12
    < PA seq=12 ack=1 len=10
    > A ack=12
    readable 10`],
  ['RFC 1122 §4.2.2.13: data for who has closed is answered with a reset', `
    close
    > FA seq=1
    < PA seq=1 ack=2 len=10
    > RA seq=2`],
  ['RFC 2525 §2.17: closing with unread data resets', `
    < PA seq=1 ack=1 len=10
    close
    > RA seq=1 ack=11
    < PA seq=11 ack=1 len=10
    > R seq=1`],
  ['§3.10.5: abort resets', `
    abort
    > RA seq=1 ack=1`],
  ['a reset in LAST-ACK is no error', `
    < FA seq=1 ack=1
    > A
    shutdown
    > FA
    < R seq=2
    is closed
    error ok`],
  ['nobody waits in FIN-WAIT-2 for longer than a minute for a socket that is closed', `
    close
    > FA seq=1
    < A seq=1 ack=2
    wait 61s
    < FA seq=1 ack=2
    > R seq=2`],
  ['a listener that closes resets what waits to be accepted', `
    < A seq=1 ack=1
    is established`],
])('%s', async (_name, script) => {
  await converse(OPEN + script);
});

test.each([
  ['RFC 7323 §5.3: a segment with an older timestamp is acknowledged and dropped', `
    < PA seq=1 ack=1 len=10 ts=200
    wait 40ms
    > A ack=11 echo=200
    < PA seq=11 ack=1 len=10 ts=199
    > A ack=11 echo=200
    readable 10`],
  ['RFC 7323 §3.2: a segment without a timestamp is dropped, a reset without one is not', `
    < PA seq=1 ack=1 len=10
    > A ack=1
    readable 0
    < R seq=1
    is closed`],
  ['RFC 7323 §4.3: the echo is of the segment that was not acknowledged yet', `
    < PA seq=1 ack=1 len=10 ts=110
    < PA seq=11 ack=1 len=10 ts=120
    wait 40ms
    > A ack=21 echo=110`],
  ['RFC 7323 §4.3: out of order, the echo stays the last one in order', `
    < PA seq=1 ack=1 len=10 ts=110
    < PA seq=21 ack=1 len=10 ts=130
    > A ack=11 echo=110
    < PA seq=11 ack=1 len=10 ts=120
    > A ack=31 echo=120`],
  ['RFC 7323 §5.5: after 24 days an old timestamp says nothing any more', `
    wait 2160000s
    < PA seq=1 ack=1 len=10 ts=50
    readable 10
    wait 40ms
    > A ack=11 echo=50`],
])('%s', async (_name, script) => {
  await converse(OPEN_TS + script);
});
