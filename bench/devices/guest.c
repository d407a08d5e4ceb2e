/* The guest of bench/devices.ts. Its one word: boot (ends at once), idle (sleeps until it is killed), late (below). */
#include <solo5.h>

#include <stdio.h>
#include <string.h>

#include "late.h"

static void sleep_until(uint64_t deadline) { solo5_yield(deadline, NULL); }
static uint64_t now_ns(void) { return solo5_clock_monotonic(); }
static void say(const char *line) { solo5_console_write(line, strlen(line)); }

int solo5_app_main(const struct solo5_start_info *start) {
  solo5_handle_t handle;
  struct solo5_net_info net;
  struct solo5_block_info block;
  if (strcmp(start->cmdline, "boot") == 0) return 0;
  if (solo5_net_acquire("service", &handle, &net) != SOLO5_R_OK || solo5_block_acquire("storage", &handle, &block) != SOLO5_R_OK) return 2;
  if (strcmp(start->cmdline, "idle") == 0) solo5_yield(UINT64_MAX, NULL);
  measure_lateness();
  return 0;
}
