// What a network device does for a driver that asks: write a checksum (VirtIO 1.2 §5.1.6.2), cut a large TCP segment.

/** The internet checksum (RFC 1071) of some bytes, not complemented. */
export function sum(bytes: Uint8Array, start = 0): number {
  let total = start;
  for (let i = 0; i < bytes.length; i += 2) total += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

/** From `start` to the end; the field holds the pseudo-header's sum. */
export function writeChecksum(frame: Uint8Array, start: number, offset: number): void {
  new DataView(frame.buffer, frame.byteOffset).setUint16(start + offset, ~sum(frame.subarray(start)) & 0xffff);
}

/** TCP over IPv4 over Ethernet, in packets of at most `size` bytes of data. */
export function cutSegments(frame: Uint8Array, tcpStart: number, size: number): Uint8Array[] {
  const ip = 14;
  const view = new DataView(frame.buffer, frame.byteOffset);
  const headers = tcpStart + (frame[tcpStart + 12]! >> 4) * 4;
  const pieces: Uint8Array[] = [];
  for (let at = headers; at < frame.length; at += size) {
    const piece = Uint8Array.from([...frame.subarray(0, headers), ...frame.subarray(at, at + size)]);
    const out = new DataView(piece.buffer);
    out.setUint16(ip + 2, piece.length - ip);
    out.setUint16(ip + 4, view.getUint16(ip + 4) + pieces.length & 0xffff);
    out.setUint16(ip + 10, 0);
    out.setUint16(ip + 10, ~sum(piece.subarray(ip, tcpStart)) & 0xffff);
    out.setUint32(tcpStart + 4, view.getUint32(tcpStart + 4) + at - headers >>> 0);
    // FIN and PSH belong to the last packet only.
    if (at + size < frame.length) piece[tcpStart + 13]! &= ~9;
    const pseudo = sum(frame.subarray(ip + 12, ip + 20), 6 + piece.length - tcpStart);
    out.setUint16(tcpStart + 16, 0);
    out.setUint16(tcpStart + 16, ~sum(piece.subarray(tcpStart), pseudo) & 0xffff);
    pieces.push(piece);
  }
  return pieces;
}
