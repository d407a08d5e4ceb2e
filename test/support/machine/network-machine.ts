// A machine with a network device, and on the other end of its cable a host with a stack of its own, whose sockets the test
// uses while the application waits: what the peer does is scheduled on the machine's clock.
import { Machine, type MachineOptions } from './machine.ts';
import type { Application } from './application.ts';
import { Net, type NetOptions } from './virtio/net.ts';
import { Socket } from '../net/socket.ts';
import { Stack } from '../net/stack.ts';

export const OWN = '10.0.0.1';
export const PEER = '10.0.0.2';
/** One way, in ns. */
const DELAY = 50_000;

export interface NetworkOptions extends MachineOptions {
  readonly net?: NetOptions;
  /** Whether the machine asks DHCP for its address. */
  readonly isUnconfigured?: boolean;
  /** Bytes of TCP memory of the peer. */
  readonly peerMemory?: number;
}

export class NetworkMachine {
  readonly machine: Machine;
  readonly peer: Stack;
  /** Frames that the machine has sent. */
  frames = 0;
  /** Whether the cable carries anything. */
  isCut = false;
  /** What the peer does with each frame, after its stack. */
  onHeard: (frame: Uint8Array) => void = () => undefined;
  #cancel: () => void = () => undefined;

  static async create(options: NetworkOptions = {}): Promise<NetworkMachine> {
    const peer = await Stack.create({ address: PEER, mac: '52:54:00:00:00:02', memory: options.peerMemory ?? 0x200000, startAt: 0 });
    return new NetworkMachine(options, peer);
  }

  private constructor(options: NetworkOptions, peer: Stack) {
    this.peer = peer;
    const words = options.commandLine ?? '';
    this.machine = new Machine({
      cpu: { kvmclock: true, rdseed: 'works' }, ...options, devices: [{ device: 'net', latency: 1000, ...options.net }],
      commandLine: `${options.isUnconfigured === true ? '' : `ip=${OWN}/24 `}log=com3 ${words as string}`,
    });
  }

  get device(): Net {
    return this.machine.devices[0] as Net;
  }

  /** Runs the application; the peer is there from the start. */
  run(application: (app: Application) => number | void): ReturnType<Machine['attempt']> {
    return this.machine.attempt(() => {
      this.machine.start();
      this.device.onFrame = (frame) => {
        this.frames++;
        if (!this.isCut) this.machine.clock.after(DELAY, () => this.#peerHears(frame));
      };
      const status = application(this.machine.boot());
      this.machine.exports['exit']!(status ?? 0);
    });
  }

  /** Has the peer do something, `ms` from now. */
  later(ms: number, action: () => void): void {
    this.machine.clock.after(ms * 1e6, () => {
      this.peer.now = this.machine.clock.now;
      action();
      this.flush();
    });
  }

  /** A connection that the peer begins now. */
  connect(port = 80): Socket {
    this.peer.now = this.machine.clock.now;
    const socket = Socket.connect(this.peer, OWN, port);
    this.flush();
    return socket;
  }

  /** Sends what the peer has to send, and gives it its turns when they are due. */
  flush(): void {
    this.peer.now = this.machine.clock.now;
    this.peer.poll();
    while (this.peer.queued > 0) {
      for (const frame of this.peer.take()) {
        if (!this.isCut) this.machine.clock.after(DELAY, () => { this.device.deliver(frame); });
      }
    }
    this.#cancel();
    const due = this.peer.deadline();
    if (due !== Infinity) this.#cancel = this.machine.clock.after(Math.max(due - this.machine.clock.now, 1000), () => { this.flush(); });
  }

  /** Lets time pass while the application computes. */
  pass(ms: number): void {
    this.machine.clock.pass(ms * 1e6);
  }

  #peerHears(frame: Uint8Array): void {
    this.peer.now = this.machine.clock.now;
    this.peer.receive(frame);
    this.onHeard(frame);
    this.flush();
  }
}
