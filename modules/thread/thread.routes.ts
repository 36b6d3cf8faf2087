import { isRefusal, refuse } from '@open110/kit/refuse'
import type { Reader, Tx } from '@open110/kit/server/db'
import { answer, type Answer, type Around } from '@open110/kit/server/http'
import { permitQuiet } from '@open110/modules/contact'
import type { Reports } from '@open110/modules/report/server'
import { isStaff, staffOf } from '@open110/modules/staff'
import * as api from './thread.api.ts'
import { messageMarked } from './thread.events.ts'
import type { Threads } from './thread.server.ts'
import * as store from './thread.store.ts'
import { asksSilence, filledBy, isQuestion } from './thread.ts'
import type { Write } from './thread.write.server.ts'

type Me = Around['me']

export function threadRoutes(near: {
  threads: Threads
  reports: Reports
  write: Write
  hasAttachment: (db: Reader, report: string, attachment: string) => Promise<boolean>
  /** A tapped answer reaches the incident, where it fills only what nobody has filled. */
  fillFact: (tx: Tx, incident: string, field: string, value: string, now: string) => Promise<void>
  /** Whoever works on the incident, or drives to it, hears that it is to be fetched again. */
  refresh: (tx: Tx, incident: string, now: string) => Promise<void>
}): Answer[] {
  const { reports } = near

  const write = (tx: Tx, me: Me, report: Parameters<Write>[1], what: Parameters<Write>[3], now: string) =>
    near.write(tx, report, isStaff(me) ? { ...staffOf(me), permit: permitQuiet() } : 'citizen', what, now)

  /** The desk sees that the reporter is there; one who asks for silence is not rung from now on (promise 3). */
  async function hear(
    tx: Tx,
    report: { id: string; incident?: string | undefined },
    said: { words?: string | undefined; isHushed?: boolean },
    now: string,
  ): Promise<void> {
    const isNews = await reports.heard(tx, report.id, said, now)
    if (isNews && report.incident) await near.refresh(tx, report.incident, now)
  }

  return [
    answer(api.sendMessage, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      if (isStaff(me) && !report.receivedAt) return refuse('report.not-received')
      const { clientId, words } = body
      if (!isStaff(me) && !body.answer) await hear(tx, report, { words }, now)
      if (body.answer) {
        // Only the reporter taps: what a desk knows it enters as its own finding.
        const filled = isStaff(me) ? undefined : filledBy(body.answer.question, body.answer.option)
        if (!filled) return refuse('message.answer-invalid', body.answer)
        // Always incident, then report: two who write at once wait for each other and never in a circle.
        if (report.incident) await near.fillFact(tx, report.incident, filled.field, filled.value, now)
        const { incident } = await reports.noteAnswer(tx, report.id, filled.field, filled.value)
        if (incident && incident !== report.incident)
          await near.fillFact(tx, incident, filled.field, filled.value, now)
        await hear(tx, { id: report.id, incident }, { isHushed: asksSilence(body.answer) }, now)
        return write(
          tx,
          me,
          report,
          { kind: 'answer', words: body.words ?? '', ...body.answer, clientId },
          now,
        )
      }
      if (body.attachment) {
        if (!(await near.hasAttachment(tx, report.id, body.attachment))) return refuse('attachment.not-found')
        const picture = {
          kind: 'picture' as const,
          words: body.words ?? '',
          attachment: body.attachment,
          clientId,
        }
        return write(tx, me, report, picture, now)
      }
      if (!body.words?.trim()) return refuse('message.words-missing')
      return write(tx, me, report, { kind: 'words', words: body.words, clientId }, now)
    }),

    answer(api.listMessages, async ({ params, query }, { me, db }) => {
      const report = await reports.visibleTo(db, me, params.report)
      if (isRefusal(report)) return report
      const after = /^\d{1,9}$/.test(query.after ?? '') ? Number(query.after) : 0
      return near.threads.messagesOf(db, report.id, isStaff(me) ? 'desk' : 'citizen', after)
    }),

    answer(api.ask, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      if (!report.receivedAt) return refuse('report.not-received')
      if (!isQuestion(body.question)) return refuse('message.question-invalid')
      return write(tx, me, report, { kind: 'question', words: '', question: body.question }, now)
    }),

    answer(api.markRead, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      const side = isStaff(me) ? ('desk' as const) : ('citizen' as const)
      // A look before anybody has received is nobody's reading: the reporter would take it for having been heard.
      const read = side === 'desk' && !report.receivedAt ? 0 : (body.read ?? 0)
      const marks = { report: report.id, delivered: body.delivered ?? 0, read, now }
      const kept = await tx.maybe(side === 'desk' ? store.markDesk : store.markCitizen, marks)
      if (!kept) return { delivered: 0, read: 0 }
      const { grew, ...reached } = kept
      if (grew) tx.emit(messageMarked, now, { ...reports.about(report), side, ...reached })
      return reached
    }),
  ]
}
