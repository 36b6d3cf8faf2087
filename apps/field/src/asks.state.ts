import { endedSlips, type Panic, type ReadbackKind, type SlipCard } from '@open110/modules/dispatch'
import type { Duty } from './duty.state.ts'
import { seen, type Seen } from './outbox.state.ts'

/** Up to when this officer has read each kind of word of each slip, before the desk knows it. */
export type ReadUntil = Readonly<Record<string, Readonly<Partial<Record<ReadbackKind, string>>>>>

/** 待复诵 — words that came since and stop the officer until they are read back. */
export type Ask = {
  readonly slip: string
  readonly what: 'danger' | 'supplement' | 'urge' | 'message'
  /** The newest moment among them: reading back covers all before. */
  readonly upTo: string
  readonly lines: readonly { readonly at: string; readonly words?: string; readonly danger?: string }[]
}

/** What may kill comes first; a colleague's word to hurry comes last. */
const order = ['danger', 'supplement', 'urge', 'message'] as const

const isEnded = (card: SlipCard) => endedSlips.some((state) => state === card.slip.state)

/** Signing takes note of the whole card, so nothing on an unsigned slip is asked by itself. */
export function asksOf(card: SlipCard, readUntil: ReadUntil): Ask[] {
  const { slip, incident } = card
  if (isEnded(card) || slip.state === 'issued') return []
  return order.flatMap((what): Ask[] => {
    const read = readUntil[slip.id]?.[what] ?? ''
    const asked = slip.unread.filter((one) => one.what === what && one.at > read)
    if (asked.length === 0) return []
    const moments = new Set(asked.map(({ at }) => at))
    const lines =
      what === 'danger'
        ? asked.map(({ at, danger }) => ({ at, ...(danger && { danger }) }))
        : what === 'supplement'
          ? incident.supplements.filter(({ at }) => moments.has(at))
          : slip.dialogue
              .filter((word) => word.side === 'desk' && word.kind === what && moments.has(word.at))
              .map(({ at, words }) => ({ at, ...(words && { words }) }))
    const upTo = asked.map(({ at }) => at).reduce((a, b) => (a > b ? a : b))
    return [{ slip: slip.id, what, upTo, lines: lines.toSorted((a, b) => b.at.localeCompare(a.at)) }]
  })
}

/** What of this officer's slips must be read back now, the gravest first. */
export function asking(duty: Duty): Ask[] {
  const asks = duty.cards.flatMap((card) => asksOf(card, duty.readUntil))
  return asks.toSorted((a, b) => order.indexOf(a.what) - order.indexOf(b.what))
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

/** How many things ask something of the officer: unsigned slips, unread words, colleagues in danger. For the title. */
export function askingCount(duty: Duty): number {
  const unsigned = sorted(duty).open.filter(({ state }) => state === 'issued').length
  return unsigned + asking(duty).length + cries(duty).length
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

/** Calls for help of others that are not ended. */
export function cries(duty: Duty): readonly Panic[] {
  return duty.panics.filter(({ unit, state }) => unit !== duty.unit?.id && state !== 'ended')
}

/** 本机求援 — pressed and still on this phone, at the desk, seen there by a person, or being ended. */
export type OwnPanic = { readonly at: string; readonly state: 'waiting' | 'sent' | 'seen' | 'ending' }

export function ownPanic(duty: Duty): OwnPanic | undefined {
  const last = duty.presses.findLast((press) => press.act === 'panic' || press.act === 'panic-end')
  const open = duty.panics.find(({ unit, state }) => unit === duty.unit?.id && state !== 'ended')
  if (last?.act === 'panic') return { at: last.madeAt, state: 'waiting' }
  if (last?.act === 'panic-end') return { at: last.madeAt, state: 'ending' }
  if (!open) return undefined
  // The time beside "seen" is when somebody saw it, not when it was pressed.
  return open.state === 'acknowledged'
    ? { at: open.acknowledgedAt ?? open.happenedAt, state: 'seen' }
    : { at: open.happenedAt, state: 'sent' }
}
