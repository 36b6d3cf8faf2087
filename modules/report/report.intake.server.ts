import type { Ids } from '@open110/kit/ids'
import type { Moment } from '@open110/kit/time'
import type { DeskNow } from '@open110/modules/desk'
import { firstLanguage, type Caller } from '@open110/modules/person'
import { receiptCode } from './report.code.ts'
import { fixRow, type FixRow } from './report.fix.ts'
import type { IntakeRows, ReportRow } from './report.intake.store.ts'
import { deviceMoment, hasUnreadable, type Routing } from './report.routing.ts'
import type { Mode, NewReport, ReportFlag } from './report.ts'
import { asksForSilence, urgencyOf } from './report.urgency.ts'

/** 建件 — what is written of a report, by whatever door it came in: one number, one rank, one place in the queue. */
export function intakeOf(
  near: { ids: Ids; random: (bytes: number) => Uint8Array },
  came: {
    readonly body: Omit<NewReport, 'mode'> & { readonly mode: Mode }
    readonly routing: Routing
    readonly desk: DeskNow
    readonly citizen: { readonly id: string } & Caller
    /** The body as it came: kept as the original. */
    readonly sent: unknown
    readonly language?: string | undefined
    readonly flags?: readonly ReportFlag[]
    /** The door itself knows how urgent it is at least, such as a device that hangs in a bank. */
    readonly atLeast?: number | undefined
    readonly now: Moment
  },
): { report: ReportRow; rows: IntakeRows; isHushed: boolean } {
  const { body, routing, desk, citizen, now } = came
  const device = deviceMoment(body.madeAt, now)
  const isHushed = body.mode === 'silent' || asksForSilence(body.words ?? '')
  const callSafe =
    body.callSafe ?? !(isHushed || citizen.needs.some((need) => need === 'deaf' || need === 'mute'))
  const flags: ReportFlag[] = [...routing.flags, ...(came.flags ?? [])]
  if (citizen.assurance === 'none') flags.push('unidentified')
  if (device.isWrong) flags.push('clock-wrong')
  if (!callSafe) flags.push('no-call')
  if (hasUnreadable(came.sent, body)) flags.push('part-unreadable')
  const found = urgencyOf({ ...body, callSafe }, flags)
  const isRaised = came.atLeast !== undefined && came.atLeast < found.level
  const urgency = isRaised ? { level: came.atLeast, reasons: [`mode.${body.mode}`, ...found.reasons] } : found
  if (urgency.reasons.some((reason) => reason.startsWith('cue.'))) flags.push('danger-words')
  const id = near.ids.make('rp')
  // Abroad 110 answers nobody: the consular line is the better word, whoever sits at the desk.
  const isAbroad = routing.guidance === 'guidance.overseas'
  const { resolution } = routing
  const fixes: FixRow[] = []
  for (const kind of ['pin', 'fix'] as const) {
    const fix = routing[kind]
    if (fix) fixes.push(fixRow(near.ids.make('fx'), id, kind, fix, now))
  }
  const report: ReportRow = {
    id,
    receiptCode: receiptCode(near.random(7)),
    citizen: citizen.id,
    desk: routing.desk,
    routedBy: routing.by,
    mode: body.mode,
    tag: body.tag,
    words: body.words,
    placeWords: [body.place?.words, body.place?.marker].filter(Boolean).join(' ') || undefined,
    language: firstLanguage(body.language) ?? firstLanguage(came.language) ?? citizen.language,
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
    original: came.sent ?? null,
    guidance: desk.isStaffed || isAbroad ? routing.guidance : 'guidance.no-desk',
    fallbackAfterSeconds:
      body.mode === 'silent' ? desk.policy.fallbackSilentSeconds : desk.policy.fallbackSeconds,
    deviceAt: device.at,
    now,
  }
  return { report, rows: { reports: [report], fixes }, isHushed }
}
