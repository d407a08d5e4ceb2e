/* Compression in the format of LZ4 blocks (literals and matches found by a hash table of 4 bytes), and back: unaligned
   words, unpredictable branches, short copies. */

#include "report.h"

enum { LENGTH = 200000, HASH_BITS = 13, MINIMUM = 4, LAST_LITERALS = 12, FARTHEST = 65535 };

static uint8_t plain[LENGTH], packed[LENGTH + LENGTH / 255 + 16], unpacked[LENGTH + 32];
static uint32_t places[1 << HASH_BITS];

static uint32_t word(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint8_t *write_length(uint8_t *to, size_t length)
{
    for (; length >= 255; length -= 255)
        *to++ = 255;
    *to++ = (uint8_t)length;
    return to;
}

/* One sequence: a token with both lengths, the literals, how far back the match is; `match` 0 is the last one. */
static uint8_t *write_sequence(uint8_t *to, const uint8_t *literals, size_t count, size_t distance, size_t match)
{
    uint8_t *token = to++;
    size_t extra = match > 0 ? match - MINIMUM : 0;
    *token = (uint8_t)((count < 15 ? count : 15) << 4 | (extra < 15 ? extra : 15));
    if (count >= 15)
        to = write_length(to, count - 15);
    memcpy(to, literals, count);
    to += count;
    if (match > 0) {
        *to++ = (uint8_t)distance;
        *to++ = (uint8_t)(distance >> 8);
        if (extra >= 15)
            to = write_length(to, extra - 15);
    }
    return to;
}

static size_t compress(const uint8_t *from, size_t length, uint8_t *to)
{
    const uint8_t *at = from, *literals = from, *end = from + length, *limit = end - LAST_LITERALS;
    uint8_t *start = to;
    memset(places, 0, sizeof places);
    while (at < limit) {
        uint32_t *place = &places[word(at) * 2654435761u >> (32 - HASH_BITS)];
        const uint8_t *earlier = from + *place;
        *place = (uint32_t)(at - from);
        if (earlier >= at || at - earlier > FARTHEST || word(earlier) != word(at)) {
            at += 1 + ((at - literals) >> 6);
            continue;
        }
        size_t match = MINIMUM;
        while (at + match < limit && at[match] == earlier[match])
            match++;
        to = write_sequence(to, literals, (size_t)(at - literals), (size_t)(at - earlier), match);
        at += match;
        literals = at;
    }
    return (size_t)(write_sequence(to, literals, (size_t)(end - literals), 0, 0) - start);
}

static size_t read_length(const uint8_t **from, size_t length)
{
    uint8_t byte = 255;
    if (length == 15)
        for (; byte == 255; length += byte)
            byte = *(*from)++;
    return length;
}

static size_t decompress(const uint8_t *from, size_t length, uint8_t *to)
{
    const uint8_t *end = from + length;
    uint8_t *start = to;
    for (;;) {
        uint8_t token = *from++;
        size_t literals = read_length(&from, token >> 4);
        memcpy(to, from, literals);
        to += literals, from += literals;
        if (from >= end)
            return (size_t)(to - start);
        size_t distance = from[0] | (size_t)from[1] << 8;
        from += 2;
        size_t match = read_length(&from, token & 15) + MINIMUM;
        const uint8_t *earlier = to - distance;
        if (distance >= 8)    /* eight bytes a turn, over the end: the buffer has room */
            for (size_t i = 0; i < match; i += 8)
                memcpy(to + i, earlier + i, 8);
        else
            for (size_t i = 0; i < match; i++)
                to[i] = earlier[i];
        to += match;
    }
}

static void write_plain(void)
{
    static const char *const words[] = {"the ", "kernel ", "of ", "memory ", "page ", "a ", "and ", "interrupt ",
                                        "0x", "unikernel", ".\n", "is ", "table ", "to ", "device ", "not "};
    uint32_t random = 5;
    size_t at = 0;
    while (at < LENGTH) {
        uint32_t pick = report_random(&random);
        const char *piece = words[pick % 16];
        for (size_t i = 0; piece[i] != 0 && at < LENGTH; i++)
            plain[at++] = (uint8_t)piece[i];
        for (uint32_t digits = pick / 16 % 32 < 4 ? 6 : 0; digits > 0 && at < LENGTH; digits--)
            plain[at++] = (uint8_t)('0' + report_random(&random) % 10);
    }
}

static uint64_t work(void)
{
    size_t length = compress(plain, LENGTH, packed);
    size_t back = decompress(packed, length, unpacked);
    if (back != LENGTH || memcmp(plain, unpacked, LENGTH) != 0)
        return 0;
    return report_words(packed, length) + length;
}

int main(int count, char **arguments)
{
    write_plain();
    return report(count, arguments, 40, work, 0x85616832c1ae5ec9);
}
