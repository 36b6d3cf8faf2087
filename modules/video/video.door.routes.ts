import { refuse } from '@open110/kit/refuse'
import { sha256Hex } from '@open110/kit/server/crypto'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { AskedPlace } from '@open110/modules/report/server'
import * as api from './video.api.ts'
import type { NearVideo } from './video.entry.server.ts'
import * as store from './video.store.ts'
import { isOver } from './video.ts'

export type NearDoor = {
  /** Whose desk a report from this place would reach. */
  deskAt: (asked: AskedPlace) => { desk: string }
  nameOf: (db: Reader, desk: string) => Promise<string>
}

/** 门前 — what somebody is told who is not in a call yet: whether there is video here, and whose call a link leads into. */
export function videoDoorRoutes(near: Pick<NearVideo, 'videos' | 'media' | 'policyOf'> & NearDoor): Answer[] {
  return [
    answer(api.here, async ({ query }, { db }) => {
      if (!near.media.isThere) return { mode: 'off' as const }
      const { mode } = await near.policyOf(db, near.deskAt(query).desk)
      return { mode }
    }),

    answer(api.lookAtLink, async ({ params }, { me, db, now }) => {
      const tokenHash = sha256Hex(params.token)
      const link = await db.maybe(store.lookAtLink, { tokenHash, citizen: me.id, now })
      if (!link) return refuse('video.link-invalid')
      const call = await db.one(store.callById, { video: link.video })
      if (isOver(call.state)) return refuse('video.over')
      const { people } = await near.videos.knownOf(db, call)
      if (people.some((one) => one.holder === me.id && one.isBarred)) return refuse('video.link-invalid')
      return { desk: await near.nameOf(db, call.desk), role: link.role }
    }),
  ]
}
