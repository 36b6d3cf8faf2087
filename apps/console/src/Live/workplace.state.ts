import type { Call } from '@open110/kit/client/call'
import type { Live, LiveState } from '@open110/kit/client/live'
import type { LiveFrame, PassingFrame } from '@open110/kit/event'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import { defaultPolicy, type DeskPolicy, type Seat } from '@open110/modules/desk'
import * as desks from '@open110/modules/desk/api'
import type { Slip } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'

import type { Incident, IncidentRow, Similar } from '@open110/modules/incident'
import * as incidents from '@open110/modules/incident/api'
import * as places from '@open110/modules/place/api'
import type { QueueRow, ReportView } from '@open110/modules/report'
import * as reports from '@open110/modules/report/api'
import { reportSignal } from '@open110/modules/report/events'
import type { Unit } from '@open110/modules/unit'
import * as fleet from '@open110/modules/unit/api'
import { unitMoved, unitPlaces } from '@open110/modules/unit/events'
import * as z from 'zod/mini'
import { openCoalesce } from './coalesce.state.ts'
import { openPlaces, type Places } from './places.state.ts'
import { sampled, type Skew } from './skew.state.ts'
import { partsOfOpen, staleParts, topicsOf, type Open, type Part } from './fresh.state.ts'

export type Suggestions = GivesOf<typeof fleet.suggest>
export type Outlines = GivesOf<typeof places.outlines>
export type Listing = { readonly search: string; readonly scope: 'open' | 'closed' | 'all' }

/** 工作台 — everything this desk shows, as last fetched. A part that was never fetched is absent. */
export type Workplace = {
  readonly live: LiveState
  readonly queue?: readonly QueueRow[]
  readonly deskName?: string
  readonly seats?: readonly Seat[]
  readonly policy: DeskPolicy
  readonly units?: readonly Unit[]
  readonly outlines?: Outlines
  readonly listing?: Listing
  readonly incidents?: readonly IncidentRow[]
  readonly open?: Open
  readonly report?: ReportView
  readonly incident?: Incident
  readonly slips?: readonly Slip[]
  readonly suggestions?: Suggestions
  readonly similar?: readonly Similar[]
  /** The server's clock minus this machine's: ages hold even where the desk's clock is wrong. */
  readonly skewMs: number
  /** Parts whose last fetch was refused or not answered; `unanswered` or the refusal's code. */
  readonly faults: Partial<Record<Part, string>>
}

export type Room = {
  get(): Workplace
  subscribe(hear: () => void): () => void
  open(open: Open | undefined): void
  list(listing: Listing | undefined): void
  refresh(parts: readonly Part[]): void
  reconnect(): void
  silentMs(): number
  /** Where units are, each second; beside the workplace, or everything would be drawn anew for it. */
  readonly places: Places
  /** For what is shown beside the workplace: every frame, and a call when some may have been missed. */
  hearFrames(on: FrameHearer): () => void
  close(): void
}

export type FrameHearer = { frame(frame: LiveFrame): void; refetch(): void }

type Given = {
  readonly call: Call
  readonly desk: string
  readonly wallMs: () => number
  readonly timers: { after(ms: number, act: () => void): () => void; nowMs(): number }
  /** The live connection, opened for these topics. */
  readonly openLive: (
    topics: readonly string[],
    on: {
      event(frame: LiveFrame): void
      passing(frame: PassingFrame): void
      refetch(): void
      state(state: LiveState): void
    },
  ) => Live
  readonly onSignedOut: () => void
}

const pauseMs = 250
/** The desk's list is read again even if no event came: a missed one must not hide a report (lessons d4). */
const rereadMs = 20_000
const resuggestMs = 5_000

export function openRoom(given: Given): Room {
  let now: Workplace = { live: 'connecting', policy: defaultPolicy, skewMs: 0, faults: {} }
  const hearers = new Set<() => void>()
  const frameHearers = new Set<FrameHearer>()
  const change = (next: Partial<Workplace>) => {
    now = { ...now, ...next }
    for (const hear of hearers) hear()
  }
  /** Keeps an answer unless something else has been opened meanwhile. */
  const keep = <T>(
    part: Part,
    open: Open | undefined,
    answer: T | Refusal,
    put: (value: T) => Partial<Workplace>,
  ) => {
    const bound = part === 'report' || part === 'similar' ? 'report' : 'incident'
    if (open && now.open?.[bound] !== open[bound]) return
    if (isRefusal(answer)) {
      if (answer.refused === 'session.signed-out') return given.onSignedOut()
      return change({ faults: { ...now.faults, [part]: answer.refused } })
    }
    const { [part]: _, ...faults } = now.faults
    change({ ...put(answer), faults })
  }
  const { call, desk } = given
  const onMap = openPlaces()
  let skew: Skew | undefined
  let suggestedMs = -Infinity
  const fetchers: Record<Part, () => Promise<void>> = {
    queue: async () =>
      keep('queue', undefined, await call(desks.queue, { params: { desk } }), (queue) => ({ queue })),
    seats: async () => {
      const sentMs = given.wallMs()
      const answer = await call(desks.seats, { params: { desk } })
      const heardMs = given.wallMs()
      keep('seats', undefined, answer, ({ seats, policy, at, desk: { name } }) => {
        skew = sampled(skew, { sentMs, heardMs, serverMs: Date.parse(at) })
        return { seats, policy, deskName: name, skewMs: skew.skewMs }
      })
    },
    units: async () =>
      keep('units', undefined, await call(fleet.units), (units) => {
        onMap.take(units)
        return { units }
      }),
    outlines: async () =>
      keep('outlines', undefined, await call(places.outlines, { params: { desk } }), (outlines) => ({
        outlines,
      })),
    incidents: async () => {
      const listing = now.listing
      if (!listing) return
      const query = { scope: listing.scope, ...(listing.search ? { search: listing.search } : {}) }
      const answer = await call(incidents.list, { query })
      if (now.listing === listing) keep('incidents', undefined, answer, (rows) => ({ incidents: rows }))
    },
    report: async () => {
      const open = now.open
      if (!open?.report) return
      keep('report', open, await call(reports.get, { params: { report: open.report } }), (report) => {
        const incident = report.staff?.incidentId
        if (incident && now.open?.incident !== incident) openMore({ report: open.report!, incident })
        else if (!incident && now.open?.incident) {
          change({ open: { report: open.report! }, ...ofIncident })
          live.listen(topicsOf(desk, now.open))
        }
        return { report }
      })
    },
    similar: async () => {
      const open = now.open
      if (!open?.report) return
      keep(
        'similar',
        open,
        await call(incidents.similar, { params: { report: open.report } }),
        (similar) => ({ similar }),
      )
    },
    incident: async () => {
      const open = now.open
      if (!open?.incident) return
      keep(
        'incident',
        open,
        await call(incidents.get, { params: { incident: open.incident } }),
        (incident) => {
          const main = incident.reports.find((report) => report.isMain) ?? incident.reports[0]
          if (main && !now.open?.report) openMore({ report: main.id, incident: open.incident! })
          return { incident }
        },
      )
    },
    slips: async () => {
      const open = now.open
      if (!open?.incident) return
      keep(
        'slips',
        open,
        await call(dispatches.slipsOf, { params: { incident: open.incident } }),
        (slips) => ({ slips }),
      )
    },
    suggestions: async () => {
      const open = now.open
      if (!open?.incident) return
      const answer = await call(fleet.suggest, { params: { incident: open.incident } })
      keep('suggestions', open, answer, (suggestions) => ({ suggestions }))
    },
  }
  const fresh = openCoalesce<Part>({ ...given.timers, pauseMs }, async (part) => {
    try {
      await fetchers[part]()
    } catch {
      // Named degradation: the part keeps what it last showed and says that it was not answered.
      change({ faults: { ...now.faults, [part]: 'unanswered' } })
    }
  })

  const rereadParts: readonly Part[] = ['queue', 'seats']
  const deskParts: readonly Part[] = [...rereadParts, 'units']
  const everything = (): Part[] => [
    ...deskParts,
    ...(now.outlines ? [] : (['outlines'] as const)),
    ...(now.listing ? (['incidents'] as const) : []),
    ...(now.open ? partsOfOpen(now.open) : []),
  ]
  const live = given.openLive(topicsOf(desk, undefined), {
    event: (frame) => {
      hear(frame)
      for (const hearer of frameHearers) hearer.frame(frame)
    },
    passing: (frame) => {
      if (frame.type === unitPlaces.name && onMap.hear(frame.data)) askAgain()
    },
    refetch: () => {
      fresh.ask(everything())
      for (const hearer of frameHearers) hearer.refetch()
    },
    state: (state) => {
      change({ live: state })
      if (state === 'signed-out') given.onSignedOut()
    },
  })

  function hear(frame: LiveFrame) {
    if (frame.type === unitMoved.name) return moveUnit(frame.data)
    if (frame.type === reportSignal.name) return hearSignal(frame.data)
    const data = (frame.data ?? {}) as Record<string, unknown>
    fresh.ask(staleParts(frame.type, data, now.open, now.listing !== undefined))
  }
  /** Who is nearest changes as they move; asked again now and then, not at every step. */
  function askAgain() {
    const nowMs = given.timers.nowMs()
    if (!now.suggestions || nowMs - suggestedMs < resuggestMs) return
    suggestedMs = nowMs
    fresh.ask(['suggestions'])
  }
  /** The state of one of many units is put in place, not fetched. */
  function moveUnit(data: unknown) {
    const read = z.safeParse(unitMoved.body, data)
    if (!read.success || !now.units?.some((unit) => unit.id === read.data.unit)) return fresh.ask(['units'])
    const { unit: id, state, openSlips } = read.data
    const units = now.units.map((unit) => {
      if (unit.id !== id) return unit
      // With a shift others ride along, and with other things.
      if ((unit.state === 'off') !== (state === 'off')) fresh.ask(['units'])
      const changed = { ...unit, state, openSlips }
      onMap.put(changed)
      return changed
    })
    change({ units })
    if (now.suggestions) fresh.ask(['suggestions'])
  }
  function hearSignal(data: unknown) {
    const read = z.safeParse(reportSignal.body, data)
    if (!read.success) return
    const { report: id, at } = read.data
    const queue = now.queue?.map((row) => (row.report === id ? { ...row, lastSignalAt: at } : row))
    const report =
      now.report?.id === id && now.report.staff
        ? { ...now.report, staff: { ...now.report.staff, lastSignalAt: at } }
        : now.report
    change({ ...(queue ? { queue } : {}), ...(report ? { report } : {}) })
  }

  const ofReport = { report: undefined, similar: undefined }
  const ofIncident = { incident: undefined, slips: undefined, suggestions: undefined }

  /** The other half of what is open has become known: the incident of a report, or the report of an incident. */
  function openMore(open: Open) {
    const had = now.open
    // A report that was taken out of its incident has another one: nothing of the former may stand beside it.
    const isOther = had?.incident !== undefined && had.incident !== open.incident
    change({ open, ...(isOther ? ofIncident : {}) })
    live.listen(topicsOf(desk, open))
    const known = had ? partsOfOpen(isOther ? { ...(had.report && { report: had.report }) } : had) : []
    fresh.ask(partsOfOpen(open).filter((part) => !known.includes(part)))
  }
  function reread() {
    stopReread = given.timers.after(rereadMs, () => {
      if (now.live === 'live') fresh.ask(rereadParts)
      reread()
    })
  }
  let stopReread = () => {}
  reread()

  return {
    get: () => now,
    subscribe(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    open(open) {
      const isSameReport = open?.report !== undefined && open.report === now.open?.report
      const isSameIncident = open?.incident !== undefined && open.incident === now.open?.incident
      change({
        open,
        faults: {},
        ...(isSameReport ? {} : ofReport),
        ...(isSameIncident ? {} : ofIncident),
      })
      live.listen(topicsOf(desk, open))
      if (open) fresh.ask(partsOfOpen(open))
    },
    list(listing) {
      change({ listing, ...(listing ? {} : { incidents: undefined }) })
      if (listing) fresh.ask(['incidents'])
    },
    refresh: (parts) => fresh.ask(parts),
    reconnect: () => live.reconnect(),
    silentMs: () => live.silentMs(),
    places: onMap,
    hearFrames(on) {
      frameHearers.add(on)
      return () => frameHearers.delete(on)
    },
    close() {
      stopReread()
      fresh.stop()
      live.close()
      hearers.clear()
      frameHearers.clear()
    },
  }
}
