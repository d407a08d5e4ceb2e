// TCP segments as a test peer builds and reads them, after RFC 9293 §3.1, RFC 7323 and RFC 2018.
import { checksum, concat, PROTOCOL, pseudoHeader } from './frames.ts';

/** Bits of the flags field, by letter: FIN, SYN, RST, PSH, ACK, URG, ECE, CWR. */
const LETTERS = 'FSRPAUEC';

export interface TcpOptions {
  mss?: number; windowScale?: number; sackPermitted?: boolean; sack?: [left: number, right: number][]; timestamps?: [value: number, echo: number];
}
export interface TcpFields {
  sourcePort: number; destinationPort: number; sequence?: number; acknowledgement?: number;
  /** Letters: `SA` is SYN and ACK. */
  flags?: string;
  window?: number; urgent?: number; options?: TcpOptions | Uint8Array;
  /** In place of the right ones. */
  checksum?: number; headerWords?: number;
}
export interface ParsedTcp {
  sourcePort: number; destinationPort: number; sequence: number; acknowledgement: number; flags: string; window: number; urgent: number;
  checksum: number; checksumValid: boolean; options: TcpOptions; payload: Uint8Array;
}

export function buildTcp(addresses: { source: string; destination: string }, fields: TcpFields, payload: Uint8Array): Uint8Array {
  const options = fields.options instanceof Uint8Array ? fields.options : buildOptions(fields.options ?? {});
  const segment = concat(new Uint8Array(20), options, payload);
  const view = new DataView(segment.buffer);
  view.setUint16(0, fields.sourcePort);
  view.setUint16(2, fields.destinationPort);
  view.setUint32(4, fields.sequence ?? 0);
  view.setUint32(8, fields.acknowledgement ?? 0);
  view.setUint8(12, (fields.headerWords ?? (20 + options.length) / 4) << 4);
  view.setUint8(13, [...fields.flags ?? ''].reduce((bits, letter) => bits | 1 << LETTERS.indexOf(letter), 0));
  view.setUint16(14, fields.window ?? 65535);
  view.setUint16(18, fields.urgent ?? 0);
  const pseudo = pseudoHeader(addresses.source, addresses.destination, PROTOCOL.tcp, segment.length);
  view.setUint16(16, fields.checksum ?? checksum(pseudo, segment));
  return segment;
}

/** Padded with NOPs in front to whole words. */
export function buildOptions(options: TcpOptions): Uint8Array {
  const u16 = (value: number): number[] => [value >>> 8 & 255, value & 255];
  const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];
  const bytes: number[] = [];
  if (options.mss !== undefined) bytes.push(2, 4, ...u16(options.mss));
  if (options.windowScale !== undefined) bytes.push(3, 3, options.windowScale);
  if (options.sackPermitted === true) bytes.push(4, 2);
  if (options.timestamps !== undefined) bytes.push(8, 10, ...u32(options.timestamps[0]), ...u32(options.timestamps[1]));
  if (options.sack !== undefined) bytes.push(5, 2 + 8 * options.sack.length, ...options.sack.flat().flatMap(u32));
  while (bytes.length % 4 !== 0) bytes.unshift(1);
  return Uint8Array.from(bytes);
}

export function parseTcp(pseudo: Uint8Array, at: Uint8Array): ParsedTcp {
  const view = new DataView(at.buffer, at.byteOffset);
  const headerBytes = (at[12]! >> 4) * 4;
  const bits = at[13]!;
  return {
    sourcePort: view.getUint16(0), destinationPort: view.getUint16(2), sequence: view.getUint32(4), acknowledgement: view.getUint32(8),
    flags: [...LETTERS].filter((_, i) => (bits & 1 << i) !== 0).join(''), window: view.getUint16(14), checksum: view.getUint16(16),
    urgent: view.getUint16(18), checksumValid: checksum(pseudo, at) === 0, options: parseOptions(at.subarray(20, headerBytes)),
    payload: at.subarray(headerBytes),
  };
}

function parseOptions(at: Uint8Array): TcpOptions {
  const options: TcpOptions = {};
  const view = new DataView(at.buffer, at.byteOffset, at.length);
  for (let i = 0; i < at.length && at[i] !== 0;) {
    if (at[i] === 1) {
      i++;
      continue;
    }
    const length = at[i + 1] ?? 0;
    if (length < 2 || i + length > at.length) break;
    if (at[i] === 2) options.mss = view.getUint16(i + 2);
    if (at[i] === 3) options.windowScale = at[i + 2]!;
    if (at[i] === 4) options.sackPermitted = true;
    if (at[i] === 5) options.sack = Array.from({ length: (length - 2) / 8 }, (_, k) => [view.getUint32(i + 2 + k * 8), view.getUint32(i + 6 + k * 8)]);
    if (at[i] === 8) options.timestamps = [view.getUint32(i + 2), view.getUint32(i + 6)];
    i += length;
  }
  return options;
}
