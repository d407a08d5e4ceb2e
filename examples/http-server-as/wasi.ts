// The calls of WASI preview 1 that the server makes, as functions that take and give numbers. A failure is a negative error
// number: -AGAIN is the one that is no failure, but "not now".

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "sock_accept") declare function sock_accept(fd: i32, flags: u32, result: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "sock_recv") declare function sock_recv(fd: i32, vectors: usize, count: u32, flags: u32, bytes: usize, flagsOut: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "sock_send") declare function sock_send(fd: i32, vectors: usize, count: u32, flags: u32, bytes: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "sock_shutdown") declare function sock_shutdown(fd: i32, how: u32): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_close") declare function fd_close(fd: i32): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_fdstat_get") declare function fd_fdstat_get(fd: i32, result: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_fdstat_set_flags") declare function fd_fdstat_set_flags(fd: i32, flags: u32): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_filestat_get") declare function fd_filestat_get(fd: i32, result: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_pread") declare function fd_pread(fd: i32, vectors: usize, count: u32, offset: u64, bytes: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_prestat_get") declare function fd_prestat_get(fd: i32, result: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_prestat_dir_name") declare function fd_prestat_dir_name(fd: i32, name: usize, length: u32): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "path_open") declare function path_open(fd: i32, lookup: u32, path: usize, length: u32, create: u32, rights: u64, inheriting: u64, flags: u32, result: usize): i32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "clock_time_get") declare function clock_time_get(clock: u32, precision: u64, result: usize): i32;

export const AGAIN = 6;

/** __wasi_filetype_t */
export const DIRECTORY = 3;
export const REGULAR_FILE = 4;
const SOCKET_STREAM = 6;

const NONBLOCK = 4;
const SHUT_WR = 2;
const CLOCK_MONOTONIC = 1;
const RIGHT_FD_READ: u64 = 1 << 1;
const RIGHT_FD_SEEK: u64 = 1 << 2;
const RIGHT_FD_FILESTAT_GET: u64 = 1 << 21;
const LOOKUP_SYMLINK_FOLLOW = 1;

/** Two vectors of address and length. */
const vectors = memory.data(16);
/** What a call hands back: at most a filestat, of 64 bytes. */
const result = memory.data(64, 8);

function setVector(index: usize, at: usize, length: i32): void {
  store<u32>(vectors + 8 * index, <u32>at);
  store<u32>(vectors + 8 * index, length, 4);
}

export function isSocket(fd: i32): bool {
  return fd_fdstat_get(fd, result) == 0 && load<u8>(result) == SOCKET_STREAM;
}

export function doNotBlock(fd: i32): void {
  fd_fdstat_set_flags(fd, NONBLOCK);
}

/** The descriptor of a connection that does not block. */
export function accept(listener: i32): i32 {
  const error = sock_accept(listener, NONBLOCK, result);
  return error == 0 ? load<i32>(result) : -error;
}

/** The number of bytes that came; none at the end. */
export function receive(fd: i32, at: usize, room: i32): i32 {
  setVector(0, at, room);
  const error = sock_recv(fd, vectors, 1, 0, result, result + 4);
  return error == 0 ? load<i32>(result) : -error;
}

/** Sends one piece and then another; how many bytes of both there was room for. */
export function send(fd: i32, first: usize, firstLength: i32, second: usize, secondLength: i32): i32 {
  setVector(0, first, firstLength);
  setVector(1, second, secondLength);
  const error = sock_send(fd, vectors, 2, 0, result);
  return error == 0 ? load<i32>(result) : -error;
}

export function endSending(fd: i32): bool {
  return sock_shutdown(fd, SHUT_WR) == 0;
}

export function close(fd: i32): void {
  fd_close(fd);
}

/** The descriptor of the directory that was given as `/`, of those from `first` on; -1 if there is none. */
export function findRoot(first: i32): i32 {
  for (let fd = first; fd_prestat_get(fd, result) == 0; fd++) {
    if (load<u8>(result) != 0 || load<u32>(result, 4) != 1) continue; // no directory, or another name
    if (fd_prestat_dir_name(fd, result, 1) == 0 && load<u8>(result) == 0x2f) return fd;
  }
  return -1;
}

export function open(directory: i32, path: usize, length: i32): i32 {
  const rights = RIGHT_FD_READ | RIGHT_FD_SEEK | RIGHT_FD_FILESTAT_GET;
  const error = path_open(directory, LOOKUP_SYMLINK_FOLLOW, path, length, 0, rights, 0, 0, result);
  return error == 0 ? load<i32>(result) : -error;
}

/** What is behind a descriptor: its type, and its size in `lastSize`. */
export function typeOf(fd: i32): u32 {
  if (fd_filestat_get(fd, result) != 0) return 0;
  lastSize = load<u64>(result, 32);
  return load<u8>(result, 16);
}
export let lastSize: u64 = 0;

export function readAt(fd: i32, offset: u64, at: usize, room: i32): i32 {
  setVector(0, at, room);
  const error = fd_pread(fd, vectors, 1, offset, result);
  return error == 0 ? load<i32>(result) : -error;
}

/** Since the machine was started. */
export function seconds(): u64 {
  return clock_time_get(CLOCK_MONOTONIC, 0, result) == 0 ? load<u64>(result) / 1_000_000_000 : 0;
}
