// Answers: files below the root, a page and a JSON document of our own, and errors. A file is only opened here; its bytes are
// sent from wherever sending has got to.
import { Request } from "./request";
import { Text, isSame } from "./text";
import { DIRECTORY, REGULAR_FILE, close, lastSize, open, seconds, typeOf } from "./wasi";

/** A head and a short body. */
export const HEAD_BYTES = 2048;
const MACHINE_LENGTH_MAX = 250;
const NAME_BYTES = 1100;

const WELCOME = "<!doctype html>\n<title>asolo</title>\n<h1>It works</h1>\n<p>This page comes from a unikernel. Files to serve"
  + " are given with <code>--dir site::/</code>; <a href=\"/status.json\">status.json</a> says how it is.</p>\n";

export class Response {
  head: usize = 0;                // memory of HEAD_BYTES
  headLength: i32 = 0;
  file: i32 = -1;                 // what follows the head, or none
  size: u64 = 0;
  sent: u64 = 0;                  // bytes of head and file

  @inline get isWhole(): bool {
    return this.sent == <u64>this.headLength + this.size;
  }

  /** A new answer: nothing of it has been sent. */
  begin(): Text {
    this.file = -1;
    this.size = 0;
    this.sent = 0;
    return new Text(this.head);
  }

  end(): void {
    if (this.file >= 0) close(this.file);
    this.file = -1;
    this.headLength = 0;
    this.size = 0;
    this.sent = 0;
  }
}

export class Counters {
  requests: u64 = 0;
  connections: u64 = 0;
  open: u64 = 0;
}

/** The descriptor of the directory whose files are served, or -1. */
let root: i32 = -1;
/** What the environment says of the machine, without what would have to be escaped in JSON. */
let machine: string = "";
/** Where names of files are put together. */
const name = new Text(heap.alloc(NAME_BYTES));
const text = new Text(heap.alloc(HEAD_BYTES));

export function prepareResponses(directory: i32, description: string): void {
  root = directory;
  for (let i = 0; i < description.length && machine.length < MACHINE_LENGTH_MAX; i++) {
    const letter = description.charCodeAt(i);
    if (letter >= 0x20 && letter < 0x7f && letter != 0x22 && letter != 0x5c) machine += String.fromCharCode(letter);
  }
}

function reason(status: i32): string {
  switch (status) {
    case 200: return "OK";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 414: return "URI Too Long";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 505: return "HTTP Version Not Supported";
    default: return "Bad Request";
  }
}

const TYPES: StaticArray<string> = [
  "html", "text/html; charset=utf-8", "css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8",
  "json", "application/json", "txt", "text/plain; charset=utf-8", "md", "text/plain; charset=utf-8",
  "svg", "image/svg+xml", "png", "image/png", "jpg", "image/jpeg", "ico", "image/x-icon", "wasm", "application/wasm",
];

/** The type that the end of a name stands for. */
function mediaType(at: usize, end: usize): string {
  let dot = end;
  while (dot > at && load<u8>(dot - 1) != 0x2e) dot--;
  for (let i = 0; dot > at && i < TYPES.length; i += 2) if (isSame(dot, end, TYPES[i])) return TYPES[i + 1];
  return "application/octet-stream";
}

function addHead(out: Text, status: i32, type: string, bytes: u64, keepsAlive: bool): void {
  out.add("HTTP/1.1 ").addNumber(status).add(" ").add(reason(status)).add("\r\nContent-Type: ").add(type);
  out.add("\r\nContent-Length: ").addNumber(bytes);
  if (status == 405) out.add("\r\nAllow: GET, HEAD");
  if (!keepsAlive) out.add("\r\nConnection: close");
  out.add("\r\n\r\n");
}

function answerText(response: Response, request: Request, status: i32, type: string): void {
  const out = response.begin();
  addHead(out, status, type, text.length, request.keepsAlive);
  if (!request.isHead) out.addBytes(text.at, text.length);
  response.headLength = out.length;
}

/** Opens a regular file, where a directory is named its index.html; -1 if there is none. Its name is in `name` then. */
function openFile(request: Request): i32 {
  name.length = 0;
  name.addBytes(request.path, request.pathLength);
  for (let i = 0; i < 2; i++) {
    // Names are relative to the directory that is open.
    let skipped = 0;
    while (skipped < name.length && load<u8>(name.at + skipped) == 0x2f) skipped++;
    if (skipped == name.length) name.add("."), skipped = name.length - 1;
    const file = open(root, name.at + skipped, name.length - skipped);
    if (file < 0) return -1;
    const type = typeOf(file);
    if (type == REGULAR_FILE) return file;
    close(file);
    if (type != DIRECTORY) return -1;
    name.add("/index.html");
  }
  return -1;
}

export function answer(response: Response, request: Request, counters: Counters): void {
  text.length = 0;
  if (isSame(request.path, request.path + request.pathLength, "/status.json")) {
    text.add('{"requests":').addNumber(counters.requests).add(',"connections":').addNumber(counters.connections);
    text.add(',"open":').addNumber(counters.open).add(',"seconds":').addNumber(seconds());
    text.add(',"memory":').addNumber(<u64>memory.size() << 16).add(',"language":"AssemblyScript","machine":"').add(machine).add('"}\n');
    return answerText(response, request, 200, "application/json");
  }
  const file = openFile(request);
  if (file >= 0) return answerFile(response, request, file);
  if (request.pathLength == 1) {
    text.add(WELCOME);
    return answerText(response, request, 200, "text/html; charset=utf-8");
  }
  text.add("There is no such page.\n");
  answerText(response, request, 404, "text/plain; charset=utf-8");
}

function answerFile(response: Response, request: Request, file: i32): void {
  const out = response.begin(), size = lastSize;
  addHead(out, 200, mediaType(name.at, name.at + name.length), size, request.keepsAlive);
  response.headLength = out.length;
  if (request.isHead) return close(file);
  response.file = file;
  response.size = size;
}

/** The answer to what was no request, or took too long; the connection ends after it. */
export function refuse(response: Response, status: i32): void {
  const out = response.begin();
  addHead(out, status, "text/plain; charset=utf-8", reason(status).length + 1, false);
  out.add(reason(status)).add("\n");
  response.headLength = out.length;
}
