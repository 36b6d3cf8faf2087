import type { Ids } from '@open110/kit/ids'
import { toldBy } from '@open110/kit/server/db'
import { answerTogether, type Answer } from '@open110/kit/server/http'
import type { DeskNow } from '@open110/modules/desk'
import { callerOf, firstLanguage } from '@open110/modules/person'
import * as api from './report.api.ts'
import { receiptCode } from './report.code.ts'
import { reportDelivered } from './report.events.ts'
import { fixRow, type FixRow } from './report.fix.ts'
import { addReports, type IntakeRows } from './report.intake.store.ts'
import { deviceMoment, hasUnreadable, routeOf, type Resolve } from './report.routing.ts'
import { openRush, rankOf } from './report.rush.ts'
import type { ReportFlag, ReportView } from './report.ts'
import { asksForSilence, urgencyOf } from './report.urgency.ts'

export function sendRoutes(near: {
  ids: Ids
  random: (bytes: number) => Uint8Array
  resolve: Resolve
  /** The bureau's duty desk, for what has no place or lies outside every outline. */
  dutyDesk: string
  deskNow: (desk: string) => Promise<DeskNow>
}): Answer[] {
  const rush = openRush()
  const deskNow = openDeskNow(near.deskNow)

  return [
    answerTogether(api.send, addReports, async ({ body }, { me, now, language, sent, address }) => {
      const citizen = callerOf(me)
      const routing = routeOf(body, near.resolve, near.dutyDesk)
      const desk = await deskNow(routing.desk)
      const device = deviceMoment(body.madeAt, now)
      const isHushed = body.mode === 'silent' || asksForSilence(body.words ?? '')
      const callSafe =
        body.callSafe ?? !(isHushed || citizen.needs.some((need) => need === 'deaf' || need === 'mute'))
      const flags: ReportFlag[] = [...routing.flags]
      if (citizen.assurance === 'none') flags.push('unidentified')
      if (device.isWrong) flags.push('clock-wrong')
      if (!callSafe) flags.push('no-call')
      if (hasUnreadable(sent, body)) flags.push('part-unreadable')
      const urgency = urgencyOf({ ...body, callSafe }, flags)
      if (urgency.reasons.some((reason) => reason.startsWith('cue.'))) flags.push('danger-words')
      const id = near.ids.make('rp')
      const code = receiptCode(near.random(7))
      const fallbackAfterSeconds =
        body.mode === 'silent' ? desk.policy.fallbackSilentSeconds : desk.policy.fallbackSeconds
      // Abroad 110 answers nobody: the consular line is the better word, whoever sits at the desk.
      const isAbroad = routing.guidance === 'guidance.overseas'
      const guidance = desk.isStaffed || isAbroad ? routing.guidance : 'guidance.no-desk'
      const { resolution } = routing
      const fixes: FixRow[] = []
      for (const kind of ['pin', 'fix'] as const) {
        const fix = routing[kind]
        if (fix) fixes.push(fixRow(near.ids.make('fx'), id, kind, fix, now))
      }
      const rows: IntakeRows = {
        fixes,
        reports: [
          {
            id,
            receiptCode: code,
            citizen: me.id,
            desk: routing.desk,
            routedBy: routing.by,
            mode: body.mode,
            tag: body.tag,
            words: body.words,
            placeWords: [body.place?.words, body.place?.marker].filter(Boolean).join(' ') || undefined,
            language: firstLanguage(body.language) ?? firstLanguage(language) ?? citizen.language,
            callSafe,
            urgency: urgency.level,
            reasons: urgency.reasons,
            flags,
            denied: body.denied ?? [],
            division: resolution?.division?.code,
            divisionName: resolution?.division?.name,
            station: resolution?.station?.name,
            alternatives: (resolution?.alternatives ?? []).map((other) => ({
              desk: other.desk.id,
              name: `${other.desk.name} ${other.division.name}`,
              share: other.share,
            })),
            outlines: resolution?.edition,
            original: sent ?? null,
            guidance,
            fallbackAfterSeconds,
            deviceAt: device.at,
            now,
          },
        ],
      }
      const told = toldBy(reportDelivered, now, {
        report: id,
        citizen: me.id,
        desk: routing.desk,
        urgency: urgency.level,
        mode: body.mode,
        at: now,
      })
      return {
        rank: rankOf(
          { mode: body.mode, urgency: urgency.level },
          rush.count(me.id, address, Date.parse(now)),
        ),
        written: { rows, events: [told] },
        answer: {
          id: id as ReportView['id'],
          receiptCode: code,
          state: 'delivered' as const,
          deliveredAt: now,
          desk: { id: routing.desk, name: desk.name },
          guidance,
          fallbackAfterSeconds,
        },
      }
    }),
  ]
}

/** From so many a second to one desk it is a flood, in which the desk need not be asked for each report. */
const floodPerSecond = 100
const freshMs = 250

/** 本台现状 — asked for once for all who come at the same moment; in a flood an answer serves for a quarter of a second. */
function openDeskNow(ask: (desk: string) => Promise<DeskNow>): (desk: string) => Promise<DeskNow> {
  const known = new Map<string, { since: number; count: number; atMs: number; answer: Promise<DeskNow> }>()
  return (desk) => {
    const nowMs = performance.now()
    const last = known.get(desk)
    const since = last && nowMs - last.since < 1_000 ? last.since : nowMs
    const count = last && since === last.since ? last.count + 1 : 1
    const isFresh = last && nowMs - last.atMs < (count > floodPerSecond ? freshMs : 0)
    const answer = isFresh ? last.answer : ask(desk)
    if (last && answer === last.answer) {
      known.set(desk, { ...last, since, count })
      return answer
    }
    // Infinitely fresh while it is on its way.
    const own = { since, count, atMs: Infinity, answer }
    known.set(desk, own)
    answer.then(
      () => known.set(desk, { ...(known.get(desk) ?? own), answer, atMs: nowMs }),
      () => known.delete(desk),
    )
    return answer
  }
}
