// A neighbour on the link of a simulated host: answers ARP requests for its address, and keeps what else it gets.
import { arp, BROADCAST, ethernet, ETHERTYPE, parse, type ParsedFrame, type Path } from './frames.ts';
import { OWN_MAC, type Host, type SentFrame } from './host.ts';

export class ArpPeer {
  readonly received: ParsedFrame[] = [];
  /** How the peer's frames to the host begin. */
  readonly path: Path;
  readonly mac: string;
  private readonly host: Host;
  private readonly address: string;
  private readonly hostAddress: string;
  private readonly device: number;

  /** Takes over the host's device `device`. `host` has the address `hostAddress`. */
  constructor(host: Host, address = '10.0.0.2', hostAddress = '10.0.0.1', mac = '02:00:00:00:00:02', hostMac = OWN_MAC, device = 0) {
    this.host = host;
    this.address = address;
    this.hostAddress = hostAddress;
    this.mac = mac;
    this.device = device;
    this.path = { fromMac: mac, toMac: hostMac, from: address, to: hostAddress };
    const before = host.onTransmit;
    host.onTransmit = (frame) => {
      if (frame.device === device) this.take(frame);
      else if (before !== undefined) before(frame);
      else host.sent.push(frame);
    };
  }

  send(frame: Uint8Array, checksumValid = 0): void {
    this.host.receive(frame, this.device, checksumValid);
  }

  /** Frames received since the last time. */
  taken(): ParsedFrame[] {
    return this.received.splice(0);
  }

  /** Asks for the host's MAC address, which tells the host ours. */
  introduce(): void {
    this.send(ethernet({ to: BROADCAST, from: this.mac, type: ETHERTYPE.arp }, arp({
      operation: 1, senderMac: this.mac, sender: this.address, target: this.hostAddress,
    })));
    this.taken();
  }

  private take(frame: SentFrame): void {
    const parsed = parse(frame.bytes);
    if (parsed.arp?.operation === 1 && parsed.arp.target === this.address && parsed.arp.sender !== this.address) {
      const { senderMac, sender } = parsed.arp;
      this.send(ethernet({ to: parsed.from, from: this.mac, type: ETHERTYPE.arp }, arp({
        operation: 2, senderMac: this.mac, sender: this.address, targetMac: senderMac, target: sender,
      })));
      return;
    }
    this.received.push(parsed);
  }
}
