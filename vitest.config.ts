import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/homes.ts'],
    // Tests run the built program in processes of their own, and some wait for the disk.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env['TENFOLD_TEST_REPORT'] === undefined ? ['default'] : ['default', ['json', { outputFile: process.env['TENFOLD_TEST_REPORT'] }]],
  },
})
