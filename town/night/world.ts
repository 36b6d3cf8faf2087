import { momentOf, type Moment } from '@open110/kit/time'
import type { BugName } from './bugs.ts'
import { openChance, type Chance } from './chance.ts'
import { openTime, type Time } from './time.ts'
import { openWitness, type Witness } from './witness.ts'

/** 世界 — what everything of one night shares. */
export type World = {
  readonly seed: number
  readonly time: Time
  readonly witness: Witness
  chance(name: string): Chance
  /** Whether this night runs with that bug planted. */
  has(bug: BugName): boolean
  say(line: () => string): void
  readonly trace: readonly string[]
  newSerial(): number
}

export const beginsAtMs = Date.parse('2026-11-21T14:00:00.000Z')

export function openWorld(given: { seed: number; bug?: BugName | undefined; isTold?: boolean }): World {
  const { seed, bug } = given
  const time = openTime()
  const trace: string[] = []
  let serial = 0
  const say = (line: () => string) => {
    if (given.isTold) trace.push(`${(time.nowMs() / 1000).toFixed(3).padStart(8)} ${line()}`)
  }
  return {
    seed,
    time,
    witness: openWitness({ time, say }),
    chance: (name) => openChance(seed, name),
    has: (name) => name === bug,
    say,
    trace,
    newSerial: () => ++serial,
  }
}

/**
 * 设备 — a phone, a console or the machine of the server: a wall clock that may jump, and a sleep in which nothing is
 * heard and nothing happens until it is roused.
 */
export type Device = {
  readonly name: string
  /** How far its wall clock is from the true time. */
  skewMs: number
  wallMs(): number
  now(): Moment
  readonly isAsleep: () => boolean
  /** Since when it can have heard what came meanwhile; `Infinity` while it sleeps. */
  readonly awakeSinceMs: () => number
  sleep(): void
  rouse(): void
  /** Begins a life: a process or a page on this device. */
  begin(): Life
}

/** 一次运行 — from a start to a death. What is dead does nothing and hears nothing any more. */
export type Life = {
  readonly isOver: () => boolean
  /** Milliseconds of a clock that no jump of the wall clock touches. */
  nowMs(): number
  after(ms: number, act: () => void): () => void
  /** Does it at once, or when the device wakes; never when this life is over. */
  hear(act: () => void): void
  end(): void
}

export function openDevice(world: World, name: string): Device {
  let isAsleep = false
  let rousedAtMs = 0
  let held: (() => void)[] = []
  const device: Device = {
    name,
    skewMs: 0,
    wallMs: () => beginsAtMs + world.time.nowMs() + device.skewMs,
    now: () => momentOf(device.wallMs()),
    isAsleep: () => isAsleep,
    awakeSinceMs: () => (isAsleep ? Infinity : rousedAtMs),
    sleep: () => void (isAsleep = true),
    rouse() {
      if (isAsleep) rousedAtMs = world.time.nowMs()
      isAsleep = false
      const due = held
      held = []
      // One after the other, each with everything that follows from it.
      for (const act of due) world.time.after(0, act)
    },
    begin() {
      let isOver = false
      const bornMs = world.time.nowMs()
      const hear = (act: () => void) => {
        if (isOver) return
        if (isAsleep) held.push(() => hear(act))
        else act()
      }
      return {
        isOver: () => isOver,
        nowMs: () => world.time.nowMs() - bornMs,
        after: (ms, act) => {
          let isOff = false
          const stop = world.time.after(ms, () => hear(() => isOff || act()))
          return () => {
            isOff = true
            stop()
          }
        },
        hear,
        end: () => void (isOver = true),
      }
    },
  }
  return device
}

/** What nobody is left to hear. */
export const forever = new Promise<never>(() => {})
