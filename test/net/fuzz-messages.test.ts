// The parsers that frames rarely reach by chance: DNS answers to an open question, and DHCP messages of the right
// transaction, mutated. 20,000 of each here; ASOLO_LONG=1 makes a million.
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH } from '../support/assembly.ts';
import { dhcpReply, DhcpServer, option, seconds } from '../support/net/dhcp-server.ts';
import { dnsName, dnsResponse, type DnsRecord } from '../support/net/dns-server.ts';
import { BROADCAST, concat, udpFrame } from '../support/net/frames.ts';
import { Host, OWN_MAC, SECOND } from '../support/net/host.ts';
import { randomNumbers } from '../support/net/random.ts';

const MESSAGES = process.env['ASOLO_LONG'] === '1' ? 1_000_000 : 20_000;
const random = randomNumbers(2);
const below = (bound: number): number => Math.floor(random() * bound);
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
const randomBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));

function mutate(bytes: Uint8Array, from: number): Uint8Array {
  const mutated = new Uint8Array(bytes);
  for (let i = below(4); i > 0; i--) mutated[from + below(mutated.length - from)] = pick([0, 1, 4, 63, 64, 0xc0, 255, below(256)]);
  return random() < 0.1 ? mutated.subarray(0, below(mutated.length + 1)) : mutated;
}

test(`${MESSAGES} DNS answers are read to one of the known ends, within their bytes`, { timeout: 3_600_000 }, async () => {
  const unit = await instantiate(['net/dns/answer.ts']);
  const name = dnsName('www.example.com');
  const NAME_AT = SCRATCH + 0x8000;
  put(unit, NAME_AT, name);
  const record = (): DnsRecord => ({
    name: pick(['www.example.com', 'a.example', 'b.example']), type: pick([1, 5, 5, 28]), ...random() < 0.5 ? { alias: pick(['a.example', 'b.example', 'www.example.com']) } : { address: '1.2.3.4' },
    ...random() < 0.3 ? { pointer: below(120) } : {},
  });
  const seen = new Set<number>();
  for (let i = 0; i < MESSAGES; i++) {
    const message = dnsResponse({ id: 7, name: 'www.example.com', code: pick([0, 0, 0, 2, 3]), truncated: random() < 0.05, answers: Array.from({ length: below(6) }, record) });
    const mutated = random() < 0.9 ? mutate(message, random() < 0.9 ? 33 : 0) : concat(message.subarray(0, 33), randomBytes(below(200)));
    const result = unit.exports['readAnswer']!(SCRATCH, put(unit, SCRATCH, mutated), 7, NAME_AT, name.length);
    const addresses = unit.exports['answerAddressCount']!();
    if (result > 7 || addresses > 8) throw new Error(`result ${result}, ${addresses} addresses`);
    seen.add(result);
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test(`${MESSAGES} DHCP messages change nothing but the lease, and the client goes on`, { timeout: 3_600_000 }, async () => {
  const host = await Host.create({ devices: [{}] });
  const server = new DhcpServer(host);
  const free = host.freeBuffers();
  let transaction = 0;
  const path = { fromMac: server.peer.mac, toMac: BROADCAST, from: '10.0.0.254', to: '255.255.255.255' };
  for (let i = 0; i < MESSAGES; i++) {
    const [message] = server.serve().slice(-1);
    if (message !== undefined) transaction = message.transaction;
    const reply = dhcpReply({
      mac: OWN_MAC, transaction, type: pick([2, 5, 5, 6]), address: pick(['10.0.0.7', '10.0.0.8', '0.0.0.0', '255.1.1.1']), lease: pick([0, 1, 60, 0xffffffff]),
      options: concat(option(1, 255, 255, pick([255, 0]), 0), option(121, ...randomBytes(below(30))), option(6, ...randomBytes(below(20))), seconds(58, below(100)), option(52, below(4))),
    });
    server.peer.send(udpFrame(path, { sourcePort: 67, destinationPort: 68 }, mutate(reply, random() < 0.9 ? 240 : 0)));
    if (i % 8 === 0) host.poll(BigInt(below(3_000_000_000)));
  }
  expect(host.counter('DHCP_MALFORMED')).toBeGreaterThan(0);
  expect(host.call['routeCount']!()).toBeLessThanOrEqual(32);
  // Whatever lease it has come to: without a server it runs out, or is for ever.
  server.silent = true;
  host.run(1000n * SECOND);
  expect(host.freeBuffers()).toBe(free);
  expect(host.call['heldPackets']!()).toBe(0);
});
