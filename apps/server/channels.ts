import { sayOr, type Say, type WordKey } from '@open110/core/words'
import type { Database } from '@open110/kit/server/db'
import type { Ids } from '@open110/kit/ids'
import type { Clock } from '@open110/kit/time'
import { record, recordLook } from '@open110/modules/audit/server'
import { openChannels, type Cti, type TextGateway } from '@open110/modules/channel/server'
import type { Desks } from '@open110/modules/desk/server'
import type { Contacts } from '@open110/modules/contact/server'
import type { People } from '@open110/modules/person/server'
import { deskNames, type Places } from '@open110/modules/place/server'
import { openBringing, type Reports } from '@open110/modules/report/server'
import { quickQuestions, type QuestionKey } from '@open110/modules/thread'
import type { Threads } from '@open110/modules/thread/server'

/** What lines the house is connected to; without one its channel is silent and says so. */
export type Lines = { readonly cti?: Cti | undefined; readonly gateway?: TextGateway | undefined }

export function linesAway({ cti, gateway }: Lines): ('phone' | 'text')[] {
  return [
    ...(cti && !cti.isUp() ? (['phone'] as const) : []),
    ...(gateway && !gateway.isUp() ? (['text'] as const) : []),
  ]
}

/** 别的门 — telephone, 12110, devices and other bodies, brought into the one room. */
export function openOtherDoors(near: {
  db: Database
  ids: Ids
  clock: Clock
  secret: string
  random: (bytes: number) => Uint8Array
  lines: Lines
  dutyDesk: string
  people: People
  reports: Reports
  contacts: Contacts
  places: Places
  desks: Desks
  threads: Threads
  unitsOf: Parameters<typeof openBringing>[0]['unitsOf']
  say: Say
}) {
  const { say } = near
  const resolve = near.places.resolve
  const bringing = openBringing({ ...near, resolve, deskNow: near.desks.now })
  const sayQuestion = (question: string) => {
    const options: readonly string[] = quickQuestions[question as QuestionKey]?.options ?? []
    const answers = options.map((option) => sayOr(say, `option.${question}.${option}`))
    return [say(`question.${question}` as WordKey), answers.join('/')].filter(Boolean).join(' ')
  }
  return openChannels({
    ...near,
    cti: near.lines.cti,
    gateway: near.lines.gateway,
    resolve,
    bringing,
    desks: (db) => db.all(deskNames),
    seatOfStaff: near.desks.seatOfStaff,
    messagesOf: near.threads.messagesOf,
    audit: record,
    look: recordLook,
    say,
    sayQuestion,
  })
}
