// Conversations with one TCP: a peer that says exactly what the script says and wants to hear exactly what it says.
//
//   < FLAGS seq=N ack=N …    the peer sends a segment          > FLAGS seq=N ack=N …    the stack has sent one; what is
//                                                               not mentioned may be anything
//     seq, ack   relative to the sender's first sequence number; ack to the other side's
//     len=N      bytes of data                win=N   the window field          urg=N
//     mss=N ws=N sackok sack=A-B,C-D ts=VALUE[,ECHO]             options; `-mss`, `-ts` …: not there
//   nothing                  nothing more was sent              wait 40ms | wait 3s
//   listen [BACKLOG] | accept | connect | write N | read N | shutdown | deaf | close | abort | nodelay
//   is STATE | error NAME | readable N | icmp port | icmp toobig MTU | icmp host
//   # a comment
//
// Anything that the stack has sent and the script does not expect fails, at the next line or at the end.
import { arp, ethernet, icmp, ICMP, ipv4, parse, PROTOCOL } from './frames.ts';
import { Socket } from './socket.ts';
import { READY, Stack, STATE, STATUS, type StackOptions } from './stack.ts';
import { buildTcp, type ParsedTcp, type TcpOptions } from './tcp-frames.ts';

export const OWN = '10.0.0.1';
export const PEER = '10.0.0.2';
const PEER_MAC = '52:54:00:00:00:02';
const OWN_MAC = '52:54:00:00:00:01';
const MILLISECOND = 1e6;

export interface DialogueOptions extends Partial<StackOptions> {
  /** Ports; the peer's first sequence number. */
  own?: number; peer?: number; irs?: number;
}

export class Dialogue {
  readonly stack: Stack;
  readonly sent: ParsedTcp[] = [];
  socket: Socket | undefined;
  listener: Socket | undefined;
  /** The stack's first sequence number, once seen. */
  iss = 0;
  irs: number;
  own: number;
  peer: number;
  #lastTimestamp = 0;
  #lastSegment: Uint8Array = new Uint8Array();
  #written = 0;

  private constructor(stack: Stack, options: DialogueOptions) {
    this.stack = stack;
    this.own = options.own ?? 80;
    this.peer = options.peer ?? 5000;
    this.irs = options.irs ?? 1000;
  }

  static async begin(options: DialogueOptions = {}): Promise<Dialogue> {
    const stack = await Stack.create({ address: OWN, mac: OWN_MAC, ...options });
    const dialogue = new Dialogue(stack, options);
    // The stack learns where the peer is before the conversation.
    stack.receive(ethernet({ to: OWN_MAC, from: PEER_MAC, type: 0x0806 },
      arp({ operation: 1, senderMac: PEER_MAC, sender: PEER, targetMac: OWN_MAC, target: OWN })));
    dialogue.#turn();
    dialogue.sent.length = 0;
    return dialogue;
  }

  /** Carries out a script. */
  say(script: string): this {
    script.split('\n').forEach((line, i) => {
      const text = line.replace(/#.*/, '').trim();
      if (text === '') return;
      try {
        this.#step(text);
      } catch (error) {
        throw new Error(`line ${i + 1}: ${text}\n${(error as Error).message}`, { cause: error });
      }
    });
    if (this.sent.length > 0) throw new Error(`at the end, the stack has also sent ${this.#describe(this.sent[0]!)}`);
    return this;
  }

  /** Everything that falls due in `duration` ns happens at its time. */
  wait(duration: number): void {
    const end = this.stack.now + duration;
    for (let due = this.stack.deadline(); due <= end; due = this.stack.deadline()) {
      this.stack.now = Math.max(due, this.stack.now + 1);
      this.#turn();
    }
    this.stack.now = end;
    this.#turn();
  }

  #turn(): void {
    this.stack.poll();
    while (this.stack.queued > 0) for (const frame of this.stack.take()) this.#hear(frame);
  }

  #hear(frame: Uint8Array): void {
    const tcp = parse(frame).ipv4?.tcp;
    if (tcp === undefined) return;
    this.#lastSegment = frame.slice(14);
    if (!tcp.checksumValid) throw new Error('the stack has sent a wrong checksum');
    if (tcp.options.timestamps !== undefined) this.#lastTimestamp = tcp.options.timestamps[0];
    this.sent.push(tcp);
  }

  #step(text: string): void {
    const [verb, ...words] = text.split(/\s+/) as [string, ...string[]];
    if (verb === '>') return this.#expect(words);
    if (verb === 'nothing') {
      if (this.sent.length > 0) throw new Error(`but it has sent ${this.#describe(this.sent[0]!)}`);
      return;
    }
    if (verb === '<') this.#send(words);
    else if (verb === 'wait') this.wait(parseTime(words[0]!));
    else if (verb === 'icmp') this.#icmp(words);
    else this.#application(verb, words);
    this.#turn();
  }

  #application(verb: string, words: string[]): void {
    const number = Number(words[0]);
    switch (verb) {
      case 'listen': this.listener = Socket.listen(this.stack, this.own, words[0] === undefined ? 16 : number); return;
      case 'accept': {
        this.socket = this.listener!.accept();
        if (this.socket === undefined) throw new Error('nothing to accept');
        return;
      }
      case 'connect': {
        this.socket = Socket.connect(this.stack, PEER, this.peer);
        this.own = this.socket.port;
        return;
      }
      case 'write': {
        const written = this.socket!.write(Uint8Array.from({ length: number }, (_, i) => (this.#written + i) & 255));
        this.#written += written;
        if (written !== number) throw new Error(`only ${written} bytes fitted`);
        return;
      }
      case 'read': {
        const bytes = this.socket!.read(number);
        if (bytes.length !== number) throw new Error(`only ${bytes.length} bytes`);
        return;
      }
      case 'deaf': this.socket!.call('tcpShutdown', 1, 0); return;
      case 'nodelay': this.socket!.call('tcpSetNoDelay', 1); return;
      case 'shutdown': case 'close': case 'abort': this.socket![verb](); return;
      case 'readable': return equal(this.socket!.call('tcpReceiveTotal'), number, 'readable');
      case 'is': return equal(this.socket!.state, STATE[words[0] as keyof typeof STATE], 'state');
      case 'error': return equal(this.socket!.error, STATUS[words[0] as keyof typeof STATUS], 'error');
      case 'ready': return equal(this.socket!.readiness, words.reduce((sum, word) => sum | READY[word as keyof typeof READY], 0), 'readiness');
      default: throw new Error('no such step');
    }
  }

  #send(words: string[]): void {
    const fields = parseFields(words);
    const options: TcpOptions = {};
    if (fields['mss'] !== undefined) options.mss = Number(fields['mss']);
    if (fields['ws'] !== undefined) options.windowScale = Number(fields['ws']);
    if (fields['sackok'] !== undefined) options.sackPermitted = true;
    if (fields['ts'] !== undefined) {
      const [value, echo] = fields['ts'].split(',').map(Number);
      options.timestamps = [value!, echo ?? this.#lastTimestamp];
    }
    if (fields['sack'] !== undefined) options.sack = parseBlocks(fields['sack'], this.iss);
    const tcp = {
      sourcePort: this.peer, destinationPort: this.own, sequence: (this.irs + Number(fields['seq'] ?? 0)) >>> 0, flags: words[0]!,
      acknowledgement: words[0]!.includes('A') ? (this.iss + Number(fields['ack'] ?? 0)) >>> 0 : 0,
      window: Number(fields['win'] ?? 65535), urgent: Number(fields['urg'] ?? 0), options,
    };
    const payload = Uint8Array.from({ length: Number(fields['len'] ?? 0) }, (_, i) => (Number(fields['seq'] ?? 0) + i) & 255);
    this.#receive(PROTOCOL.tcp, buildTcp({ source: PEER, destination: OWN }, tcp, payload));
  }

  #icmp(words: string[]): void {
    const code = { net: 0, host: 1, protocol: 2, port: 3, toobig: 4, prohibited: 13 }[words[0]!]!;
    this.#receive(PROTOCOL.icmp, icmp({ type: ICMP.unreachable, code, rest: Number(words[1] ?? 0) }, this.#lastSegment.subarray(0, 28)));
  }

  #receive(protocol: number, payload: Uint8Array): void {
    this.stack.receive(ethernet({ to: OWN_MAC, from: PEER_MAC }, ipv4({ source: PEER, destination: OWN, protocol }, payload)));
  }

  #expect(words: string[]): void {
    const segment = this.sent.shift();
    if (segment === undefined) throw new Error('but nothing was sent');
    const fields = parseFields(words);
    if (segment.flags.includes('S') && this.iss === 0) this.iss = segment.sequence;
    const said = this.#describe(segment);
    const check = (name: string, got: number | string | undefined): void => {
      if (fields[name] !== undefined && String(got) !== fields[name]) throw new Error(`${name} is ${got} in ${said}`);
    };
    if ([...segment.flags].sort().join('') !== [...words[0]!].sort().join('')) throw new Error(`it was ${said}`);
    const isAlone = segment.flags === 'R' && !segment.flags.includes('A');
    check('seq', isAlone && this.iss === 0 ? segment.sequence : this.#relative(segment.sequence, this.iss));
    check('ack', this.#relative(segment.acknowledgement, this.irs));
    check('len', segment.payload.length);
    check('win', segment.window);
    const { mss, windowScale, sackPermitted, sack, timestamps } = segment.options;
    check('mss', mss);
    check('ws', windowScale);
    check('sack', sack?.map((block) => block.map((edge) => this.#relative(edge, this.irs)).join('-')).join(','));
    check('echo', timestamps?.[1]);
    const present = { mss, ws: windowScale, sackok: sackPermitted, sack, ts: timestamps };
    for (const [name, value] of Object.entries(present)) {
      if (fields[`-${name}`] !== undefined && value !== undefined) throw new Error(`${name} is there in ${said}`);
      if (fields[name] === '' && value === undefined) throw new Error(`${name} is not there in ${said}`);
    }
  }

  #relative(sequence: number, first: number): number {
    return (sequence - first) | 0;
  }

  #describe(segment: ParsedTcp): string {
    return `${segment.flags} seq=${this.#relative(segment.sequence, this.iss)} ack=${this.#relative(segment.acknowledgement, this.irs)} `
      + `len=${segment.payload.length} win=${segment.window} ${JSON.stringify(segment.options)}`;
  }
}

/** Begins a conversation and carries out its script. */
export async function converse(script: string, options: DialogueOptions = {}): Promise<Dialogue> {
  return (await Dialogue.begin(options)).say(script);
}

function parseFields(words: string[]): Partial<Record<string, string>> {
  return Object.fromEntries(words.slice(1).map((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
  }));
}

function parseBlocks(text: string, first: number): [number, number][] {
  return text.split(',').map((block) => block.split('-').map((edge) => (first + Number(edge)) >>> 0) as [number, number]);
}

function parseTime(text: string): number {
  return text.endsWith('ms') ? Number(text.slice(0, -2)) * MILLISECOND : Number(text.slice(0, -1)) * 1000 * MILLISECOND;
}

function equal(got: number, wanted: number, what: string): void {
  if (got !== wanted) throw new Error(`${what} is ${got}, not ${wanted}`);
}

