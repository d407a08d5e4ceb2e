// Tests. Most start processes (QEMU, compilers): generous time limits, and the files run side by side.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    env: { NO_COLOR: '1' },
  },
});
