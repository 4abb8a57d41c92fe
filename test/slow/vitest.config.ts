import { defineConfig } from 'vitest/config';

/** Real servers that take minutes and are no part of every run: `npm run test:slow`. */
export default defineConfig({
  test: {
    include: ['test/slow/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    env: { NO_COLOR: '1', TZ: 'UTC' },
  },
});
