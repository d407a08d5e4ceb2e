// assembly/net/tcp/cookies.ts: a flood of SYNs fills the table of half-open connections, and others still get through.
import { expect, test } from 'vitest';
import { Dialogue } from '../../../../support/net/dialogue.ts';

/** A listener whose half-open table is full. */
async function flooded(): Promise<Dialogue> {
  const dialogue = (await Dialogue.begin({ memory: 0x20000 })).say('listen');
  for (let i = 0; dialogue.stack.counter(10) === 0; i++) {
    dialogue.iss = 0;
    dialogue.peer = 10000 + i;
    dialogue.say(`
      < S seq=0 mss=1460
      > SA seq=0 ack=1`);
  }
  dialogue.iss = 0;
  dialogue.peer = 5000;
  return dialogue;
}

test('RFC 4987 §3.6: a connection is made of the cookie, with the segment size of the SYN', async () => {
  const dialogue = await flooded();
  const before = dialogue.stack.call('connectionsUsed');
  dialogue.say(`
    < S seq=0 mss=1400
    > SA seq=0 ack=1 mss=1460 -ts
    < A seq=1 ack=1
    accept
    write 1500
    > A seq=1 len=1400
    > PA seq=1401 len=100`);
  expect(dialogue.stack.call('connectionsUsed')).toBe(before + 1);
});

test('RFC 7323: timestamps carry scaling and SACK through a cookie', async () => {
  (await flooded()).say(`
    < S seq=0 mss=1400 sackok ws=7 ts=100,0
    > SA seq=0 ack=1 sackok ws=4 echo=100
    < A seq=1 ack=1 ts=101 win=100
    accept
    < A seq=101 ack=1 len=10 ts=102 win=100
    > A ack=1 sack=101-111
    write 3000
    > A seq=1 len=1388
    > A seq=1389 len=1388
    > PA seq=2777 len=224`);
});

test('data with the acknowledgement of a cookie is taken', async () => {
  (await flooded()).say(`
    < S seq=0 mss=1400
    > SA seq=0 ack=1
    < PA seq=1 ack=1 len=20
    accept
    readable 20
    wait 40ms
    > A ack=21`);
});

test('a made-up cookie is reset, an old one too, and without any sent none is even looked at', async () => {
  const dialogue = await flooded();
  dialogue.say(`
    < S seq=0 mss=1400
    > SA seq=0 ack=1
    < A seq=1 ack=2
    > R seq=2`);
  // The half-open connections are given up meanwhile, and say so no more.
  dialogue.wait(200e9);
  dialogue.sent.length = 0;
  dialogue.say(`
    < A seq=1 ack=1
    > R seq=1`);
  expect(dialogue.stack.call('halfOpenUsed')).toBe(0);
  expect(dialogue.stack.counter(11)).toBe(0);
});
