// A DHCP server for a simulated host, from RFC 2131 §4.3: it keeps what it was asked, and answers as the script says.
import { ArpPeer } from './arp-peer.ts';
import { BROADCAST, concat, dotted, ip, macBytes, macText, udpFrame, type ParsedFrame } from './frames.ts';
import type { Host } from './host.ts';

export const DHCP = { discover: 1, offer: 2, request: 3, decline: 4, ack: 5, nak: 6 } as const;

export interface DhcpReply {
  mac: string; transaction: number; type: number; address?: string; server?: string; lease?: number; options?: Uint8Array;
}
export interface DhcpMessage {
  type: number; transaction: number; seconds: number; clientAddress: string; mac: string; source: string; destination: string; toMac: string;
  options: Map<number, Uint8Array>; requested: string | undefined; server: string | undefined;
}

export function option(code: number, ...values: readonly (number | string)[]): Uint8Array {
  const bytes = values.flatMap((value) => (typeof value === 'string' ? [...addressBytes(value)] : [value]));
  return Uint8Array.of(code, bytes.length, ...bytes);
}

export function seconds(code: number, value: number): Uint8Array {
  return option(code, value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255);
}

function addressBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, ip(text));
  return bytes;
}

/** A server's message, after the UDP header. */
export function dhcpReply(reply: DhcpReply): Uint8Array {
  const fixed = new Uint8Array(240);
  const view = new DataView(fixed.buffer);
  fixed.set([2, 1, 6, 0]);
  view.setUint32(4, reply.transaction);
  fixed.set(addressBytes(reply.address ?? '0.0.0.0'), 16);
  fixed.set(macBytes(reply.mac), 28);
  view.setUint32(236, 0x63825363);
  return concat(
    fixed, option(53, reply.type), option(54, reply.server ?? '10.0.0.254'),
    ...(reply.lease === undefined ? [] : [seconds(51, reply.lease)]), reply.options ?? new Uint8Array(), Uint8Array.of(255),
  );
}

/** A client's message; undefined if the frame is none. */
export function readDhcp(frame: ParsedFrame): DhcpMessage | undefined {
  const datagram = frame.ipv4?.udp;
  if (datagram === undefined || datagram.destinationPort !== 67) return undefined;
  const at = datagram.payload;
  const view = new DataView(at.buffer, at.byteOffset);
  const options = new Map<number, Uint8Array>();
  for (let i = 240; at[i] !== 255 && i < at.length; i += at[i] === 0 ? 1 : 2 + at[i + 1]!) {
    if (at[i] !== 0) options.set(at[i]!, at.subarray(i + 2, i + 2 + at[i + 1]!));
  }
  const address = (code: number): string | undefined => {
    const value = options.get(code);
    return value === undefined ? undefined : dotted(new DataView(value.buffer, value.byteOffset).getUint32(0));
  };
  return {
    type: options.get(53)![0]!, transaction: view.getUint32(4), seconds: view.getUint16(8), clientAddress: dotted(view.getUint32(12)),
    mac: macText(at.subarray(28, 34)), source: frame.ipv4!.source, destination: frame.ipv4!.destination, toMac: frame.to, options,
    requested: address(50), server: address(54),
  };
}

export class DhcpServer {
  readonly messages: DhcpMessage[] = [];
  readonly peer: ArpPeer;
  private readonly host: Host;
  /** What it gives. */
  address = '10.0.0.77';
  lease: number | undefined = 3600;
  options: Uint8Array = concat(option(1, 255, 255, 255, 0), option(3, '10.0.0.254'), option(6, '10.0.0.53', '10.0.0.54'));
  /** Which types of message it answers: discover and request, as a rule. */
  silent = false;
  refuses = false;

  constructor(host: Host, device = 0, mac = '02:00:00:00:00:fe') {
    this.host = host;
    this.peer = new ArpPeer(host, '10.0.0.254', '0.0.0.0', mac, undefined, device);
  }

  /** Reads what the host has sent and answers; returns the messages. */
  serve(): DhcpMessage[] {
    const fresh = this.peer.taken().map(readDhcp).filter((message) => message !== undefined);
    this.messages.push(...fresh);
    for (const message of fresh) if (!this.silent) this.answer(message);
    return fresh;
  }

  /** Runs the host for a time, answering every tenth of a second. */
  run(time: bigint): DhcpMessage[] {
    const all: DhcpMessage[] = [];
    const step = 100_000_000n;
    for (let passed = 0n; passed < time; passed += step) {
      this.host.run(step);
      // An answer may cause the next message at once.
      for (let fresh = this.serve(); fresh.length > 0; fresh = this.serve()) all.push(...fresh);
    }
    return all;
  }

  answer(message: DhcpMessage, changes: Partial<DhcpReply> = {}): void {
    const type = message.type === DHCP.discover ? DHCP.offer : message.type === DHCP.request ? (this.refuses ? DHCP.nak : DHCP.ack) : 0;
    if (type === 0) return;
    const reply = dhcpReply({
      mac: message.mac, transaction: message.transaction, type, address: this.address, server: '10.0.0.254', lease: this.lease,
      options: this.options, ...changes,
    });
    const path = { fromMac: this.peer.mac, toMac: BROADCAST, from: '10.0.0.254', to: '255.255.255.255' };
    this.peer.send(udpFrame(path, { sourcePort: 67, destinationPort: 68 }, reply));
  }
}
