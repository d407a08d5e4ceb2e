// assembly/net/dns/stream.ts: a cut answer is asked for again over TCP, from a server with our own stack. RFC 7766.
import { beforeEach, describe, expect, test } from 'vitest';
import { put, SCRATCH } from '../../../../support/assembly.ts';
import { dnsResponse } from '../../../../support/net/dns-server.ts';
import { concat, dotted } from '../../../../support/net/frames.ts';
import { Host, SECOND } from '../../../../support/net/host.ts';
import { Link } from '../../../../support/net/link.ts';

const STATE = { pending: 1, found: 2, failed: 5 } as const;
const NAME = 'many.example';
let client: Host;
let server: Host;
let link: Link;
let listener: number;
let datagrams: number;

beforeEach(async () => {
  client = await Host.create({ words: ['ip=10.0.0.1/24', 'dns=10.0.0.2'], tcp: true, seed: 1 });
  server = await Host.create({ words: ['ip=10.0.0.2/24'], devices: [{ mac: '02:00:00:00:00:02' }], tcp: true, seed: 2 });
  link = new Link([client, server]);
  listener = server.call['tcpOpen']!();
  server.call['tcpBind']!(listener, 0, 53);
  server.call['tcpListen']!(listener, 4);
  datagrams = server.call['udpOpen']!();
  server.call['udpBind']!(datagrams, 0, 53);
  link.run(5n * SECOND);
});

const lookUp = (): number => client.call['dnsLookUp']!(SCRATCH, put(client.unit, SCRATCH, NAME));
const state = (query: number): number => client.call['dnsState']!(query);

/** Answers the question that has come by UDP with nothing but "cut". */
function answerCut(): void {
  link.run(SECOND / 10n);
  const datagram = server.call['udpPeek']!(datagrams);
  const id = server.unit.view.getUint16(server.call['datagramAt']!(datagram, 0));
  const [source, port] = [server.unit.view.getUint32(datagram + 24, true), server.unit.view.getUint16(datagram + 32, true)];
  const reply = dnsResponse({ id, name: NAME, truncated: true });
  server.call['udpSend']!(datagrams, source, port, SCRATCH, put(server.unit, SCRATCH, reply));
  server.call['udpDiscard']!(datagrams);
  link.run(SECOND / 10n);
}

/** Accepts the connection and reads the question; sends what `answer` makes of its id, in pieces of so many bytes. */
function answerStream(answer: (id: number) => Uint8Array, piece = 65536): number {
  const connection = server.call['tcpAccept']!(listener);
  expect(connection).not.toBe(0);
  const at = server.call['tcpReceiveAt']!(connection);
  expect(server.call['tcpReceiveBytes']!(connection)).toBe(server.unit.view.getUint16(at) + 2);
  const bytes = answer(server.unit.view.getUint16(at + 2));
  for (let sent = 0; sent < bytes.length; sent += piece) {
    const part = bytes.subarray(sent, sent + piece);
    expect(server.call['tcpSendSpace']!(connection)).toBeGreaterThanOrEqual(part.length);
    put(server.unit, server.call['tcpSendAt']!(connection), part);
    server.call['tcpSendCommit']!(connection, part.length);
    link.run(SECOND / 10n);
  }
  return connection;
}
const withLength = (message: Uint8Array): Uint8Array => concat(Uint8Array.of(message.length >> 8, message.length & 255), message);
const many = (id: number): Uint8Array => withLength(dnsResponse({
  id, name: NAME, answers: Array.from({ length: 60 }, (_, i) => ({ name: NAME, pointer: 12, address: `1.0.0.${i}` })),
}));

describe('a cut answer', () => {
  test.each([65536, 30, 100])('comes over TCP, in pieces of %i bytes', (piece) => {
    const query = lookUp();
    answerCut();
    expect(state(query)).toBe(STATE.pending);
    answerStream(many, piece);
    expect(state(query)).toBe(STATE.found);
    expect(dotted(client.call['dnsAddress']!(query, 7))).toBe('1.0.0.7');
    client.call['dnsClose']!(query);
    expect(client.call['udpSocketCount']!()).toBe(0);
  });

  test.each<[string, (id: number) => Uint8Array]>([
    ['to another question', (id) => withLength(dnsResponse({ id: id ^ 1, name: NAME }))],
    ['that is cut again', (id) => withLength(dnsResponse({ id, name: NAME, truncated: true }))],
  ])('and an answer over TCP %s lead to the next question', (_what, answer) => {
    const query = lookUp();
    answerCut();
    answerStream(answer);
    expect(state(query)).toBe(STATE.pending);
    expect(server.call['udpPeek']!(datagrams)).not.toBe(0);
  });

  test('of a server that then says nothing, or closes, is given up in bounded time', () => {
    const query = lookUp();
    answerCut();
    link.run(6n * SECOND);
    expect(server.call['udpPeek']!(datagrams)).not.toBe(0);
    answerCut();
    const connection = server.call['tcpAccept']!(listener);
    server.call['tcpClose']!(connection);
    link.run(20n * SECOND);
    expect(state(query)).toBe(STATE.failed);
  });

  test('is all there is without TCP', async () => {
    const alone = await Host.create({ words: ['ip=10.0.0.1/24', 'dns=10.0.0.2'], seed: 1 });
    link = new Link([alone, server]);
    client = alone;
    link.run(5n * SECOND);
    const query = lookUp();
    answerCut();
    answerCut();
    expect(state(query)).toBe(STATE.failed);
  });
});
