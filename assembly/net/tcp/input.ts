// TCP's entrances for IPv4: segments, and errors about segments that we have sent.

/** A segment of `bytes` bytes for one of our addresses; its checksum is right, its lengths are not checked. */
export function tcpInput(_interface: u32, _source: u32, _destination: u32, _segment: usize, _bytes: u32): void {}

/** An error (ipv4/errors.ts, ERROR_*) about a segment of ours, of which `bytes` bytes (8 at least) are quoted. */
export function tcpUnreachable(
  _kind: u32, _source: u32, _destination: u32, _segment: usize, _bytes: u32, _mtu: u32,
): void {}
