/** Runs `work` at most once at a time; asked again meanwhile, once more afterwards. Answers of the past are not awaited twice. */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let isWanted = false
  const run = async () => {
    do {
      isWanted = false
      await work()
    } while (isWanted)
  }
  return () => {
    if (running) {
      isWanted = true
      return running
    }
    running = run().finally(() => (running = undefined))
    return running
  }
}
