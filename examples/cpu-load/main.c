/* cpu-load: keeps a processor busy with the mix of work that CoreMark made usual (linked lists, matrices,
   a state machine, checksums) and checks its own result. The code is ours, and a score of it is not a CoreMark.

       cpu-load [ITERATIONS]

   Ends with status 0 when the checksum is the expected one, 1 when it is not. */

#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DEFAULT_ITERATIONS = 1000, SEEDS = 4 };

/* One checksum for each seed; volatile, so that no compiler can do the work in advance. */
static volatile const uint32_t seeds[SEEDS] = {0x3415, 0x66, 0x7ffd, 0x8e91};
static const uint16_t expected[SEEDS] = {0x39cd, 0xf96f, 0x2273, 0xa0ef};

static uint16_t one_iteration(uint32_t seed)
{
    uint16_t crc = list_work(seed);
    crc = crc16(crc, matrix_work(seed), 16);
    return crc16(crc, scanner_work(seed), 16);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(int count, char **arguments)
{
    int iterations = count > 1 ? atoi(arguments[1]) : DEFAULT_ITERATIONS;
    int wrong = 0;

    double start = now();
    for (int i = 0; i < iterations; i++) {
        uint16_t crc = one_iteration(seeds[i % SEEDS]);
        if (crc != expected[i % SEEDS]) {
            if (wrong++ == 0)
                printf("iteration %d gave %04x, not %04x\n", i, crc, expected[i % SEEDS]);
        }
    }
    double seconds = now() - start;

    printf("iterations %d\n", iterations);
    printf("result     %s\n", wrong == 0 ? "correct" : "WRONG");
    printf("seconds    %.6f\n", seconds);
    return wrong == 0 ? 0 : 1;
}
