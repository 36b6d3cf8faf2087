import { startTemporary } from './temporary.ts'

/**
 * 独用集群 — a cluster for one test file. The event log waits for the oldest open writer of the whole cluster
 * (decision 0002), so a test that watches it closely must not share the cluster with other tests' transactions.
 */
export async function useOwnCluster(): Promise<() => Promise<void>> {
  const { url, stop } = await startTemporary({ durable: false })
  const shared = process.env['OPEN110_TEST_DB']
  process.env['OPEN110_TEST_DB'] = url
  return async () => {
    process.env['OPEN110_TEST_DB'] = shared
    await stop()
  }
}
