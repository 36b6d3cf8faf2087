import * as z from 'zod/mini'
import type { Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'
import { ContactPolicy } from '@open110/modules/contact'
import { Need } from '@open110/modules/person'
import { After } from './report.after.ts'
import { ReportFlag } from './report.flags.ts'
import { Help } from './report.progress.ts'
import { TagMeaning } from './report.tags.ts'
import { MyUrge, Urge } from './report.urge.ts'

export { ReportFlag } from './report.flags.ts'

/** 报警件 — what somebody sent. What they sent is never changed; everything later lies beside it. */
export const ReportId = idOf('rp')
export type ReportId = z.infer<typeof ReportId>

/** 报警方式 — what a citizen may send by themselves; the rest comes in through other doors (domain §3.2). */
export const citizenModes = ['text', 'silent', 'video', 'location', 'fraud'] as const
export const CitizenMode = z.enum(citizenModes)
export type CitizenMode = z.infer<typeof CitizenMode>
export const modes = [...citizenModes, 'phone', 'sms', 'panic', 'agency', 'walk-in'] as const
export const Mode = z.enum(modes)
export type Mode = z.infer<typeof Mode>

/** 归台依据 — what the desk was found by; `line`: by the number that was dialled, or by who sent it. */
export const RoutedBy = z.enum(['pin', 'fix', 'line', 'duty'])
export type RoutedBy = z.infer<typeof RoutedBy>

export const reportStates = [
  'delivered',
  'received',
  'verifying',
  'accepted',
  'merged',
  'transferred',
  'declined',
  'invalid',
  'handling',
  'done',
] as const
export const ReportState = z.enum(reportStates)
export type ReportState = z.infer<typeof ReportState>

/** Whoever sits at a desk; the table of permissions says so too (`report.receive`, and `report.supervise` for a return). */
const atDesk = ['call-taker', 'dispatcher', 'supervisor'] as const

/** 报警件流程 (domain §3.4). Delivered never reverts; received never reverts. */
export const reportMoves = {
  receive: { from: ['delivered'], to: 'received', by: atDesk },
  verify: { from: ['received'], to: 'verifying', by: atDesk },
  accept: { from: ['received', 'verifying'], to: 'accepted', by: atDesk },
  merge: { from: ['received', 'verifying'], to: 'merged', by: atDesk },
  /** Its incident goes into another one and takes it along. */
  carry: { from: ['accepted', 'handling'], to: 'merged', by: ['system'] },
  /** Also after a unit was sent, and after the incident has ended: it was never about this one. */
  unmerge: {
    from: ['merged', 'accepted', 'handling', 'done', 'invalid'],
    to: 'received',
    by: atDesk,
    needs: ['reason'],
  },
  /** Its incident was part of another and stands for itself again. */
  part: { from: ['merged', 'accepted', 'handling', 'done', 'invalid'], to: 'accepted', by: ['system'] },
  decline: { from: ['received', 'verifying'], to: 'declined', by: atDesk, needs: ['reason'] },
  invalidate: { from: ['received', 'verifying'], to: 'invalid', by: atDesk, needs: ['reason'] },
  restore: {
    from: ['declined', 'invalid'],
    to: 'received',
    by: ['dispatcher', 'supervisor'],
    needs: ['reason'],
  },
  /** Its incident is invalid, or no more so. */
  annul: { from: ['accepted', 'handling', 'merged'], to: 'invalid', by: ['system'] },
  reinstate: { from: ['invalid'], to: 'accepted', by: ['system'] },
  /** The same, of one that was merged into it. */
  rejoin: { from: ['invalid'], to: 'merged', by: ['system'] },
  handle: { from: ['accepted'], to: 'handling', by: ['system'] },
  finish: { from: ['accepted', 'handling', 'merged'], to: 'done', by: ['system'] },
  revive: { from: ['done'], to: 'handling', by: ['system'] },
} as const satisfies Moves<ReportState, 'call-taker' | 'dispatcher' | 'supervisor' | 'system'>

/** States in which the reporter's thread and place still matter to somebody. */
export const openReportStates = [
  'delivered',
  'received',
  'verifying',
  'accepted',
  'merged',
  'handling',
] as const

/** A fix as a phone gives it; one without a datum is kept and marked unknown, never refused (contract). */
export const NewFix = z.object({
  lng: z.number(),
  lat: z.number(),
  crs: z.optional(z.string()),
  accuracyMetres: z.optional(z.number()),
  source: z.optional(z.string()),
  at: z.optional(z.string()),
})
export type NewFix = z.infer<typeof NewFix>

/** What cannot be read in an optional part is left out and flagged; the cry for help itself is kept (promise 2). */
const lenient = <S extends z.ZodMiniType>(schema: S) => z.catch(z.optional(schema), undefined)

export const NewReport = z.object({
  mode: z.catch(CitizenMode, 'text'),
  tag: lenient(z.string().check(z.maxLength(40))),
  /** As long as the body may be: nothing that somebody wrote is cut off. */
  words: lenient(z.string()),
  language: lenient(z.string().check(z.maxLength(40))),
  /** 是否方便接听电话. Absent in silent mode means no (ZJ-07). */
  callSafe: lenient(z.boolean()),
  fix: lenient(NewFix),
  place: lenient(
    z.object({
      words: lenient(z.string()),
      /** Where the reporter says it happens. */
      pin: lenient(NewFix),
      marker: lenient(z.string().check(z.maxLength(80))),
    }),
  ),
  /** The phone's own clock when the button was pressed; it may be wrong. */
  madeAt: lenient(z.string().check(z.maxLength(40))),
  /** Which permissions the phone refused, so that the desk does not ask for what cannot come (ZJ-19). */
  denied: lenient(z.array(z.string().check(z.maxLength(20)))),
})
export type NewReport = z.infer<typeof NewReport>

/** 静默标签 — one tap says what is happening (NY-17); what each stands for is data (`report.tags`). */
export const silentTags = [
  'kidnap',
  'robbery',
  'fire',
  'burglary',
  'domestic-violence',
  'followed',
  'hijack',
  'pyramid-control',
] as const
export type SilentTag = (typeof silentTags)[number]

/** 紧急程度 — 1 is danger to life now, 5 can wait. Always with its reasons. */
export const Urgency = z.object({ level: z.number(), reasons: z.array(z.string()) })
export type Urgency = z.infer<typeof Urgency>

export const Attachment = z.object({
  id: z.string(),
  kind: z.enum(['photo', 'video', 'voice', 'file']),
  bytes: z.number(),
  sha256: z.string(),
  sm3: z.string(),
  state: z.string(),
  mime: z.string(),
  /** Whether a copy fit for looking at exists, and why not. */
  view: z.enum(['pending', 'ready', 'unavailable']),
  at: Moment,
  durationSeconds: z.optional(z.number()),
  warnings: z.array(z.string()),
  /** Only on what a unit took at the scene or the server recorded, which the reporter is not shown; `takenAt` by the unit's phone. */
  bySide: z.optional(z.enum(['unit', 'server'])),
  takenAt: z.optional(z.string()),
  /** Handed in by the unit after its slip had ended. */
  isLate: z.optional(z.boolean()),
})
export type Attachment = z.infer<typeof Attachment>

export const Message = z.object({
  id: z.string(),
  seq: z.number(),
  at: Moment,
  from: z.enum(['citizen', 'desk', 'system']),
  /** `3号席` for the reporter, the person's name for colleagues. */
  by: z.optional(z.string()),
  kind: z.enum(['words', 'picture', 'question', 'answer', 'system']),
  words: z.string(),
  attachment: z.optional(z.string()),
  /** For a question: its key. For an answer: the question's key and the option chosen. */
  question: z.optional(z.string()),
  option: z.optional(z.string()),
  clientId: z.optional(z.string()),
  /** 静默消息 — the phone neither sounds for it nor shows it before its holder looks. */
  quiet: z.optional(z.boolean()),
  deliveredAt: z.optional(Moment),
  readAt: z.optional(Moment),
})
export type Message = z.infer<typeof Message>

/** 回执阶梯 — each rung is a fact that has happened; a rung not reached is absent, never promised. */
export const ladderSteps = [
  'delivered',
  'received',
  'accepted',
  'dispatched',
  'en-route',
  'on-scene',
  'done',
] as const
export const LadderStep = z.object({
  step: z.enum(ladderSteps),
  at: Moment,
  by: z.optional(z.string()),
})
export type LadderStep = z.infer<typeof LadderStep>

/** A fix as the desk sees it. `wgs84` is absent when the datum is unknown. */
export const SeenFix = z.object({
  kind: z.enum(['fix', 'pin']),
  raw: z.object({ lng: z.number(), lat: z.number(), crs: z.string() }),
  wgs84: z.optional(z.object({ lng: z.number(), lat: z.number() })),
  accuracyMetres: z.optional(z.number()),
  source: z.string(),
  deviceAt: z.optional(z.string()),
  receivedAt: Moment,
})
export type SeenFix = z.infer<typeof SeenFix>

export const Supplement = z.object({
  id: z.string(),
  at: Moment,
  words: z.optional(z.string()),
  /** Only where progress may be told: it was sent on to the officers under way, and when they said that they had read it. */
  isSentOn: z.optional(z.boolean()),
  acknowledgedAt: z.optional(Moment),
})

/** The part of a report that only the competent desk sees. */
export const StaffSide = z.object({
  desk: z.string(),
  /** The name of the desk that it was sent to first, when another has received it. */
  firstDesk: z.optional(z.string()),
  routedBy: RoutedBy,
  urgency: Urgency,
  flags: z.array(ReportFlag),
  callSafe: z.boolean(),
  contact: ContactPolicy,
  denied: z.array(z.string()),
  reporter: z.object({
    assurance: z.string(),
    phone: z.optional(z.string()),
    name: z.optional(z.string()),
    needs: z.array(Need),
    language: z.string(),
    priorReports: z.number(),
  }),
  fixes: z.array(SeenFix),
  division: z.optional(z.string()),
  station: z.optional(z.string()),
  alternatives: z.array(z.object({ desk: z.string(), name: z.string(), share: z.number() })),
  owner: z.optional(
    z.object({
      staff: z.string(),
      name: z.string(),
      seat: z.number(),
      state: z.enum(['empty', 'live', 'stale']),
    }),
  ),
  incidentId: z.optional(z.string()),
  lastSignalAt: z.optional(Moment),
  deviceAt: z.optional(z.string()),
  /** Of a silent report: what it stands for at this desk until a person says otherwise. */
  tagged: z.optional(TagMeaning),
  /** Values that quick answers have filled, waiting for the incident. */
  answers: z.record(z.string(), z.string()),
  /** The newest first. */
  urges: z.array(Urge),
})
export type StaffSide = z.infer<typeof StaffSide>

export const ReportView = z.object({
  id: ReportId,
  receiptCode: z.string(),
  mode: Mode,
  tag: z.optional(z.string()),
  words: z.optional(z.string()),
  placeWords: z.optional(z.string()),
  state: ReportState,
  /** Why it was not taken on, in plain words for the reporter. */
  outcome: z.optional(z.string()),
  deliveredAt: Moment,
  desk: z.nullable(z.object({ id: z.string(), name: z.string() })),
  ladder: z.array(LadderStep),
  incident: z.optional(z.object({ number: z.string(), state: z.string() })),
  timeline: z.array(
    z.object({ at: Moment, what: z.string(), by: z.optional(z.string()), words: z.optional(z.string()) }),
  ),
  /** For its reporter, while somebody is under way and progress may be told. */
  help: z.optional(Help),
  /** For its reporter, while it is open and progress may be told. */
  urge: z.optional(MyUrge),
  /** For its reporter. */
  after: z.optional(After),
  supplements: z.array(Supplement),
  messages: z.array(Message),
  attachments: z.array(Attachment),
  /** Seconds after delivery at which the phone offers the way out if nobody has received. */
  fallbackAfterSeconds: z.number(),
  guidance: z.optional(z.string()),
  /** 是否方便接听电话, as answered or as the words suggest. */
  callSafe: z.boolean(),
  staff: z.optional(StaffSide),
})
export type ReportView = z.infer<typeof ReportView>

export const Receipt = z.object({
  id: ReportId,
  receiptCode: z.string(),
  state: z.literal('delivered'),
  deliveredAt: Moment,
  desk: z.nullable(z.object({ id: z.string(), name: z.string() })),
  /** A key of the word catalogue: what the reporter should know now (`guidance.out-of-area`). */
  guidance: z.optional(z.string()),
  fallbackAfterSeconds: z.number(),
})
export type Receipt = z.infer<typeof Receipt>

export const QueueRow = z.object({
  report: ReportId,
  receiptCode: z.string(),
  state: ReportState,
  urgency: z.number(),
  mode: Mode,
  tag: z.optional(z.string()),
  /** The first words, for recognising it; the whole is in the report. */
  gist: z.string(),
  place: z.string(),
  deliveredAt: Moment,
  waitedSeconds: z.number(),
  lastSignalAt: z.optional(Moment),
  flags: z.array(ReportFlag),
  needs: z.array(Need),
  language: z.string(),
  attachments: z.number(),
  unread: z.number(),
  owner: z.optional(
    z.object({
      staff: z.string(),
      name: z.string(),
      seat: z.number(),
      state: z.enum(['empty', 'live', 'stale']),
    }),
  ),
  incident: z.optional(z.object({ id: z.string(), number: z.string(), state: z.string() })),
  /** Set when the desk did not answer in time and others were shown the report. */
  overflowedAt: z.optional(Moment),
  /** Its sender has an earlier report of this urgency waiting: it stands behind everybody else's. */
  isRepeat: z.optional(z.boolean()),
  /** 催促 — since when its reporter waits for an answer to "nobody has come yet"; absent where none is owed. */
  urgedAt: z.optional(Moment),
  /** 补充 — when its reporter last added something. */
  supplementedAt: z.optional(Moment),
})
export type QueueRow = z.infer<typeof QueueRow>

/**
 * 待接手 — received by somebody whose seat is silent or left, and not decided yet: it stays received and is offered again
 * at the head, with its own age and whose it was (faults A2, F17).
 */
export function isOffered(row: Pick<QueueRow, 'state' | 'owner'>): boolean {
  const isUndecided = row.state === 'received' || row.state === 'verifying'
  return isUndecided && row.owner !== undefined && row.owner.state !== 'live'
}

type Turned = Pick<QueueRow, 'state' | 'owner' | 'urgency'> & Partial<Pick<QueueRow, 'flags'>>

/** 胁迫 — its reporter was made to ask that nobody come, and it is not over. */
export function isForced(row: Pick<Turned, 'state' | 'flags'>): boolean {
  return row.flags?.includes('duress') === true && openReportStates.some((state) => state === row.state)
}

/**
 * 队首 — what nobody is at comes first: what was dropped before what waits, except that nothing goes before a waiting P1 but
 * another P1. 胁迫 is a P1 again, whoever has been at it.
 */
function turnOf(row: Turned): number {
  if (isForced(row)) return 0
  const isDropped = isOffered(row)
  if (!isDropped && row.state !== 'delivered') return 4
  if (row.urgency === 1) return isDropped ? 0 : 1
  return isDropped ? 2 : 3
}

/** 排序 — the order in which a desk should act: the turn, the urgency, each sender's first before anybody's second, the age. */
export function byTurn(a: Turned & Pick<QueueRow, 'isRepeat' | 'deliveredAt'>, b: typeof a): number {
  return (
    turnOf(a) - turnOf(b) ||
    a.urgency - b.urgency ||
    Number(a.isRepeat ?? false) - Number(b.isRepeat ?? false) ||
    (a.deliveredAt < b.deliveredAt ? -1 : a.deliveredAt > b.deliveredAt ? 1 : 0)
  )
}
