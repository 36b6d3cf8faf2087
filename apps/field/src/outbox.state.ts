import { Unanswered, type Call } from '@open110/kit/client/call'
import { move, openMoves } from '@open110/kit/moves'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import {
  slipMoves,
  type BackupKind,
  type Feedback,
  type Panic,
  type ReadbackKind,
  type ReturnReason,
  type Slip,
  type SlipCard,
  type SlipMove,
  type SlipState,
} from '@open110/modules/dispatch'
import { acknowledge, askBackup, endPanic, moveSlip, panic, say } from '@open110/modules/dispatch/api'

type Fix = { lng: number; lat: number; crs: string; accuracyMetres?: number; at: string }

/** What the officer can do without network: a step, a read-back, a call for more or for help, a word to the desk. */
export type Act =
  | {
      readonly act: 'move'
      readonly slip: string
      readonly move: SlipMove
      readonly fix?: Fix
      readonly reason?: string
      readonly returnReason?: ReturnReason
      readonly feedback?: Feedback
    }
  | { readonly act: 'acknowledge'; readonly slip: string; readonly what: ReadbackKind; readonly upTo: string }
  | { readonly act: 'backup'; readonly slip: string; readonly kind: BackupKind }
  | { readonly act: 'say'; readonly slip: string; readonly words: string }
  | { readonly act: 'panic'; readonly slip?: string; readonly fix?: Fix }
  | { readonly act: 'panic-end'; readonly how: NonNullable<Panic['how']> }

/** 待上传 — something the officer has pressed and the server has not answered yet. */
export type Press = Act & {
  /** Made once, with the press; a retry carries the same one, so it is taken once (promise 4). */
  readonly key: string
  readonly unit: string
  /** The phone's clock at the press, perhaps an hour before the network comes back. */
  readonly madeAt: string
}

/** Something that the server would not take, and why. */
export type TurnedDown = { readonly press: Press; readonly refusal: Refusal }

/**
 * What stands on what: the steps of one slip on each other, the end of a call for help on its beginning, everything
 * else on nothing. Lines go side by side, so that a call for help never waits behind a step.
 */
export function lineOf(press: Press): string {
  if (press.act === 'move') return press.slip
  return press.act === 'panic' || press.act === 'panic-end' ? 'panic' : press.key
}

/** A slip as the officer sees it: the server's card with the steps that still wait laid over it. */
export type Seen = {
  readonly card: SlipCard
  readonly state: SlipState
  readonly open: readonly SlipMove[]
  readonly waiting: readonly StepPress[]
}
export type StepPress = Extract<Press, { act: 'move' }>

/** 处置顺序 — of several open steps the first in this order gets the large button. */
const order: readonly SlipMove[] = ['sign', 'depart', 'arrive', 'settle', 'report', 'ask-return']

export function seen(card: SlipCard, presses: readonly Press[]): Seen {
  const waiting = presses.filter(
    (press): press is StepPress => press.act === 'move' && press.slip === card.slip.id,
  )
  let state: SlipState = card.slip.state
  for (const press of waiting) {
    const next = move(slipMoves, state, press.move, ['unit'])
    if (!isRefusal(next)) state = next
  }
  const open = openMoves(slipMoves, state, ['unit'])
  return { card, state, waiting, open: order.filter((name) => open.includes(name)) }
}

/** A step brings the slip as it is now; everything else is fetched afterwards. */
async function post(press: Press, call: Call): Promise<Slip | Refusal | undefined> {
  const { key, unit, madeAt } = press
  const sent = await (() => {
    switch (press.act) {
      case 'move': {
        const { key: _, unit: __, slip, act: ___, ...body } = press
        return call(moveSlip, { params: { slip }, body, key })
      }
      case 'acknowledge': {
        const { slip, what, upTo } = press
        return call(acknowledge, { params: { slip }, body: { what, upTo, madeAt }, key })
      }
      case 'backup':
        return call(askBackup, { params: { slip: press.slip }, body: { kind: press.kind, madeAt }, key })
      case 'say':
        return call(say, { params: { slip: press.slip }, body: { words: press.words, madeAt }, key })
      case 'panic': {
        const { slip, fix } = press
        return call(panic, { params: { unit }, body: { slip, fix, madeAt }, key })
      }
      case 'panic-end':
        return call(endPanic, { params: { unit }, body: { how: press.how, madeAt }, key })
    }
  })()
  if (isRefusal(sent)) return sent
  return 'slip' in sent && typeof sent.slip === 'object' ? sent.slip : undefined
}

/** 已由同组另一部手机办过 — the step is true already; what this phone adds after it still stands. */
function isTakenAlready(press: Press, refusal: Refusal): boolean {
  if (press.act !== 'move' || refusal.refused !== 'move.not-now') return false
  const reached = progress.indexOf(refusal.facts['state'] as SlipState)
  const meant = progress.indexOf(slipMoves[press.move].to)
  // A report carries words of its own, which would be lost.
  return press.move !== 'report' && meant >= 0 && reached >= meant
}
const progress: readonly SlipState[] = ['signed', 'en-route', 'on-scene', 'scene-done', 'reported']

export type Drained = {
  /** What still waits, in the order of the presses. */
  readonly left: readonly Press[]
  /** Each slip as the server answered its last step. */
  readonly slips: readonly Slip[]
  readonly turnedDown: readonly TurnedDown[]
  /** Why it stopped early: the network, or a session that has ended. */
  readonly stopped?: 'unanswered' | 'signed-out'
}

/**
 * 依次上传 — one line of presses, oldest first, one at a time, so that the server sees them in the order they were
 * made. A refused one takes the later ones of its line with it: they stood on it.
 */
export async function drain(line: readonly Press[], call: Call): Promise<Drained> {
  const slips = new Map<string, Slip>()
  const answered = (
    left: readonly Press[],
    more: { turnedDown?: TurnedDown[]; stopped?: 'unanswered' | 'signed-out' } = {},
  ): Drained => ({ left, slips: [...slips.values()], turnedDown: [], ...more })
  for (const [index, press] of line.entries()) {
    try {
      const answer = await post(press, call)
      if (isRefusal(answer)) {
        if (answer.refused === 'session.signed-out')
          return answered(line.slice(index), { stopped: 'signed-out' })
        if (isTakenAlready(press, answer)) continue
        return answered([], { turnedDown: [{ press, refusal: answer }] })
      }
      if (answer) slips.set(answer.id, answer)
    } catch (fault) {
      if (!(fault instanceof Unanswered)) throw fault
      return answered(line.slice(index), { stopped: 'unanswered' })
    }
  }
  return answered([])
}
