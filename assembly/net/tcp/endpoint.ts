// What a segment can be meant for, found by its addresses and ports: one hash table for all kinds.
// The records themselves: connection.ts, half-open.ts, time-wait.ts; each begins with these fields.
//
//   buckets: [ u32 ][ u32 ] …     -> Endpoint.next -> Endpoint.next -> 0

export const CONNECTION: u32 = 1;
/** A connection in state LISTEN, or one that is only bound to a port: remote address and port are 0. */
export const LISTENER: u32 = 2;
export const HALF_OPEN: u32 = 3;
export const WAITING: u32 = 4;

@unmanaged
export class Endpoint {
  next: usize;
  kind: u32;
  localAddress: u32;
  remoteAddress: u32;
  /** The local port in the high half, the remote in the low. */
  ports: u32;
}

let buckets: usize = 0;
let mask: u32 = 0;
let secret: u64 = 0;

/** Makes the table, empty, over `count` buckets (a power of two) of 4 bytes at `at`. */
export function initialiseEndpoints(at: usize, count: u32): void {
  buckets = at;
  mask = count - 1;
  secret = 0;
  memory.fill(at, 0, count << 2);
}

/** Keys the hash, so that nobody can choose ports that all fall into one bucket. Only while the table is empty. */
export function keyEndpoints(key: u64): void {
  secret = key;
}

export function localPort(endpoint: Endpoint): u32 {
  return endpoint.ports >> 16;
}

export function remotePort(endpoint: Endpoint): u32 {
  return endpoint.ports & 0xffff;
}

/** The endpoint with exactly these addresses and ports, or 0. */
export function findEndpoint(localAddress: u32, remoteAddress: u32, ports: u32): usize {
  let at = load<u32>(bucketOf(localAddress, remoteAddress, ports));
  while (at != 0) {
    const endpoint = changetype<Endpoint>(<usize>at);
    if (endpoint.ports == ports && endpoint.remoteAddress == remoteAddress && endpoint.localAddress == localAddress) return at;
    at = <u32>endpoint.next;
  }
  return 0;
}

/** The listener for a local address and port: one bound to the address, else one bound to any; 0 if there is none. */
export function findListener(localAddress: u32, port: u32): usize {
  const exact = findEndpoint(localAddress, 0, port << 16);
  return exact != 0 ? exact : findEndpoint(0, 0, port << 16);
}

export function addEndpoint(endpoint: Endpoint, kind: u32): void {
  const bucket = bucketOf(endpoint.localAddress, endpoint.remoteAddress, endpoint.ports);
  endpoint.kind = kind;
  endpoint.next = load<u32>(bucket);
  store<u32>(bucket, <u32>changetype<usize>(endpoint));
}

export function removeEndpoint(endpoint: Endpoint): void {
  // A link is where a pointer to an endpoint stands: in a bucket, or in the field `next`, which is an endpoint's first.
  let link = bucketOf(endpoint.localAddress, endpoint.remoteAddress, endpoint.ports);
  while (<usize>load<u32>(link) != changetype<usize>(endpoint)) {
    link = load<u32>(link);
    assert(link != 0, "endpoint is not in the table");
  }
  store<u32>(link, <u32>endpoint.next);
  endpoint.kind = 0;
}

function bucketOf(localAddress: u32, remoteAddress: u32, ports: u32): usize {
  // Not a cryptographic hash, but its key is secret and nothing that an outsider sees depends on the bucket.
  let hash = ((<u64>localAddress << 32) | <u64>remoteAddress) ^ secret;
  hash = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15;
  hash = (hash ^ <u64>ports ^ (hash >> 29) ^ rotl<u64>(secret, 23)) * 0xbf58476d1ce4e5b9;
  return buckets + (<usize>(<u32>(hash >> 32) & mask) << 2);
}
