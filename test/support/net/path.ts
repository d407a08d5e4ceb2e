// A path between two simulated stacks: bandwidth, delay, and what bad networks do to packets, all from one seed, on a
// simulated clock. In its middle stands a router with a queue and an MTU of its own.
// Simpler and without any of these, for whole hosts: link.ts.
import { ethernet, icmp, ICMP, ipv4, PROTOCOL } from './frames.ts';
import { EventQueue } from './event-queue.ts';
import { randomNumbers } from './random.ts';
import { Stack } from './stack.ts';

export interface PathOptions {
  seed?: number;
  /** Probabilities of each packet, 0 to 1. */
  loss?: number; duplicate?: number; reorder?: number; corrupt?: number;
  /** One way, in ns; and how much longer it may take at random, without overtaking. */
  delay?: number; jitter?: number;
  /** Bits a second; 0: no limit. */
  bandwidth?: number;
  /** Packets that wait for the bandwidth; more are lost. */
  buffer?: number;
  /** Of the router; larger packets are dropped, and answered with ICMP unless `silent`. */
  mtu?: number; silent?: boolean;
  /** Nothing passes at all. */
  cut?: boolean;
}

const MILLISECOND = 1e6;
/** How much later a packet comes, at most, that others overtake. */
const REORDER_DELAY = 3 * MILLISECOND;
/** Turns after which a test has hung without time passing. */
const TURNS_MAX = 3_000_000;

type End = 0 | 1;

export class Path {
  readonly ends: readonly [Stack, Stack];
  /** May be changed at any time. */
  readonly options: PathOptions;
  now: number;
  /** What the path has done to packets. */
  readonly counts = { delivered: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0, tooBig: 0, overflowed: 0 };
  /** The applications: called after every turn of their stacks. */
  readonly applications: (() => void)[] = [];
  readonly #random: () => number;
  readonly #events = new EventQueue();
  readonly #busyUntil = [0, 0];
  readonly #waiting = [0, 0];
  readonly #lastArrival = [0, 0];
  readonly #isTaking = [false, false];

  constructor(left: Stack, right: Stack, options: PathOptions = {}) {
    this.ends = [left, right];
    this.options = { ...options };
    this.#random = randomNumbers(options.seed ?? 1);
    this.now = Math.max(left.now, right.now);
    for (const end of [0, 1] as const) {
      this.ends[end].onTransmit = () => { this.#takeLater(end); };
      this.#takeLater(end);
    }
  }

  /** Has something happen at a time of its own. */
  after(delay: number, run: () => void): void {
    this.#events.push(this.now + delay, run);
  }

  /** Lets time pass until `done`; false if `limit` ns were not enough, or nothing would ever happen again. */
  run(done: () => boolean, limit: number): boolean {
    const end = this.now + limit;
    this.#turn();
    for (let turns = 0; !done(); turns++) {
      if (turns === TURNS_MAX) throw new Error(`the path has had ${turns} turns and is at ${this.now} ns`);
      const next = Math.min(this.#events.next, ...this.ends.map((stack) => stack.deadline()));
      this.#moveTo(Math.min(Math.max(next, this.now), end));
      if (next > end || next === Infinity) return false;
      // Everything of this moment first, then a turn: as a driver hands over a batch.
      this.#events.runUntil(this.now);
      this.#turn();
    }
    return true;
  }

  /** Lets `duration` ns pass, whatever happens. */
  pass(duration: number): void {
    this.run(() => false, duration);
  }

  #turn(): void {
    for (const stack of this.ends) stack.poll();
    for (const application of this.applications) application();
  }

  #moveTo(time: number): void {
    if (time === Infinity) return;
    this.now = time;
    for (const stack of this.ends) stack.now = time;
  }

  /** The device reads packets a moment after it was told: what it reads is what is there then. */
  #takeLater(end: End): void {
    if (this.#isTaking[end]!) return;
    this.#isTaking[end] = true;
    this.after(1000, () => {
      this.#isTaking[end] = false;
      while (this.ends[end].queued > 0) {
        for (const frame of this.ends[end].take()) this.#enter(end, frame);
      }
    });
  }

  /** A packet enters the router's queue. */
  #enter(end: End, frame: Uint8Array): void {
    const { bandwidth = 0, buffer = 1000 } = this.options;
    if (this.#waiting[end]! >= buffer) {
      this.counts.overflowed++;
      return;
    }
    const start = Math.max(this.#busyUntil[end]!, this.now);
    const sent = start + (bandwidth === 0 ? 0 : (frame.length + 24) * 8e9 / bandwidth);
    this.#busyUntil[end] = sent;
    this.#waiting[end]!++;
    this.#events.push(sent, () => {
      this.#waiting[end]!--;
      this.#forward(end, frame);
    });
  }

  #forward(end: End, frame: Uint8Array): void {
    const { loss = 0, duplicate = 0, corrupt = 0, mtu = Infinity, cut = false } = this.options;
    const isIp = frame[12] === 8 && frame[13] === 0;
    if (isIp && frame.length - 14 > mtu) {
      this.#refuse(end, frame, mtu);
      return;
    }
    if (cut || this.#random() < loss) {
      this.counts.lost++;
      return;
    }
    const copies = this.#random() < duplicate ? 2 : 1;
    if (copies === 2) this.counts.duplicated++;
    for (let i = 0; i < copies; i++) {
      const part = frame.slice();
      if (isIp && this.#random() < corrupt) {
        this.counts.corrupted++;
        part[14 + Math.floor(this.#random() * (part.length - 14))]! ^= 1 << Math.floor(this.#random() * 8);
      }
      this.#deliver(end, part);
    }
  }

  #deliver(end: End, frame: Uint8Array): void {
    const { delay = MILLISECOND, jitter = 0, reorder = 0 } = this.options;
    let at = this.now + delay + this.#random() * jitter;
    if (this.#random() < reorder) {
      this.counts.reordered++;
      at += REORDER_DELAY * this.#random();
    } else {
      at = Math.max(at, this.#lastArrival[end]!);
      this.#lastArrival[end] = at;
    }
    this.#events.push(at, () => {
      this.counts.delivered++;
      this.ends[end === 0 ? 1 : 0].receive(frame);
    });
  }

  /** RFC 1191 §4: a router that cannot forward says so, and what would fit. */
  #refuse(end: End, frame: Uint8Array, mtu: number): void {
    this.counts.tooBig++;
    if (this.options.silent === true) return;
    const stack = this.ends[end];
    const message = icmp({ type: ICMP.unreachable, code: 4, rest: mtu }, frame.subarray(14, 14 + 28));
    const packet = ipv4({ source: '10.0.0.254', destination: stack.address, protocol: PROTOCOL.icmp }, message);
    const mac = (at: number): string => [...frame.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
    this.after(this.options.delay ?? MILLISECOND, () => { stack.receive(ethernet({ to: mac(6), from: mac(0) }, packet)); });
  }
}

/** Two stacks, 10.0.0.1 and 10.0.0.2, and the path between them. */
export async function pair(
  options: PathOptions = {}, stack: { features?: number; memory?: number; queue?: number; mtu?: number } = {},
): Promise<{ path: Path; left: Stack; right: Stack }> {
  const left = await Stack.create({ ...stack, address: '10.0.0.1', mac: '52:54:00:00:00:01', seed: 11 });
  const right = await Stack.create({ ...stack, address: '10.0.0.2', mac: '52:54:00:00:00:02', seed: 12 });
  return { path: new Path(left, right, options), left, right };
}
