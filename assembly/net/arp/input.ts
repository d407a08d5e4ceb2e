// A received ARP message: learn, answer, notice another host with our address.
// Read first: RFC 826, "Packet Reception"; RFC 5227 §2.4. What follows a conflict is conflict.ts's.

import { count, COUNTER_ARP_MALFORMED, COUNTER_ARP_RECEIVED } from "../counters";
import { ADDRESS_NONE, isHostAddress } from "../address";
import { interfaceAt } from "../interface";
import { ARP_REPLY, ARP_REQUEST, arpOperation, arpSenderAddress, arpSenderMac, arpTargetAddress, isArpForIpv4 } from "../wire/arp";
import { isGroupMac } from "../wire/ethernet";
import { learn } from "./cache";
import { noticeConflict, noticeProbe } from "./conflict";
import { sendArpReply } from "./message";

export function arpInput(index: u32, at: usize, bytes: u32): void {
  count(COUNTER_ARP_RECEIVED);
  if (!isArpForIpv4(at, bytes)) return count(COUNTER_ARP_MALFORMED);
  const own = interfaceAt(index);
  const operation = arpOperation(at);
  const sender = arpSenderAddress(at);
  const target = arpTargetAddress(at);
  const mac = arpSenderMac(at);
  if (operation != ARP_REQUEST && operation != ARP_REPLY) return count(COUNTER_ARP_MALFORMED);
  if (isGroupMac(mac) || mac == 0) return count(COUNTER_ARP_MALFORMED);
  // Some links give us back what we have sent.
  if (mac == own.mac) return;
  const isForUs = target == own.address && own.address != ADDRESS_NONE;
  if (sender == ADDRESS_NONE) {
    // A probe: nobody's address is learnt from it.
    if (isForUs && operation == ARP_REQUEST) sendArpReply(index, mac, ADDRESS_NONE);
    noticeProbe(index, target);
    return;
  }
  if (!isHostAddress(sender)) return count(COUNTER_ARP_MALFORMED);
  if (noticeConflict(index, sender)) return;
  const isRequest = operation == ARP_REQUEST && isForUs;
  learn(index, sender, mac, isRequest);
  if (isRequest) sendArpReply(index, mac, sender);
}
