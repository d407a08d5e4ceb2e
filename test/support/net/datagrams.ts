// A UDP socket of a simulated stack, as a test's peer uses it: the calls of assembly/net/udp.
import { dotted, ip } from './frames.ts';
import type { Stack } from './stack.ts';

/** Where what is sent lies, behind the frame that comes in (stack.ts). */
const OUT = 0x10000;

export interface Datagram { from: string; port: number; data: Uint8Array }

export class Datagrams {
  readonly stack: Stack;
  readonly number: number;

  constructor(stack: Stack, port: number) {
    this.stack = stack;
    this.number = stack.call('udpOpen');
    if (stack.call('udpBind', this.number, 0, port) !== 0) throw new Error(`port ${port} is taken`);
  }

  /** The datagram that has waited longest. */
  receive(): Datagram | undefined {
    const at = this.stack.call('udpPeek', this.number);
    if (at === 0) return undefined;
    // Packet of assembly/net/packets.ts: total at 16, source at 24, ports at 32.
    const view = this.stack.view;
    const [total, from, port] = [view.getUint32(at + 16, true), dotted(view.getUint32(at + 24, true)), view.getUint16(at + 32, true)];
    const data = new Uint8Array(total);
    for (let offset = 0; offset < total;) {
      const run = this.stack.call('datagramRun', at, offset);
      const piece = this.stack.call('datagramAt', at, offset);
      data.set(this.stack.bytes.subarray(piece, piece + run), offset);
      offset += run;
    }
    this.stack.call('udpDiscard', this.number);
    return { from, port, data };
  }

  send(to: string, port: number, data: Uint8Array): void {
    this.stack.bytes.set(data, this.stack.scratch + OUT);
    const status = this.stack.call('udpSend', this.number, ip(to), port, this.stack.scratch + OUT, data.length);
    if (status !== 0) throw new Error(`udpSend: status ${status}`);
  }
}
