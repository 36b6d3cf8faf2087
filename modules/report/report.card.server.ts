import { ladderSteps, type LadderStep, type QueueRow, type ReportView, type StaffSide } from './report.ts'
import type { Stored } from './report.store.ts'

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
  }
}

/** What both sides see of a report. */
export function viewOf(
  report: Stored,
  parts: Pick<ReportView, 'supplements' | 'messages' | 'attachments'> & {
    steps: readonly Step[]
    incidentState?: string | undefined
  },
): ReportView {
  const ladder = ladderOf(report, parts.steps)
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
    timeline: [
      ...ladder.map(({ step, at, by }) => ({ at, what: `ladder.${step}`, by })),
      ...parts.supplements.map(({ at }) => ({ at, what: 'supplement' })),
    ].toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    supplements: parts.supplements,
    messages: parts.messages,
    attachments: parts.attachments,
    fallbackAfterSeconds: report.fallbackAfterSeconds,
    guidance: report.guidance,
    callSafe: report.callSafe,
  }
}
