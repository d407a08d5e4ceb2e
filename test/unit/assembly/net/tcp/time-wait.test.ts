// assembly/net/tcp/time-wait.ts: what happens to segments of a connection that is over.
import { test } from 'vitest';
import { converse } from '../../../../support/net/dialogue.ts';

const over = (syn = '', ts = ''): string => `
    listen
    < S seq=0 mss=1000 ${syn}
    > SA seq=0 ack=1
    < A seq=1 ack=1 ${ts}
    accept
    shutdown
    > FA seq=1 ack=1
    < FA seq=1 ack=2 ${ts}
    > A seq=2 ack=2
    close`;

test.each([
  ['RFC 9293 §3.10.7.4: a FIN that comes again is acknowledged, and the wait begins anew', `${over()}
    wait 50s
    < FA seq=1 ack=2
    > A seq=2 ack=2
    wait 50s
    < FA seq=1 ack=2
    > A seq=2 ack=2`],
  ['after a minute nothing is known of it any more', `${over()}
    wait 61s
    < FA seq=1 ack=2
    > R seq=2`],
  ['RFC 1337: a reset does not end the wait', `${over()}
    < R seq=2
    < FA seq=1 ack=2
    > A seq=2 ack=2`],
  ['an acknowledgement alone is not answered', `${over()}
    < A seq=2 ack=2
    nothing`],
  ['RFC 9293 §3.6.1: an old SYN is acknowledged', `${over()}
    < S seq=0
    > A seq=2 ack=2`],
  ['RFC 9293 §3.6.1: a SYN with a later number begins a new connection, with numbers after the old ones', `${over()}
    < S seq=100 mss=1000
    > SA ack=101`],
  ['RFC 6191 §2: with timestamps, a later timestamp is enough', `${over('ts=100,0', 'ts=101')}
    < S seq=0 mss=1000 ts=102,0
    > SA ack=1`],
  ['RFC 6191 §2: and the same timestamp is not', `${over('ts=100,0', 'ts=101')}
    < S seq=100 mss=1000 ts=101,0
    > A seq=2 ack=2`],
])('%s', async (_name, script) => {
  await converse(script);
});
