import type { Ids } from '@open110/kit/ids'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Reader, Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './contact.api.ts'
import { contactSet } from './contact.events.ts'
import { confirmDueAt, overrideRules, stateOf, untilOf, type Override } from './contact.override.ts'
import type { Contacts } from './contact.server.ts'
import * as store from './contact.store.ts'
import { contactOf, isLaxer, ways, type ContactPolicy } from './contact.ts'

/** 联络策略与破例 — a person at the desk makes it stricter alone, and opens one way only with another person. */
export function contactRoutes(near: {
  ids: Ids
  audit: Audit
  contacts: Contacts
  reports: Reports
  /** How grave its incident is; nothing where there is none. */
  levelOf: (db: Reader, incident: string) => Promise<number | undefined>
  note: (tx: Tx, incident: string, now: string, what: string, by?: string, words?: string) => Promise<unknown>
  refresh: (tx: Tx, incident: string, now: string) => Promise<void>
}): Answer[] {
  const { reports, contacts } = near

  /** A refused act opens nothing, and is on record all the same. */
  async function turnDown<No extends Refusal>(tx: Tx, actor: string, object: string, no: No, now: string) {
    const { refused, facts } = no
    await near.audit(tx, now, { actor, act: `refused:${refused}`, object, facts })
    tx.remember()
    return no
  }

  function seen(me: { id: string }, override: store.StoredOverride, now: string): Override {
    const { id, report, receiptCode, way, reason, level, byStaff, byName, at, usedAt } = override
    const { confirmedName, confirmedAt } = override
    return {
      id: id as Override['id'],
      report,
      receiptCode,
      way,
      reason,
      level,
      state: stateOf(override, now),
      by: byName,
      isMine: byStaff === me.id,
      at,
      until: untilOf(override),
      usedAt,
      confirmed: confirmedAt && confirmedName ? { by: confirmedName, at: confirmedAt } : undefined,
      confirmDueAt: confirmDueAt(override),
    }
  }

  const levelOf = async (db: Reader, report: { incident?: string | undefined; urgency: number }) =>
    (report.incident && (await near.levelOf(db, report.incident))) || report.urgency

  const heldOverride = async (tx: Tx, org: string, id: string) => {
    const override = await tx.maybe(store.overrideForUpdate, { override: id })
    return override?.desk === org ? override : refuse('override.not-found')
  }

  return [
    answer(api.ofReport, async ({ params }, { me, db, now }) => {
      const report = await reports.atDesk(db, staffOf(me).org, params.report)
      if (isRefusal(report)) return report
      const { contact: set } = report
      const policy = contactOf(report, now)
      const isInForce = set && (set.until === undefined || set.until > now)
      return {
        policy,
        own: contactOf({ ...report, contact: undefined }, now).mode,
        set: isInForce ? { by: set.by, at: set.at } : undefined,
        isDuress: report.flags.includes('duress'),
        isWithheld: report.withheldSince !== undefined,
        level: await levelOf(db, report),
        ways: await Promise.all(
          ways.map(async (way) => ({
            way,
            isOpen: !isRefusal(await contacts.permitFor(db, report.id, way, now)),
          })),
        ),
        overrides: (await db.all(store.overridesOf, { report: report.id })).map((one) => seen(me, one, now)),
      }
    }),

    answer(api.set, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const before = await reports.atDesk(tx, staff.org, params.report)
      if (isRefusal(before)) return before
      // Always incident, then report: two who write at once wait for each other and never in a circle.
      if (before.incident) await near.note(tx, before.incident, now, `contact.set-${body.mode}`, staff.name)
      const report = await reports.held(tx, staff.org, params.report)
      if (isRefusal(report)) return report
      const { mode, until } = body
      const codeword = body.codeword?.trim() || undefined
      const decoy = body.decoy?.trim() || undefined
      const next: ContactPolicy = {
        mode,
        ...(until && { until }),
        ...(codeword && { codeword }),
        ...(decoy && { decoy }),
      }
      if (isLaxer(report, next, now)) {
        const facts = { from: contactOf(report, now).mode, to: mode }
        return turnDown(tx, staff.id, report.id, refuse('contact.override-needed', facts), now)
      }
      await reports.setContact(tx, report.id, { ...next, by: staff.name, at: now })
      tx.emit(contactSet, now, { report: report.id, desk: report.desk, mode })
      if (report.incident) await near.refresh(tx, report.incident, now)
      await near.audit(tx, now, {
        actor: staff.id,
        act: 'contact.set',
        object: report.id,
        facts: { mode, until },
      })
      return contactOf({ ...report, contact: next }, now)
    }),

    answer(api.override, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const report = await reports.held(tx, staff.org, params.report)
      if (isRefusal(report)) return report
      const reason = body.reason?.trim()
      const { way } = body
      if (!reason) return turnDown(tx, staff.id, report.id, refuse('contact.reason-missing', { way }), now)
      const level = await levelOf(tx, report)
      // 一级 — life comes first, and the second person afterwards.
      const isAtOnce = level === 1
      const kept = await tx.one(store.addOverride, {
        id: near.ids.make('co'),
        report: report.id,
        receiptCode: report.receiptCode,
        desk: report.desk,
        way,
        reason,
        level,
        staff: staff.id,
        name: staff.name,
        now,
        ...(isAtOnce && { standsFrom: now }),
      })
      contacts.tell(tx, kept, stateOf(kept, now), now)
      const facts = { override: kept.id, way, reason, level }
      await near.audit(tx, now, { actor: staff.id, act: 'contact.override', object: report.id, facts })
      if (isAtOnce) return seen(me, kept, now)
      const waits = { override: kept.id, way, level, by: staff.name, until: untilOf(kept) }
      return turnDown(tx, staff.id, report.id, refuse('contact.second-person-missing', waits), now)
    }),

    answer(api.confirm, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      const override = await heldOverride(tx, staff.org, params.override)
      if (isRefusal(override)) return override
      const no =
        override.byStaff === staff.id
          ? refuse('contact.same-person', { by: override.byName })
          : override.confirmedAt || (!override.standsFrom && stateOf(override, now) !== 'asked')
            ? refuse('contact.override-over')
            : undefined
      if (no) return turnDown(tx, staff.id, override.report, no, now)
      const confirmed = { override: override.id, staff: staff.id, name: staff.name, now }
      const kept = await tx.one(store.markConfirmed, confirmed)
      contacts.tell(tx, kept, stateOf(kept, now), now)
      const facts = { override: kept.id, way: kept.way, by: kept.byName }
      await near.audit(tx, now, { actor: staff.id, act: 'contact.confirm', object: kept.report, facts })
      return seen(me, kept, now)
    }),

    answer(api.end, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      const override = await heldOverride(tx, staff.org, params.override)
      if (isRefusal(override)) return override
      const state = stateOf(override, now)
      // A text that was written under it and waits to go out is held back with it.
      if (state !== 'asked' && state !== 'standing' && state !== 'used')
        return turnDown(tx, staff.id, override.report, refuse('contact.override-over'), now)
      const kept = await tx.one(store.markEnded, { override: override.id, staff: staff.id, now })
      contacts.tell(tx, kept, 'ended', now)
      const facts = { override: kept.id, way: kept.way }
      await near.audit(tx, now, { actor: staff.id, act: 'contact.end-override', object: kept.report, facts })
      return seen(me, kept, now)
    }),

    answer(api.ofDesk, async ({ params }, { me, db, now }) => {
      const { org } = staffOf(me)
      if (params.desk !== org) return refuse('desk.not-found')
      const askedSince = plusSeconds(now, -overrideRules.askedSeconds)
      return (await db.all(store.waitingAt, { desk: org, askedSince })).map((one) => seen(me, one, now))
    }),
  ]
}
