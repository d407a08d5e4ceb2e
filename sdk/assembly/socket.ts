// TCP and UDP sockets and name lookups for AssemblyScript programs on Asolo, over WAMR's socket calls. Needs no further
// library; descriptors can be polled by poll_oneoff. Read next: docs/network.md, "Sockets that an application makes".
//
//   const socket = Socket.tcp();
//   if (!socket.connect("example.org", 80)) console.log(`no connection: errno ${lastError}`);
//
// Nothing throws. A call that fails says so by false, -1 or null, and `lastError` is then an errno of WASI preview 1.

@external("wasi_snapshot_preview1", "sock_open") declare function sock_open(pool: i32, family: u32, type: u32, opened: usize): u32;
@external("wasi_snapshot_preview1", "sock_bind") declare function sock_bind(fd: i32, address: usize): u32;
@external("wasi_snapshot_preview1", "sock_listen") declare function sock_listen(fd: i32, backlog: u32): u32;
@external("wasi_snapshot_preview1", "sock_connect") declare function sock_connect(fd: i32, address: usize): u32;
@external("wasi_snapshot_preview1", "sock_accept") declare function sock_accept(fd: i32, flags: u32, accepted: usize): u32;
@external("wasi_snapshot_preview1", "sock_close") declare function sock_close(fd: i32): u32;
@external("wasi_snapshot_preview1", "sock_shutdown") declare function sock_shutdown(fd: i32, how: u32): u32;
@external("wasi_snapshot_preview1", "sock_addr_local") declare function sock_addr_local(fd: i32, address: usize): u32;
@external("wasi_snapshot_preview1", "sock_addr_remote") declare function sock_addr_remote(fd: i32, address: usize): u32;
@external("wasi_snapshot_preview1", "sock_recv_from") declare function sock_recv_from(fd: i32, vectors: usize, count: u32, flags: u32, from: usize, received: usize): u32;
@external("wasi_snapshot_preview1", "sock_send_to") declare function sock_send_to(fd: i32, vectors: usize, count: u32, flags: u32, to: usize, sent: usize): u32;
@external("wasi_snapshot_preview1", "sock_send") declare function sock_send(fd: i32, vectors: usize, count: u32, flags: u32, sent: usize): u32;
@external("wasi_snapshot_preview1", "sock_addr_resolve") declare function sock_addr_resolve(host: usize, service: usize, hints: usize, infos: usize, room: u32, found: usize): u32;
@external("wasi_snapshot_preview1", "fd_fdstat_set_flags") declare function fd_fdstat_set_flags(fd: i32, flags: u32): u32;
@external("asolo", "sock_get_option") declare function sock_get_option(fd: i32, option: u32, value: usize): u32;
@external("asolo", "sock_set_option") declare function sock_set_option(fd: i32, option: u32, value: u64): u32;

/** errno of the call that has failed last. */
export let lastError: u32 = 0;

/** Those that a program is likely to tell apart. */
export enum Errno {
  ADDRINUSE = 3, AGAIN = 6, ALREADY = 7, CONNREFUSED = 14, CONNRESET = 15, HOSTUNREACH = 23, INPROGRESS = 26, ISCONN = 30,
  NETDOWN = 38, NETUNREACH = 40, NOENT = 44, NOTCONN = 53, PIPE = 64, TIMEDOUT = 73,
}

/** For getOption and setOption; docs/network.md says what they mean. Times are microseconds, LINGER is seconds + 2 ** 32, or 0. */
export enum Option {
  TYPE, ERROR, IS_LISTENING, REUSE_ADDRESS, SEND_BUFFER, RECEIVE_BUFFER, SEND_TIMEOUT, RECEIVE_TIMEOUT, BROADCAST, LINGER, NO_DELAY,
  KEEP_ALIVE, KEEP_IDLE, KEEP_INTERVAL, KEEP_COUNT,
}

const NONBLOCK: u32 = 4;
const PEEK: u32 = 1;
const ADDRESS_BYTES: usize = 24;
const INFO_BYTES: usize = 28;
const ADDRESSES_MAX: u32 = 16;

// What the calls read and write: an address, the last result, one vector, hints, and the answers to a name.
const address = memory.data(24, 4);
const result = memory.data(8, 8);
const vector = memory.data(8, 4);
const hints = memory.data(12, 4);
const infos = memory.data(28 * 16, 4);

function succeeded(error: u32): bool {
  if (error != 0) lastError = error;
  return error == 0;
}

/** An address and port. */
export class Endpoint {
  constructor(public host: string, public port: u16) {}
}

/** A datagram that has come. */
export class Datagram {
  constructor(public data: Uint8Array, public from: Endpoint) {}
}

/** The addresses of a name, or of a text like 192.0.2.1; none, and `lastError`, if there is none to be found. */
export function resolve(host: string): string[] {
  const found: string[] = [];
  const count = lookUp(host);
  for (let i: u32 = 0; i < count; i++) found.push(hostAt(infos + <usize>i * INFO_BYTES));
  return found;
}

function lookUp(host: string): u32 {
  const name = String.UTF8.encode(host, true);
  const service = String.UTF8.encode("", true);
  memory.fill(hints, 0, 12);
  store<u32>(hints, 1);
  store<u8>(hints, 1, 8);
  if (!succeeded(sock_addr_resolve(changetype<usize>(name), changetype<usize>(service), hints, infos, ADDRESSES_MAX, result))) return 0;
  const count = min<u32>(load<u32>(result), ADDRESSES_MAX);
  if (count == 0) lastError = Errno.NOENT;
  return count;
}

function hostAt(at: usize): string {
  return `${load<u8>(at, 4)}.${load<u8>(at, 5)}.${load<u8>(at, 6)}.${load<u8>(at, 7)}`;
}

function endpointAt(at: usize): Endpoint {
  return new Endpoint(hostAt(at), load<u16>(at, 8));
}

/** Fills `address` with the first address of a name. */
function addressOf(host: string, port: u16): bool {
  if (lookUp(host) == 0) return false;
  memory.copy(address, infos, ADDRESS_BYTES);
  store<u16>(address, port, 8);
  return true;
}

function pointTo(data: Uint8Array): void {
  store<u32>(vector, <u32>data.dataStart);
  store<u32>(vector, <u32>data.length, 4);
}

export class Socket {
  constructor(public fd: i32) {}

  /** A stream; its descriptor is -1, and every call on it fails, if there is none to be had. */
  static tcp(): Socket {
    return Socket.open(1);
  }

  /** For datagrams. */
  static udp(): Socket {
    return Socket.open(0);
  }

  private static open(type: u32): Socket {
    return new Socket(succeeded(sock_open(-1, 0, type, result)) ? load<i32>(result) : -1);
  }

  /** `host` is a name or an address. UDP: whom send() means and from whom receive() hears. */
  connect(host: string, port: u16): bool {
    return addressOf(host, port) && succeeded(sock_connect(this.fd, address));
  }

  /** To an address of the machine, or 0.0.0.0 for all; port 0 is any. */
  bind(host: string, port: u16): bool {
    return addressOf(host, port) && succeeded(sock_bind(this.fd, address));
  }

  listen(backlog: u32 = 128): bool {
    return succeeded(sock_listen(this.fd, backlog));
  }

  accept(): Socket | null {
    return succeeded(sock_accept(this.fd, 0, result)) ? new Socket(load<i32>(result)) : null;
  }

  /** How many bytes were taken: all, unless the socket does not block; -1 if none could be. */
  send(data: Uint8Array): i32 {
    pointTo(data);
    return succeeded(sock_send(this.fd, vector, 1, 0, result)) ? load<i32>(result) : -1;
  }

  sendTo(data: Uint8Array, host: string, port: u16): i32 {
    if (!addressOf(host, port)) return -1;
    pointTo(data);
    return succeeded(sock_send_to(this.fd, vector, 1, 0, address, result)) ? load<i32>(result) : -1;
  }

  /** What there is, at most `limit` bytes; of a stream nothing means its end. `peeks`: it stays. */
  receive(limit: i32, peeks: bool = false): Uint8Array | null {
    const data = new Uint8Array(limit);
    pointTo(data);
    return succeeded(sock_recv_from(this.fd, vector, 1, peeks ? PEEK : 0, address, result)) ? data.subarray(0, load<i32>(result)) : null;
  }

  receiveFrom(limit: i32): Datagram | null {
    const data = this.receive(limit);
    return data ? new Datagram(data, endpointAt(address)) : null;
  }

  shutdown(reading: bool, writing: bool): bool {
    return succeeded(sock_shutdown(this.fd, (reading ? 1 : 0) | (writing ? 2 : 0)));
  }

  close(): bool {
    return succeeded(sock_close(this.fd));
  }

  /** Calls then answer AGAIN (connect: INPROGRESS) in place of waiting, or wait again. */
  setNonblocking(on: bool): bool {
    return succeeded(fd_fdstat_set_flags(this.fd, on ? NONBLOCK : 0));
  }

  localName(): Endpoint | null {
    return succeeded(sock_addr_local(this.fd, address)) ? endpointAt(address) : null;
  }

  peerName(): Endpoint | null {
    return succeeded(sock_addr_remote(this.fd, address)) ? endpointAt(address) : null;
  }

  /** -1: this kind of socket does not have it. */
  getOption(option: Option): i64 {
    return succeeded(sock_get_option(this.fd, option, result)) ? load<i64>(result) : -1;
  }

  setOption(option: Option, value: u64): bool {
    return succeeded(sock_set_option(this.fd, option, value));
  }
}
