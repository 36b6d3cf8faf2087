import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Reader, Tx } from '@open110/kit/server/db'
import type { Moment } from '@open110/kit/time'
import type { Reports } from '@open110/modules/report/server'
import { overrideMoved } from './contact.events.ts'
import { stateOf, untilOf, usedOnce, type OverrideState } from './contact.override.ts'
import * as store from './contact.store.ts'
import type { StoredOverride } from './contact.store.ts'
import { contactOf, permit, type Opening, type Permit, type Way } from './contact.ts'

export type Contacts = ReturnType<typeof openContacts>

/** 联络 — the one place that is asked before anything goes out; `main.ts` hands it to everybody who sends. */
export function openContacts(near: { reports: Pick<Reports, 'byId'> }) {
  const openingOf = (override: StoredOverride): Opening[] =>
    override.standsFrom
      ? [{ way: override.way, from: override.standsFrom, until: untilOf(override), override: override.id }]
      : []

  function tell(tx: Tx, override: StoredOverride, state: OverrideState, now: Moment): void {
    const { id, report, desk } = override
    tx.emit(overrideMoved, now, { report, desk, override: id, state })
  }

  return {
    tell,

    /** Whether this may go out to the reporter now: by the policy, by an override that stands, or by their own word. */
    async permitFor<const W extends Way>(
      db: Reader,
      reportId: string,
      way: W,
      now: Moment,
      ownWord: readonly Opening[] = [],
    ): Promise<Permit<W> | Refusal<'contact.forbidden'>> {
      const report = await near.reports.byId(db, reportId)
      // What cannot be read is reached by nothing that sounds.
      if (!report) return refuse('contact.forbidden', { way, mode: 'silent' })
      const contact = contactOf(report, now)
      const own = report.flags.includes('duress') ? [] : ownWord
      const byPolicy = permit(contact, way, now, own)
      if (!isRefusal(byPolicy)) return byPolicy
      const standing = (await db.all(store.overridesOf, { report: report.id })).filter(
        (override) => stateOf(override, now) === 'standing',
      )
      return permit(contact, way, now, standing.flatMap(openingOf))
    },

    /** What was begun under an override may be finished under it and under no other, until it is over or taken back. */
    async permitUnder<const W extends Way>(
      db: Reader,
      override: string,
      way: W,
      now: Moment,
    ): Promise<Permit<W> | Refusal<'contact.forbidden'>> {
      const kept = await db.maybe(store.overrideById, { override })
      const opened = kept && !kept.endedAt ? openingOf(kept) : []
      return permit({ mode: 'silent' }, way, now, opened)
    },

    /** 用去 — before it goes out. False where somebody else was faster with the only use there was. */
    async use(tx: Tx, given: Permit, now: Moment): Promise<boolean> {
      if (!given.override) return true
      const override = await tx.one(store.overrideById, { override: given.override })
      if (!usedOnce.includes(override.way)) return true
      const used = await tx.maybe(store.markUsed, { override: given.override, now })
      if (!used) return false
      tell(tx, used, 'used', now)
      return true
    },
  }
}
