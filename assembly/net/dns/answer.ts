// Reading a name server's answer: is it to our question, and what does it say?
// Read first: RFC 1035 §4.1, §7.3; RFC 1034 §3.6.2 (CNAME); RFC 5452 §9 (what an answer must match).

import { DNS_ADDRESSES_MAX } from "../../base/limits";
import { equals } from "../../lib/bytes";
import {
  DNS_CLASS_IN, DNS_HEADER_BYTES, DNS_QUESTION_BYTES, DNS_RCODE_NO_NAME, DNS_RCODE_OK, DNS_RECORD_BYTES, DNS_TYPE_A,
  DNS_TYPE_CNAME, dnsAnswerCount, dnsResultCode, isDnsAnswer, isDnsTruncated, nameBytesAt, readName,
} from "../wire/dns";
import { get16, get32 } from "../wire/order";

/** Not an answer to this question: forged, or late. */
export const ANSWER_MISMATCHED: u32 = 0;
export const ANSWER_MALFORMED: u32 = 1;
/** There is more, over TCP. */
export const ANSWER_TRUNCATED: u32 = 2;
/** This server cannot or does not want to tell. */
export const ANSWER_REFUSED: u32 = 3;
export const ANSWER_NO_NAME: u32 = 4;
/** The name exists and has no address. */
export const ANSWER_NO_ADDRESS: u32 = 5;
/** The name stands for another one, answerName(), of which nothing more is said. */
export const ANSWER_ALIAS: u32 = 6;
export const ANSWER_ADDRESSES: u32 = 7;

/** Names for names, one after the other. */
const ALIASES_MAX: u32 = 16;

const current = memory.data(256, 8);
const owner = memory.data(256, 8);
// DNS_ADDRESSES_MAX addresses.
const addresses = memory.data(8 * 4, 4);
let count: u32 = 0;

/** Addresses in the answer read last, and where they are. */
export function answerAddressCount(): u32 {
  return count;
}

export function answerAddresses(): usize {
  return addresses;
}

/** The name, in wire form, to which the aliases in the answer led. */
export function answerName(): usize {
  return current;
}

/** Reads a message of `bytes` bytes as the answer to the question `id` about `name` (wire form, lower case). */
export function readAnswer(at: usize, bytes: u32, id: u32, name: usize, nameBytes: u32): u32 {
  count = 0;
  if (!isDnsAnswer(at, bytes, id)) return ANSWER_MISMATCHED;
  const records = readQuestion(at, bytes, name, nameBytes);
  if (records == 0) return ANSWER_MISMATCHED;
  if (isDnsTruncated(at)) return ANSWER_TRUNCATED;
  if (dnsResultCode(at) == DNS_RCODE_NO_NAME) return ANSWER_NO_NAME;
  if (dnsResultCode(at) != DNS_RCODE_OK) return ANSWER_REFUSED;
  memory.copy(current, name, nameBytes);
  for (let aliases: u32 = 0; aliases < ALIASES_MAX; aliases++) {
    const found = readRecords(at, bytes, records);
    if (found == ANSWER_MALFORMED || found == ANSWER_ADDRESSES) return found;
    if (found == ANSWER_ALIAS) continue;
    return equals(current, name, nameBytes) ? ANSWER_NO_ADDRESS : ANSWER_ALIAS;
  }
  return ANSWER_MALFORMED;
}

/** The offset after the question, 0 if it is not the one we asked. */
function readQuestion(at: usize, bytes: u32, name: usize, nameBytes: u32): u32 {
  const after = readName(at, bytes, DNS_HEADER_BYTES, owner);
  if (after == 0 || after + DNS_QUESTION_BYTES > bytes) return 0;
  if (nameBytesAt(owner) != nameBytes || !equals(owner, name, nameBytes)) return 0;
  if (get16(at + after) != DNS_TYPE_A || get16(at + after + 2) != DNS_CLASS_IN) return 0;
  return after + DNS_QUESTION_BYTES;
}

/** Looks for what the answer section says of `current`: its addresses, or its alias, which becomes `current`. */
function readRecords(at: usize, bytes: u32, offset: u32): u32 {
  for (let left = dnsAnswerCount(at); left != 0; left--) {
    const after = readName(at, bytes, offset, owner);
    if (after == 0 || after + DNS_RECORD_BYTES > bytes) return ANSWER_MALFORMED;
    const data = after + DNS_RECORD_BYTES;
    const dataBytes = get16(at + after + 8);
    if (data + dataBytes > bytes) return ANSWER_MALFORMED;
    offset = data + dataBytes;
    const ownerBytes = nameBytesAt(owner);
    if (get16(at + after + 2) != DNS_CLASS_IN) continue;
    if (ownerBytes != nameBytesAt(current) || !equals(owner, current, ownerBytes)) continue;
    const type = get16(at + after);
    if (type == DNS_TYPE_CNAME) return readName(at, bytes, data, current) == 0 ? ANSWER_MALFORMED : ANSWER_ALIAS;
    if (type != DNS_TYPE_A || dataBytes != 4 || count == DNS_ADDRESSES_MAX) continue;
    store<u32>(addresses + (<usize>count << 2), get32(at + data));
    count++;
  }
  return count != 0 ? ANSWER_ADDRESSES : ANSWER_NO_ADDRESS;
}
