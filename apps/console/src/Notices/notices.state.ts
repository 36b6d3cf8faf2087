import type { LiveFrame } from '@open110/kit/event'
import type { Backup, Panic } from '@open110/modules/dispatch'
import type { QueueRow } from '@open110/modules/report'
import type { Deadline } from '@open110/modules/deadline'
import type { VideoCall } from '@open110/modules/video'
import { isRed } from '../Deadlines/deadlines.state.ts'

/** 提示 — what came by event alone and nobody has answered: a unit does not read, another unit is proposed. */
export type Told = {
  /** Slip → the unit that could go instead; absent where nobody is left. */
  readonly proposed: ReadonlyMap<string, { readonly incident: string; readonly next?: string }>
  /** Slips whose unit does not read what it was sent. */
  readonly unread: ReadonlyMap<string, { readonly incident: string; readonly unit: string }>
}
export const nothingTold: Told = { proposed: new Map(), unread: new Map() }

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export function tell(told: Told, frame: Pick<LiveFrame, 'type' | 'data'>): Told {
  const data = (frame.data ?? {}) as Readonly<Record<string, unknown>>
  const [slip, incident, unit] = [text(data['slip']), text(data['incident']), text(data['unit'])]
  const next = text(data['next'])
  switch (frame.type) {
    case 'slip.next-proposed':
      return slip && incident
        ? { ...told, proposed: new Map(told.proposed).set(slip, { incident, ...(next ? { next } : {}) }) }
        : told
    case 'slip.unread':
      return slip && incident && unit
        ? { ...told, unread: new Map(told.unread).set(slip, { incident, unit }) }
        : told
    case 'slip.acknowledged':
      return slip ? { ...told, unread: without(told.unread, slip) } : told
    case 'slip.moved':
      return slip
        ? { ...told, proposed: without(told.proposed, slip), unread: without(told.unread, slip) }
        : told
    default:
      return told
  }
}

function without<Value>(map: ReadonlyMap<string, Value>, id: string): ReadonlyMap<string, Value> {
  if (!map.has(id)) return map
  const next = new Map(map)
  next.delete(id)
  return next
}

/** 别处的催促 — reporters of the desk who wait for an answer, but for the one that is open; whoever has waited longest first. */
export function urgedElsewhere(queue: readonly QueueRow[], open: string | undefined) {
  return queue
    .flatMap(({ report, receiptCode, urgedAt }) =>
      urgedAt && report !== open ? [{ report, receiptCode, urgedAt }] : [],
    )
    .toSorted((a, b) => (a.urgedAt < b.urgedAt ? -1 : 1))
}

/**
 * 响不响 — few sounds, each for something a person must do (ISA-18.2). An officer in danger rings until somebody has it;
 * a request for backup sounds once, and so does somebody who films and to whom nobody has come, unless they are hiding; a clock that turns red sounds once for its incident and only where it is level 1 or 2.
 * What was there when the shift began has been told before.
 */
export type Sounded = { readonly known: ReadonlySet<string> } | undefined
export type Tone = 'p1' | 'p2'

const pressing: readonly Deadline['clock'][] = ['dispatch', 'sign', 'arrive']

export function soundFor(
  sounded: Sounded,
  now: {
    readonly panics: readonly Pick<Panic, 'id' | 'state'>[]
    readonly backups: readonly Pick<Backup, 'id'>[]
    readonly clocks: readonly Deadline[]
    /** Calls that a reporter has begun and nobody of the desk is in. */
    readonly filming?: readonly Pick<VideoCall, 'id' | 'isCovert'>[]
    readonly nowMs: number
  },
): { sounded: { known: ReadonlySet<string> }; play?: Tone } {
  const red = now.clocks.filter(
    (clock) => isRed(clock, now.nowMs) && pressing.includes(clock.clock) && (clock.level ?? 4) <= 2,
  )
  const ids = new Set([
    ...now.backups.map(({ id }) => `backup:${id}`),
    ...red.map(({ incident }) => `red:${incident}`),
    ...(now.filming ?? []).filter(({ isCovert }) => !isCovert).map(({ id }) => `video:${id}`),
  ])
  const isNew = sounded !== undefined && [...ids].some((id) => !sounded.known.has(id))
  const next = { known: ids }
  if (now.panics.some(({ state }) => state === 'raised')) return { sounded: next, play: 'p1' }
  return isNew ? { sounded: next, play: 'p2' } : { sounded: next }
}
