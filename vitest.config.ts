import { defineConfig } from 'vitest/config'

/** Tests run in Node with every door open, as the server does; the clients' builds never set this condition. */
const conditions = ['open110-server', 'module', 'node', 'development|production']

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    include: ['{apps,bench,core,kit,media,modules,tools,town,ui}/**/*.test.{ts,tsx}'],
    globalSetup: ['kit/db/test-cluster.ts'],
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--conditions=open110-server'],
    // Two cores are shared with PostgreSQL and Chromium: slow is not yet wrong.
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
