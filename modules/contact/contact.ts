import * as z from 'zod/mini'
import { refuse, type Refusal } from '@open110/kit/refuse'
import { Moment } from '@open110/kit/time'

/**
 * 联络方式 — what a sound, a light or a word on the screen could do to a reporter. `silent`: it betrays them. `chat-only`: they
 * read in the app and are not rung. `call-only`: they rang and were not answered; they are rung back and never written to,
 * for a text stays on the telephone for whoever picks it up.
 */
export const contactModes = ['silent', 'chat-only', 'call-only', 'call-ok'] as const
export const ContactMode = z.enum(contactModes)
export type ContactMode = z.infer<typeof ContactMode>

/** 联络策略 — goes with the report, its incident, each slip and whatever is handed to another body (lessons b2). */
export const ContactPolicy = z.object({
  mode: ContactMode,
  /** After it the report's own answer is in force again. */
  until: z.optional(Moment),
  /** 暗语 — what officers say at the door, so that the reporter knows them. */
  codeword: z.optional(z.string()),
  /** 掩护语 — who is calling, for anybody else who listens. */
  decoy: z.optional(z.string()),
})
export type ContactPolicy = z.infer<typeof ContactPolicy>

/** 联络途径 — by which way something would go out to a reporter. */
export const ways = [
  'call',
  'sms',
  'sound',
  'progress',
  'survey',
  'quiet-message',
  'push',
  'email',
  'video-sound',
  'video-invite',
  'field-call',
  'transfer',
] as const
export const Way = z.enum(ways)
export type Way = z.infer<typeof Way>

/** 本人索取 — what somebody has asked for themselves a moment ago: a code, a line that their text has come. */
export type AskedWay = 'code' | 'receipt'

/** Whatever the mode: words that lie in the app until they look, and say nothing of why. */
const open: Readonly<Record<ContactMode, readonly Way[]>> = {
  silent: ['quiet-message'],
  'chat-only': ['quiet-message', 'progress'],
  'call-only': ['quiet-message', 'call'],
  'call-ok': ways,
}

/** What is known of a report that decides how its reporter may be reached. */
export type Reachable = {
  readonly mode: string
  readonly callSafe: boolean
  readonly flags?: readonly string[] | undefined
  /** What a person at the desk has set. */
  readonly contact?: ContactPolicy | undefined
  /** Since when nothing further is told to the phone: somebody has asked to withdraw. */
  readonly withheldSince?: Moment | undefined
}

/** By the report itself, whatever a desk says later (product promise 3). */
function ownMode(report: Reachable): ContactMode {
  const isForced = report.withheldSince !== undefined || report.flags?.includes('duress')
  if (isForced || report.mode === 'silent' || !report.callSafe) return 'silent'
  return report.flags?.includes('missed-call') ? 'call-only' : 'call-ok'
}

/** The ways that both leave open; who may only be rung and who may only be written to have none in common. */
export function stricterOf(a: ContactMode, b: ContactMode): ContactMode {
  if (a === b || b === 'call-ok') return a
  return a === 'call-ok' ? b : 'silent'
}

/** 现行联络策略 — how this reporter may be reached now. A desk makes it stricter and never laxer. */
export function contactOf(report: Reachable, now: Moment): ContactPolicy {
  const own = ownMode(report)
  const { contact } = report
  if (!contact || (contact.until !== undefined && contact.until <= now)) return { mode: own }
  return { ...contact, mode: stricterOf(own, contact.mode) }
}

/** 从严 — for an incident and its slips: one reporter in danger is enough. */
export function strictestOf(policies: readonly ContactPolicy[]): ContactPolicy {
  const mode = policies.reduce<ContactMode>((mode, policy) => stricterOf(mode, policy.mode), 'call-ok')
  const codeword = policies.find((policy) => policy.codeword)?.codeword
  const decoy = policies.find((policy) => policy.decoy)?.decoy
  return { mode, ...(codeword && { codeword }), ...(decoy && { decoy }) }
}

/** 是否放宽 — whether this would let out what is not let out now, also later than now: that takes an override. */
export function isLaxer(report: Reachable, next: ContactPolicy, now: Moment): boolean {
  const { mode, until } = contactOf(report, now)
  if (stricterOf(mode, next.mode) !== next.mode) return true
  if (next.until === undefined || ownMode(report) === mode) return false
  return until === undefined || next.until < until
}

/** Whoever reads it is told nothing aloud: a message to them is quiet. */
export function isCovert(contact: Pick<ContactPolicy, 'mode'>): boolean {
  return contact.mode === 'silent' || contact.mode === 'chat-only'
}

/** Whether this may go out by the policy alone. What goes out itself asks for a permit. */
export function mayReach(contact: Pick<ContactPolicy, 'mode'>, way: Way): boolean {
  return open[contact.mode].includes(way)
}

/** 临时放行 — one way that is open for a while: by an override of the desk, or by the reporter's own word. */
export type Opening = {
  readonly way: string
  readonly from: Moment
  readonly until: Moment
  /** The override it comes from. */
  readonly override?: string
}

declare const permitted: unique symbol
/**
 * 放行凭据 — that this way to this reporter was asked about just now. Every outgoing port takes one of its own way, so that
 * going around the policy does not compile. It is made here alone and never kept.
 */
export type Permit<W extends Way | AskedWay = Way> = {
  readonly [permitted]: W
  /** The override that it was given under. */
  readonly override: string | undefined
}

const made = <W extends Way | AskedWay>(override?: string): Permit<W> => ({ override }) as Permit<W>

/** Whether this may go out to them now: by the policy, or because this one way was opened. */
export function permit<const W extends Way>(
  contact: Pick<ContactPolicy, 'mode'>,
  way: W,
  now: Moment,
  opened: readonly Opening[] = [],
): Permit<W> | Refusal<'contact.forbidden'> {
  if (mayReach(contact, way)) return made<W>()
  const opening = opened.find((one) => one.way === way && one.from <= now && now < one.until)
  return opening ? made<W>(opening.override) : refuse('contact.forbidden', { way, mode: contact.mode })
}

/** 静默消息 — let through to everybody: it lies in the app and says nothing until they look. */
export function permitQuiet(): Permit<'quiet-message'> {
  return made<'quiet-message'>()
}

/** 验证码 — goes to the number that whoever holds the phone has just typed. */
export function permitCode(): Permit<'code'> {
  return made<'code'>()
}

/**
 * 自动回执 — the neutral line that a text has come. It says nothing of why, and yet a phone that sounds tells where somebody
 * hides: whoever asks for silence, whose life is in danger now, or whom the desk has made silent is left alone.
 */
export function permitReceipt(
  report: Reachable & { readonly isHushed: boolean; readonly urgency: number },
  now: Moment,
): Permit<'receipt'> | Refusal<'contact.forbidden'> {
  const { callSafe: _, ...rest } = report
  const set = contactOf({ ...rest, callSafe: true }, now)
  const isLeftAlone = !report.callSafe && (report.isHushed || report.urgency <= 1)
  if (mayReach(set, 'sms') && !isLeftAlone) return made<'receipt'>()
  return refuse('contact.forbidden', { way: 'receipt', mode: set.mode })
}

/** 转办随附 — whatever is handed to another body takes the policy along, and is handed over only with a permit. */
export type ContactHandedOver = { readonly contact: ContactPolicy; readonly permit: Permit<'transfer'> }
