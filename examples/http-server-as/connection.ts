// One connection: bytes that have come and are no request yet, and the rest of the answer. Requests that come together are
// answered in order, one at a time. Nothing here waits. Reading order: text.ts, wasi.ts, request.ts, response.ts, this.
import { MORE, OK, Request, readRequest } from "./request";
import { Counters, HEAD_BYTES, Response, answer, refuse } from "./response";
import { find } from "./text";
import { AGAIN, close, endSending, readAt, receive, send } from "./wasi";

const IN_BYTES = 4096;
const CHUNK_BYTES = 16384;
const PAGE_BYTES = 65536;

const IDLE_SECONDS: u64 = 60;
const HEAD_SECONDS: u64 = 20;
const DRAIN_SECONDS: u64 = 2;

/** One for all: a request is read and answered at once, and of a file what was not sent is read again. */
const request = new Request();
const chunk = heap.alloc(CHUNK_BYTES);

/** Memory for buffers, from memory.grow: it says when there is no more, where allocating would end the program. */
let free: usize = 0;
let freeEnd: usize = 0;

function takeMemory(bytes: usize): usize {
  if (free + bytes > freeEnd) {
    const page = memory.grow(1);
    if (page < 0) return 0;
    free = <usize>page * PAGE_BYTES;
    freeEnd = free + PAGE_BYTES;
  }
  free += bytes;
  return free - bytes;
}

export class Connection {
  fd: i32 = -1;
  since: u64 = 0;                 // when a byte last moved, or the head that is not all there began
  input: usize = 0;               // IN_BYTES, taken when the connection is first used and kept for the next
  inLength: i32 = 0;
  body: u64 = 0;                  // of the last request: bytes to be skipped
  ends: bool = false;             // after this answer
  drains: bool = false;           // it has been sent: what still comes is thrown away, so that the client can read the answer
  response: Response = new Response();

  /** Makes it ready for a client; false if there is no memory. */
  begin(fd: i32, now: u64): bool {
    if (this.input == 0) {
      this.input = takeMemory(IN_BYTES + HEAD_BYTES);
      if (this.input == 0) return false;
      this.response.head = this.input + IN_BYTES;
    }
    this.fd = fd;
    this.since = now;
    this.inLength = 0;
    this.body = 0;
    this.ends = this.drains = false;
    return true;
  }

  end(): void {
    this.response.end();
    close(this.fd);
    this.fd = -1;
  }

  /** Whether there is something to send; else it is to be read from. */
  get isSending(): bool {
    return !this.response.isWhole;
  }

  /** It is ready for what it waits for: reads, answers and writes as far as that goes. False: it has ended. */
  serve(counters: Counters, now: u64): bool {
    if (this.isSending) {
      if (!this.sendSome(now)) return false;
    } else if (!this.receiveSome(now)) return false;
    while (!this.isSending && !this.drains && this.answerNext(counters)) if (!this.sendSome(now)) return false;
    return true;
  }

  /** Time has passed. False: it has ended. */
  age(now: u64): bool {
    const age = now - this.since;
    if (this.drains) return age < DRAIN_SECONDS;
    if (this.isSending || this.inLength == 0) return age < IDLE_SECONDS;
    if (age < HEAD_SECONDS) return true;
    this.refuse(408);
    return this.sendSome(now);
  }

  /** Sends as much as there is room for. False: the client is gone. */
  private sendSome(now: u64): bool {
    const response = this.response;
    while (!response.isWhole) {
      const head = response.sent < <u64>response.headLength ? response.headLength - <i32>response.sent : 0;
      let bytes = 0;
      if (response.file >= 0) {
        const offset = response.sent + head - response.headLength;
        bytes = readAt(response.file, offset, chunk, <i32>min<u64>(response.size - offset, CHUNK_BYTES));
        if (bytes < 0 || head + bytes == 0) return false; // the file is shorter than was promised
      }
      const sent = send(this.fd, response.head + response.headLength - head, head, chunk, bytes);
      if (sent < 0) return sent == -AGAIN;
      response.sent += sent;
      this.since = now;
    }
    response.end();
    if (!this.ends || this.drains) return true;
    this.drains = true;
    return endSending(this.fd);
  }

  /** False: nothing will ever come. */
  private receiveSome(now: u64): bool {
    if (this.drains) this.inLength = 0;
    const bytes = receive(this.fd, this.input + this.inLength, IN_BYTES - this.inLength);
    if (bytes <= 0) return bytes == -AGAIN;
    if (this.inLength == 0 && !this.drains) this.since = now;
    this.inLength += bytes;
    return true;
  }

  /** Answers the next request, if it is all there. There is room for more when it is not: a full buffer is an answer, too. */
  private answerNext(counters: Counters): bool {
    const skipped = <i32>min<u64>(this.body, this.inLength);
    this.body -= skipped;
    this.forget(skipped);
    if (this.inLength == 0 || this.ends) return false;
    const end = this.input + this.inLength;
    let status = readRequest(request, this.input, end);
    if (status == MORE && this.inLength < IN_BYTES) return false;
    if (status == MORE) status = find(this.input, end, 0x0a) < end ? 431 : 414;
    counters.requests++;
    if (status != OK) {
      this.refuse(status);
      return true;
    }
    this.forget(request.headLength);
    this.body = request.body;
    this.ends = !request.keepsAlive;
    answer(this.response, request, counters);
    return true;
  }

  private refuse(status: i32): void {
    this.ends = true;
    this.inLength = 0;
    refuse(this.response, status);
  }

  private forget(bytes: i32): void {
    this.inLength -= bytes;
    memory.copy(this.input, this.input + bytes, this.inLength);
  }
}
