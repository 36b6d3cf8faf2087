import { randomUUID } from 'node:crypto'
import type { Call } from '@open110/kit/client/call'
import type { TakesOf } from '@open110/kit/route'
import * as desk from '@open110/modules/desk/api'
import * as dispatch from '@open110/modules/dispatch/api'
import * as fleet from '@open110/modules/unit/api'
import type { Feedback, SlipMove } from '@open110/modules/dispatch'
import * as incident from '@open110/modules/incident/api'
import * as person from '@open110/modules/person/api'
import type { ReportView } from '@open110/modules/report'
import * as report from '@open110/modules/report/api'
import * as staff from '@open110/modules/staff/api'
import * as thread from '@open110/modules/thread/api'
import { demoPassword } from './staff.ts'
import { personCalled } from './people.ts'
import { granted, type Town } from './town.ts'

const press = () => randomUUID()
const ladderWords = {
  delivered: '已送达',
  received: '已接收',
  accepted: '已受理',
  dispatched: '已派警',
  'en-route': '民警已出发',
  'on-scene': '民警已到场',
  done: '已办结',
} as const

export type CitizenHere = {
  readonly call: Call
  readonly token: string
  readonly id: string
  sends(what?: Partial<TakesOf<typeof report.send>>, key?: string): Promise<string>
  view(report: string): Promise<ReportView>
  /** The rungs of the ladder that are true, in words. */
  sees(report: string): Promise<string[]>
  writes(report: string, words: string, key?: string): Promise<number>
  answers(report: string, question: string, option: string): Promise<number>
  adds(report: string, words: string): Promise<void>
}

export type StaffHere = {
  readonly call: Call
  readonly token: string
  readonly id: string
  readonly org: string
  sits(seat: number): Promise<void>
  leaves(seat: number): Promise<void>
  queue(): Promise<string[]>
  receives(report: string): Promise<void>
  writes(report: string, words: string): Promise<number>
  asks(report: string, question: string): Promise<void>
  accepts(report: string, how?: { category?: string; level?: number }): Promise<string>
  sends(incident: string, unitName?: string): Promise<string>
  moves(slip: string, move: SlipMove, more?: { reason?: string; feedback?: Feedback }): Promise<string>
  closes(incident: string, reason?: string): Promise<void>
}

/** 镇上的人 — acting through the public contracts only, as their own clients would. */
export function openPeople(town: Town) {
  return {
    async citizen(name: string): Promise<CitizenHere> {
      const who = personCalled(name)
      const { token, citizen } = granted(
        await town.caller()(person.openSession, { body: { language: who.language } }),
      )
      const call = town.caller(token)
      if (who.needs.length > 0) granted(await call(person.saveProfile, { body: { needs: [...who.needs] } }))
      const view = async (id: string) => granted(await call(report.get, { params: { report: id } }))
      return {
        call,
        token,
        id: citizen.id,
        view,
        async sends(what = {}, key = press()) {
          const { lng, lat } = who.home
          const fix = { lng, lat, crs: 'wgs84', accuracyMetres: 25, source: 'gps', at: town.clock.now() }
          const body = {
            mode: 'text' as const,
            words: '有人在撬我家的门',
            fix,
            madeAt: town.clock.now(),
            ...what,
          }
          return granted(await call(report.send, { body, key })).id
        },
        sees: async (id) => (await view(id)).ladder.map(({ step }) => ladderWords[step]),
        writes: async (id, words, key = press()) =>
          granted(await call(thread.sendMessage, { params: { report: id }, body: { words }, key })).seq,
        answers: async (id, question, option) =>
          granted(
            await call(thread.sendMessage, {
              params: { report: id },
              body: { answer: { question, option } },
              key: press(),
            }),
          ).seq,
        async adds(id, words) {
          granted(await call(report.supplement, { params: { report: id }, body: { words } }))
        },
      }
    },

    async staff(account: string): Promise<StaffHere> {
      const { token, staff: me } = granted(
        await town.caller()(staff.login, { body: { account, password: demoPassword } }),
      )
      const call = town.caller(token)
      return {
        call,
        token,
        id: me.id,
        org: me.org,
        async sits(seat) {
          granted(await call(desk.signIn, { params: { desk: me.org, seat: String(seat) } }))
        },
        async leaves(seat) {
          granted(await call(desk.signOut, { params: { desk: me.org, seat: String(seat) } }))
        },
        queue: async () =>
          granted(await call(desk.queue, { params: { desk: me.org } })).map((row) => row.report),
        async receives(id) {
          granted(await call(report.receive, { params: { report: id } }))
        },
        writes: async (id, words) =>
          granted(await call(thread.sendMessage, { params: { report: id }, body: { words }, key: press() }))
            .seq,
        async asks(id, question) {
          granted(await call(thread.ask, { params: { report: id }, body: { question } }))
        },
        accepts: async (id, how = {}) =>
          granted(
            await call(incident.accept, {
              body: { report: id, category: how.category ?? '1003', level: how.level ?? 1 },
            }),
          ).id,
        async sends(id, unitName) {
          const units = granted(await call(fleet.units))
          const unit = unitName ? units.find((one) => one.name === unitName) : units[0]
          return granted(
            await call(dispatch.issue, { params: { incident: id }, body: { unit: unit?.id ?? '' } }),
          ).id
        },
        moves: async (slip, move, more = {}) =>
          granted(await call(dispatch.moveSlip, { params: { slip }, body: { move, ...more } })).state,
        async closes(id, reason) {
          granted(
            await call(incident.moveIncident, { params: { incident: id }, body: { move: 'close', reason } }),
          )
        },
      }
    },
  }
}
