import { Unanswered, type Call } from '@open110/kit/client/call'
import { move, openMoves } from '@open110/kit/moves'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import {
  slipMoves,
  type Feedback,
  type Slip,
  type SlipCard,
  type SlipMove,
  type SlipState,
} from '@open110/modules/dispatch'
import { moveSlip } from '@open110/modules/dispatch/api'

/** 待上传 — a step the officer has pressed and the server has not answered yet. */
export type Press = {
  /** Made once, with the press; a retry carries the same one, so the step is taken once (promise 4). */
  readonly key: string
  readonly unit: string
  readonly slip: string
  readonly move: SlipMove
  /** The phone's clock at the press, perhaps an hour before the network comes back. */
  readonly madeAt: string
  readonly fix?: { lng: number; lat: number; crs: string; accuracyMetres?: number; at: string }
  readonly reason?: string
  readonly feedback?: Feedback
}

/** A step that the server would not take, and why. */
export type TurnedDown = { readonly press: Press; readonly refusal: Refusal }

/** A slip as the officer sees it: the server's card with the steps that still wait laid over it. */
export type Seen = {
  readonly card: SlipCard
  readonly state: SlipState
  readonly open: readonly SlipMove[]
  readonly waiting: readonly Press[]
}

/** 处置顺序 — of several open steps the first in this order gets the large button. */
const order: readonly SlipMove[] = ['sign', 'depart', 'arrive', 'settle', 'report', 'ask-return']

export function seen(card: SlipCard, presses: readonly Press[]): Seen {
  const waiting = presses.filter((press) => press.slip === card.slip.id)
  let state: SlipState = card.slip.state
  for (const press of waiting) {
    const next = move(slipMoves, state, press.move, ['unit'])
    if (!isRefusal(next)) state = next
  }
  const open = openMoves(slipMoves, state, ['unit'])
  return { card, state, waiting, open: order.filter((name) => open.includes(name)) }
}

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
 * 依次上传 — oldest first, one at a time, so that the server sees the steps in the order they were made.
 * A refused step takes the later steps of the same slip with it: they stood on it.
 */
export async function drain(presses: readonly Press[], call: Call): Promise<Drained> {
  const turnedDown: TurnedDown[] = []
  const slips = new Map<string, Slip>()
  let left = [...presses]
  const drained = (stopped?: 'unanswered' | 'signed-out'): Drained => ({
    left,
    slips: [...slips.values()],
    turnedDown,
    ...(stopped ? { stopped } : {}),
  })
  while (left[0]) {
    const press = left[0]
    try {
      const { key, unit: _, slip, ...body } = press
      const answer = await call(moveSlip, { params: { slip }, body, key })
      if (isRefusal(answer)) {
        if (answer.refused === 'session.signed-out') return drained('signed-out')
        turnedDown.push({ press, refusal: answer })
        left = left.filter((other) => other.slip !== slip)
      } else {
        slips.set(slip, answer.slip)
        left = left.slice(1)
      }
    } catch (fault) {
      if (!(fault instanceof Unanswered)) throw fault
      return drained('unanswered')
    }
  }
  return drained()
}
