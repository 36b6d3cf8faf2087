import type { Ids } from '@open110/kit/ids'
import { isRefusal, refuse } from '@open110/kit/refuse'
import { plusSeconds, type Moment } from '@open110/kit/time'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './exposure.api.ts'
import { exposureMoved } from './exposure.events.ts'
import * as store from './exposure.store.ts'
import { figuresOf, renewWithinSeconds, type Span } from './exposure.ts'

/** 班次 — what is added up unless another span is asked for. */
const shiftHours = 12

/** 敏感内容查看 — the log of what was opened on purpose, and what it adds up to. */
export function exposureRoutes(near: {
  ids: Ids
  reports: Pick<Reports, 'visibleTo'>
  /** After how many minutes in a shift somebody should be relieved. */
  limitMinutes: (db: Reader, org: string, now: Moment) => Promise<number>
}): Answer[] {
  const endOf = ({ closedAt, renewedAt }: store.View, now: Moment): Moment => {
    const latest = closedAt ?? plusSeconds(renewedAt, renewWithinSeconds)
    return latest < now ? latest : now
  }
  const spanOf = (view: store.View, now: Moment): Span => ({
    fromMs: Date.parse(view.openedAt),
    toMs: Date.parse(endOf(view, now)),
  })
  const since = (hours: string | undefined, now: Moment) =>
    plusSeconds(now, -Math.min(Number(hours ?? shiftHours), 24 * 31) * 3_600)

  return [
    answer(api.open, async ({ body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const report = await near.reports.visibleTo(tx, me, body.report)
      if (isRefusal(report)) return refuse('report.not-found')
      const { kind, object } = body
      const known = await tx.maybe(store.openViewOf, {
        staff: staff.id,
        kind,
        object,
        since: plusSeconds(now, -renewWithinSeconds),
      })
      const id = known?.id ?? near.ids.make('ex')
      if (known) await tx.run(store.renewView, { exposure: id, now })
      else {
        const { id: staffId, org, name } = staff
        await tx.run(store.addView, { id, staff: staffId, org, name, kind, object, report: report.id, now })
        tx.emit(exposureMoved, now, { staff: staffId, desk: org, isOpen: true })
      }
      return { id, kind, object, openedAt: known?.openedAt ?? now, renewWithinSeconds }
    }),

    answer(api.renew, async ({ params }, { me, tx, now }) => {
      const view = await tx.maybe(store.heldView, { exposure: params.exposure, staff: me.id })
      if (!view) return refuse('exposure.not-found')
      // What has lapsed stays ended: the page opens it anew, and the pause between is nobody's exposure.
      const isOpen = view.closedAt === undefined && plusSeconds(view.renewedAt, renewWithinSeconds) >= now
      if (isOpen) await tx.run(store.renewView, { exposure: view.id, now })
      return { isOpen }
    }),

    answer(api.close, async ({ params }, { me, tx, now }) => {
      const view = await tx.maybe(store.heldView, { exposure: params.exposure, staff: me.id })
      if (!view) return refuse('exposure.not-found')
      const at = endOf(view, now)
      await tx.run(store.closeView, { exposure: view.id, at })
      if (!view.closedAt) tx.emit(exposureMoved, now, { staff: view.staff, desk: view.org, isOpen: false })
      return { seconds: Math.round((Date.parse(at) - Date.parse(view.openedAt)) / 1_000) }
    }),

    answer(api.mine, async ({ query }, { me, db, now }) => {
      const { id: staff, org } = staffOf(me)
      const from = since(query.hours, now)
      const views = await db.all(store.viewsSince, { org, staff, since: from })
      const limitMinutes = await near.limitMinutes(db, org, now)
      return {
        ...figuresOf(
          views.map((view) => spanOf(view, now)),
          Date.parse(from),
        ),
        limitMinutes,
      }
    }),

    answer(api.figures, async ({ query }, { me, db, now }) => {
      const { org } = staffOf(me)
      const from = since(query.hours, now)
      const views = await db.all(store.viewsSince, { org, since: from })
      const limitMinutes = await near.limitMinutes(db, org, now)
      const people = [...Map.groupBy(views, ({ staff }) => staff)].map(([staff, theirs]) => {
        const figures = figuresOf(
          theirs.map((view) => spanOf(view, now)),
          Date.parse(from),
        )
        const name = theirs.at(-1)?.name ?? staff
        return { staff, name, ...figures, shouldRest: figures.seconds > limitMinutes * 60 }
      })
      return { limitMinutes, people: people.toSorted((a, b) => b.seconds - a.seconds) }
    }),
  ]
}
