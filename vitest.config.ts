import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The built program is loaded as it is.
    server: { deps: { external: [/\/dist\//] } },
    setupFiles: ['test/support/homes.ts'],
    // Tests run the built program in processes of their own, and some wait for the disk.
    maxWorkers: 2,
    // A test that hangs has to end some day; how long one takes says how busy the machine is, and fails nothing.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    reporters:
      process.env['TENFOLD_TEST_REPORT'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: process.env['TENFOLD_TEST_REPORT'] }]],
  },
})
