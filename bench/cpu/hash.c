/* Words counted in a hash table with open addressing (FNV-1a, linear probing, growth by rehashing), and one mixing
   function over 64-bit numbers: bytes, multiplications, loads that miss the cache, comparisons of short strings. */

#include "report.h"

enum { TEXT = 120000, LARGEST = 1 << 14 };

struct slot {
    const char *word;
    uint32_t length, count;
    uint64_t hash;
};

static char text[TEXT + 1];
static struct slot tables[2][LARGEST];

static struct slot *find(struct slot *table, uint32_t mask, const char *word, uint32_t length, uint64_t hash)
{
    struct slot *slot = &table[hash & mask];
    while (slot->word != NULL && (slot->hash != hash || slot->length != length || memcmp(slot->word, word, length) != 0))
        slot = slot == &table[mask] ? table : slot + 1;
    return slot;
}

/* Moves all words to a table of twice the size. */
static void grow(const struct slot *from, uint32_t size, struct slot *to)
{
    memset(to, 0, size * 2 * sizeof *to);
    for (uint32_t i = 0; i < size; i++)
        if (from[i].word != NULL)
            *find(to, size * 2 - 1, from[i].word, from[i].length, from[i].hash) = from[i];
}

static uint64_t count_words(void)
{
    uint32_t size = 64, used = 0, current = 0;
    memset(tables[0], 0, size * sizeof tables[0][0]);
    for (const char *at = text; *at != 0;) {
        const char *word = at;
        uint64_t hash = 0xcbf29ce484222325u;
        for (; *at > ' '; at++)
            hash = (hash ^ (uint8_t)*at) * 0x100000001b3u;
        uint32_t length = (uint32_t)(at - word);
        while (*at == ' ')
            at++;
        struct slot *slot = find(tables[current], size - 1, word, length, hash);
        if (slot->count++ > 0)
            continue;
        slot->word = word, slot->length = length, slot->hash = hash;
        if (++used * 2 > size && size < LARGEST) {
            grow(tables[current], size, tables[!current]);
            current = !current, size *= 2;
        }
    }
    uint64_t sum = used;
    for (uint32_t i = 0; i < size; i++)
        sum = sum * 31 + tables[current][i].count;
    return sum;
}

/* The finaliser of MurmurHash3, in a chain. */
static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 33) * 0xff51afd7ed558ccdu;
    value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53u;
    return value ^ value >> 33;
}

static uint64_t work(void)
{
    uint64_t sum = count_words();
    for (uint64_t i = 0; i < 20000; i++)
        sum += mix(i ^ sum);
    return sum;
}

int main(int count, char **arguments)
{
    uint32_t random = 3;
    for (int at = 0; at < TEXT;) {
        uint32_t pick = report_random(&random) % (report_random(&random) % 4000 + 1) + 17;
        for (; pick > 0 && at < TEXT; pick /= 7)
            text[at++] = (char)('a' + pick % 7 + pick / 3 % 11);
        if (at < TEXT)
            text[at++] = ' ';
    }
    return report(count, arguments, 30, work, 0x26a66046b3df46b8);
}
