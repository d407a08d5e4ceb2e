// The program of a simulated host: the network stack's functions that tests call, and a network driver whose device is the
// test. What the stack transmits goes to an import, in one call and with the pointers as they are. Written beside the
// compiled units, since it is no part of the kernel.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = [
  'mm/frames', 'config/strings', 'net/stack', 'net/device', 'net/interface', 'net/configure', 'net/counters', 'net/packets', 'net/now',
  'net/arp/queue', 'net/udp/sockets', 'net/udp/queue', 'net/udp/output', 'net/dns/resolver', 'net/dns/servers', 'net/dhcp/client',
  'net/tcp/memory', 'net/tcp/socket', 'net/tcp/stream', 'net/ipv4/routes', 'net/ipv4/output', 'net/ipv4/path-mtu', 'net/ipv4/reassembly',
];

const SOURCE = `
import { addDevice } from "../../assembly/net/device";

// @ts-ignore: decorator
@external("link", "transmit") declare function linkTransmit(
  device: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32, checksumOffset: u32,
  segmentSize: u32, owner: usize): u32;

function transmit(
  device: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32, checksumOffset: u32,
  segmentSize: u32, owner: usize): u32 {
  return linkTransmit(device, header, headerBytes, payload, payloadBytes, checksumStart, checksumOffset, segmentSize, owner);
}

export function addLink(mac: u64, mtu: u32, features: u32, driver: u32): u32 {
  return addDevice(mac, mtu, features, transmit, driver);
}

${FILES.map((file) => `export * from "../../assembly/${file}";`).join('\n')}
`;

/** Writes the program and returns its name for instantiate(), relative to assembly/. */
export function writeHostProgram(): string {
  const folder = join(import.meta.dirname, '../../../build/unit');
  const name = `net-host.${createHash('sha256').update(SOURCE).digest('hex').slice(0, 8)}.ts`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), SOURCE);
  return `../build/unit/${name}`;
}
