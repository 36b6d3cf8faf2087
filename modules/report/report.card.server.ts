import type { Moment } from '@open110/kit/time'
import { coarseHelp, type Progress } from './report.progress.ts'
import { ladderSteps, type LadderStep, type QueueRow, type ReportView, type StaffSide } from './report.ts'
import type { Stored } from './report.store.ts'
import { urgeWait, type Urge } from './report.urge.ts'

type Step = { step: string; at: string; by?: string | undefined }
type SeatStateOf = (seat: { desk: string; seat: number }, staff: string) => 'empty' | 'live' | 'stale'

const gistLetters = 60

/** The first words, for recognising it in a list. */
export function gistOf(report: Pick<Stored, 'words' | 'tag' | 'mode'>): string {
  const words = (report.words ?? '').replace(/\s+/g, ' ').trim()
  return words.length > gistLetters ? `${words.slice(0, gistLetters)}…` : words
}

/** 回执阶梯 — delivered, then what people have really done, in order. */
export function ladderOf(report: Stored, steps: readonly Step[]): LadderStep[] {
  const rungs: LadderStep[] = [{ step: 'delivered', at: report.deliveredAt, by: report.firstDeskName }]
  if (report.receivedAt) {
    rungs.push({
      step: 'received',
      at: report.receivedAt,
      by: `${report.deskName} ${report.receivedSeat}号席`,
    })
  }
  for (const { step, at, by } of steps) {
    if ((ladderSteps as readonly string[]).includes(step))
      rungs.push({ step: step as LadderStep['step'], at, by })
  }
  return rungs.toSorted((a, b) => ladderSteps.indexOf(a.step) - ladderSteps.indexOf(b.step))
}

export function furthestOf(report: Stored, steps: readonly Step[]): LadderStep['step'] {
  return ladderOf(report, steps).at(-1)?.step ?? 'delivered'
}

export function ownerOf(report: Stored, seatState: SeatStateOf): StaffSide['owner'] {
  if (!report.owner || report.ownerSeat === undefined) return undefined
  return {
    staff: report.owner,
    name: report.ownerName ?? '',
    seat: report.ownerSeat,
    state: seatState({ desk: report.desk, seat: report.ownerSeat }, report.owner),
  }
}

export function queueRowOf(
  report: Stored,
  beside: {
    needs: QueueRow['needs']
    unread: number
    incidentState?: string | undefined
    waitedSeconds: number
    isRepeat: true | undefined
    urgedAt: string | undefined
    supplementedAt: string | undefined
  },
  seatState: SeatStateOf,
): QueueRow {
  return {
    report: report.id as QueueRow['report'],
    receiptCode: report.receiptCode,
    state: report.state,
    urgency: report.urgency,
    mode: report.mode,
    tag: report.tag,
    gist: gistOf(report),
    place: report.placeWords ?? report.divisionName ?? '',
    deliveredAt: report.deliveredAt,
    waitedSeconds: beside.waitedSeconds,
    lastSignalAt: report.lastSignalAt,
    flags: report.flags,
    needs: beside.needs,
    language: report.language,
    attachments: report.attachments,
    unread: beside.unread,
    owner: ownerOf(report, seatState),
    incident:
      report.incident && report.incidentNumber
        ? { id: report.incident, number: report.incidentNumber, state: beside.incidentState ?? '' }
        : undefined,
    overflowedAt: report.overflowedAt,
    isRepeat: beside.isRepeat,
    urgedAt: beside.urgedAt,
    supplementedAt: beside.supplementedAt,
  }
}

/** 经过 — everything that has happened, in order. What tells of progress is left out where it may not be told. */
function timelineOf(
  ladder: readonly LadderStep[],
  supplements: ReportView['supplements'],
  told: { steps: readonly Step[]; urges: readonly Urge[]; words: Progress['told'] } | undefined,
): ReportView['timeline'] {
  const settled = told?.steps.filter(({ step }) => step === 'scene-done') ?? []
  return [
    ...ladder.map(({ step, at, by }) => ({ at, what: `ladder.${step}`, by })),
    ...supplements.map(({ at }) => ({ at, what: 'supplement' })),
    ...settled.map(({ at }) => ({ at, what: 'settled' })),
    ...(told?.words ?? []).map(({ at, words }) => ({ at, what: 'told', words })),
    ...(told?.urges ?? []).flatMap(({ at, answeredAt, answer }) => [
      { at, what: 'urge' },
      ...(answeredAt && answer ? [{ at: answeredAt, what: 'urge-answer', words: answer }] : []),
    ]),
  ].toSorted((a, b) => (a.at < b.at ? -1 : 1))
}

/** What both sides see of a report. */
export function viewOf(
  report: Stored,
  parts: Pick<ReportView, 'supplements' | 'messages' | 'attachments'> & {
    steps: readonly Step[]
    incidentState?: string | undefined
    urges: readonly Urge[]
    /** Whether whoever looks may read how far help is. */
    mayTell: boolean
    progress: Progress | undefined
  },
): ReportView {
  const { steps, urges, progress } = parts
  const ladder = ladderOf(report, steps)
  const told = parts.mayTell ? { steps, urges, words: progress?.told ?? [] } : undefined
  return {
    id: report.id as ReportView['id'],
    receiptCode: report.receiptCode,
    mode: report.mode,
    tag: report.tag,
    words: report.words,
    placeWords: report.placeWords,
    state: report.state,
    outcome: report.outcome,
    deliveredAt: report.deliveredAt,
    desk: { id: report.desk, name: report.deskName },
    ladder,
    incident: report.incidentNumber
      ? { number: report.incidentNumber, state: parts.incidentState ?? '' }
      : undefined,
    timeline: timelineOf(ladder, parts.supplements, told),
    supplements: parts.supplements.map((supplement) => sentOn(supplement, progress)),
    messages: parts.messages,
    attachments: parts.attachments,
    fallbackAfterSeconds: report.fallbackAfterSeconds,
    guidance: report.guidance,
    callSafe: report.callSafe,
  }
}

/** An addition that the officers have, and when they said that they read it. */
function sentOn(
  supplement: ReportView['supplements'][number],
  progress: Progress | undefined,
): ReportView['supplements'][number] {
  const { isSent = false, acknowledged } = progress ?? {}
  const isRead = acknowledged !== undefined && supplement.at <= acknowledged.upTo
  if (!isSent && !isRead) return supplement
  return { ...supplement, isSentOn: true, ...(isRead && { acknowledgedAt: acknowledged.at }) }
}

/** What is said to the reporter of whoever is under way, and what they may press while they wait. */
export function waitingPart(
  progress: Progress | undefined,
  urges: readonly Urge[],
  now: Moment,
): Pick<ReportView, 'help' | 'urge'> {
  const [last] = urges
  const eta = progress?.etaSeconds
  return {
    ...(eta !== undefined && { help: coarseHelp(eta, now) }),
    urge: {
      at: last?.at,
      answeredAt: last?.answeredAt,
      answer: last?.answer,
      againInSeconds: urgeWait(last?.at, now),
    },
  }
}
