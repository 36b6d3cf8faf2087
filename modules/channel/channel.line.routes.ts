import { isRefusal, refuse } from '@open110/kit/refuse'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds } from '@open110/kit/time'
import type { Look } from '@open110/modules/audit/server'
import type { People } from '@open110/modules/person/server'
import type { Bringing, Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import { agencyOf } from './channel.agency.store.ts'
import * as api from './channel.api.ts'
import type { Calls } from './channel.call.server.ts'
import { callsOfReport } from './channel.call.store.ts'
import { deviceOfReport } from './channel.device.store.ts'
import { textsInOf, textsOutOf } from './channel.text.store.ts'
import { channelOf } from './channel.ts'

const daySeconds = 86_400

/** 来路与计数 — how one report came in, and how all of them fare by channel. */
export function lineRoutes(near: {
  calls: Calls
  people: People
  bringing: Bringing
  reports: Reports
  look: Look
}): Answer[] {
  return [
    answer(api.line, async ({ params }, { me, db, now }) => {
      const report = await near.reports.atDesk(db, staffOf(me).org, params.report)
      if (isRefusal(report)) return report
      const channel = channelOf(report.mode)
      await near.look(db, now, { actor: me.id, act: 'channel.line', object: report.id })
      const of = { report: report.id }
      const [calls, textsIn, textsOut, device, agency] = await Promise.all([
        db.all(callsOfReport, of),
        db.all(textsInOf, of),
        db.all(textsOutOf, of),
        db.maybe(deviceOfReport, of),
        db.maybe(agencyOf, of),
      ])
      // Who came by the app is known to the desk as far as that lets itself be known: masked.
      const number = channel === 'internet' ? undefined : await near.people.phoneOf(db, report.citizen)
      return {
        channel,
        number,
        calls: calls.map((call) => near.calls.viewOf(call, number)),
        textsIn,
        textsOut,
        device,
        agency: agency && { org: agency.org, externalNumber: agency.externalNumber },
      }
    }),

    answer(api.counts, async ({ params, query }, { me, db, now }) => {
      if (params.desk !== staffOf(me).org) return refuse('desk.not-found')
      const to = query.to ?? plusSeconds(now, 1)
      const from = query.from ?? plusSeconds(now, -daySeconds)
      const counted = await near.bringing.countsOf(db, params.desk, from, to)
      const channels = counted.map(({ mode, ...count }) => ({
        channel: mode ? channelOf(mode) : ('internet' as const),
        ...count,
      }))
      return { from, to, channels: channels.toSorted((a, b) => b.reports - a.reports) }
    }),
  ]
}
