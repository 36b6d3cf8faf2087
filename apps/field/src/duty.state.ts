import { Unanswered, type Call } from '@open110/kit/client/call'
import { openLive, type LiveState, type OpenSocket, type Timers } from '@open110/kit/client/live'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import { endedSlips, type Feedback, type SlipCard, type SlipMove } from '@open110/modules/dispatch'
import { myUnit } from '@open110/modules/dispatch/api'
import type { Unit } from '@open110/modules/unit'
import { setState } from '@open110/modules/unit/api'
import { drain, seen, type Press, type Seen, type TurnedDown } from './outbox.state.ts'
import type { Shelf } from './shelf.ts'

/** 值勤 — everything the officer's screen is drawn from. */
export type Duty = {
  readonly phase: 'loading' | 'ready' | 'denied' | 'signed-out'
  readonly unit?: Unit
  readonly cards: readonly SlipCard[]
  /** When the server last said this; older than the page after a reload without network. */
  readonly seenAt?: string
  readonly presses: readonly Press[]
  readonly isSending: boolean
  readonly turnedDown: readonly TurnedDown[]
  readonly link: LiveState
  /** Up to when this officer has confirmed reading the supplements of a slip. */
  readonly readUntil: Readonly<Record<string, string>>
}

export type Extra = { fix?: Press['fix']; reason?: string; feedback?: Feedback }
export type DutyDesk = ReturnType<typeof openDuty>

const isEnded = (card: SlipCard) => endedSlips.some((state) => state === card.slip.state)

/**
 * Supplements that came after the officer last confirmed reading, newest first. Signing takes note of the whole
 * card, so nothing on an unsigned slip is new by itself.
 */
export function unread(card: SlipCard, readUntil: Duty['readUntil']): SlipCard['incident']['supplements'] {
  if (isEnded(card)) return []
  const since = readUntil[card.slip.id] ?? card.slip.times.findLast(({ move }) => move === 'sign')?.at
  if (since === undefined) return []
  return card.incident.supplements.filter(({ at }) => at > since).toSorted((a, b) => b.at.localeCompare(a.at))
}

/** Open slips, the ones being worked on and the gravest first; then those that have ended. */
export function sorted(duty: Duty): { open: Seen[]; ended: Seen[] } {
  const all = duty.cards.map((card) => seen(card, duty.presses))
  const rank = ({ card }: Seen) => `${card.incident.level} ${card.slip.issuedAt}`
  return {
    open: all.filter(({ card }) => !isEnded(card)).sort((a, b) => rank(a).localeCompare(rank(b))),
    ended: all.filter(({ card }) => isEnded(card)),
  }
}

/** How many things ask something of the officer: unsigned slips and unread supplements. For the title. */
export function asking(duty: Duty): number {
  const unsigned = sorted(duty).open.filter(({ state }) => state === 'issued').length
  return unsigned + duty.cards.reduce((sum, card) => sum + unread(card, duty.readUntil).length, 0)
}

/**
 * 到场静默 — no sound while a unit stands at, or drives to, a report whose reporter must not be given away:
 * the phone in an officer's pocket is heard through a door (promise 3).
 */
export function mayChime(duty: Duty): boolean {
  return !sorted(duty).open.some(
    ({ card, state }) => !card.incident.callSafe && (state === 'en-route' || state === 'on-scene'),
  )
}

/** Nobody waits for a unit's sign of life; its positions say more. */
const unitBeatMs = 15_000
const waitsMs = [1_000, 2_000, 5_000, 10_000, 30_000]

export function openDuty(given: {
  unit: string
  call: Call
  socket: OpenSocket
  timers: Timers
  shelf: Shelf
  token: () => string | undefined
  now: () => string
  makeKey: () => string
  /** Something new asks for attention: a slip, or a supplement to one. */
  onNew: (what: 'slip' | 'supplement', card: SlipCard) => void
}) {
  const { shelf, timers, call } = given
  const kept = shelf.read<{ unit: Unit; cards: SlipCard[]; seenAt: string }>('duty')
  const known = kept?.unit.id === given.unit ? kept : undefined
  let duty: Duty = {
    phase: known ? 'ready' : 'loading',
    ...known,
    cards: known?.cards ?? [],
    presses: shelf.read<Press[]>('presses') ?? [],
    isSending: false,
    turnedDown: [],
    link: 'connecting',
    readUntil: shelf.read<Record<string, string>>('read') ?? {},
  }
  const hearers = new Set<() => void>()
  const become = (change: Partial<Duty>) => {
    duty = { ...duty, ...change }
    for (const hear of hearers) hear()
  }
  const signedOut = () => become({ phase: 'signed-out' })

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
        tellNew(mine.cards)
        const seenAt = given.now()
        shelf.write('duty', { ...mine, seenAt })
        become({ phase: 'ready', ...mine, seenAt })
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
  const tellNew = (cards: readonly SlipCard[]) => {
    for (const card of cards) {
      const before = duty.cards.find(({ slip }) => slip.id === card.slip.id)
      if (!before && card.slip.state === 'issued') given.onNew('slip', card)
      const fresh = unread(card, duty.readUntil).length
      if (before && fresh > unread(before, duty.readUntil).length) given.onNew('supplement', card)
    }
  }

  /** Steps pressed by another unit's officer on this phone wait for that officer. */
  const mine = () => duty.presses.filter((press) => press.unit === given.unit)
  const keepPresses = (presses: readonly Press[]) => shelf.write('presses', presses)
  let stopSend = () => {}
  let misses = 0
  const send = async (): Promise<void> => {
    stopSend()
    if (duty.isSending || mine().length === 0) return
    become({ isSending: true })
    const batch = mine()
    const result = await drain(batch, call)
    // A step pressed in the meantime stays, unless the step it stood on was turned down.
    const gone = new Set(batch.filter((press) => !result.left.includes(press)))
    const fallen = new Set(result.turnedDown.map(({ press }) => press.slip))
    const presses = duty.presses.filter(
      (press) => !gone.has(press) && !(press.unit === given.unit && fallen.has(press.slip)),
    )
    keepPresses(presses)
    // The answer brings the slip, so the screen never steps back while the whole card is fetched.
    answers += result.slips.length
    const answered = new Map(result.slips.map((slip) => [slip.id, slip]))
    const cards = duty.cards.map((card) => ({ ...card, slip: answered.get(card.slip.id) ?? card.slip }))
    become({ isSending: false, cards, presses, turnedDown: [...duty.turnedDown, ...result.turnedDown] })
    if (gone.size > 0) void refetch()
    if (result.stopped === 'signed-out') return signedOut()
    if (result.stopped === undefined) {
      misses = 0
      return send()
    }
    misses += 1
    stopSend = timers.after(waitsMs[Math.min(misses, waitsMs.length) - 1] ?? 30_000, () => void send())
  }

  const live = openLive(
    { open: given.socket, timers, token: given.token, topics: [`unit:${given.unit}`], beatMs: unitBeatMs },
    {
      event: (frame) => {
        const told = frame.data as { state?: string }
        // The unit's own position comes back on its own topic; only a new state changes the screen.
        if (frame.type !== 'unit.moved' || told.state !== duty.unit?.state) void refetch()
      },
      refetch: () => void refetch(),
      state: (link) => {
        become({ link })
        if (link === 'live') void send()
        if (link === 'signed-out') signedOut()
      },
    },
  )
  void refetch()
  void send()

  return {
    get: () => duty,
    subscribe: (hear: () => void) => {
      hearers.add(hear)
      return () => void hearers.delete(hear)
    },
    silentMs: live.silentMs,
    /** Takes the step here and now; the server hears of it as soon as it can. */
    press(slip: string, name: SlipMove, extra: Extra = {}) {
      const press: Press = {
        key: given.makeKey(),
        unit: given.unit,
        slip,
        move: name,
        madeAt: given.now(),
        ...extra,
      }
      const presses = [...duty.presses, press]
      keepPresses(presses)
      become({ presses, turnedDown: duty.turnedDown.filter((down) => down.press.slip !== slip) })
      void send()
    },
    /** 已读 — the officer has read the newest supplements of this slip. */
    confirmRead(card: SlipCard) {
      const newest = unread(card, duty.readUntil)[0]
      if (!newest) return
      const open = new Set<string>(duty.cards.map(({ slip }) => slip.id))
      const readUntil = Object.fromEntries(
        Object.entries({ ...duty.readUntil, [card.slip.id]: newest.at }).filter(([slip]) => open.has(slip)),
      )
      shelf.write('read', readUntil)
      become({ readUntil })
    },
    dismiss(down: TurnedDown) {
      become({ turnedDown: duty.turnedDown.filter((other) => other !== down) })
    },
    /** 待命, 停勤, 下岗 — asked of the server at once: a unit that is told to be ready without being known as ready would be sent nowhere. */
    async standAs(state: 'ready' | 'out' | 'off'): Promise<Refusal | 'unanswered' | undefined> {
      try {
        const answer = await call(setState, {
          params: { unit: given.unit },
          body: { state },
          key: given.makeKey(),
        })
        if (isRefusal(answer)) return answer
        await refetch()
        return undefined
      } catch (fault) {
        if (fault instanceof Unanswered) return 'unanswered'
        throw fault
      }
    },
    reconnect() {
      live.reconnect()
      void refetch()
      void send()
    },
    close() {
      stopSend()
      stopAgain()
      live.close()
    },
  }
}
