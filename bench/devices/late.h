/* Sleeps of several lengths, and how many ns after its deadline each ended: a line "late LENGTH NS" for each. */
#include <stdint.h>
#include <stdio.h>

static void sleep_until(uint64_t deadline);
static uint64_t now_ns(void);
static void say(const char *line);

enum { SLEEPS = 200 };

static void measure_lateness(void) {
  static const uint32_t lengths[] = {100000, 1000000, 5000000};
  static uint32_t late[SLEEPS];
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < SLEEPS; j++) {
      const uint64_t deadline = now_ns() + lengths[i];
      sleep_until(deadline);
      late[j] = now_ns() - deadline;
    }
    for (int j = 0; j < SLEEPS; j++) {
      char line[60];
      snprintf(line, sizeof line, "late %u %u\n", (unsigned)lengths[i], (unsigned)late[j]);
      say(line);
    }
  }
}
