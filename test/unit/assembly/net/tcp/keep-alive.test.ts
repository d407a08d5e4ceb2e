// assembly/net/tcp/keep-alive.ts: probes of peers that say nothing.
import { expect, test } from 'vitest';
import { Dialogue } from '../../../../support/net/dialogue.ts';

async function begin(): Promise<Dialogue> {
  const dialogue = (await Dialogue.begin()).say(`
    listen
    < S seq=0 mss=1000
    > SA seq=0 ack=1
    < A seq=1 ack=1
    accept`);
  dialogue.socket!.call('tcpSetKeepAlive', 1);
  dialogue.socket!.call('tcpSetKeepAliveTimes', 10, 2, 3);
  return dialogue;
}

test('RFC 9293 §3.8.4: a peer that answers is asked again after the idle time', async () => {
  (await begin()).say(`
    wait 9s
    nothing
    wait 1s
    > A seq=0 ack=1 len=0
    < A seq=1 ack=1
    wait 9s
    nothing
    wait 1s
    > A seq=0 ack=1
    < A seq=1 ack=1
    is established`);
});

test('RFC 9293 §3.8.4: a peer that never answers is given up after the last probe', async () => {
  (await begin()).say(`
    wait 10s
    > A seq=0
    wait 2s
    > A seq=0
    wait 2s
    > A seq=0
    wait 1900ms
    nothing
    is established
    wait 200ms
    > RA seq=1
    is closed
    error timedOut`);
});

test('what is not asked for is not done: without the option nothing is ever sent', async () => {
  const dialogue = await begin();
  dialogue.socket!.call('tcpSetKeepAlive', 0);
  dialogue.say(`
    wait 100000s
    nothing`);
  expect(dialogue.socket!.call('tcpKeepAlive')).toBe(0);
});

test('the usual times are two hours, 75 s, and nine probes', async () => {
  const dialogue = await begin();
  const fresh = dialogue.stack.call('tcpOpen');
  expect(['tcpKeepAliveIdle', 'tcpKeepAliveInterval', 'tcpKeepAliveCount'].map((name) => dialogue.stack.call(name, fresh))).toEqual([7200, 75, 9]);
});
