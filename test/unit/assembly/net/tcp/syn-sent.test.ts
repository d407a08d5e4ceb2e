// assembly/net/tcp/syn-sent.ts: connections that we begin.
import { test } from 'vitest';
import { converse } from '../../../../support/net/dialogue.ts';

test.each([
  ['RFC 9293 §3.5: a SYN offers everything; the answer says what is used', `
    connect
    > S seq=0 mss=1460 ws=4 sackok ts
    < SA seq=0 ack=1 mss=1000
    > A seq=1 ack=1 -ts -sack
    is established
    write 1500
    > A seq=1 len=1000
    > PA seq=1001 len=500`],
  ['RFC 9293 §3.7.1: a peer that does not say its segment size gets 536 bytes', `
    connect
    > S seq=0
    < SA seq=0 ack=1
    > A
    write 600
    > A seq=1 len=536
    > PA seq=537 len=64`],
  ['RFC 7323 §3.2, 4.2: timestamps are echoed, and take 12 bytes of each segment', `
    connect
    > S seq=0 ts
    < SA seq=0 ack=1 mss=1460 ts=7
    > A seq=1 ack=1 echo=7
    write 1460
    > A seq=1 len=1448 echo=7
    > PA seq=1449 len=12`],
  ['RFC 9293 §3.10.7.3: an acknowledgement of what was not sent is reset, and the attempt goes on', `
    connect
    > S seq=0
    < SA seq=0 ack=5
    > R seq=5
    < A seq=0 ack=0
    > R seq=0
    < SA seq=0 ack=1
    > A seq=1 ack=1`],
  ['RFC 9293 §3.10.7.3: a reset that acknowledges our SYN refuses the connection', `
    connect
    > S seq=0
    < RA seq=0 ack=1
    is closed
    error refused
    error ok`],
  ['RFC 9293 §3.10.7.3, 5961 §3: a reset that does not acknowledge our SYN is dropped', `
    connect
    > S seq=0
    < R seq=0
    < RA seq=0 ack=9
    is synSent
    < SA seq=0 ack=1
    > A seq=1 ack=1`],
  ['RFC 9293 §3.10.7.3: neither SYN nor RST is dropped', `
    connect
    > S seq=0
    < A seq=0 ack=1
    < FA seq=0 ack=1
    nothing
    is synSent`],
  ['RFC 9293 §3.5, figure 8: both sides begin at once', `
    connect
    > S seq=0
    < S seq=0 mss=1460 sackok ts=5,0
    > SA seq=0 ack=1 mss=1460 sackok ts -ws
    is synReceived
    < SA seq=0 ack=1 mss=1460 sackok ts=6
    > A seq=1 ack=1
    < A seq=1 ack=1 ts=7
    is established
    write 10
    > PA seq=1 len=10`],
  ['RFC 9293 §3.10.7.4: a reset in SYN-RECEIVED after an active open refuses it', `
    connect
    > S seq=0
    < S seq=0
    > SA seq=0 ack=1
    < R seq=1
    is closed
    error refused`],
  ['RFC 6298 §5, 9293 §3.8.3: a SYN is sent again after 1, 2, 4 … 60 s, and given up after three minutes', `
    connect
    > S seq=0
    wait 1s
    > S seq=0
    wait 2s
    > S seq=0
    wait 4s
    > S seq=0
    wait 8s
    > S seq=0
    wait 16s
    > S seq=0
    wait 32s
    > S seq=0
    wait 60s
    > S seq=0
    wait 59s
    is synSent
    wait 60s
    is closed
    error timedOut`],
  ['data with a SYN-ACK is taken', `
    connect
    > S seq=0
    < SA seq=0 ack=1 len=5
    > A seq=1 ack=1
    readable 5
    wait 40ms
    > A seq=1 ack=6`],
  ['RFC 9293 §3.10.4: closing before there is a connection forgets it', `
    connect
    > S seq=0
    close
    nothing
    < SA seq=0 ack=1
    > R seq=1`],
  ['RFC 5681 §3.1: after a repeated SYN the first window is one segment', `
    connect
    > S seq=0
    wait 1s
    > S seq=0
    < SA seq=0 ack=1 mss=1000
    > A seq=1 ack=1
    write 3000
    > A seq=1 len=1000
    nothing`],
  ['RFC 6928 §2: else it is ten segments', `
    connect
    > S seq=0
    < SA seq=0 ack=1 mss=500 win=60000
    > A seq=1 ack=1
    write 4096
    > A seq=1 len=500
    > A len=500
    > A len=500
    > A len=500
    > A len=500
    > A len=500
    > A len=500
    > A len=500
    > PA len=96`],
  ['RFC 879: a peer that asks for less than 216 bytes gets 216', `
    connect
    > S seq=0
    < SA seq=0 ack=1 mss=1
    > A seq=1 ack=1
    write 300
    > A seq=1 len=216
    > PA len=84`],
])('%s', async (_name, script) => {
  await converse(script);
});
