// Writes to one of our own standard streams without changing how it is opened: plain blocking writes on Node's worker
// threads. (process.stdout would block the whole program on a slow pipe, timers and signals with it, and making the
// descriptor non-blocking would change it for everybody who shares it.)
import { write } from 'node:fs';
import type { Readable } from 'node:stream';

const RETRY_MS = 5;
/** Above this the source is paused until the rest is written. */
const HIGH_WATER = 256 * 1024;

export class Sink {
  private readonly fd: number;
  private readonly onBroken: (error: Error) => void;
  private queue: Uint8Array[] = [];
  private queued = 0;
  private broken = false;
  private waiting: (() => void)[] = [];
  private readonly sources = new Set<Readable>();
  /** A write is under way. */
  busy = false;

  /** `onBroken` is called once, when nobody reads any more, or there is no room. */
  constructor(fd: number, onBroken: (error: Error) => void = () => {}) {
    this.fd = fd;
    this.onBroken = onBroken;
  }

  /** Everything the source gives is written; the source waits when the reader is slow. */
  from(source: Readable, seen: () => void = () => {}, pushed: (bytes: number) => void = () => {}): void {
    this.sources.add(source);
    source.on('data', (chunk: Uint8Array) => {
      seen();
      this.push(chunk);
      pushed(chunk.length);
      if (this.queued > HIGH_WATER) source.pause();
    });
    source.on('error', () => {});
  }

  push(chunk: Uint8Array): void {
    if (this.broken) return;
    this.queue.push(chunk);
    this.queued += chunk.length;
    if (!this.busy) this.next();
  }

  /** Resolves when everything is written, or nothing can be any more. */
  flushed(): Promise<void> {
    return this.busy ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  private next(): void {
    const chunk = this.queue.length > 1 ? Buffer.concat(this.queue) : this.queue[0];
    this.queue = [];
    this.queued = 0;
    for (const source of this.sources) if (source.isPaused()) source.resume();
    if (!chunk) {
      this.busy = false;
      for (const resolve of this.waiting.splice(0)) resolve();
      return;
    }
    this.busy = true;
    this.writeAll(chunk);
  }

  private writeAll(chunk: Uint8Array): void {
    write(this.fd, chunk, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.writeAll(chunk), RETRY_MS);
      } else if (error) {
        this.broken = true;
        this.queue = [];
        this.next();
        this.onBroken(error);
      } else if (written < chunk.length) this.writeAll(chunk.subarray(written));
      else this.next();
    });
  }
}
