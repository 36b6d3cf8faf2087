import { Unanswered, type Call } from '@open110/kit/client/call'
import { openLive, type LiveState, type OpenSocket, type Timers } from '@open110/kit/client/live'
import type { LiveFrame } from '@open110/kit/event'
import { isRefusal } from '@open110/kit/refuse'
import type { Panic, Slip, SlipCard } from '@open110/modules/dispatch'
import { myUnit } from '@open110/modules/dispatch/api'
import type { Unit } from '@open110/modules/unit'
import type { Act, StepPress } from './outbox.state.ts'
import { asksOf, type Ask, type ReadUntil } from './asks.state.ts'
import { openSending, undoMs, type Sending } from './sending.state.ts'
import type { Shelf } from './shelf.ts'
import { isOfVideo } from './video.state.ts'

/** 值勤 — everything the officer's screen is drawn from. */
export type Duty = Sending & {
  readonly phase: 'loading' | 'ready' | 'denied' | 'signed-out'
  readonly unit?: Unit
  readonly cards: readonly SlipCard[]
  /** Calls for help: of this unit, and of officers near. */
  readonly panics: readonly Panic[]
  /** When the server last said this; older than the page after a reload without network. */
  readonly seenAt?: string
  readonly link: LiveState
  readonly readUntil: ReadUntil
}

export type Extra = Omit<StepPress, 'act' | 'slip' | 'move' | 'key' | 'unit' | 'madeAt'>
export type DutyDesk = ReturnType<typeof openDuty>
export type News = 'slip' | Ask['what'] | 'panic'

/** Steps that no later step takes back: a slip of the thumb is forgiven for a moment. */
const undoable: readonly string[] = ['depart', 'arrive', 'settle']

/** Nobody waits for a unit's sign of life; its positions say more. */
const unitBeatMs = 15_000
const waitsMs = [1_000, 2_000, 5_000, 10_000, 30_000]

type Kept = { unit: Unit; cards: SlipCard[]; panics: Panic[]; seenAt: string }

export function openDuty(given: {
  unit: string
  call: Call
  socket: OpenSocket
  timers: Timers
  shelf: Shelf
  token: () => string | undefined
  now: () => string
  makeKey: () => string
  /** Something new asks for attention, on a slip of this level. */
  onNew: (what: News, level: number) => void
  /** Every event, and nothing in particular (`undefined`) where some may have been missed. */
  onFrame?: (frame: LiveFrame | undefined) => void
}) {
  const { shelf, timers, call } = given
  const kept = shelf.read<Kept>('duty')
  const known = kept?.unit.id === given.unit ? kept : undefined
  let duty: Duty
  const hearers = new Set<() => void>()
  const become = (change: Partial<Duty>) => {
    duty = { ...duty, ...change }
    for (const hear of hearers) hear()
  }
  const signedOut = () => become({ phase: 'signed-out' })
  const sending = openSending({
    ...given,
    onChange: become,
    onSignedOut: signedOut,
    onAnswer(slips: readonly Slip[]) {
      // The answer brings the slip, so the screen never steps back while the whole card is fetched.
      answers += 1
      const answered = new Map(slips.map((slip) => [slip.id, slip]))
      become({
        cards: duty.cards.map((card) => ({ ...card, slip: answered.get(card.slip.id) ?? card.slip })),
      })
      void refetch()
    },
  })
  duty = {
    ...sending.get(),
    phase: known ? 'ready' : 'loading',
    ...known,
    cards: known?.cards ?? [],
    panics: known?.panics ?? [],
    link: 'connecting',
    readUntil: shelf.read<ReadUntil>('read') ?? {},
  }

  let fetching = false
  let wanted = false
  let answers = 0
  let stopAgain = () => {}
  let failures = 0
  const refetch = async (): Promise<void> => {
    if (fetching) {
      wanted = true
      return
    }
    fetching = true
    wanted = false
    const asOf = answers
    try {
      const mine = await call(myUnit)
      if (asOf !== answers) {
        // A step was answered while this was on its way: it may show the slip as it was before.
        wanted = true
      } else if (isRefusal(mine)) {
        if (mine.refused === 'session.signed-out') signedOut()
        else become({ phase: 'denied' })
      } else {
        const seenAt = given.now()
        shelf.write('duty', { ...mine, seenAt } satisfies Kept)
        const before = duty
        become({ phase: 'ready', ...mine, seenAt })
        tellNew(before)
      }
      failures = 0
    } catch (fault) {
      if (!(fault instanceof Unanswered)) throw fault
      failures += 1
      stopAgain()
      stopAgain = timers.after(
        waitsMs[Math.min(failures, waitsMs.length) - 1] ?? 30_000,
        () => void refetch(),
      )
    } finally {
      fetching = false
    }
    if (wanted) await refetch()
  }
  const tellNew = (before: Duty) => {
    for (const card of duty.cards) {
      const earlier = before.cards.find(({ slip }) => slip.id === card.slip.id)
      const { level } = card.incident
      if (!earlier && card.slip.state === 'issued') given.onNew('slip', level)
      if (!earlier) continue
      const heard = new Map(asksOf(earlier, duty.readUntil).map((ask) => [ask.what, ask.upTo]))
      const fresh = asksOf(card, duty.readUntil).find(({ what, upTo }) => upTo > (heard.get(what) ?? ''))
      if (fresh) given.onNew(fresh.what, level)
    }
    const knew = new Set(before.panics.map(({ id, happenedAt }) => id + happenedAt))
    const cries = duty.panics.filter(
      ({ id, unit, state, happenedAt }) =>
        unit !== given.unit && state === 'raised' && !knew.has(id + happenedAt),
    )
    if (cries.length > 0) given.onNew('panic', 1)
  }

  const live = openLive(
    { open: given.socket, timers, token: given.token, topics: [`unit:${given.unit}`], beatMs: unitBeatMs },
    {
      event: (frame) => {
        given.onFrame?.(frame)
        const told = frame.data as { state?: string }
        // The unit's own position comes back on its own topic; only a new state changes the screen.
        if (isOfVideo(frame)) return
        if (frame.type !== 'unit.moved' || told.state !== duty.unit?.state) void refetch()
      },
      refetch: () => {
        given.onFrame?.(undefined)
        void refetch()
      },
      state: (link) => {
        become({ link })
        if (link === 'live') sending.send()
        if (link === 'signed-out') signedOut()
      },
    },
  )
  void refetch()
  sending.send()

  return {
    get: () => duty,
    subscribe: (hear: () => void) => {
      hearers.add(hear)
      return () => void hearers.delete(hear)
    },
    silentMs: live.silentMs,
    /** Takes it here and now; some steps can be taken back for a moment before they leave. */
    press(...acts: readonly Act[]) {
      const [first] = acts
      sending.press(acts, first?.act === 'move' && undoable.includes(first.move) ? undoMs : 0)
    },
    undo: sending.undo,
    dismiss: sending.dismiss,
    /** 已读 — the officer has read this; the desk hears it with the time of the press. */
    confirmRead({ slip, what, upTo }: Ask) {
      const known = new Set<string>(duty.cards.map((card) => card.slip.id))
      const readUntil = Object.fromEntries(
        Object.entries({ ...duty.readUntil, [slip]: { ...duty.readUntil[slip], [what]: upTo } }).filter(
          ([id]) => known.has(id),
        ),
      )
      shelf.write('read', readUntil)
      become({ readUntil })
      sending.press([{ act: 'acknowledge', slip, what, upTo }])
    },
    refetch,
    reconnect() {
      live.reconnect()
      void refetch()
      sending.send()
    },
    close() {
      stopAgain()
      sending.close()
      live.close()
    },
  }
}
