import { Unanswered, type Call } from '@open110/kit/client/call'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { TakesOf } from '@open110/kit/route'
import { endShift, setState, startShift } from '@open110/modules/unit/api'

export type ShiftGiven = TakesOf<typeof startShift>
export type PostFault = Refusal | 'unanswered' | undefined
export type Post = ReturnType<typeof openPost>

/**
 * 上岗与下岗 — asked of the server at once and never kept for later: a unit that is told to be ready without being known
 * as ready would be sent nowhere.
 */
export function openPost(given: {
  unit: string
  call: Call
  makeKey: () => string
  /** The unit may stand otherwise now. */
  onAnswer: () => Promise<void>
}) {
  const { call, makeKey } = given
  const params = { unit: given.unit }
  const asked = async (answer: Promise<unknown>): Promise<PostFault> => {
    try {
      const told = await answer
      if (isRefusal(told)) return told
      await given.onAnswer()
      return undefined
    } catch (fault) {
      if (fault instanceof Unanswered) return 'unanswered'
      throw fault
    }
  }
  return {
    standAs: (state: 'ready' | 'out') => asked(call(setState, { params, body: { state }, key: makeKey() })),
    startShift: (body: ShiftGiven) => asked(call(startShift, { params, body, key: makeKey() })),
    endShift: () => asked(call(endShift, { params, key: makeKey() })),
  }
}
