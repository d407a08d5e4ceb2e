// An HTTP/1.1 server in AssemblyScript on the sockets of WASI preview 1: it listens where --tcplisten says, from descriptor 3
// on, and serves the files that it finds below /. One loop around poll_oneoff carries all connections, and nothing is
// allocated for a request. Reading order: connection.ts, which says what comes before it, poll.ts, this.
import { Connection } from "./connection";
import { Poll } from "./poll";
import { Counters, prepareResponses } from "./response";
import { AGAIN, accept, close, doNotBlock, findRoot, isSocket, seconds } from "./wasi";

const FIRST = 3;
const LISTENERS_MAX = 16;
const CONNECTIONS_MAX = 1000;
const TICK: u64 = 1_000_000_000;

/** Words of events: a connection's place, and these. */
const WORD_TIMER: u64 = 1 << 32;
const WORD_LISTENER: u64 = 1 << 33;

/** The first `count` are in use. */
const connections = new StaticArray<Connection>(CONNECTIONS_MAX);
const counters = new Counters();
const poll = new Poll(1 + LISTENERS_MAX + CONNECTIONS_MAX);
let count = 0;
let listeners = 0;
/** Connections wait that there is no descriptor or no memory for: nobody is accepted until the next tick. */
let isFull = false;

function acceptAll(listener: i32, now: u64): void {
  while (count < CONNECTIONS_MAX) {
    const fd = accept(listener);
    isFull = fd < 0 ? fd != -AGAIN : !connections[count].begin(fd, now);
    if (isFull && fd >= 0) close(fd);
    if (isFull || fd < 0) return;
    count++;
    counters.connections++;
  }
}

/** Puts the connections that have ended behind those that live. */
function sweep(): void {
  for (let i = count - 1; i >= 0; i--) {
    const connection = connections[i];
    if (connection.fd >= 0) continue;
    connections[i] = connections[--count];
    connections[count] = connection;
  }
  counters.open = count;
}

function wait(): i32 {
  poll.begin();
  poll.addTimer(TICK, WORD_TIMER);
  if (count < CONNECTIONS_MAX && !isFull) for (let i = 0; i < listeners; i++) poll.addReading(FIRST + i, WORD_LISTENER | i);
  for (let i = 0; i < count; i++) {
    const connection = connections[i];
    if (connection.isSending) poll.addWriting(connection.fd, i);
    else poll.addReading(connection.fd, i);
  }
  return poll.wait();
}

function serveAll(): void {
  let ticked = seconds();
  for (;;) {
    const ready = wait(), now = seconds();
    for (let i = 0; i < ready; i++) {
      const word = poll.event(i);
      if (word >= WORD_TIMER) continue;
      const connection = connections[<i32>word];
      if (!connection.serve(counters, now)) connection.end();
    }
    if (now != ticked) {
      isFull = false;
      for (let i = 0; i < count; i++) {
        const connection = connections[i];
        if (connection.fd >= 0 && !connection.age(now)) connection.end();
      }
    }
    ticked = now;
    sweep();
    for (let i = 0; i < ready; i++) if (poll.event(i) & WORD_LISTENER) acceptAll(FIRST + <i32>(poll.event(i) & 0xff), now);
  }
}

while (listeners < LISTENERS_MAX && isSocket(FIRST + listeners)) doNotBlock(FIRST + listeners++);
if (listeners == 0) {
  console.error("http-server-as: nobody has said where to listen: asolo run --tcplisten 127.0.0.1:8080");
  process.exit(1);
}
prepareResponses(findRoot(FIRST + listeners), process.env.has("MACHINE") ? process.env.get("MACHINE") : "");
for (let i = 0; i < CONNECTIONS_MAX; i++) connections[i] = new Connection();
serveAll();
