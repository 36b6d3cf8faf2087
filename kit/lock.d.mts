/** 出生 — the start of a living process; `undefined` when none with this number lives. */
export declare const birthOf: (pid: number) => string | undefined

/** 锁 — takes a lock file for this process, waiting up to `waitSeconds` for a living holder. */
export declare const takeLock: (
  path: string,
  how?: { waitSeconds?: number; onWait?: (pid: number) => void },
) => Promise<{ release: () => void } | { heldBy: number }>
