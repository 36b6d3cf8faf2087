import type { TestProject } from 'vitest/node'
import { startTemporary } from './temporary.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests find the cluster of this run. */
    testDatabase: string
  }
}

/**
 * 测试数据库 — one throw-away cluster for the whole run; each test makes its own database in it.
 * @public Vitest calls it by this name.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const { url, stop } = await startTemporary({ durable: false })
  process.env['OPEN110_TEST_DB'] = url
  project.provide('testDatabase', url)
  return stop
}
