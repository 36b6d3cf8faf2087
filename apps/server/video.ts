import type { Say } from '@open110/core/words'
import { isRefusal } from '@open110/kit/refuse'
import { momentOf, type SteadyClock } from '@open110/kit/time'
import type { Ids } from '@open110/kit/ids'
import type { Database } from '@open110/kit/server/db'
import { record } from '@open110/modules/audit/server'
import type { Invite } from '@open110/modules/channel/server'
import { drawFrame } from '@open110/modules/evidence/server'
import { deskAt } from '@open110/modules/report/server'
import { isStaff, staffOf } from '@open110/modules/staff'
import { warningVersion } from '@open110/modules/video'
import { openVideo, type Video } from '@open110/modules/video/server'
import type { MediaEngine } from '@open110/media/port'
import { iceServersFor } from '@open110/media/server'
import type { Rooms } from './rooms.ts'

/** 媒体 — the engine that carries calls, and the relays that browsers are told of. */
export type MediaGiven = {
  readonly engine: MediaEngine | undefined
  readonly turn: { readonly urls: readonly string[]; readonly secret: string }
  /** Where the citizens' pages are reached from outside; without it no link is sent by text. */
  readonly publicUrl?: string | undefined
}

/** How long the credentials of a relay are good; a longer call joins again. */
const relaySeconds = 4 * 3_600

/** 视频室 — opened with what it needs of the other rooms. */
export function openVideoRoom(near: {
  db: Database
  clock: SteadyClock
  ids: Ids
  random: (bytes: number) => Uint8Array
  dutyDesk: string
  rooms: Rooms
  media: MediaGiven
  folder: string
  invite: Invite
  say: Say
  onFault: (fault: unknown) => void
}): Video {
  const { rooms, media, say } = near
  const { reports, desks, dispatch, incidents } = rooms
  return openVideo({
    ...near,
    audit: record,
    reports,
    contacts: rooms.contacts,
    evidence: rooms.evidence,
    engine: media.engine,
    ownPolicyOf: (db, desk) => desks.ownPolicyOf(db, desk, 'video'),
    deskAt: (asked) => deskAt(asked, rooms.places.resolve, near.dutyDesk),
    nameOf: async (db, desk) => (await desks.now(db, desk)).name,
    unitsOf: dispatch.informedOf,
    isSentTo: dispatch.isSentTo,
    room: rooms.room,
    drawFrame: async (clip) => drawFrame(await rooms.engines, clip),
    async mayKnow(db, me, incident) {
      if (!isStaff(me)) return false
      const { org, unit } = staffOf(me)
      if (me.allows.includes('video.work') && !isRefusal(await incidents.visibleTo(db, org, incident)))
        return true
      return unit !== undefined && dispatch.isSentTo(db, unit, incident)
    },
    seatOfStaff: desks.seatOfStaff,
    async textLink(tx, permit, report, { path, minutes }, now) {
      // A path alone leads a telephone nowhere.
      if (!media.publicUrl) return false
      const url = `${media.publicUrl}${path}`
      return near.invite(tx, permit, report, say('video.text', { url, minutes }), now)
    },
    iceServers(room, now) {
      const { servers, until } = iceServersFor({
        ...media.turn,
        room,
        now: new Date(now),
        seconds: relaySeconds,
      })
      return { servers, until: until && momentOf(until.getTime()) }
    },
    say,
    saySeat: (seat) => say('video.name.seat', { seat }),
    warning: { version: warningVersion, words: say('video.warning') },
  })
}
