import fc from 'fast-check'

/**
 * 种子 — every property is tried on the same cases in every run, so that a change is judged by itself. Others are tried by
 * `OPEN110_FUZZ_SEED=random npm test`, more of them with `OPEN110_FUZZ_RUNS=5000`.
 */
const { OPEN110_FUZZ_SEED: seed = '110', OPEN110_FUZZ_RUNS: runs } = process.env
fc.configureGlobal({
  ...(seed !== 'random' && { seed: Number(seed) }),
  ...(runs && { numRuns: Number(runs) }),
})
