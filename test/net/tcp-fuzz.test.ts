// Random and mutated segments into a stack with connections in every state: no trap, no leak, and it still serves.
// 20,000 segments here; a million with ASOLO_LONG=1.
import { expect, test } from 'vitest';
import { arp, checksum, ethernet, ipv4, parse, PROTOCOL, pseudoHeader } from '../support/net/frames.ts';
import { randomNumbers } from '../support/net/random.ts';
import { Socket } from '../support/net/socket.ts';
import { Stack, STATE } from '../support/net/stack.ts';
import { buildTcp, type ParsedTcp } from '../support/net/tcp-frames.ts';

const OWN = '10.0.0.1';
const PEER = '10.0.0.2';
const MAC = { own: '52:54:00:00:00:01', peer: '52:54:00:00:00:02' };
const FLAGS = [...Array<string>(20).fill('A'), ...Array<string>(20).fill('PA'), '', 'S', 'SA', 'R', 'RA', 'F', 'FA', 'FPA', 'SFRPAUEC', 'PAU', 'SR', 'SF'];
const HOUR = 3600e9;

/** A peer that knows the numbers of every connection that it has seen, and says nonsense about them. */
class Nuisance {
  readonly stack: Stack;
  readonly random: () => number;
  /** The last segment from each port of the stack's connections. */
  readonly seen = new Map<string, ParsedTcp>();
  sentSegments = 0;
  readonly #frames: Uint8Array[] = [];

  constructor(stack: Stack, seed: number) {
    this.stack = stack;
    this.random = randomNumbers(seed);
    stack.receive(ethernet({ to: MAC.own, from: MAC.peer, type: 0x0806 },
      arp({ operation: 1, senderMac: MAC.peer, sender: PEER, targetMac: MAC.own, target: OWN })));
  }

  below(bound: number): number { return Math.floor(this.random() * bound); }

  hear(): void {
    this.stack.poll();
    while (this.stack.queued > 0) {
      for (const frame of this.stack.take()) {
        const tcp = parse(frame).ipv4?.tcp;
        if (tcp === undefined) continue;
        expect(tcp.checksumValid).toBe(true);
        this.seen.set(`${tcp.sourcePort}:${tcp.destinationPort}`, tcp);
        if (this.seen.size > 200) this.seen.delete([...this.seen.keys()][0]!);
      }
    }
  }

  say(): void {
    const known = [...this.seen.values()];
    const isNew = this.random() < 0.05;
    const about = known.length > 0 && !isNew && this.random() < 0.95 ? known[this.below(known.length)] : undefined;
    const offsets = [0, 0, 0, 0, 0, 0, 1, -1, 1000, 1000, -1000, this.below(70000), this.below(2 ** 32)];
    const near = (value: number): number => (value + offsets[this.below(offsets.length)]!) >>> 0;
    const tcp = {
      sourcePort: about?.destinationPort ?? this.below(65536), destinationPort: about?.sourcePort ?? (isNew ? 80 : this.below(65536)),
      sequence: near(about?.acknowledgement ?? 0), acknowledgement: near((about?.sequence ?? 0) + (about?.payload.length ?? 0) + (about?.flags.includes('S') === true ? 1 : 0)),
      flags: isNew ? 'S' : FLAGS[this.below(FLAGS.length)]!, window: [65535, 65535, 0, 1, 500, this.below(65536)][this.below(6)]!, urgent: this.below(65536),
      options: this.options(about),
    };
    const payload = new Uint8Array([0, 0, 1, 10, 536, 1400][this.below(6)]!).fill(this.below(256));
    let segment = buildTcp({ source: PEER, destination: OWN }, tcp, payload);
    // Some are damaged, and their checksum made good again, so that they come in.
    if (this.random() < 0.2) segment = this.mutate(segment);
    this.receive(segment);
  }

  /** Something that was said before, again. */
  repeat(): void {
    if (this.#frames.length > 0) this.receive(this.#frames[this.below(this.#frames.length)]!);
  }

  private options(about: ParsedTcp | undefined): Uint8Array | object {
    const last = about?.options.timestamps;
    switch (this.below(8)) {
      case 0: return Uint8Array.from({ length: 4 * this.below(11) }, () => this.below(256));
      case 1: return { mss: this.below(65536), windowScale: this.below(256), sackPermitted: true, timestamps: [this.below(2 ** 32), 0] };
      case 2: return { mss: 1460, sackPermitted: true };
      case 3: return { sack: Array.from({ length: 1 + this.below(3) }, () => {
        const start = ((about?.sequence ?? 0) + this.below(5000) - 1000) >>> 0;
        return [start, (start + this.below(3000)) >>> 0];
      }), ...(last === undefined ? {} : { timestamps: [last[1] + this.below(3), last[0]] }) };
      default: return last === undefined ? {} : { timestamps: [(last[1] + this.below(5)) >>> 0, last[0]] };
    }
  }

  private mutate(segment: Uint8Array): Uint8Array {
    const changed = segment.slice(0, this.random() < 0.3 ? this.below(segment.length + 1) : segment.length);
    for (let i = 0; i < 1 + this.below(4) && changed.length > 0; i++) changed[this.below(Math.min(changed.length, 60))] = this.below(256);
    if (changed.length < 20) return changed;
    const view = new DataView(changed.buffer);
    view.setUint16(16, 0);
    view.setUint16(16, checksum(pseudoHeader(PEER, OWN, PROTOCOL.tcp, changed.length), changed));
    return changed;
  }

  private receive(segment: Uint8Array): void {
    this.sentSegments++;
    if (this.#frames.length < 500) this.#frames.push(segment);
    else this.#frames[this.below(500)] = segment;
    this.stack.receive(ethernet({ to: MAC.own, from: MAC.peer }, ipv4({ source: PEER, destination: OWN, protocol: PROTOCOL.tcp }, segment)));
  }
}

/** An application that opens, accepts, reads, writes, and closes whatever there is, at random. */
class Application {
  readonly sockets: Socket[] = [];
  readonly stack: Stack;
  readonly listener: Socket;

  constructor(stack: Stack) {
    this.stack = stack;
    this.listener = Socket.listen(stack, 80, 50);
  }

  act(nuisance: Nuisance): void {
    const accepted = this.listener.accept();
    if (accepted !== undefined) this.sockets.push(accepted);
    if (this.sockets.length < 20 && nuisance.random() < 0.3) this.sockets.push(Socket.connect(this.stack, PEER, 1 + nuisance.below(65535)));
    const index = nuisance.below(this.sockets.length);
    const socket = this.sockets[index];
    if (socket === undefined) return;
    switch (nuisance.below(20)) {
      case 0: case 1: case 2: case 3: case 4: case 5: socket.write(new Uint8Array(nuisance.below(5000))); break;
      case 6: case 7: case 8: case 9: case 10: case 11: case 12: socket.read(nuisance.below(5000)); break;
      case 13: if (socket.state !== STATE.closed) socket.shutdown(); break;
      case 14: case 15: case 16: case 17: case 18: if (socket.error === 0) break;
      // falls through: a socket with an error is done with
      default:
        if (nuisance.random() < 0.3) socket.abort();
        else socket.close();
        this.sockets.splice(index, 1);
    }
  }
}

test(`${process.env['ASOLO_LONG'] === '1' ? 'a million' : '20,000'} segments trap nothing, leak nothing, and leave a stack that serves`, async () => {
  const total = process.env['ASOLO_LONG'] === '1' ? 1_000_000 : 20_000;
  const stack = await Stack.create({ address: OWN, mac: MAC.own, memory: 0x80000, seed: 7 });
  const nuisance = new Nuisance(stack, 99);
  const application = new Application(stack);
  while (nuisance.sentSegments < total) {
    for (let i = nuisance.below(6); i >= 0; i--) {
      if (nuisance.random() < 0.1) nuisance.repeat();
      else nuisance.say();
    }
    application.act(nuisance);
    nuisance.hear();
    // Usually a moment passes, at times so much that timers run out.
    stack.now += nuisance.random() < 0.02 ? nuisance.below(100e9) : nuisance.below(20e6);
  }
  for (const socket of application.sockets) socket.close();
  application.listener.close();
  for (let end = stack.now + HOUR; stack.now < end;) {
    stack.now = Math.min(Math.max(stack.deadline(), stack.now + 1e6), end);
    nuisance.hear();
  }
  expect(['connectionsUsed', 'halfOpenUsed', 'timeWaitUsed'].map((name) => stack.call(name))).toEqual([0, 0, 0]);
  expect(stack.call('ringBytesFree')).toBe(stack.call('ringBytesTotal'));
  // What was tried has reached the parts that it was meant for.
  const reached = { retransmitted: 2, accepted: 7, challenges: 17, paws: 18, outOfOrder: 20 };
  for (const [name, counter] of Object.entries(reached)) expect(stack.counter(counter), name).toBeGreaterThan(10);
}, 3_600_000);
