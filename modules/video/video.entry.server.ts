import { isRefusal, refuse } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { sha256Hex } from '@open110/kit/server/crypto'
import type { Reader, Tx } from '@open110/kit/server/db'
import { plusSeconds, type Moment } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { Permit } from '@open110/modules/contact'
import type { Contacts } from '@open110/modules/contact/server'
import type { Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import type { Entry } from './video.api.ts'
import type { Media } from './video.media.server.ts'
import { callFor, participantFor } from './video.seen.server.ts'
import type { Known, Me, Party, Videos } from './video.server.ts'
import * as store from './video.store.ts'
import type { StoredParticipant } from './video.store.ts'
import type { ParticipantRole, VideoPolicy } from './video.ts'

type VideoWord =
  | 'video.name.reporter'
  | 'video.name.unit'
  | 'video.name.interpreter'
  | 'video.name.sign-relay'

/** What the doors of the video module are handed. */
export type NearVideo = {
  ids: Ids
  random: (bytes: number) => Uint8Array
  audit: Audit
  videos: Videos
  media: Media
  reports: Reports
  /** Whether this person's desk or unit works on the incident. */
  mayKnow: (db: Reader, me: Me, incident: string) => Promise<boolean>
  policyOf: (db: Reader, desk: string) => Promise<VideoPolicy>
  seatOfStaff: (db: Reader, staff: string) => Promise<{ seat: number } | undefined>
  permitFor: Contacts['permitFor']
  /** Sends the link to the telephone of whoever reported; false where no number is known. */
  textLink: (
    tx: Tx,
    permit: Permit<'sms'>,
    report: string,
    link: { path: string; minutes: number },
    now: Moment,
  ) => Promise<boolean>
  iceServers: (video: string, now: Moment) => { servers: Entry['iceServers']; until?: Moment | undefined }
  say: (word: VideoWord) => string
  /** `3号席`. */
  saySeat: (seat: number) => string
  /** The warning that stands before video (SH-12). */
  warning: { version: number; words: string }
}

/** 入席 — what a browser is given to send and to watch, and in which role. */
export function openEntries(near: NearVideo) {
  const { videos } = near

  async function entryOf(db: Reader, party: Party, me: StoredParticipant, now: Moment): Promise<Entry> {
    const { maxVideoKbps, stillSeconds } = await near.policyOf(db, party.call.desk)
    const { servers, until } = near.iceServers(party.call.id, now)
    return {
      video: callFor(party),
      me: participantFor(me, party.side === 'desk'),
      iceServers: servers,
      iceUntil: until,
      maxVideoKbps,
      stillSeconds,
    }
  }

  /** The same call, read anew after it was changed. */
  async function again(db: Reader, me: Me, party: Party): Promise<Party> {
    const fresh = await videos.partyTo(db, me, party.call.id)
    return isRefusal(fresh) ? party : fresh
  }

  function roleOf(me: Me, { side, people }: Party, as: ParticipantRole | undefined) {
    const held = people.filter(({ holder, leftAt }) => holder === me.id && leftAt === undefined)
    const mine = (as ? held.find(({ role }) => role === as) : held.at(-1))?.role
    if (mine) return mine
    if (side === 'guest') return people.find(({ holder }) => holder === me.id)?.role
    if (side !== 'desk') return as === undefined || as === side ? side : undefined
    const isOfficer = me.allows.includes('incident.supervise')
    if (as === undefined) return isOfficer ? 'duty-officer' : 'call-taker'
    if (as === 'supervisor') return me.allows.includes('video.supervise') ? as : undefined
    if (as === 'duty-officer') return isOfficer ? as : undefined
    return as === 'call-taker' ? as : undefined
  }

  /** By what they are known, at the desk and elsewhere. */
  async function namesOf(db: Reader, me: Me, role: ParticipantRole, given?: string) {
    if (role === 'reporter' || role === 'interpreter' || role === 'sign-relay') {
      const name = given || near.say(`video.name.${role}`)
      return { name, shownName: name }
    }
    const staff = staffOf(me)
    if (role === 'unit') return { name: staff.name, shownName: near.say('video.name.unit'), unit: staff.unit }
    const seat = await near.seatOfStaff(db, me.id)
    return { name: staff.name, shownName: seat ? near.saySeat(seat.seat) : staff.orgName }
  }

  return {
    entryOf,
    again,
    roleOf,

    async seat(tx: Tx, me: Me, known: Known, role: ParticipantRole, now: Moment, name?: string) {
      const names = await namesOf(tx, me, role, name)
      return videos.seat(tx, known, { role, holder: me.id, ...names }, now)
    },

    /** A link into this call, told once. */
    async link(
      tx: Tx,
      { call }: Pick<Known, 'call'>,
      to: { role: ParticipantRole; name: string },
      by: string,
      now: Moment,
    ): Promise<{ path: string; until: Moment }> {
      const token = Buffer.from(near.random(24)).toString('base64url')
      const { linkSeconds } = await near.policyOf(tx, call.desk)
      const until = plusSeconds(now, linkSeconds)
      const tokenHash = sha256Hex(token)
      await tx.run(store.addLink, { tokenHash, video: call.id, ...to, by, until, now })
      return { path: `/v/${token}`, until }
    },

    /** Who was picked by this participant's id and is this person. */
    mineIn(me: Me, { people }: Pick<Known, 'people'>, participant: string) {
      const one = people.find(({ id }) => id === participant)
      return one?.holder === me.id && one.leftAt === undefined ? one : refuse('video.not-found')
    },
  }
}
