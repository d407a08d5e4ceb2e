// A socket of a simulated stack, as a test's application uses it: the calls of assembly/net/tcp/socket.ts and stream.ts.
import { dotted, ip } from './frames.ts';
import { READY, STATUS, type Stack } from './stack.ts';

export class Socket {
  readonly stack: Stack;
  readonly number: number;

  constructor(stack: Stack, number = stack.call('tcpOpen')) {
    if (number === 0) throw new Error('no socket is left');
    this.stack = stack;
    this.number = number;
  }

  /** A socket that listens. */
  static listen(stack: Stack, port: number, backlog = 64): Socket {
    const socket = new Socket(stack);
    expectOk(socket.bind('0.0.0.0', port));
    expectOk(socket.call('tcpListen', backlog));
    return socket;
  }

  /** One that has begun to connect. */
  static connect(stack: Stack, address: string, port: number): Socket {
    const socket = new Socket(stack);
    const status = socket.connect(address, port);
    if (status !== STATUS.inProgress) throw new Error(`connect: status ${status}`);
    return socket;
  }

  call(name: string, ...values: number[]): number {
    return this.stack.call(name, this.number, ...values);
  }

  bind(address: string, port: number): number { return this.call('tcpBind', ip(address), port); }
  connect(address: string, port: number): number { return this.call('tcpConnect', ip(address), port); }
  get readiness(): number { return this.call('tcpReadiness'); }
  get state(): number { return this.call('tcpState'); }
  get error(): number { return this.call('tcpError'); }
  get peer(): string { return `${dotted(this.call('tcpPeerAddress'))}:${this.call('tcpPeerPort')}`; }
  get port(): number { return this.call('tcpLocalPort'); }

  accept(): Socket | undefined {
    const number = this.call('tcpAccept');
    return number === 0 ? undefined : new Socket(this.stack, number);
  }

  /** Writes as much as there is space for; returns how much. */
  write(data: Uint8Array): number {
    let at = 0;
    while (at < data.length) {
      const space = this.call('tcpSendSpace');
      if (space === 0) break;
      const part = data.subarray(at, at + space);
      this.stack.bytes.set(part, this.call('tcpSendAt'));
      at += part.length;
      this.call(at < data.length ? 'tcpSendPart' : 'tcpSendCommit', part.length);
    }
    return at;
  }

  /** Reads what there is, at most `limit` bytes. */
  read(limit = Infinity): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let left = limit; left > 0;) {
      const bytes = Math.min(this.call('tcpReceiveBytes'), left);
      if (bytes === 0) break;
      const from = this.call('tcpReceiveAt');
      parts.push(this.stack.bytes.slice(from, from + bytes));
      this.call('tcpReceiveConsume', bytes);
      left -= bytes;
    }
    return Buffer.concat(parts);
  }

  /** Whether the peer has sent its last byte and all has been read. */
  get isAtEnd(): boolean {
    return this.call('tcpReceiveBytes') === 0 && this.call('tcpReceiveStatus') === STATUS.ok;
  }

  get isWritable(): boolean { return (this.readiness & READY.writable) !== 0; }
  shutdown(): number { return this.call('tcpShutdown', 0, 1); }
  close(): void { this.call('tcpClose'); }
  abort(): void { this.call('tcpAbort'); }
}

function expectOk(status: number): void {
  if (status !== STATUS.ok) throw new Error(`status ${status}`);
}
