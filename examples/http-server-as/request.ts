// HTTP/1.1 requests (RFC 9112): the head, from the first byte to the empty line, and what the server has to know of it.
// Strict: what the RFC calls invalid is refused, never guessed at.
import { beginsAlike, digit, find, isAlike, isOneOf, isSame } from "./text";

/** What readRequest() hands back where it is not the status of a refusal, from 400 on. */
export const MORE = 0;
export const OK = 1;

const TARGET_MAX: usize = 1024;
const LENGTH_DIGITS_MAX: usize = 15;

const TAB = 0x09, LF = 0x0a, CR = 0x0d, SPACE = 0x20, PERCENT = 0x25, SLASH = 0x2f, ZERO = 0x30, COLON = 0x3a, QUESTION = 0x3f;

export class Request {
  isHead: bool = false;           // HEAD, else GET
  isOld: bool = false;            // HTTP/1.0
  keepsAlive: bool = false;
  hosts: i32 = 0;
  hasLength: bool = false;
  body: u64 = 0;                  // bytes that follow the head
  headLength: i32 = 0;
  path: usize = heap.alloc(TARGET_MAX); // decoded, from its slash on, without the query
  pathLength: i32 = 0;
}

/** Reads the head at the start of the bytes. After a refusal the connection cannot go on. */
export function readRequest(request: Request, at: usize, end: usize): i32 {
  const begin = at;
  request.hosts = 0;
  request.hasLength = false;
  request.body = 0;
  at = skipEmptyLines(at, end);
  for (let isFirst = true; ; isFirst = false) {
    const feed = find(at, end, LF);
    if (feed == end) return MORE;
    // §2.2: a line feed alone ends a line, too.
    const lineEnd = feed > at && load<u8>(feed - 1) == CR ? feed - 1 : feed;
    if (lineEnd == at) {
      request.headLength = <i32>(feed + 1 - begin);
      break;
    }
    const status = isFirst ? readRequestLine(request, at, lineEnd) : readField(request, at, lineEnd);
    if (status != OK) return status;
    at = feed + 1;
  }
  // §3.2: exactly one Host from HTTP/1.1 on.
  return request.hosts == 1 || (request.hosts == 0 && request.isOld) ? OK : 400;
}

/** §2.2: empty lines before a request are ignored. */
function skipEmptyLines(at: usize, end: usize): usize {
  while (at < end) {
    const isPair = load<u8>(at) == CR && at + 1 < end && load<u8>(at, 1) == LF;
    if (!isPair && load<u8>(at) != LF) break;
    at += isPair ? 2 : 1;
  }
  return at;
}

/** §3: method SP target SP version */
function readRequestLine(request: Request, at: usize, end: usize): i32 {
  const methodEnd = find(at, end, SPACE);
  if (methodEnd == end || !isToken(at, methodEnd)) return 400;
  const target = methodEnd + 1;
  const targetEnd = find(target, end, SPACE);
  if (targetEnd == end) return 400;
  const version = targetEnd + 1;
  if (end - version != 8 || !isSame(version, version + 5, "HTTP/") || load<u8>(version, 6) != 0x2e) return 400;
  const major = digit(load<u8>(version, 5)), minor = digit(load<u8>(version, 7));
  if (major > 9 || minor > 9) return 400;
  if (major != 1) return 505;
  request.isOld = minor == 0;
  request.keepsAlive = minor != 0;
  if (targetEnd - target > TARGET_MAX) return 414;
  if (!readTarget(request, target, targetEnd)) return 400;
  request.isHead = isSame(at, methodEnd, "HEAD");
  return request.isHead || isSame(at, methodEnd, "GET") ? OK : 405;
}

/** §3.2.1 and §3.2.2: a path, or an address whose path we look at; no other form is for us. */
function readTarget(request: Request, at: usize, end: usize): bool {
  end = find(at, end, QUESTION);
  request.pathLength = 0;
  if (beginsAlike(at, end, "http://")) {
    at = find(at + 7, end, SLASH);
    if (at == end) addToPath(request, SLASH);
  }
  while (at < end) {
    let byte: u32 = load<u8>(at++);
    if (byte == PERCENT) {
      if (end - at < 2) return false;
      const high = digit(load<u8>(at)), low = digit(load<u8>(at, 1));
      if (high > 15 || low > 15) return false;
      byte = high << 4 | low;
      at += 2;
    }
    if (byte == 0) return false;
    addToPath(request, byte);
  }
  const path = request.path, pathEnd = path + request.pathLength;
  return request.pathLength > 0 && load<u8>(path) == SLASH && staysInside(path, pathEnd);
}

function addToPath(request: Request, byte: u32): void {
  store<u8>(request.path + request.pathLength++, byte);
}

/** Whether no part of the path is `..`. */
function staysInside(at: usize, end: usize): bool {
  while (at < end) {
    const part = at + 1;
    at = find(part, end, SLASH);
    if (isSame(part, at, "..")) return false;
  }
  return true;
}

/** §5: name ":" OWS value OWS */
function readField(request: Request, at: usize, end: usize): i32 {
  const colon = find(at, end, COLON);
  if (colon == end || !isToken(at, colon)) return 400;
  let value = colon + 1;
  while (value < end && isBlank(load<u8>(value))) value++;
  while (end > value && isBlank(load<u8>(end - 1))) end--;
  if (find(value, end, 0) != end || find(value, end, CR) != end) return 400;
  if (isAlike(at, colon, "transfer-encoding")) return 501;
  if (isAlike(at, colon, "content-length")) return readLength(request, value, end);
  if (isAlike(at, colon, "host")) request.hosts++;
  if (isAlike(at, colon, "connection")) {
    if (isAlike(value, end, "close")) request.keepsAlive = false;
    if (isAlike(value, end, "keep-alive")) request.keepsAlive = true;
  }
  return OK;
}

function readLength(request: Request, at: usize, end: usize): i32 {
  if (request.hasLength || at == end || end - at > LENGTH_DIGITS_MAX) return 400;
  request.hasLength = true;
  for (; at < end; at++) {
    const value = <u32>load<u8>(at) - ZERO;
    if (value > 9) return 400;
    request.body = request.body * 10 + value;
  }
  return OK;
}

/** RFC 9110 §5.6.2 */
function isToken(at: usize, end: usize): bool {
  if (at == end) return false;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    const isLetter = (byte | 0x20) - 0x61 < 26;
    if (!isLetter && byte - ZERO > 9 && !isOneOf(byte, "!#$%&'*+-.^_`|~")) return false;
  }
  return true;
}

function isBlank(byte: u32): bool {
  return byte == SPACE || byte == TAB;
}
