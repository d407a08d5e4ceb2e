/* What the CPU programs of the benchmark share: iterations from the first argument, the CPU time of this process around
   the work (in a virtual machine that is all the time), and a result that is checked, so that no work can be left out. */

#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __wasi__ /* wasi-libc has the clock only in a library of emulations */
#include <wasi/api.h>
static double report_now(void)
{
    __wasi_timestamp_t time = 0;
    if (__wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 1, &time) != 0)
        exit(2);
    return (double)time * 1e-9;
}
#else
static double report_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}
#endif

/* FNV-1a, for checksums of whole arrays. */
static inline uint64_t report_hash(uint64_t hash, const void *bytes, size_t length)
{
    for (const unsigned char *byte = bytes; length > 0; byte++, length--)
        hash = (hash ^ *byte) * 0x100000001b3u;
    return hash;
}

/* A checksum by 8 bytes at a time, for work that one by bytes would outweigh; the last `length % 8` bytes are left out. */
static inline uint64_t report_words(const void *bytes, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325u, word;
    for (const char *at = bytes; length >= sizeof word; at += sizeof word, length -= sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = (hash ^ word ^ hash >> 29) * 0x100000001b3u;
    }
    return hash;
}

static inline uint32_t report_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Runs `work` the number of times asked for; each run must return `expected`. */
static int report(int count, char **arguments, int iterations, uint64_t (*work)(void), uint64_t expected)
{
    if (count > 1)
        iterations = atoi(arguments[1]);

    uint64_t (*volatile each)(void) = work;    /* called anew each time: no compiler may see that the result repeats */
    uint64_t first = each();                     /* not timed: memory is touched for the first time */
    uint64_t wrong = first;
    double start = report_now();
    for (int i = 0; i < iterations; i++) {
        uint64_t result = each();
        if (result != expected)
            wrong = result;
    }
    double seconds = report_now() - start;

    if (wrong == expected)
        printf("result     correct\n");
    else
        printf("result     WRONG (%016llx)\n", (unsigned long long)wrong);
    printf("seconds    %.6f\n", seconds);
    return wrong == expected ? 0 : 1;
}

#endif
