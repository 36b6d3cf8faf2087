import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './tools/test.order.ts'

/** Tests run in Node with every door open, as the server does; the clients' builds never set this condition. */
const conditions = ['open110-server', 'module', 'node', 'development|production']

/** What a client's page keeps in its modules is one page's: each of these files starts with none of it. */
const clients = 'apps/{citizen,console,field}/src/**/!(*.page).test.{ts,tsx}'

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--conditions=open110-server'],
    // Few cores are shared with PostgreSQL and Chromium: slow is not yet wrong.
    testTimeout: 40_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    setupFiles: ['tools/test.seed.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'house',
          include: ['{apps,bench,core,kit,media,modules,tools,town,ui}/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, clients],
          globalSetup: ['kit/db/test-cluster.ts'],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'clients', include: [clients] } },
    ],
  },
})
