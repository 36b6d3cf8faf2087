import { randomUUID } from 'node:crypto'
import { openGroup, type Database, type Reader, type Tx } from '@open110/kit/server/db'
import type { Show } from '@open110/kit/event'
import type { Clock } from '@open110/kit/time'
import { metresBetween, type LngLat } from '@open110/modules/place'
import type { RawFix } from '@open110/modules/place/fix'
import { unitMoved, unitPlaces } from './unit.events.ts'
import { readFixes, type KeptFix } from './unit.fix.ts'
import { placesHeard } from './unit.fix.store.ts'
import { openGround, type Facts, type Ground, type Known } from './unit.ground.ts'
import { openIntake } from './unit.intake.server.ts'
import { defaultUnitPolicy, rowAfter, UnitPolicy } from './unit.rest.ts'
import * as store from './unit.store.ts'
import type { StoredUnit } from './unit.store.ts'
import { secondsPerMetre, suggestUnits, type Wanted } from './unit.suggest.ts'
import { civilKinds, moveOfSlips, type Unit, type UnitState } from './unit.ts'

/** What the rest of the house may ask of units; `main.ts` hands it on. */
export type Units = Awaited<ReturnType<typeof openUnits>>

const never = Number.NaN
const msOf = (moment: string | undefined) => (moment === undefined ? never : Date.parse(moment))
const beatOf = ({ beatLng, beatLat, beatMetres }: StoredUnit) =>
  beatLng === undefined || beatLat === undefined || beatMetres === undefined
    ? {}
    : { beat: { centre: { lng: beatLng, lat: beatLat }, metres: beatMetres } }

/** As the unit itself and its slips show it; whether it should rest is the desk's to know. */
export function unitOf(stored: StoredUnit): Unit {
  const { id, name, org, kind, state, skills, members, openSlips, fixAt, onDutyAt, lng, lat } = stored
  return {
    ...{ id, name, org, kind, state, skills, members, openSlips, fixAt, onDutyAt },
    ...beatOf(stored),
    wgs84: lng === undefined || lat === undefined ? undefined : { lng, lat },
  }
}

function factsOf(stored: StoredUnit): Facts {
  const { id, name, org, kind, state, skills, members, openSlips, seq, rowSlips } = stored
  const unit = { id, name, org, kind, state, skills, members, openSlips, seq, rowSlips, ...beatOf(stored) }
  return { ...unit, onDutyMs: msOf(stored.onDutyAt), rowMs: msOf(stored.rowAt) }
}

const isCivil = ({ kind }: Unit) => (civilKinds as readonly string[]).includes(kind)
/** To whoever waits nothing is promised on a position that is older. */
const etaFreshSeconds = 300
/** A metre is enough for what is drawn. */
const rounded = (degrees: number) => Math.round(degrees * 1e5) / 1e5

/** 警力 — every unit of every bureau in memory, fed by its own phones and by what other servers have written. */
export async function openUnits(given: {
  db: Database
  clock: Clock
  onWrongPolicy: (org: string) => void
  /** Shows something passing to whoever looks just now. */
  show: Show
  /** How long finding the nearest took, in seconds. */
  onSuggested?: (seconds: number) => void
}) {
  const { db, clock } = given
  const here = randomUUID()
  const grounds = new Map<string, Ground>()
  const whereIs = new Map<string, { ground: Ground; one: Known }>()
  const bySeq = new Map<number, { ground: Ground; one: Known }>()
  let policies = new Map<string, UnitPolicy>()
  let [changedSince, heardSince] = ['0', '0']
  const intake = openIntake({ db, now: () => clock.now(), by: here })

  const groundOf = (org: string): Ground => {
    const there = grounds.get(org)
    if (there) return there
    const made = openGround()
    grounds.set(org, made)
    return made
  }
  const policyOf = (org: string) => policies.get(org) ?? policies.get('*') ?? defaultUnitPolicy

  /** What has changed since the last look, here or in another server. */
  async function readChanged(): Promise<void> {
    const changed = await db.all(store.changedUnits, { since: changedSince })
    for (const { horizon, ...unit } of changed) {
      changedSince = horizon
      const ground = groundOf(unit.org)
      const one = ground.know(factsOf(unit))
      whereIs.set(unit.id, { ground, one })
      bySeq.set(unit.seq, { ground, one })
      if (unit.lng !== undefined && unit.lat !== undefined)
        ground.move(one, unit.lng, unit.lat, msOf(unit.fixAt))
    }
  }
  async function readPlaces(): Promise<void> {
    for (const { horizon, unit, lng, lat, fixAt } of await db.all(placesHeard, {
      since: heardSince,
      by: here,
    })) {
      heardSince = horizon
      const there = bySeq.get(unit)
      if (there) there.ground.move(there.one, lng, lat, Date.parse(fixAt))
    }
  }
  async function readPolicies(): Promise<void> {
    const now = await db.of('content').all(store.policiesNow, { now: clock.now() })
    policies = new Map(
      now.flatMap(({ org, policy }) => {
        const read = UnitPolicy.safeParse(policy)
        if (!read.success) given.onWrongPolicy(org)
        return read.success ? [[org, read.data] as const] : []
      }),
    )
  }
  /** Whoever asks while a look is on its way waits for the next one: what they have just written is in that. */
  const looks = openGroup<undefined, undefined>({
    lanes: 1,
    most: 1_000,
    async work(waiting) {
      await readChanged()
      return waiting.map(() => undefined)
    },
  })
  const looked = () => looks.put(undefined)
  await readPolicies()
  await looked()

  function place(known: { ground: Ground; one: Known }, fixes: readonly KeptFix[]): void {
    const newest = fixes.at(-1)
    if (newest) known.ground.move(known.one, newest.lng / 1e7, newest.lat / 1e7, newest.atMs)
  }
  async function known(unit: string) {
    if (!whereIs.has(unit)) await looked()
    return whereIs.get(unit)
  }

  /** What it says of itself, or what its slips make of it; whoever watches it is told. */
  async function settle(
    tx: Tx,
    unit: StoredUnit,
    now: string,
    as: { state: UnitState; openSlips: number },
  ): Promise<void> {
    const isLess = as.openSlips < unit.openSlips
    if (as.state !== unit.state || as.openSlips !== unit.openSlips) {
      const effort = { onDutyMs: never, rowSlips: unit.rowSlips, rowMs: msOf(unit.rowAt) }
      const rowSlips = isLess ? rowAfter(effort, policyOf(unit.org), Date.parse(now)) : unit.rowSlips
      const rowAt = isLess ? now : unit.rowAt
      await tx.run(store.markSettled, { unit: unit.id, ...as, rowSlips, rowAt })
    }
    tx.emit(unitMoved, now, { unit: unit.id, org: unit.org, ...as, at: now })
  }

  return {
    policyOf,
    intake,

    byId: (reader: Reader, unit: string) => reader.maybe(store.unitById, { unit }),

    /** The unit as it is once whoever held it before has let go. */
    async held(tx: Tx, unit: string): Promise<StoredUnit | undefined> {
      await tx.run(store.holdUnit, { unit })
      return tx.maybe(store.unitById, { unit })
    },

    /** The units of a bureau, for whoever looks at them: with the newest positions, and who should rest. */
    async onGround(org: string): Promise<Unit[]> {
      await looked()
      const ground = groundOf(org)
      const nowMs = Date.parse(clock.now())
      return ground.known
        .map((one) => ground.unitOf(one, policyOf(org), nowMs))
        .toSorted((a, b) => Number(isCivil(a)) - Number(isCivil(b)) || (a.name < b.name ? -1 : 1))
    },

    async suggest(org: string, wanted: Wanted, sent: ReadonlySet<string>) {
      await looked()
      const beganMs = performance.now()
      const offer = suggestUnits(groundOf(org), wanted, sent, policyOf(org), clock.now())
      given.onSuggested?.((performance.now() - beganMs) / 1_000)
      return offer
    },

    /**
     * Units of a bureau within so many metres whose position is not older than this, the nearest first; from memory, as of
     * the last look: an officer in danger waits for no table.
     */
    within(org: string, at: LngLat, metres: number, freshSeconds: number): Unit[] {
      const ground = groundOf(org)
      const nowMs = Date.parse(clock.now())
      const found: { one: Known; far: number }[] = []
      ground.fleet.around(at, {
        show(slot, far) {
          const one = ground.known[slot]
          if (one && far <= metres && nowMs - one.fixMs <= freshSeconds * 1_000) found.push({ one, far })
        },
        isEnough: (beyond) => beyond > metres,
      })
      return found
        .toSorted((a, b) => a.far - b.far)
        .map(({ one }) => ground.unitOf(one, policyOf(org), nowMs))
    },

    /** Seconds that these units still need to the place, the first to arrive first; whose position is old is left out. */
    etasTo(to: LngLat, units: readonly string[]): number[] {
      const nowMs = Date.parse(clock.now())
      const seconds = units.flatMap((unit) => {
        const { ground, one } = whereIs.get(unit) ?? {}
        const at = ground && one && ground.fleet.at(one.slot)
        const ageSeconds = one ? Math.max(0, (nowMs - one.fixMs) / 1_000) : Infinity
        if (!at || !one || ageSeconds > etaFreshSeconds) return []
        const way = metresBetween(at, to) * secondsPerMetre(one.facts.kind)
        return [Math.max(0, Math.round(way - ageSeconds))]
      })
      return seconds.toSorted((a, b) => a - b)
    },

    settle,

    /** What its slips make of it; the table says whether they may. */
    async follow(
      tx: Tx,
      unit: StoredUnit,
      now: string,
      as: { state: UnitState; openSlips: number },
    ): Promise<void> {
      // Called in from home it has no shift to be ready on.
      const state =
        as.state === 'ready' && unit.state !== 'ready' && unit.onDutyAt === undefined ? 'off' : as.state
      if (state !== unit.state && moveOfSlips(unit.state, state) === undefined)
        throw new Error(`no slip leads a unit from ${unit.state} to ${state}`)
      await settle(tx, unit, now, { ...as, state })
    },

    /** Positions that come with a step of a slip: in its transaction, and as durable. */
    async keepFixes(tx: Tx, unit: StoredUnit, sent: readonly RawFix[], now: string): Promise<number> {
      const read = readFixes(sent, Date.parse(now))
      if ('nameless' in read) return 0
      await intake.keepWith(tx, { seq: unit.seq, isBound: true, fixes: read.kept })
      return read.kept.length
    },

    /** Positions as they come from the phone: in the history and on the ground; nobody waits for the disk. */
    async take(unit: string, fixes: readonly KeptFix[]): Promise<boolean> {
      const there = await known(unit)
      if (!there) return false
      if (fixes.length === 0) return true
      const { seq, openSlips } = there.one.facts
      await intake.put({ seq, isBound: openSlips > 0, fixes })
      place(there, fixes)
      return true
    },

    /** Another table says something new of it. */
    touch: (tx: Tx, unit: string) => tx.run(store.markChanged, { unit }),

    /** Each second: what other servers have heard, and to whoever looks at a map what has moved. */
    async lookRound(): Promise<void> {
      await readPolicies()
      await looked()
      await readPlaces()
      for (const [org, ground] of grounds) {
        const places = ground.takeMoved().flatMap((one): [string, number, number, number][] => {
          const at = ground.fleet.at(one.slot)
          return at ? [[one.facts.id, rounded(at.lng), rounded(at.lat), Math.floor(one.fixMs / 1_000)]] : []
        })
        if (places.length > 0) given.show(unitPlaces, { org, places })
      }
    },
  }
}
