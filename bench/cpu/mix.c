/* The mix of examples/cpu-load (lists, matrices, a state machine, checksums) under the benchmark's clock. */

#include "load.h"
#include "report.h"

static volatile const uint32_t seeds[] = {0x3415, 0x66, 0x7ffd, 0x8e91};

static uint64_t work(void)
{
    uint64_t sum = 0;
    for (int i = 0; i < 4; i++) {
        uint16_t crc = list_work(seeds[i]);
        crc = crc16(crc, matrix_work(seeds[i]), 16);
        sum = sum << 16 | crc16(crc, scanner_work(seeds[i]), 16);
    }
    return sum;
}

int main(int count, char **arguments)
{
    return report(count, arguments, 100, work, 0x39cdf96f2273a0ef);
}
