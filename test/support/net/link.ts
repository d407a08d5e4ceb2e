// A link between simulated hosts: frames take time, and may be lost, doubled, overtaken by others, or damaged, by chance from
// a seed. The link's clock is the hosts'.
import type { Host } from './host.ts';
import { randomNumbers } from './random.ts';

export interface LinkOptions {
  seed?: number;
  /** Chances, 0 to 1, for each frame. */
  loss?: number; duplication?: number; corruption?: number; reordering?: number;
  /** Nanoseconds from end to end, and how much more a frame that is overtaken takes. */
  delay?: bigint; detour?: bigint;
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
      host.onTransmit = (frame) => this.send(frame.bytes, hosts[1 - i]!);
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
