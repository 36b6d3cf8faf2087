import { momentOf } from '@open110/kit/time'
import { openFleet, type Fleet } from './unit.fleet.ts'
import { restOf, type Effort, type UnitPolicy } from './unit.rest.ts'
import type { Unit, UnitId } from './unit.ts'

/** What is known of a unit, without where it is. */
export type Facts = Effort &
  Omit<Unit, 'wgs84' | 'fixAt' | 'onDutyAt' | 'rests'> & {
    /** Its number in the history of positions. */
    readonly seq: number
  }

/** 在册警力 — one unit in memory: its facts as last read, and the moment of its newest position. */
export type Known = {
  readonly slot: number
  facts: Facts
  /** Not a number while it has no position. */
  fixMs: number
}

/** 警力在图 — all units of one bureau. */
export type Ground = ReturnType<typeof openGround>

export function openGround() {
  const fleet: Fleet = openFleet()
  const known: Known[] = []
  const byId = new Map<string, Known>()
  let moved = new Set<Known>()

  return {
    fleet,
    known: known as readonly Known[],
    find: (unit: string) => byId.get(unit),

    /** A new unit, or new facts of one. */
    know(facts: Facts): Known {
      const there = byId.get(facts.id)
      if (there) {
        there.facts = facts
        return there
      }
      const made = { slot: known.length, facts, fixMs: Number.NaN }
      known.push(made)
      byId.set(facts.id, made)
      return made
    },

    /** The newest position by its own time stays, in whatever order they come in. */
    move(one: Known, lng: number, lat: number, fixMs: number): boolean {
      if (one.fixMs > fixMs) return false
      one.fixMs = fixMs
      fleet.put(one.slot, lng, lat)
      moved.add(one)
      return true
    },

    /** Who has moved since the last time this was asked. */
    takeMoved(): readonly Known[] {
      const all = [...moved]
      moved = new Set()
      return all
    },

    unitOf({ slot, facts, fixMs }: Known, policy: UnitPolicy, nowMs: number): Unit {
      const { seq: _, onDutyMs, rowSlips: __, rowMs: ___, ...unit } = facts
      const wgs84 = fleet.at(slot)
      const rests = restOf(facts, policy, nowMs)
      return {
        ...unit,
        id: unit.id as UnitId,
        ...(wgs84 && { wgs84, fixAt: momentOf(fixMs) }),
        ...(Number.isNaN(onDutyMs) ? {} : { onDutyAt: momentOf(onDutyMs) }),
        ...(rests && { rests }),
      }
    },
  }
}
