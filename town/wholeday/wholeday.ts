import { chanceOf } from '../names.ts'
import { cityAt } from '../orgs.ts'
import { openTown } from '../town.ts'
import { openAgenda } from './agenda.ts'
import { openCrew, sayPlaces } from './crew.ts'
import { openDoors } from './doors.ts'
import { endOf, type End } from './end.ts'
import { openLedger, type Ledger } from './ledger.ts'
import { dayPlan } from './plan.ts'
import { begin, type Stage } from './scenes.ts'
import { visit } from './visits.ts'

export type WholeDay = {
  readonly sums: ReturnType<Ledger['sums']>
  /** Invariants that did not hold, by the minute of the day at which they were looked at. */
  readonly broken: readonly { readonly minute: number; readonly what: string }[]
  readonly end: End
  readonly minutes: number
}

const minute = 60
/** Whatever goes on at midnight is brought to its end before the night is over. */
const mostHours = 36

/** 一昼夜 — a day of reports at one desk, every one followed to its end, with a look at what must hold at every minute. */
export async function playDay(given: {
  seed: string
  reports: number
  hours?: number
  cars: number
  tell?: (minute: number, left: number) => void
}): Promise<WholeDay> {
  const desk = 'lishui'
  const town = await openTown({ seed: given.seed })
  try {
    const crew = await openCrew(town, desk, given.cars, given.seed)
    const { centre } = cityAt(desk)!
    const agenda = openAgenda()
    const ledger = openLedger(town.clock.now())
    const doors = openDoors(town, crew, desk)
    const stage: Stage = {
      town,
      crew,
      doors,
      agenda,
      ledger,
      chance: chanceOf(`scenes ${given.seed}`),
      incidents: new Map(),
    }
    const hours = given.hours
    const plan = dayPlan({ seed: given.seed, reports: given.reports, centre, ...(hours && { hours }) })
    plan.forEach((planned, n) => agenda.put(planned.at, () => begin(stage, planned, n)))

    const broken: { minute: number; what: string }[] = []
    let now = 0
    let minutes = 0
    for (; minutes < mostHours * 60; minutes++) {
      if (minutes % 480 === 0) await crew.change()
      if (minutes === 0) await doors.build(centre)
      if (minutes % 15 === 0) await sayPlaces(town, crew, stage.chance)
      const until = (minutes + 1) * minute
      for (let due = agenda.take(until); due; due = agenda.take(until)) {
        town.passes(Math.max(0, due.at - now))
        now = Math.max(now, due.at)
        await due.act()
      }
      town.passes(until - now)
      now = until
      await town.settle()
      for (const what of await endOf.brokenNow(town, crew)) broken.push({ minute: minutes, what })
      given.tell?.(minutes, agenda.left())
      const isEvening = agenda.left() === 0
      const visits = minutes % 60 === 59 || isEvening ? await visit(stage) : 0
      if (isEvening && visits === 0) break
    }
    return { sums: ledger.sums(), broken, end: await endOf.day(town, crew), minutes }
  } finally {
    await town.close()
  }
}
