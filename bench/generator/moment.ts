const offsetMs = Number(process.hrtime.bigint() / 1000n) / 1000 - performance.now()

/** 时刻 — milliseconds on the one monotonic clock that all processes of this machine share. */
export const machineMs = (): number => performance.now() + offsetMs
