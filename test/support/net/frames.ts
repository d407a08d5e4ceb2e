// Frames as a test peer builds and reads them: Ethernet, ARP, IPv4, ICMP, UDP, TCP, written from the RFCs and sharing no
// code with assembly/net/. Builders take every odd value that a test may want; parse() refuses nothing that has the bytes.
// TCP has a file of its own, tcp-frames.ts.
import { buildTcp, parseTcp, type ParsedTcp, type TcpFields } from './tcp-frames.ts';

export const BROADCAST = 'ff:ff:ff:ff:ff:ff';
export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17 } as const;
export const ICMP = { echoReply: 0, unreachable: 3, redirect: 5, echo: 8, timeExceeded: 11, parameterProblem: 12 } as const;

/** `10.0.2.15` to 0x0a00020f. */
export function ip(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

export function macBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(':').map((part) => parseInt(part, 16)));
}

export function macText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** As assembly/net has it: the first byte highest. */
export function macNumber(text: string): bigint {
  return macBytes(text).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** RFC 1071, word by word. */
export function checksum(...parts: readonly Uint8Array[]): number {
  const bytes = concat(...parts);
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) + (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65536);
  return ~sum & 0xffff;
}

export function pseudoHeader(source: string, destination: string, protocol: number, bytes: number): Uint8Array {
  const header = new Uint8Array(12);
  const view = new DataView(header.buffer);
  view.setUint32(0, ip(source));
  view.setUint32(4, ip(destination));
  view.setUint8(9, protocol);
  view.setUint16(10, bytes);
  return header;
}

export interface EthernetFields { to: string; from: string; type?: number }
export interface ArpFields { operation: number; senderMac: string; sender: string; targetMac?: string; target: string }
export interface Ipv4Fields {
  source: string; destination: string; protocol?: number; identification?: number; dontFragment?: boolean; moreFragments?: boolean;
  /** In bytes. */
  offset?: number; timeToLive?: number; options?: Uint8Array;
  /** In place of the right ones. */
  checksum?: number; totalBytes?: number; version?: number; headerWords?: number;
}
export interface IcmpFields { type: number; code?: number; rest?: number; checksum?: number }
export interface UdpFields { sourcePort: number; destinationPort: number; checksum?: number; bytes?: number }

export function ethernet(fields: EthernetFields, payload: Uint8Array): Uint8Array {
  const type = fields.type ?? ETHERTYPE.ipv4;
  return concat(macBytes(fields.to), macBytes(fields.from), Uint8Array.of(type >> 8, type & 255), payload);
}

export function arp(fields: ArpFields): Uint8Array {
  const at = new Uint8Array(28);
  const view = new DataView(at.buffer);
  view.setUint16(0, 1);
  view.setUint16(2, ETHERTYPE.ipv4);
  at.set([6, 4], 4);
  view.setUint16(6, fields.operation);
  at.set(macBytes(fields.senderMac), 8);
  view.setUint32(14, ip(fields.sender));
  at.set(macBytes(fields.targetMac ?? '00:00:00:00:00:00'), 18);
  view.setUint32(24, ip(fields.target));
  return at;
}

export function ipv4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const options = fields.options ?? new Uint8Array();
  const header = new Uint8Array(20 + options.length);
  const view = new DataView(header.buffer);
  view.setUint8(0, (fields.version ?? 4) << 4 | (fields.headerWords ?? header.length / 4));
  view.setUint16(2, fields.totalBytes ?? header.length + payload.length);
  view.setUint16(4, fields.identification ?? 0);
  view.setUint16(6, (fields.dontFragment === true ? 0x4000 : 0) | (fields.moreFragments === true ? 0x2000 : 0) | (fields.offset ?? 0) / 8);
  view.setUint8(8, fields.timeToLive ?? 64);
  view.setUint8(9, fields.protocol ?? PROTOCOL.udp);
  view.setUint32(12, ip(fields.source));
  view.setUint32(16, ip(fields.destination));
  header.set(options, 20);
  view.setUint16(10, fields.checksum ?? checksum(header));
  return concat(header, payload);
}

export function icmp(fields: IcmpFields, payload: Uint8Array): Uint8Array {
  const message = new Uint8Array(8 + payload.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, fields.type);
  view.setUint8(1, fields.code ?? 0);
  view.setUint32(4, fields.rest ?? 0);
  message.set(payload, 8);
  view.setUint16(2, fields.checksum ?? checksum(message));
  return message;
}

export function udp(addresses: { source: string; destination: string }, fields: UdpFields, payload: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(8 + payload.length);
  const view = new DataView(datagram.buffer);
  view.setUint16(0, fields.sourcePort);
  view.setUint16(2, fields.destinationPort);
  view.setUint16(4, fields.bytes ?? datagram.length);
  datagram.set(payload, 8);
  const pseudo = pseudoHeader(addresses.source, addresses.destination, PROTOCOL.udp, datagram.length);
  const right = checksum(pseudo, datagram);
  view.setUint16(6, fields.checksum ?? (right === 0 ? 0xffff : right));
  return datagram;
}

/** Two hosts on a link, for the builders below: `from` sends to `to`. */
export interface Path { fromMac: string; toMac: string; from: string; to: string }

/** A whole frame with IPv4 in it. */
export function packet(path: Path, fields: Partial<Ipv4Fields>, payload: Uint8Array): Uint8Array {
  return ethernet({ to: path.toMac, from: path.fromMac }, ipv4({ source: path.from, destination: path.to, ...fields }, payload));
}

export function udpFrame(path: Path, fields: UdpFields, payload: Uint8Array): Uint8Array {
  return packet(path, { protocol: PROTOCOL.udp }, udp({ source: path.from, destination: path.to }, fields, payload));
}

export function icmpFrame(path: Path, fields: IcmpFields, payload: Uint8Array): Uint8Array {
  return packet(path, { protocol: PROTOCOL.icmp }, icmp(fields, payload));
}

export function tcpFrame(path: Path, fields: TcpFields, payload: Uint8Array = new Uint8Array()): Uint8Array {
  return packet(path, { protocol: PROTOCOL.tcp, dontFragment: true }, buildTcp({ source: path.from, destination: path.to }, fields, payload));
}

export interface ParsedIpv4 {
  source: string; destination: string; protocol: number; identification: number; dontFragment: boolean; moreFragments: boolean;
  offset: number; timeToLive: number; totalBytes: number; checksumValid: boolean; payload: Uint8Array;
  icmp?: { type: number; code: number; rest: number; checksumValid: boolean; payload: Uint8Array };
  udp?: { sourcePort: number; destinationPort: number; bytes: number; checksum: number; checksumValid: boolean; payload: Uint8Array };
  tcp?: ParsedTcp;
}
export interface ParsedFrame {
  to: string; from: string; type: number; payload: Uint8Array;
  arp?: { operation: number; senderMac: string; sender: string; targetMac: string; target: string };
  ipv4?: ParsedIpv4;
}

export function parse(frame: Uint8Array): ParsedFrame {
  const type = (frame[12]! << 8) | frame[13]!;
  const parsed: ParsedFrame = { to: macText(frame.subarray(0, 6)), from: macText(frame.subarray(6, 12)), type, payload: frame.subarray(14) };
  if (type === ETHERTYPE.arp) {
    const at = parsed.payload;
    const view = new DataView(at.buffer, at.byteOffset);
    parsed.arp = {
      operation: view.getUint16(6), senderMac: macText(at.subarray(8, 14)), sender: dotted(view.getUint32(14)),
      targetMac: macText(at.subarray(18, 24)), target: dotted(view.getUint32(24)),
    };
  }
  if (type === ETHERTYPE.ipv4) parsed.ipv4 = parseIpv4(parsed.payload);
  return parsed;
}

export function parseIpv4(at: Uint8Array): ParsedIpv4 {
  const view = new DataView(at.buffer, at.byteOffset);
  const headerBytes = (at[0]! & 15) * 4;
  const totalBytes = view.getUint16(2);
  const flags = view.getUint16(6);
  const parsed: ParsedIpv4 = {
    source: dotted(view.getUint32(12)), destination: dotted(view.getUint32(16)), protocol: at[9]!, identification: view.getUint16(4),
    dontFragment: (flags & 0x4000) !== 0, moreFragments: (flags & 0x2000) !== 0, offset: (flags & 0x1fff) * 8, timeToLive: at[8]!,
    totalBytes, checksumValid: checksum(at.subarray(0, headerBytes)) === 0, payload: at.subarray(headerBytes, totalBytes),
  };
  // Of the other fragments nothing is known without the first.
  if (parsed.offset === 0 && !parsed.moreFragments) Object.assign(parsed, parseTransport(parsed));
  return parsed;
}

/** The transport of a whole packet, also of one put together from fragments. */
export function parseTransport({ source, destination, protocol, payload: at }: ParsedIpv4): Pick<ParsedIpv4, 'icmp' | 'udp' | 'tcp'> {
  if (at.length < 8) return {};
  const view = new DataView(at.buffer, at.byteOffset);
  const pseudo = pseudoHeader(source, destination, protocol, at.length);
  switch (protocol) {
    case PROTOCOL.icmp: return { icmp: {
      type: at[0]!, code: at[1]!, rest: view.getUint32(4), checksumValid: checksum(at) === 0, payload: at.subarray(8),
    } };
    case PROTOCOL.udp: return { udp: {
      sourcePort: view.getUint16(0), destinationPort: view.getUint16(2), bytes: view.getUint16(4), checksum: view.getUint16(6),
      checksumValid: view.getUint16(6) === 0 || checksum(pseudo, at) === 0, payload: at.subarray(8),
    } };
    case PROTOCOL.tcp: return at.length < 20 ? {} : { tcp: parseTcp(pseudo, at) };
  }
  return {};
}
