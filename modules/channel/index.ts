import type { Ids } from '@open110/kit/ids'
import type { Database, Reader } from '@open110/kit/server/db'
import { openBrake, type Answer } from '@open110/kit/server/http'
import type { Sweep } from '@open110/kit/server/jobs'
import type { Clock } from '@open110/kit/time'
import type { Look, Record as Audit } from '@open110/modules/audit/server'
import type { Contacts } from '@open110/modules/contact/server'
import type { Seat } from '@open110/modules/desk'
import type { People } from '@open110/modules/person/server'
import type { LngLat, Resolution } from '@open110/modules/place'
import type { Message } from '@open110/modules/report'
import type { Bringing, Reports } from '@open110/modules/report/server'
import { messageSent } from '@open110/modules/thread/events'
import { agencyRoutes } from './channel.agency.routes.ts'
import { callRoutes } from './channel.call.routes.ts'
import { openCalls } from './channel.call.server.ts'
import { openCallers } from './channel.callers.server.ts'
import type { Cti } from './channel.cti.port.ts'
import { deviceRoutes, deviceSweep } from './channel.device.routes.ts'
import { channelSweeps } from './channel.jobs.ts'
import { lineRoutes } from './channel.line.routes.ts'
import type { TextGateway } from './channel.sms.port.ts'
import { openTexts, type Texts } from './channel.text.server.ts'

export { openAri } from './channel.ari.server.ts'
export { openCmpp } from './channel.cmpp.server.ts'
export { openFakeCti, type FakeCti } from './channel.cti.fake.ts'
export type { Cti } from './channel.cti.port.ts'
export { openFakeTexts, type FakeTexts } from './channel.sms.fake.ts'
export type { TextGateway } from './channel.sms.port.ts'
export type Invite = Texts['invite']

/** 渠道 — every other door into the same room, opened and listening. */
export function openChannels(near: {
  db: Database
  ids: Ids
  clock: Clock
  secret: string
  people: People
  reports: Reports
  bringing: Bringing
  resolve: (point: LngLat, accuracyMetres?: number) => Resolution
  dutyDesk: string
  desks: (db: Reader) => Promise<readonly { id: string; division: string }[]>
  seatOfStaff: (db: Reader, staff: string) => Promise<Seat | undefined>
  contacts: Contacts
  /** The message of a dialogue with this place in it. */
  messagesOf: (db: Reader, report: string, side: 'desk', after: number) => Promise<Message[]>
  audit: Audit
  look: Look
  cti: Cti | undefined
  gateway: TextGateway | undefined
  say: (key: 'text.receipt' | 'call.again-words') => string
  /** A quick question with its answers, as somebody reads it who cannot tap. */
  sayQuestion: (question: string) => string
}): { answers: Answer[]; sweeps: Sweep[]; invite: Invite } {
  const { db, clock } = near
  const callers = openCallers(near)
  const isDesk = async (reader: Reader, desk: string) =>
    (await near.desks(reader)).some(({ id }) => id === desk)
  const calls = openCalls({ ...near, callers, isDesk, againWords: near.say('call.again-words') })
  const texts = openTexts({
    ...near,
    callers,
    deskOfDivision: async (division) => (await near.desks(db)).find((desk) => desk.division === division)?.id,
    divisionOf: async (id) => (await near.desks(db)).find((desk) => desk.id === id)?.division,
    receiptWords: near.say('text.receipt'),
  })
  near.cti?.hear((event) => calls.hear(event))
  near.gateway?.hear({ text: (text) => texts.text(text), receipt: (receipt) => texts.receipt(receipt) })
  db.heed(messageSent, async (tx, { report, message, seq, from, kind }, at) => {
    if (from !== 'desk' || (kind !== 'words' && kind !== 'question')) return
    const [said] = await near.messagesOf(tx, report, 'desk', seq - 1)
    if (said?.id !== message) return
    const words = said.question ? near.sayQuestion(said.question) : said.words
    await texts.reply(tx, report, { id: message, seq, words }, at)
  })
  // A device may sit behind the same address as a hundred others.
  const brake = openBrake({ freeTries: 20, firstSeconds: 2, mostSeconds: 300, forgetSeconds: 3_600 })
  return {
    invite: texts.invite,
    answers: [
      ...callRoutes({ ...near, calls, callers }),
      ...lineRoutes({ ...near, calls }),
      ...deviceRoutes({ ...near, brake }),
      ...agencyRoutes({ ...near, callers, isDesk }),
    ],
    sweeps: [...channelSweeps({ db, clock, calls, texts }), deviceSweep(near)],
  }
}
