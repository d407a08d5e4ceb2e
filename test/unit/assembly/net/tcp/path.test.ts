// assembly/net/tcp/path.ts: what ICMP and silence say about the path.
import { test } from 'vitest';
import { converse } from '../../../../support/net/dialogue.ts';

const OPEN = `
    listen
    < S seq=0 mss=1460
    > SA seq=0 ack=1
    < A seq=1 ack=1
    accept`;

test.each([
  ['RFC 1191 §3, 6.4: a packet that was too large goes again in smaller ones', `${OPEN}
    write 2920
    > A seq=1 len=1460
    > PA seq=1461 len=1460
    icmp toobig 1000
    > A seq=1 len=960
    > A seq=961 len=960
    > A seq=1921 len=960
    > PA seq=2881 len=40
    < A seq=1 ack=2921`],
  ['RFC 5927 §4.1: a message about what is not in flight is not believed', `${OPEN}
    write 1460
    > PA seq=1 len=1460
    < A seq=1 ack=1461
    icmp toobig 1000
    write 1460
    > PA seq=1461 len=1460`],
  ['RFC 5927 §5.2: a connection that stands outlives "port unreachable"', `${OPEN}
    write 10
    > PA seq=1 len=10
    icmp port
    is established
    < A seq=1 ack=11`],
  ['RFC 9293 §3.9.2.2: "port unreachable" refuses a connection that is being made', `
    connect
    > S seq=0
    icmp port
    is closed
    error refused`],
  ['RFC 9293 §3.9.2.2: "prohibited" makes the peer unreachable', `
    connect
    > S seq=0
    icmp prohibited
    is closed
    error unreachable`],
  ['RFC 9293 §3.9.2.2: "host unreachable" may pass, and is the reason if it does not', `
    connect
    > S seq=0
    icmp host
    is synSent
    wait 300s
    > S
    > S
    > S
    > S
    > S
    > S
    > S
    is closed
    error unreachable`],
  ['RFC 2923 §2.1: a path that swallows full segments in silence gets small ones', `${OPEN}
    write 2920
    > A seq=1 len=1460
    > PA seq=1461 len=1460
    wait 200ms
    > A seq=1 len=1460
    wait 400ms
    > A seq=1 len=1460
    wait 800ms
    > A seq=1 len=536
    < A seq=1 ack=537
    > A seq=537 len=536
    > A seq=1073 len=536`],
])('%s', async (_name, script) => {
  await converse(script);
});
