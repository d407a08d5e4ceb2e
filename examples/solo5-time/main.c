// Solo5: both clocks, and sleeping until a deadline. Ends with 1 if a clock goes back or a sleep is too short.
#include <solo5.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const solo5_time_t MILLISECOND = 1000000;

static void say(const char *text)
{
    solo5_console_write(text, strlen(text));
}

int solo5_app_main(const struct solo5_start_info *info)
{
    (void)info;
    char line[160];
    const solo5_time_t start = solo5_clock_monotonic();
    const solo5_time_t wall = solo5_clock_wall();

    snprintf(line, sizeof line, "seconds since 1970  %" PRIu64 ".%06" PRIu64 "\n", wall / 1000000000, wall / 1000 % 1000000);
    say(line);

    for (int sleep = 1; sleep <= 100; sleep *= 10) {
        solo5_handle_set_t ready = ~0ull;
        const solo5_time_t deadline = solo5_clock_monotonic() + sleep * MILLISECOND;
        solo5_yield(deadline, &ready);
        const solo5_time_t now = solo5_clock_monotonic();
        if (now < deadline || ready != 0) return SOLO5_EXIT_FAILURE;
        snprintf(line, sizeof line, "slept %3d ms, late by %" PRIu64 " us\n", sleep, (now - deadline) / 1000);
        say(line);
    }

    solo5_yield(start, NULL); // A deadline that has passed: returns at once.
    return solo5_clock_wall() - wall >= 111 * MILLISECOND ? SOLO5_EXIT_SUCCESS : SOLO5_EXIT_FAILURE;
}
