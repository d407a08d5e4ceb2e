// Solo5: a network interface. Answers ARP (RFC 826) and ICMP echo (RFC 792) for one address, until it has answered as many
// echo requests as the second word says, if there is one.
//
//     asolo run build/examples/solo5-net.wasm --manifest examples/solo5-net/asolo.json --net service=tap:tap0 -- 10.0.0.2
#include <solo5.h>

#include <stdio.h>
#include <string.h>

enum {
    ETHERNET_TYPE = 12, TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806,
    ARP_OPERATION = 14 + 6, ARP_SENDER = 14 + 8, ARP_TARGET = 14 + 18, ARP_END = 14 + 28, ARP_REQUEST = 1, ARP_REPLY = 2,
    IPV4 = 14, IPV4_LENGTH = 14 + 2, IPV4_FRAGMENT = 14 + 6, IPV4_PROTOCOL = 14 + 9, IPV4_SOURCE = 14 + 12, IPV4_TARGET = 14 + 16,
    ICMP = 14 + 20, ICMP_SUM = ICMP + 2, PROTOCOL_ICMP = 1, ECHO_REQUEST = 8, ECHO_REPLY = 0,
};

static solo5_handle_t nic;
static struct solo5_net_info info;
static uint8_t address[4];
static uint8_t frame[65536 + SOLO5_NET_HLEN];

static void say(const char *text)
{
    solo5_console_write(text, strlen(text));
}

static unsigned get16(size_t at)
{
    return frame[at] << 8 | frame[at + 1];
}

static void put16(size_t at, unsigned value)
{
    frame[at] = value >> 8;
    frame[at + 1] = value;
}

/** Turns the frame round and sends it. */
static void answer(size_t size)
{
    memcpy(frame, frame + 6, 6);
    memcpy(frame + 6, info.mac_address, 6);
    solo5_net_write(nic, frame, size);
}

static void answer_arp(size_t size)
{
    static const uint8_t ethernet_and_ipv4[6] = {0, 1, 8, 0, 6, 4};
    if (size < ARP_END || memcmp(frame + 14, ethernet_and_ipv4, 6) != 0) return;
    if (get16(ARP_OPERATION) != ARP_REQUEST || memcmp(frame + ARP_TARGET + 6, address, 4) != 0) return;
    put16(ARP_OPERATION, ARP_REPLY);
    memcpy(frame + ARP_TARGET, frame + ARP_SENDER, 10);
    memcpy(frame + ARP_SENDER, info.mac_address, 6);
    memcpy(frame + ARP_SENDER + 6, address, 4);
    answer(ARP_END);
}

/** True if it was an echo request for us: whole, without options, not a fragment. */
static bool answer_echo(size_t size)
{
    if (size < ICMP + 8 || frame[IPV4] != 0x45 || frame[IPV4_PROTOCOL] != PROTOCOL_ICMP) return false;
    if ((get16(IPV4_FRAGMENT) & 0x3fff) != 0 || memcmp(frame + IPV4_TARGET, address, 4) != 0) return false;
    const size_t end = 14 + get16(IPV4_LENGTH);
    if (end > size || end < ICMP + 8 || frame[ICMP] != ECHO_REQUEST) return false;
    memcpy(frame + IPV4_TARGET, frame + IPV4_SOURCE, 4);
    memcpy(frame + IPV4_SOURCE, address, 4); // The sum of the header does not change: the same words, in another order.
    frame[ICMP] = ECHO_REPLY;
    const unsigned sum = get16(ICMP_SUM) + (ECHO_REQUEST << 8); // RFC 1624: one word has become smaller by that.
    put16(ICMP_SUM, (sum & 0xffff) + (sum >> 16));
    answer(end);
    return true;
}

static bool read_address(const char *text)
{
    unsigned part[4];
    if (sscanf(text, "%u.%u.%u.%u", &part[0], &part[1], &part[2], &part[3]) != 4) return false;
    for (int i = 0; i < 4; i++) address[i] = part[i];
    return true;
}

int solo5_app_main(const struct solo5_start_info *start)
{
    char line[120];
    unsigned limit = 0, answered = 0;
    if (!read_address(start->cmdline)) {
        say("which address? as in -- 10.0.0.2\n");
        return SOLO5_EXIT_FAILURE;
    }
    sscanf(start->cmdline, "%*s %u", &limit);
    if (solo5_net_acquire("service", &nic, &info) != SOLO5_R_OK) return SOLO5_EXIT_FAILURE;
    snprintf(line, sizeof line, "at %d.%d.%d.%d, MTU %zu\n", address[0], address[1], address[2], address[3], info.mtu);
    say(line);

    while (limit == 0 || answered < limit) {
        size_t size;
        const solo5_result_t result = solo5_net_read(nic, frame, sizeof frame, &size);
        if (result == SOLO5_R_AGAIN) solo5_yield(UINT64_MAX, NULL);
        else if (result != SOLO5_R_OK) return SOLO5_EXIT_FAILURE;
        else if (size < SOLO5_NET_HLEN) continue;
        else if (get16(ETHERNET_TYPE) == TYPE_ARP) answer_arp(size);
        else if (get16(ETHERNET_TYPE) == TYPE_IPV4 && answer_echo(size)) answered++;
    }
    snprintf(line, sizeof line, "answered %u\n", answered);
    say(line);
    return SOLO5_EXIT_SUCCESS;
}
