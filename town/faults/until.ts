import { setTimeout as wait } from 'node:timers/promises'

/** Waits for what must become true; milliseconds that it took, or nothing when it never did. */
export async function within(
  mostSeconds: number,
  isThere: () => boolean | Promise<boolean>,
): Promise<number | undefined> {
  const began = performance.now()
  while (!(await isThere())) {
    if (performance.now() - began > mostSeconds * 1_000) return undefined
    await wait(5)
  }
  return Math.round(performance.now() - began)
}

/** The same where it must come, however slow the machine is. */
export async function until(
  isThere: () => boolean | Promise<boolean>,
  what: string | (() => string),
  mostSeconds = 60,
): Promise<number> {
  const took = await within(mostSeconds, isThere)
  if (took === undefined) throw new Error(`never: ${typeof what === 'string' ? what : what()}`)
  return took
}
