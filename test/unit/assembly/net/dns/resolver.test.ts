// assembly/net/dns: looking up names with scripted servers. RFC 1035 §7, RFC 5452, RFC 6761 §6.3.
import { beforeEach, describe, expect, test } from 'vitest';
import { put, SCRATCH } from '../../../../support/assembly.ts';
import { ArpPeer } from '../../../../support/net/arp-peer.ts';
import { DhcpServer } from '../../../../support/net/dhcp-server.ts';
import { dnsName, dnsResponse, readQuestion, type DnsQuestion, type DnsRecord, type DnsResponse } from '../../../../support/net/dns-server.ts';
import { dotted, icmpFrame, ipv4, udp, udpFrame } from '../../../../support/net/frames.ts';
import { Host, SECOND } from '../../../../support/net/host.ts';

const STATE = { pending: 1, found: 2, noName: 3, noAddress: 4, failed: 5, badName: 6 } as const;
const NAME = 'www.example.com';
let host: Host;
let peer: ArpPeer;

async function start(dns = 'dns=10.0.0.2,9.9.9.9'): Promise<void> {
  host = await Host.create({ words: ['ip=10.0.0.1/24', 'gateway=10.0.0.2', ...dns === '' ? [] : [dns]] });
  peer = new ArpPeer(host);
  peer.introduce();
  host.run(5n * SECOND);
  peer.taken();
}
beforeEach(async () => start());

const lookUp = (name = NAME): number => host.call['dnsLookUp']!(SCRATCH, put(host.unit, SCRATCH, name));
const state = (query: number): number => host.call['dnsState']!(query);
const addresses = (query: number): string[] => Array.from({ length: host.call['dnsAddressCount']!(query) }, (_, i) => dotted(host.call['dnsAddress']!(query, i)));
const questions = (): DnsQuestion[] => peer.taken().map(readQuestion).filter((question) => question !== undefined);

/** Answers a question; `from` is another server or port than the one asked. */
function answer(question: DnsQuestion, fields: Partial<DnsResponse> = {}, from: { address?: string; port?: number; to?: number } = {}): void {
  peer.send(udpFrame({ ...peer.path, from: from.address ?? question.server }, { sourcePort: from.port ?? 53, destinationPort: from.to ?? question.sourcePort }, dnsResponse({
    id: question.id, name: question.name, ...fields,
  })));
  host.poll();
}
const found: Partial<DnsResponse> = { answers: [{ name: NAME, address: '93.184.216.34' }] };

describe('a name', () => {
  test('is looked up in one question and one answer', () => {
    const query = lookUp('WWW.example.com.');
    const [question, ...more] = questions();
    expect(question).toMatchObject({ name: NAME, type: 1, server: '10.0.0.2' });
    expect(more).toEqual([]);
    answer(question!, { answers: [{ name: 'Www.Example.Com', address: '1.2.3.4' }, { name: NAME, pointer: 12, address: '1.2.3.5' }] });
    expect([state(query), addresses(query)]).toEqual([STATE.found, ['1.2.3.4', '1.2.3.5']]);
    host.call['dnsClose']!(query);
    expect(host.call['udpSocketCount']!()).toBe(0);
  });

  test.each([['192.168.1.7', '192.168.1.7'], ['localhost', '127.0.0.1']])('%s needs no question', (name, address) => {
    const query = lookUp(name);
    expect([state(query), addresses(query), questions()]).toEqual([STATE.found, [address], []]);
  });

  test('may be an alias, of an alias, in any order of records', () => {
    const query = lookUp();
    answer(questions()[0]!, { answers: [
      { name: 'c.example', address: '5.6.7.8' }, { name: 'b.example', alias: 'c.example' }, { name: NAME, alias: 'b.example' }, { name: 'other.example', address: '6.6.6.6' },
    ] });
    expect([state(query), addresses(query)]).toEqual([STATE.found, ['5.6.7.8']]);
  });

  test('is asked for under its alias when the answer ends there', () => {
    const query = lookUp();
    answer(questions()[0]!, { answers: [{ name: NAME, alias: 'b.example' }] });
    const [question] = questions();
    expect(question).toMatchObject({ name: 'b.example', server: '10.0.0.2' });
    answer(question!, { answers: [{ name: 'b.example', address: '7.7.7.7' }] });
    expect([state(query), addresses(query)]).toEqual([STATE.found, ['7.7.7.7']]);
  });

  test('that is its own alias, or has endless ones, is given up', () => {
    const circle = lookUp();
    for (let question = questions()[0]; question !== undefined; question = questions()[0]) answer(question, { answers: [{ name: NAME, alias: 'b.example' }, { name: 'b.example', alias: NAME }] });
    expect(state(circle)).toBe(STATE.failed);
    const endless = lookUp();
    let asked = 0;
    for (let question = questions()[0]; question !== undefined && asked < 50; question = questions()[0], asked++) answer(question, { answers: [{ name: question.name, alias: `a${asked}.example` }] });
    expect(state(endless)).toBe(STATE.failed);
    expect(asked).toBeLessThan(12);
  });

  test.each<[string, Partial<DnsResponse>, number]>([
    ['that does not exist', { code: 3 }, STATE.noName],
    ['without an address', { answers: [] }, STATE.noAddress],
    ['with an address of another class', { answers: [{ name: NAME, address: '1.1.1.1', dnsClass: 3 }] }, STATE.noAddress],
    ['with another kind of address', { answers: [{ name: NAME, type: 28, data: new Uint8Array(16) }] }, STATE.noAddress],
  ])('%s is told apart', (_what, fields, expected) => {
    const query = lookUp();
    answer(questions()[0]!, fields);
    expect(state(query)).toBe(expected);
  });

  test.each(['', 'a..b', 'x'.repeat(64), 'two words'])('%j is none', (name) => {
    expect(state(lookUp(name))).toBe(STATE.badName);
    expect(questions()).toEqual([]);
  });

  test('keeps eight addresses of many', () => {
    const query = lookUp();
    answer(questions()[0]!, { answers: Array.from({ length: 20 }, (_, i): DnsRecord => ({ name: NAME, pointer: 12, address: `1.0.0.${i}` })) });
    expect(addresses(query)).toHaveLength(8);
  });
});

describe('servers', () => {
  test('are asked in turn, twice, with more patience the second time, from another port and with another id', () => {
    const query = lookUp();
    const asked: { at: bigint; question: DnsQuestion }[] = [];
    for (let i = 0; i < 200; i++) {
      asked.push(...questions().map((question) => ({ at: host.now, question })));
      host.run(SECOND / 10n);
    }
    expect(asked.map(({ question }) => question.server)).toEqual(['10.0.0.2', '9.9.9.9', '10.0.0.2', '9.9.9.9']);
    expect(asked.slice(1).map(({ at }, i) => Math.round(Number(at - asked[i]!.at) / 1e9))).toEqual([2, 2, 4]);
    expect(new Set(asked.map(({ question }) => question.sourcePort)).size).toBe(4);
    expect(new Set(asked.map(({ question }) => question.id)).size).toBe(4);
    expect(state(query)).toBe(STATE.failed);
  });

  test.each<[string, (question: DnsQuestion) => void]>([
    ['fails', (question) => { answer(question, { code: 2 }); }],
    ['refuses', (question) => { answer(question, { code: 5 }); }],
    ['answers nonsense', (question) => { answer(question, { answerCount: 3, answers: [{ name: NAME, address: '1.1.1.1' }] }); }],
    ['is not there', (question) => {
      const addresses = { source: '10.0.0.1', destination: '10.0.0.2' };
      const quote = ipv4(addresses, udp(addresses, { sourcePort: question.sourcePort, destinationPort: 53 }, new Uint8Array()));
      peer.send(icmpFrame(peer.path, { type: 3, code: 3 }, quote));
      host.poll();
    }],
  ])('that %s is not waited for', (_what, fail) => {
    const query = lookUp();
    fail(questions()[0]!);
    const [second] = questions();
    expect(second?.server).toBe('9.9.9.9');
    answer(second!, found);
    expect(state(query)).toBe(STATE.found);
  });

  test('that were not asked, and answers to other questions, are not believed', () => {
    const query = lookUp();
    const [question] = questions();
    const q = question!;
    answer(q, { ...found, id: q.id ^ 1 });
    answer(q, { ...found, name: 'www.example.org' });
    answer(q, { ...found, type: 28 });
    answer(q, { ...found, isQuery: true });
    answer(q, { ...found, questions: 0 });
    expect(host.counter('DNS_MISMATCHED')).toBe(5);
    answer(q, found, { address: '9.9.9.9' });
    answer(q, found, { port: 54 });
    answer(q, found, { to: q.sourcePort ^ 1 });
    expect(state(query)).toBe(STATE.pending);
    answer(q, found);
    expect(state(query)).toBe(STATE.found);
  });

  test('that a lease is yet to name are waited for', async () => {
    host = await Host.create({ devices: [] });
    const server = new DhcpServer(host);
    host.addDevice({});
    host.poll();
    const query = lookUp();
    expect(state(query)).toBe(STATE.pending);
    server.run(SECOND);
    expect(server.messages).toHaveLength(2);
    expect(host.counter('DNS_SENT')).toBe(1);
    // And not for ever: the lease does not come, in another network.
    host = await Host.create();
    const late = lookUp();
    host.run(16n * SECOND);
    expect(state(late)).toBe(STATE.failed);
  });

  test('of which there are none are not waited for', async () => {
    await start('');
    expect(state(lookUp())).toBe(STATE.failed);
  });
});

test('at most eight names are looked up at the same time', () => {
  const queries = Array.from({ length: 9 }, () => lookUp());
  expect(queries.at(-1)).toBe(0);
  for (const query of queries.slice(0, 8)) host.call['dnsClose']!(query);
  expect(host.call['udpSocketCount']!()).toBe(0);
  expect(lookUp()).not.toBe(0);
  expect(dnsName('')).toEqual(Uint8Array.of(0));
});
