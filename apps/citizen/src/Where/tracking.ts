import { cell } from '@open110/core/cell'
import type { KeyStore } from '@open110/core/store'

/** 停止更新 — the reports whose sender does not want to be followed any more; kept sealed, for a reload must not begin anew. */
export const tracking = cell<ReadonlySet<string>>(new Set())

const key = 'still'

export async function loadTracking(store: Pick<KeyStore, 'get'>): Promise<void> {
  const kept = await store.get(key).catch(() => undefined)
  if (Array.isArray(kept)) tracking.set(new Set([...tracking.get(), ...(kept as readonly string[])]))
}

export function stopTracking(store: Pick<KeyStore, 'put'>, of: string, isStopped: boolean): void {
  const next = new Set(tracking.get())
  if (isStopped) next.add(of)
  else next.delete(of)
  tracking.set(next)
  // Where it cannot be kept it lasts as long as the page.
  void store.put({ [key]: next.size ? [...next] : undefined }).catch(() => undefined)
}
