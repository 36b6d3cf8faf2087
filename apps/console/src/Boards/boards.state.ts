import type { Call } from '@open110/kit/client/call'
import type { LiveFrame } from '@open110/kit/event'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import * as channels from '@open110/modules/channel/api'
import * as contacts from '@open110/modules/contact/api'
import * as closures from '@open110/modules/closure/api'
import * as deadlines from '@open110/modules/deadline/api'
import * as dispatches from '@open110/modules/dispatch/api'
import * as escalations from '@open110/modules/escalation/api'
import * as followUps from '@open110/modules/followup/api'
import * as incidents from '@open110/modules/incident/api'
import * as videos from '@open110/modules/video/api'
import { openCoalesce } from '../Live/coalesce.state.ts'

/** 看板内容 — what each board was last given. A part that nobody looks at is not fetched. */
export type BoardValues = {
  calls: GivesOf<typeof channels.calls>
  videos: GivesOf<typeof videos.ofDesk>
  slips: GivesOf<typeof dispatches.board>
  pending: GivesOf<typeof incidents.list>
  deadlines: GivesOf<typeof deadlines.board>
  loops: GivesOf<typeof closures.board>
  invariants: GivesOf<typeof closures.invariants>
  backups: GivesOf<typeof dispatches.backups>
  panics: GivesOf<typeof dispatches.panics>
  'follow-ups': GivesOf<typeof followUps.list>
  escalations: GivesOf<typeof escalations.list>
  overrides: GivesOf<typeof contacts.ofDesk>
}
export type BoardPart = keyof BoardValues
export type Board<Part extends BoardPart> = {
  readonly value?: BoardValues[Part]
  /** When the value was true, on this machine's clock. */
  readonly asOfMs?: number
  /** Since when this page has seen it without anything in it. */
  readonly emptySinceMs?: number
  /** The last fetch was refused or not answered: `unanswered`, or the refusal's code. */
  readonly fault?: string
}
export type Boards = {
  get<Part extends BoardPart>(part: Part): Board<Part>
  subscribe(hear: () => void): () => void
  /** Keeps a part up to date while somebody looks at it. */
  watch(part: BoardPart): () => void
  refresh(parts: readonly BoardPart[]): void
  close(): void
}

/** Which events make a part old, by how their names begin. */
const heard: Readonly<Record<BoardPart, readonly string[]>> = {
  calls: ['call.'],
  videos: ['video.moved', 'video.participant'],
  slips: ['slip.', 'incident.', 'feedback.'],
  pending: ['slip.issued', 'slip.moved', 'incident.'],
  deadlines: ['deadline.', 'slip.', 'incident.', 'feedback.', 'followup.', 'report.received', 'report.moved'],
  loops: ['deadline.', 'slip.', 'incident.', 'feedback.', 'followup.', 'report.received', 'report.moved'],
  invariants: ['closure.'],
  backups: ['slip.backup', 'slip.issued', 'slip.moved'],
  panics: ['unit.panic'],
  'follow-ups': ['followup.'],
  escalations: ['escalation.'],
  overrides: ['contact.override-moved'],
}
const quiet: readonly string[] = [
  'slip.said',
  'slip.acknowledged',
  'incident.locked',
  'incident.unlocked',
  'incident.hinted',
]

export const oldBy = (type: string): BoardPart[] =>
  quiet.includes(type)
    ? []
    : (Object.keys(heard) as BoardPart[]).filter((part) =>
        heard[part].some((start) => type.startsWith(start)),
      )

/** Parts a person must see at once; the others are counted up over many incidents and may wait for more to come. */
const urgentParts: readonly BoardPart[] = [
  'calls',
  'videos',
  'panics',
  'backups',
  'slips',
  'deadlines',
  'escalations',
  'overrides',
]
const urgentMs = 300
const patientMs = 2_000

/** How many rows a board has. */
function countOf(value: BoardValues[BoardPart]): number {
  if ('loops' in value) return value.loops.length
  return 'deadlines' in value ? value.deadlines.length : value.length
}

export function openBoards(given: {
  readonly call: Call
  readonly desk: string
  readonly timers: { after(ms: number, act: () => void): () => void; nowMs(): number }
  readonly wallMs: () => number
  /** Every frame, and a call when some may have been missed. */
  readonly hearFrames: (on: { frame(frame: LiveFrame): void; refetch(): void }) => () => void
}): Boards {
  const { call } = given
  const kept: Partial<Record<BoardPart, Board<BoardPart>>> = {}
  const nothing: Board<BoardPart> = {}
  const watched = new Map<BoardPart, number>()
  const old = new Set<BoardPart>(Object.keys(heard) as BoardPart[])
  const hearers = new Set<() => void>()

  const fetchers: { [Part in BoardPart]: () => Promise<BoardValues[Part] | Refusal> } = {
    calls: () => call(channels.calls, { params: { desk: given.desk } }),
    videos: () => call(videos.ofDesk, { params: { desk: given.desk } }),
    slips: () => call(dispatches.board),
    pending: () => call(incidents.list, { query: { scope: 'open' } }),
    deadlines: () => call(deadlines.board),
    loops: () => call(closures.board),
    invariants: () => call(closures.invariants),
    backups: () => call(dispatches.backups),
    panics: () => call(dispatches.panics),
    'follow-ups': () => call(followUps.list, { query: { scope: 'open' } }),
    escalations: () => call(escalations.list, { query: { scope: 'open' } }),
    overrides: () => call(contacts.ofDesk, { params: { desk: given.desk } }),
  }
  const put = (part: BoardPart, next: Board<BoardPart>) => {
    kept[part] = next
    for (const hear of hearers) hear()
  }
  const fetchPart = async (part: BoardPart) => {
    old.delete(part)
    const fail = (fault: string) => put(part, { ...kept[part], fault })
    try {
      const answer = await fetchers[part]()
      if (isRefusal(answer)) fail(answer.refused)
      else {
        const asOfMs = given.wallMs()
        const emptySinceMs = kept[part]?.emptySinceMs ?? asOfMs
        put(part, { value: answer, asOfMs, ...(countOf(answer) === 0 ? { emptySinceMs } : {}) })
      }
    } catch {
      // Named degradation: the board keeps what it last showed, says how old it is, and offers to ask again.
      fail('unanswered')
    }
  }
  const urgent = openCoalesce<BoardPart>({ ...given.timers, pauseMs: urgentMs }, fetchPart)
  const patient = openCoalesce<BoardPart>({ ...given.timers, pauseMs: patientMs }, fetchPart)
  const ask = (parts: readonly BoardPart[]) => {
    for (const part of parts) {
      if (!watched.get(part)) old.add(part)
      else if (urgentParts.includes(part)) urgent.ask([part])
      else patient.ask([part])
    }
  }
  const stopHearing = given.hearFrames({
    frame: ({ type }) => ask(oldBy(type)),
    refetch: () => ask(Object.keys(heard) as BoardPart[]),
  })

  return {
    get: (part) => (kept[part] ?? nothing) as Board<typeof part>,
    subscribe(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    watch(part) {
      watched.set(part, (watched.get(part) ?? 0) + 1)
      if (old.has(part)) ask([part])
      return () => watched.set(part, watched.get(part)! - 1)
    },
    refresh: ask,
    close() {
      stopHearing()
      urgent.stop()
      patient.stop()
      hearers.clear()
    },
  }
}
