/* A state machine: sorts words into integers, fractions, numbers with an exponent, and the rest. Branches. */

#include "load.h"
#include <stddef.h>

enum state { START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, SCIENTIFIC, INVALID, STATES };

enum { TEXT_LENGTH = 2000 };

static char text[TEXT_LENGTH + 1];

static void write_text(uint32_t *random)
{
    static const char *const words[] = {
        "5012", "-874", "+122", "35.54400", ".1234500", "-110.700", "5.500e+3", "-.123e-2",
        "+0.6e-12", "-87e+832", "T0.3e-1F", "-T.T++Tq", "1T3.4e4z", "34.0e-T^", "0", "-",
    };
    size_t length = 0;
    while (length < TEXT_LENGTH) {
        const char *word = words[next_random(random) % (sizeof words / sizeof words[0])];
        while (*word != '\0' && length < TEXT_LENGTH)
            text[length++] = *word++;
        if (length < TEXT_LENGTH)
            text[length++] = ',';
    }
    text[TEXT_LENGTH] = '\0';
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static enum state step(enum state state, char c)
{
    switch (state) {
    case START:
        return is_digit(c) ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : INVALID;
    case SIGN:
        return is_digit(c) ? INTEGER : c == '.' ? POINT : INVALID;
    case INTEGER:
        return is_digit(c) ? INTEGER : c == '.' ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case POINT:
    case FRACTION:
        return is_digit(c) ? FRACTION : c == 'e' && state == FRACTION ? EXPONENT : INVALID;
    case EXPONENT:
        return is_digit(c) ? SCIENTIFIC : c == '+' || c == '-' ? EXPONENT_SIGN : INVALID;
    case EXPONENT_SIGN:
    case SCIENTIFIC:
        return is_digit(c) ? SCIENTIFIC : INVALID;
    default:
        return INVALID;
    }
}

/* Counts the words by the state they end in, and how often each state was passed through. */
static void scan(uint32_t ended[STATES], uint32_t passed[STATES])
{
    enum state state = START;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == ',') {
            ended[state]++;
            state = START;
        } else {
            state = step(state, *c);
            passed[state]++;
        }
    }
    ended[state]++;
}

uint16_t scanner_work(uint32_t seed)
{
    uint32_t random = seed;
    uint32_t ended[STATES] = {0}, passed[STATES] = {0};
    uint16_t crc = 0;

    write_text(&random);
    scan(ended, passed);
    for (size_t i = 0; i < TEXT_LENGTH; i += 1 + (seed & 0xf))     /* spoil some characters and scan again */
        if (text[i] != ',')
            text[i] ^= (char)(seed & 1);
    scan(ended, passed);

    for (int i = 0; i < STATES; i++) {
        crc = crc16(crc, ended[i], 32);
        crc = crc16(crc, passed[i], 32);
    }
    return crc;
}
