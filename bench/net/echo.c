// The guest of `npm run bench:net`: sends every frame back as it came, until one begins with the word STOP.
// Also the guest of test/boot/network-in-flight.test.ts.
#include <solo5.h>

static uint8_t frame[65536];

int solo5_app_main(const struct solo5_start_info *start) {
  (void)start;
  solo5_handle_t nic;
  struct solo5_net_info info;
  if (solo5_net_acquire("net", &nic, &info) != SOLO5_R_OK) return 2;
  for (;;) {
    size_t size;
    solo5_result_t result = solo5_net_read(nic, frame, sizeof frame, &size);
    if (result == SOLO5_R_AGAIN) {
      solo5_yield(UINT64_MAX, NULL);
      continue;
    }
    if (result != SOLO5_R_OK) return 3;
    if (size > 18 && frame[14] == 'S' && frame[15] == 'T' && frame[16] == 'O' && frame[17] == 'P') return 0;
    if (solo5_net_write(nic, frame, size) != SOLO5_R_OK) return 4;
  }
}
