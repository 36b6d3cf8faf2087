import type { Ids } from '@open110/kit/ids'
import { json, type Reader, type Tx } from '@open110/kit/server/db'
import { feedbackMoved } from './dispatch.events.ts'
import * as store from './dispatch.feedback.store.ts'
import type { StoredFeedback } from './dispatch.feedback.store.ts'
import { happenedAt } from './dispatch.steps.ts'
import type { StoredSlip } from './dispatch.store.ts'
import type { FeedbackDraft, FeedbackState, FeedbackType } from './dispatch.ts'

/** A place at which something was written, where the phone gave one. */
export type At = { lng?: number | undefined; lat?: number | undefined }

export type Feedbacks = ReturnType<typeof openFeedbacks>

/** 反馈单 — its steps, in the transaction of whoever takes them; who may take them was asked before. */
export function openFeedbacks(near: {
  ids: Ids
  /** The category that the incident has by now. */
  categoryOf: (db: Reader, desk: string, incident: string) => Promise<string | undefined>
}) {
  const tell = (
    tx: Tx,
    { slip, incident, desk, unit, id, type }: StoredFeedback,
    state: FeedbackState,
    now: string,
  ) => tx.emit(feedbackMoved, now, { slip, incident, desk, unit, feedback: id, type, state, at: now })

  const ofSlip = (db: Reader, slip: string) => db.all(store.feedbacksOf, { slips: [slip] })

  /** The one of this type that is still in the unit's hands, or a new one. */
  async function inHand(tx: Tx, slip: StoredSlip, type: FeedbackType, now: string): Promise<StoredFeedback> {
    const own = (await ofSlip(tx, slip.id)).filter((one) => one.type === type)
    const open = own.find(({ state }) => state === 'draft' || (state === 'sent-back' && type !== 'handling'))
    if (open) return open
    const id = near.ids.make('fb')
    const { incident, desk, unit } = slip
    await tx.run(store.addFeedback, { id, slip: slip.id, incident, desk, unit, type, happenedAt: now })
    return tx.one(store.feedbackById, { feedback: id })
  }

  /** Further words beside those that are there; absent ones stay. */
  async function save(
    tx: Tx,
    one: StoredFeedback,
    given: { content: FeedbackDraft; at?: At | undefined; happenedAt: string },
    now: string,
  ): Promise<StoredFeedback> {
    const content = { ...one.content, ...given.content }
    await tx.run(store.saveContent, {
      feedback: one.id,
      content: json(content),
      lng: given.at?.lng,
      lat: given.at?.lat,
      happenedAt: given.happenedAt,
    })
    if (one.state === 'draft') tell(tx, one, 'draft', now)
    return { ...one, content }
  }

  async function submit(
    tx: Tx,
    slip: StoredSlip,
    one: StoredFeedback,
    by: string,
    now: string,
  ): Promise<void> {
    const category = one.content.categoryFound ?? (await near.categoryOf(tx, slip.desk, slip.incident))
    const prefix = `${slip.number.slice(0, slip.number.lastIndexOf('-P'))}-F`
    await tx.run(store.markSubmitted, { feedback: one.id, prefix, category, now, by })
    tell(tx, one, 'submitted', now)
  }

  async function accept(tx: Tx, one: StoredFeedback, by: string, now: string): Promise<void> {
    await tx.run(store.markAccepted, { feedback: one.id, now, by })
    tell(tx, one, 'accepted', now)
  }

  return {
    ofSlip,
    inHand,
    save,
    submit,
    accept,

    /** 核定类别 — what the unit found it to be, by an accepted final feedback; nothing where it says nothing. */
    async categoryFound(db: Reader, feedback: string) {
      const one = await db.maybe(store.feedbackById, { feedback })
      const isFinal = one?.type === 'final' || one?.type === 'joint'
      const category = isFinal && one.state === 'accepted' ? one.content.categoryFound : undefined
      return category && one?.acceptedBy ? { category, by: one.acceptedBy } : undefined
    },

    byId: (db: Reader, feedback: string) => db.maybe(store.feedbackById, { feedback }),

    async sendBack(
      tx: Tx,
      one: StoredFeedback,
      why: { reason?: string | undefined; missing?: readonly string[] | undefined },
      now: string,
    ): Promise<void> {
      const missing = [...(why.missing ?? [])]
      await tx.run(store.markSentBack, { feedback: one.id, reason: why.reason, missing })
      tell(tx, one, 'sent-back', now)
    },

    /** 到场反馈 — made by the step itself: when and where. */
    async arrived(tx: Tx, slip: StoredSlip, at: At | undefined, happened: string, by: string, now: string) {
      const one = await inHand(tx, slip, 'arrival', now)
      const saved = await save(tx, one, { content: {}, at, happenedAt: happened }, now)
      await submit(tx, slip, saved, by, now)
    },

    /** The slip ends: what was handed in is accepted with it, what was never handed in is no paper. */
    async settle(tx: Tx, slip: StoredSlip, by: string, now: string): Promise<number> {
      const open = (await ofSlip(tx, slip.id)).filter(({ state }) => state === 'submitted')
      for (const one of open) await accept(tx, one, by, now)
      await tx.run(store.dropDrafts, { slip: slip.id })
      return open.length
    },

    /** When something was written: as the phone says, after the unit was told of the slip. */
    moment: (slip: StoredSlip, madeAt: string | undefined, now: string) =>
      happenedAt(madeAt, slip.issuedAt, now),
  }
}
