/* Matrices of 16-bit numbers: multiply, add a constant, take bit fields apart. Loops over arrays. */

#include "load.h"

enum { SIZE = 24 };

static int16_t a[SIZE][SIZE], b[SIZE][SIZE];
static int32_t product[SIZE][SIZE];

static void fill(uint32_t *random)
{
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) {
            a[row][column] = (int16_t)(next_random(random) & 0xff);
            b[row][column] = (int16_t)(next_random(random) & 0xff);
        }
}

static void add_constant(int16_t constant)
{
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++)
            a[row][column] = (int16_t)(a[row][column] + constant);
}

static void multiply(void)
{
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) {
            int32_t sum = 0;
            for (int i = 0; i < SIZE; i++)
                sum += (int32_t)a[row][i] * b[i][column];
            product[row][column] = sum;
        }
}

/* The same product, but of two bit fields of each term. */
static void multiply_fields(void)
{
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) {
            int32_t sum = 0;
            for (int i = 0; i < SIZE; i++) {
                uint32_t term = (uint32_t)((int32_t)a[row][i] * b[i][column]);
                sum += (int32_t)(((term >> 2) & 0xf) * ((term >> 5) & 0x7f));
            }
            product[row][column] = sum;
        }
}

static uint16_t checksum(uint16_t crc)
{
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column += 3)
            crc = crc16(crc, (uint32_t)product[row][column], 32);
    return crc;
}

uint16_t matrix_work(uint32_t seed)
{
    uint32_t random = seed;
    fill(&random);
    multiply();
    uint16_t crc = checksum(0);
    add_constant((int16_t)(seed & 0x3f));
    multiply_fields();
    return checksum(crc);
}
