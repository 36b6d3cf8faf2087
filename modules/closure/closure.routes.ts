import { answer, type Answer } from '@open110/kit/server/http'
import { staffOf } from '@open110/modules/staff'
import * as api from './closure.api.ts'
import type { Closure } from './closure.server.ts'

export function closureRoutes({ closure }: { closure: Closure }): Answer[] {
  return [
    answer(api.board, async (_asked, { me, db, now }) => ({
      at: now,
      loops: await closure.board(db, staffOf(me).org, now),
    })),

    answer(api.invariants, async (_asked, { me, db }) => closure.seenBy(db, staffOf(me).org)),
  ]
}
