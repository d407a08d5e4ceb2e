// A name server for a simulated host, from RFC 1035: it reads questions, and builds answers with every odd value a test wants.
import type { ParsedFrame } from './frames.ts';
import { concat, ip } from './frames.ts';

export interface DnsRecord {
  name: string; address?: string; alias?: string; type?: number; dnsClass?: number; data?: Uint8Array;
  /** Write the name as a pointer to this offset. */
  pointer?: number;
}
export interface DnsResponse {
  id: number; name: string; type?: number; answers?: readonly DnsRecord[]; code?: number; truncated?: boolean; questions?: number;
  isQuery?: boolean; answerCount?: number;
}
export interface DnsQuestion { id: number; name: string; type: number; sourcePort: number; server: string }

export function dnsName(name: string): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  return concat(...labels.map((label) => concat(Uint8Array.of(label.length), new TextEncoder().encode(label))), Uint8Array.of(0));
}

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);
const u32 = (value: number): Uint8Array => concat(u16(value >>> 16), u16(value & 0xffff));

function record(fields: DnsRecord): Uint8Array {
  const data = fields.data ?? (fields.alias === undefined ? u32(ip(fields.address ?? '0.0.0.0')) : dnsName(fields.alias));
  const type = fields.type ?? (fields.alias === undefined ? 1 : 5);
  const name = fields.pointer === undefined ? dnsName(fields.name) : u16(0xc000 | fields.pointer);
  return concat(name, u16(type), u16(fields.dnsClass ?? 1), u32(300), u16(data.length), data);
}

export function dnsResponse(fields: DnsResponse): Uint8Array {
  const answers = fields.answers ?? [];
  const flags = (fields.isQuery === true ? 0 : 0x8180) | (fields.truncated === true ? 0x0200 : 0) | (fields.code ?? 0);
  return concat(
    u16(fields.id), u16(flags), u16(fields.questions ?? 1), u16(fields.answerCount ?? answers.length), u32(0),
    dnsName(fields.name), u16(fields.type ?? 1), u16(1), ...answers.map(record),
  );
}

/** The question in a frame to port 53; undefined if it is none. */
export function readQuestion(frame: ParsedFrame): DnsQuestion | undefined {
  const datagram = frame.ipv4?.udp;
  if (datagram === undefined || datagram.destinationPort !== 53) return undefined;
  const at = datagram.payload;
  const view = new DataView(at.buffer, at.byteOffset);
  const labels: string[] = [];
  let i = 12;
  for (; at[i] !== 0; i += 1 + at[i]!) labels.push(new TextDecoder().decode(at.subarray(i + 1, i + 1 + at[i]!)));
  return { id: view.getUint16(0), name: labels.join('.'), type: view.getUint16(i + 1), sourcePort: datagram.sourcePort, server: frame.ipv4!.destination };
}
