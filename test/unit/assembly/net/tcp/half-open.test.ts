// assembly/net/tcp/half-open.ts and input.ts: connections that the other side begins.
import { expect, test } from 'vitest';
import { converse } from '../../../../support/net/dialogue.ts';

test.each([
  ['RFC 9293 §3.5: a handshake makes a connection, which is accepted', `
    listen
    < S seq=0 win=1000 mss=1460
    > SA seq=0 ack=1 mss=1460 -ws -sack -ts
    < A seq=1 ack=1
    nothing
    accept
    is established`],
  ['RFC 9293 §3.7.1, 7323 §2, 2018 §2: a SYN-ACK offers what the SYN has offered', `
    listen
    < S seq=0 mss=1400 ws=7 sackok ts=100,0
    > SA seq=0 ack=1 mss=1460 ws=4 sackok echo=100
    < A seq=1 ack=1 ts=101
    accept
    write 1
    > PA seq=1 len=1 echo=101`],
  ['RFC 9293 §3.10.7.1: a segment for no connection is answered with a reset', `
    < A seq=5 ack=77
    > R seq=77
    < S seq=5
    > RA seq=0 ack=6
    < S seq=5 len=10
    > RA seq=0 ack=16
    < SF seq=5
    > RA seq=0 ack=7
    < R seq=5
    < RA seq=5 ack=9
    nothing`],
  ['RFC 9293 §3.10.7.2: a listener drops a reset, refuses an acknowledgement, drops what is neither', `
    listen
    < R seq=5
    nothing
    < A seq=5 ack=9
    > R seq=9
    < F seq=5
    nothing`],
  ['RFC 9293 §3.10.7.4: a SYN that comes again gets the same SYN-ACK', `
    listen
    < S seq=0
    > SA seq=0 ack=1
    < S seq=0
    > SA seq=0 ack=1
    < A seq=1 ack=1
    accept`],
  ['RFC 6298 §5, 9293 §3.8.3: a SYN-ACK is sent again after 1, 2, 4, 8, 16 s and then no more', `
    listen
    < S seq=0
    > SA seq=0 ack=1
    wait 990ms
    nothing
    wait 100ms
    > SA seq=0 ack=1
    wait 2100ms
    > SA seq=0 ack=1
    wait 4100ms
    > SA seq=0 ack=1
    wait 8100ms
    > SA seq=0 ack=1
    wait 16100ms
    > SA seq=0 ack=1
    wait 100s
    nothing`],
  ['RFC 9293 §3.10.7.4: a reset with the next number ends a half-open connection, another does not', `
    listen
    < S seq=0
    > SA seq=0 ack=1
    < R seq=2
    < A seq=1 ack=1
    accept
    is established`],
  ['RFC 9293 §3.10.7.4: a reset of a half-open connection returns to LISTEN', `
    listen
    < S seq=0
    > SA seq=0 ack=1
    < R seq=1
    wait 70s
    nothing
    < A seq=1 ack=1
    > R seq=1`],
  ['RFC 5961 §4: another SYN on a half-open connection is answered with an acknowledgement', `
    listen
    < S seq=0
    > SA seq=0 ack=1
    < S seq=100
    > A seq=1 ack=1`],
  ['RFC 9293 §3.10.7.4: a wrong acknowledgement of a SYN-ACK is reset', `
    listen
    < S seq=0
    > SA seq=0 ack=1
    < A seq=1 ack=2
    > R seq=2
    < A seq=1 ack=0
    > R seq=0
    < A seq=1 ack=1
    accept`],
  ['data with the last acknowledgement of the handshake is taken', `
    listen
    < S seq=0
    > SA seq=0 ack=1
    < PA seq=1 ack=1 len=10
    accept
    readable 10
    wait 40ms
    > A seq=1 ack=11`],
  ['RFC 9293 §3.10.7.2: data with a SYN is not taken, and comes again', `
    listen
    < S seq=0 len=10
    > SA seq=0 ack=1
    < PA seq=1 ack=1 len=10
    accept
    readable 10
    wait 40ms
    > A ack=11`],
  ['a FIN with the last acknowledgement of the handshake is taken', `
    listen
    < S seq=0
    > SA seq=0 ack=1
    < FA seq=1 ack=1
    > A seq=1 ack=2
    accept
    is closeWait`],
  ['RFC 7323 §2.2: a window scale above 14 counts as 14', `
    listen
    < S seq=0 ws=200
    > SA seq=0 ack=1 ws=4
    < A seq=1 ack=1 win=1
    accept
    write 100
    > PA seq=1 len=100`],
  ['a full backlog drops SYNs, and goes on when there is room', `
    listen 1
    < S seq=0
    > SA seq=0 ack=1
    < A seq=1 ack=1
    accept
    close
    > FA seq=1 ack=1`],
])('%s', async (_name, script) => {
  await converse(script);
});

test('a backlog that is full drops the SYN, and the last acknowledgement, of those who come later', async () => {
  const first = await converse(`
    listen 1
    < S seq=0
    > SA seq=0 ack=1`);
  // Two more begin while there is room.
  first.iss = 0;
  first.peer = 5001;
  first.say(`
    < S seq=0
    > SA seq=0 ack=1
    < A seq=1 ack=1`);
  const second = first.iss;
  first.peer = 5002;
  first.say(`
    < S seq=0
    nothing
    accept
    is established`);
  expect(second).not.toBe(0);
  // The SYN that was dropped comes again, and there is room now.
  first.iss = 0;
  first.say(`
    < S seq=0
    > SA seq=0 ack=1
    < A seq=1 ack=1
    accept`);
  expect(first.stack.counter(9)).toBe(1);
});
