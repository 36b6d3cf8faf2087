import { answer, type Answer } from '@open110/kit/server/http'
import * as api from './report.api.ts'
import { deskAt, type Resolve } from './report.routing.ts'
import { tagPolicyOf } from './report.tags.server.ts'

export function tagRoutes(near: { resolve: Resolve; dutyDesk: string }): Answer[] {
  return [
    answer(api.tags, async ({ query }, { db, now }) => {
      const { desk, by } = deskAt(query, near.resolve, near.dutyDesk)
      // Whose bureau it is is not known without a place, and another one's words would mislead.
      return { own: by === 'duty' ? [] : (await tagPolicyOf(db, desk, now)).own }
    }),
  ]
}
