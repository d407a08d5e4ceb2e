/* The native counterpart of guest.c: how late a process wakes up on the same host. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "late.h"

static void sleep_until(uint64_t deadline) {
  struct timespec at = {deadline / 1000000000, deadline % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void say(const char *line) { fputs(line, stdout); }

int main(void) {
  measure_lateness();
  return 0;
}
