// A transfer between two sockets of a simulated path: what is written must be what is read.
import { createHash, type Hash } from 'node:crypto';
import { READY } from './stack.ts';
import type { Socket } from './socket.ts';

/** Bytes that differ everywhere: byte i depends on i alone, so that a transfer can go on anywhere. */
export function pattern(from: number, bytes: number): Uint8Array {
  const made = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) {
    const at = from + i;
    made[i] = (at ^ (at >>> 8) * 31 ^ (at >>> 16) * 17) & 255;
  }
  return made;
}

/** Writes `total` bytes of the pattern, then ends writing; reads and hashes what the other side sends. */
export class Party {
  sent = 0;
  received = 0;
  error = 0;
  hasShut = false;
  readonly #digest: Hash = createHash('sha256');
  readonly #total: number;
  readonly socket: Socket;

  constructor(socket: Socket, total: number) {
    this.socket = socket;
    this.#total = total;
  }

  /** Everything that can be done now. */
  act(): void {
    if (this.error !== 0) return;
    const readiness = this.socket.readiness;
    if ((readiness & READY.failed) !== 0) {
      this.error = this.socket.error;
      return;
    }
    const data = this.socket.read();
    this.#digest.update(data);
    this.received += data.length;
    if (!this.hasShut && (readiness & READY.writable) !== 0) {
      const part = pattern(this.sent, Math.min(this.#total - this.sent, 65536));
      this.sent += this.socket.write(part);
      if (this.sent === this.#total) {
        this.socket.shutdown();
        this.hasShut = true;
      }
    }
  }

  get isDone(): boolean { return this.error !== 0 || (this.hasShut && this.socket.isAtEnd); }

  /** Of what was received. */
  digest(): string { return this.#digest.digest('hex'); }
}

export function digestOf(bytes: number): string {
  const digest = createHash('sha256');
  for (let at = 0; at < bytes; at += 65536) digest.update(pattern(at, Math.min(65536, bytes - at)));
  return digest.digest('hex');
}
