// assembly/net/tcp/output.ts: what is sent, and what waits.
import { test } from 'vitest';
import { converse } from '../../../../support/net/dialogue.ts';

const open = (win: number, more = ''): string => `
    listen
    < S seq=0 mss=1000 win=${win} ${more}
    > SA seq=0 ack=1
    < A seq=1 ack=1 win=${win}
    accept`;

test.each([
  ['RFC 9293 §3.7.4 (Nagle): a second small segment waits for the acknowledgement of the first', `${open(20000)}
    write 10
    > PA seq=1 len=10
    write 10
    write 10
    nothing
    < A seq=1 ack=11
    > PA seq=11 len=20`],
  ['Nagle: a full segment does not wait; the rest of it waits for a small one only', `${open(20000)}
    write 1500
    > A seq=1 len=1000
    > PA seq=1001 len=500
    write 600
    nothing
    write 400
    > PA seq=1501 len=1000`],
  ['TCP_NODELAY: nothing waits', `${open(20000)}
    nodelay
    write 10
    > PA seq=1 len=10
    write 10
    > PA seq=11 len=10`],
  ['Nagle: a FIN takes what waits along', `${open(20000)}
    write 10
    > PA seq=1 len=10
    write 10
    nothing
    shutdown
    > FPA seq=11 len=10`],
  ['RFC 9293 §3.8.6.2.1: no silly segment into a nearly full window', `${open(2500)}
    write 4000
    > A seq=1 len=1000
    > A seq=1001 len=1000
    nothing
    < A seq=1 ack=2001 win=600
    nothing
    < A seq=1 ack=2001 win=2500
    > A seq=2001 len=1000
    > PA seq=3001 len=1000`],
  ['RFC 9293 §3.8.6.2.1: half of the largest window is not silly', `${open(1200)}
    write 3000
    > A seq=1 len=1000
    < A seq=1 ack=1001 win=700
    > A seq=1001 len=700
    < A seq=1 ack=1701 win=599
    nothing`],
  ['RFC 9293 §3.8.6.1: a closed window is probed with one byte, less and less often, for as long as the peer answers', `${open(1000)}
    write 2000
    > A seq=1 len=1000
    < A seq=1 ack=1001 win=0
    wait 210ms
    > A seq=1001 len=1
    < A seq=1 ack=1001 win=0
    wait 410ms
    > A seq=1001 len=1
    < A seq=1 ack=1001 win=0
    wait 810ms
    > A seq=1001 len=1
    < A seq=1 ack=1001 win=0
    wait 1610ms
    > A seq=1001 len=1
    < A seq=1 ack=1001 win=1000
    > PA seq=1001 len=1000`],
  ['RFC 9293 §3.8.6.1: a probe that was taken moves on', `${open(1000)}
    write 2000
    > A seq=1 len=1000
    < A seq=1 ack=1001 win=0
    wait 210ms
    > A seq=1001 len=1
    < A seq=1 ack=1002 win=0
    wait 210ms
    > A seq=1002 len=1
    < A seq=1 ack=1003 win=2000
    > PA seq=1003 len=998`],
  ['a FIN waits for the window too', `${open(1000)}
    write 1000
    > PA seq=1 len=1000
    shutdown
    nothing
    < A seq=1 ack=1001 win=1000
    > FA seq=1001`],
  ['a window smaller than a segment is used when nothing else happens', `${open(1000)}
    write 2000
    > A seq=1 len=1000
    < A seq=1 ack=1001 win=300
    nothing
    wait 210ms
    > A seq=1001 len=300`],
  ['RFC 7323 §2.2: windows after the handshake are scaled', `
    listen
    < S seq=0 mss=1000 win=1000 ws=3
    > SA seq=0 ack=1 ws=4
    < A seq=1 ack=1 win=500
    accept
    write 4096
    > A seq=1 len=1000
    > A seq=1001 len=1000
    > A seq=2001 len=1000
    > A seq=3001 len=1000
    nothing`],
])('%s', async (_name, script) => {
  await converse(script);
});
