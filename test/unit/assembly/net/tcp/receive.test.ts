// assembly/net/tcp/receive.ts and receive-buffer.ts: data in order and out of order, acknowledgements, the window.
import { test } from 'vitest';
import { converse } from '../../../../support/net/dialogue.ts';

const OPEN = `
    listen
    < S seq=0 mss=1000 sackok
    > SA seq=0 ack=1
    < A seq=1 ack=1
    accept`;

test.each([
  ['RFC 9293 §3.8.6.3: a small segment is acknowledged after 40 ms', `
    < PA seq=1 ack=1 len=100
    wait 39ms
    nothing
    wait 1ms
    > A ack=101`],
  ['RFC 9293 §3.8.6.3, 5681 §4.2: every second full segment at once', `
    < A seq=1 ack=1 len=1000
    nothing
    < A seq=1001 ack=1 len=1000
    > A ack=2001
    < A seq=2001 ack=1 len=1000
    nothing
    < A seq=3001 ack=1 len=1000
    > A ack=4001`],
  ['data that is sent carries the acknowledgement', `
    < PA seq=1 ack=1 len=100
    write 10
    > PA seq=1 ack=101 len=10
    wait 50ms
    nothing
    wait 150ms
    > PA seq=1 len=10`],
  ['RFC 5681 §4.2, 2018 §4: a gap is reported at once, the latest block first, and its filling too', `
    < A seq=1001 ack=1 len=1000
    > A ack=1 sack=1001-2001
    < A seq=3001 ack=1 len=1000
    > A ack=1 sack=3001-4001,1001-2001
    < A seq=5001 ack=1 len=1000
    > A ack=1 sack=5001-6001,1001-2001,3001-4001
    < A seq=2001 ack=1 len=1000
    > A ack=1 sack=1001-4001,5001-6001
    < A seq=1 ack=1 len=1000
    > A ack=4001 sack=5001-6001
    readable 4000
    < A seq=4001 ack=1 len=1000
    > A ack=6001 -sack
    readable 6000`],
  ['what overlaps with something out of order is put together', `
    < A seq=101 ack=1 len=100
    > A ack=1 sack=101-201
    < A seq=151 ack=1 len=100
    > A ack=1 sack=101-251
    < A seq=51 ack=1 len=60
    > A ack=1 sack=51-251
    < A seq=1 ack=1 len=250
    > A ack=251
    readable 250
    read 250`],
  ['a FIN out of order waits for what is before it', `
    < FA seq=101 ack=1 len=10
    > A ack=1 sack=101-111
    is established
    < A seq=1 ack=1 len=100
    > A ack=111
    > A ack=112
    is closeWait
    readable 110`],
  ['a FIN alone out of order waits too', `
    < FA seq=101 ack=1
    > A ack=1
    < A seq=1 ack=1 len=100
    > A ack=102
    is closeWait`],
  ['who has shut down reading takes everything and keeps nothing', `
    < A seq=1 ack=1 len=1000
    readable 1000
    deaf
    readable 0
    < A seq=1001 ack=1 len=1000
    > A ack=2001
    < A seq=3001 ack=1 len=1000
    > A ack=2001 sack=3001-4001
    < A seq=2001 ack=1 len=1000
    > A ack=4001 win=65535
    readable 0
    < FA seq=4001 ack=1
    > A ack=4002
    is closeWait`],
])('%s', async (_name, script) => {
  await converse(OPEN + script);
});

test('RFC 9293 §3.8.6.2.2: a window that was full is opened again by two segments at once, not byte by byte', async () => {
  const dialogue = await converse(OPEN);
  for (let at = 1; at < 65001; at += 1000) {
    dialogue.say(`< A seq=${at} ack=1 len=1000${at % 2000 === 1001 ? `\n> A ack=${at + 1000}` : ''}`);
  }
  dialogue.say(`
    < A seq=65001 ack=1 len=535
    wait 40ms
    > A ack=65536 win=0
    < A seq=65536 ack=1 len=1
    > A ack=65536 win=0
    readable 65535
    read 1000
    read 999
    nothing
    read 1
    > A ack=65536 win=2000`);
});
