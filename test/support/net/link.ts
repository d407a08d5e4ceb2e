// A link between simulated hosts: frames take time, and may be lost, doubled, overtaken by others, or damaged, by chance from
// a seed. In its middle may be a router with a smaller MTU (RFC 791 §3.2, RFC 1191 §4). The link's clock is the hosts'.
import { ethernet, icmp, ipv4, parse, PROTOCOL } from './frames.ts';
import type { Host } from './host.ts';
import { randomNumbers } from './random.ts';

export interface LinkOptions {
  seed?: number;
  /** Chances, 0 to 1, for each frame. */
  loss?: number; duplication?: number; corruption?: number; reordering?: number;
  /** Nanoseconds from end to end, and how much more a frame that is overtaken takes. */
  delay?: bigint; detour?: bigint;
  /** The MTU of the router in the middle; none if not said. */
  routerMtu?: number;
}
interface Travelling { at: bigint; order: number; to: Host; bytes: Uint8Array }

export class Link {
  private readonly hosts: readonly [Host, Host];
  private readonly options: LinkOptions;
  readonly lost = { frames: 0 };
  private readonly travelling: Travelling[] = [];
  private readonly random: () => number;
  private order = 0;
  now: bigint;

  constructor(hosts: readonly [Host, Host], options: LinkOptions = {}) {
    this.hosts = hosts;
    this.options = options;
    this.random = randomNumbers(options.seed ?? 1);
    this.now = hosts[0].now;
    hosts.forEach((host, i) => {
      host.now = this.now;
      host.onTransmit = (frame) => {
        for (const bytes of this.route(frame.bytes, host)) this.send(bytes, hosts[1 - i]!);
      };
    });
  }

  /** Lets time pass for all, event by event. */
  run(time: bigint): void {
    const end = this.now + time;
    for (;;) {
      const next = [...this.travelling.map((frame) => frame.at), ...this.hosts.map((host) => host.deadline())].reduce((a, b) => (a < b ? a : b), end + 1n);
      if (next > end) break;
      if (next > this.now) this.now = next;
      this.turn();
    }
    this.now = end;
    this.turn();
  }

  private turn(): void {
    for (const host of this.hosts) host.now = this.now;
    this.travelling.sort((a, b) => (a.at === b.at ? a.order - b.order : a.at < b.at ? -1 : 1));
    while (this.travelling[0] !== undefined && this.travelling[0].at <= this.now) {
      const { to, bytes } = this.travelling.shift()!;
      to.receive(bytes);
    }
    for (const host of this.hosts) host.poll();
  }

  /** What the router makes of a frame: itself, fragments, or an error to its sender. */
  private route(bytes: Uint8Array, from: Host): Uint8Array[] {
    const mtu = this.options.routerMtu ?? 65535;
    const frame = parse(bytes);
    const packet = frame.ipv4;
    if (packet === undefined || packet.totalBytes <= mtu) return [bytes];
    if (packet.dontFragment) {
      const error = icmp({ type: 3, code: 4, rest: mtu }, frame.payload.subarray(0, 28));
      this.send(ethernet({ to: frame.from, from: frame.to }, ipv4({ source: packet.destination, destination: packet.source, protocol: PROTOCOL.icmp }, error)), from);
      return [];
    }
    const piece = (mtu - 20) & ~7;
    const count = Math.ceil(packet.payload.length / piece);
    return Array.from({ length: count }, (_, i) => ethernet({ to: frame.to, from: frame.from }, ipv4({
      source: packet.source, destination: packet.destination, protocol: packet.protocol, identification: packet.identification,
      offset: packet.offset + i * piece, moreFragments: packet.moreFragments || i < count - 1,
    }, packet.payload.subarray(i * piece, (i + 1) * piece))));
  }

  private send(bytes: Uint8Array, to: Host): void {
    const { loss = 0, duplication = 0, corruption = 0, reordering = 0, delay = 1_000_000n, detour = 5_000_000n } = this.options;
    if (this.random() < loss) {
      this.lost.frames++;
      return;
    }
    for (let copies = this.random() < duplication ? 2 : 1; copies > 0; copies--) {
      const frame = new Uint8Array(bytes);
      if (this.random() < corruption) {
        const at = Math.floor(this.random() * frame.length);
        frame[at] = frame[at]! ^ 1 << Math.floor(this.random() * 8);
      }
      const late = this.random() < reordering ? detour : 0n;
      this.travelling.push({ at: this.now + delay + late, order: this.order++, to, bytes: frame });
    }
  }
}
