/* What the parts of cpu-load share: the checksum and one function for each kind of work.
   Every part is given a seed and returns a checksum of all that it computed. */

#ifndef LOAD_H
#define LOAD_H

#include <stdint.h>

uint16_t list_work(uint32_t seed);
uint16_t matrix_work(uint32_t seed);
uint16_t scanner_work(uint32_t seed);

/* CRC-16/XMODEM (polynomial 0x1021), a bit at a time: shifts and branches are a kind of work too. */
static inline uint16_t crc16(uint16_t crc, uint32_t value, int bits)
{
    for (int bit = bits - 1; bit >= 0; bit--) {
        int carry = (crc >> 15) ^ ((value >> bit) & 1);
        crc = (uint16_t)(crc << 1);
        if (carry)
            crc ^= 0x1021;
    }
    return crc;
}

/* Numerical Recipes' linear congruential generator: the same numbers everywhere. */
static inline uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

#endif
