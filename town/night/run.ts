import type { BugName } from './bugs.ts'
import { openCity } from './city.ts'
import { planOf, type Act, type Plan } from './plan.ts'
import { duskOf, lookIntoPhones, lookNow } from './verdict.ts'
import type { Broken } from './witness.ts'
import { openWorld } from './world.ts'

export type Night = {
  readonly seed: number
  readonly broken: Broken | undefined
  readonly trace: readonly string[]
  readonly deaths: { readonly all: number; readonly withMedia: number }
  readonly presses: number
  readonly sent: number
  readonly asked: number
  /** How long after the end of the trouble nothing was left to do. */
  readonly settledAfterMs: number
}

const healsAtMs = 36_000
/** So long after the trouble everything must have found back; nearly all nights do within seconds. */
const dawnMs = healsAtMs + 600_000
const earlyMs = healsAtMs + 12_000
const lookMs = 1_000

/** 一夜 — everything from one seed: the same plan, the same trace, to the byte. */
export async function runNight(given: {
  seed: number
  bug?: BugName | undefined
  isTold?: boolean
  /** Other acts than the seed's own: for a shorter plan that breaks in the same way. */
  acts?: readonly Act[]
}): Promise<Night> {
  const world = openWorld(given)
  const { time, witness } = world
  const plan: Plan = { ...planOf(given.seed), ...(given.acts ? { acts: given.acts } : {}) }
  const city = openCity(world, plan)
  for (const act of plan.acts) time.after(act.atMs, () => city.befall(act))
  const again = () => {
    lookNow(world, city)
    time.after(lookMs, again)
  }
  time.after(lookMs, again)
  time.after(healsAtMs, () => city.heal())
  // A person who is asked whether an old cry for help should still go says yes.
  const answer = () => {
    for (const phone of city.phones) phone.agree()
    time.after(4_000, answer)
  }
  time.after(healsAtMs + 2_000, answer)

  const isOver = () => witness.broken() !== undefined
  let untilMs = earlyMs
  await time.run(untilMs, isOver)
  while (!isOver() && untilMs < dawnMs && duskOf(world, city)) {
    untilMs += 3_000
    await time.run(untilMs, isOver)
  }
  const late = isOver() ? undefined : duskOf(world, city)
  if (late) witness.fail(late.invariant, late.words)
  if (!isOver()) {
    for (const phone of city.phones) {
      phone.kill()
      phone.launch()
    }
    await time.run(untilMs + 4_000, isOver)
    lookIntoPhones(world, city)
  }
  const deaths = city.phones.map((phone) => phone.deaths())
  const { sent, presses: asked } = witness.load()
  return {
    seed: given.seed,
    broken: witness.broken(),
    trace: world.trace,
    deaths: {
      all: deaths.reduce((sum, { all }) => sum + all, 0),
      withMedia: deaths.reduce((sum, { withMedia }) => sum + withMedia, 0),
    },
    presses: witness.presses.size,
    sent,
    asked,
    settledAfterMs: untilMs - healsAtMs,
  }
}

/** The fewest acts of this seed that still break the same promise. */
export async function shortest(given: { seed: number; bug?: BugName | undefined }): Promise<readonly Act[]> {
  const first = await runNight(given)
  let acts = planOf(given.seed).acts
  for (let at = acts.length - 1; at >= 0 && first.broken; at--) {
    const fewer = acts.filter((_, index) => index !== at)
    const { broken } = await runNight({ ...given, acts: fewer })
    if (broken?.invariant === first.broken.invariant) acts = fewer
  }
  return acts
}
