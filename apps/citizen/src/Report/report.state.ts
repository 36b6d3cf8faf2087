import type { SeenItem } from '@open110/core/item'
import { smsWords, wayOut, type WayOut } from '@open110/core/ladder'
import type { Say, WordKey } from '@open110/core/words/citizen'
import { secondsBetween, type Moment } from '@open110/kit/time'
import type { Help } from '@open110/modules/report/progress'
import type { Attachment, Message, ReportView } from '@open110/modules/report'
import { quickQuestions, type QuestionKey } from '@open110/modules/thread'

/** The report that an address means: by its own id on this phone, or by the id that the server gave it. */
export function localReport(id: string, items: readonly SeenItem[]): SeenItem | undefined {
  return items.find((item) => item.parcel.kind === 'report' && (item.id === id || item.receipt?.id === id))
}

/** What belongs to a report and still lies on this phone, or was sent by this life of the page. */
export function itemsOf(
  items: readonly SeenItem[],
  local: string | undefined,
  server: string | undefined,
): SeenItem[] {
  return items.filter(
    ({ of, parcel }) => parcel.kind !== 'report' && (of === server || (local !== undefined && of === local)),
  )
}

/** One line of the dialogue: said and known by the server, or said here and on its way. */
export type TalkLine =
  | { readonly from: 'server'; readonly message: Message }
  | { readonly from: 'phone'; readonly item: SeenItem; readonly words: string; readonly isPicture: boolean }

export function talkOf(messages: readonly Message[], items: readonly SeenItem[]): TalkLine[] {
  const known = new Set(messages.map(({ clientId }) => clientId))
  const saidPictures = new Set(messages.map(({ attachment }) => attachment))
  const local = items.flatMap((item): TalkLine[] => {
    const { parcel } = item
    if (parcel.kind === 'attachment' && parcel.isSaid) {
      const isThere = saidPictures.has(item.attachment) && item.attachment !== undefined
      return isThere ? [] : [{ from: 'phone', item, words: '', isPicture: true }]
    }
    if (parcel.kind !== 'message' || parcel.body.attachment || known.has(item.id)) return []
    const { words = '', answer } = parcel.body
    return [
      {
        from: 'phone',
        item,
        words: answer ? `${answer.question}.${answer.option}` : words,
        isPicture: false,
      },
    ]
  })
  const open = openQuestion(messages, items)
  const asked = open && messages.findLast(({ kind, question }) => kind === 'question' && question === open)
  // The open question stands below with its answers; it is not said twice.
  const said = messages.filter((message) => message !== asked)
  return [...said.map((message): TalkLine => ({ from: 'server', message })), ...local]
}

/** The newest question that nobody has answered, here or there. */
export function openQuestion(
  messages: readonly Message[],
  items: readonly SeenItem[],
): QuestionKey | undefined {
  const asked = messages.findLast(({ kind, question }) => kind === 'question' && question !== undefined)
  if (!asked?.question || !(asked.question in quickQuestions)) return undefined
  const isAnswered = messages.some(
    ({ kind, question, seq }) => kind === 'answer' && question === asked.question && seq > asked.seq,
  )
  const isAnswering = items.some(
    ({ parcel, madeAt }) =>
      parcel.kind === 'message' && parcel.body.answer?.question === asked.question && madeAt >= asked.at,
  )
  return isAnswered || isAnswering ? undefined : (asked.question as QuestionKey)
}

/** Whether the last word is the desk's own, and nothing has been said to it, here or there. */
export function waitsForAnswer(messages: readonly Message[], items: readonly SeenItem[]): boolean {
  const last = messages.findLast(({ from }) => from !== 'system')
  if (last?.from !== 'desk' || last.kind !== 'words') return false
  return !items.some(({ parcel, madeAt }) => parcel.kind === 'message' && madeAt >= last.at)
}

/** The files of a report: what the server has, and what is still on its way from here. */
export function filesOf(
  report: Pick<ReportView, 'attachments'> | undefined,
  items: readonly SeenItem[],
): { there: readonly Attachment[]; here: readonly SeenItem[] } {
  const there = report?.attachments ?? []
  const ids = new Set(there.map(({ id }) => id))
  const digests = new Set(there.map(({ sha256 }) => sha256))
  const here = items.filter(({ parcel, attachment, shows }) => {
    if (parcel.kind !== 'attachment') return false
    const isThere =
      attachment !== undefined
        ? ids.has(attachment)
        : shows === 'delivered' && digests.has(parcel.file.sha256 ?? '')
    return !isThere
  })
  return { there, here }
}

/** Hundredths of a file that the server has acknowledged. */
export function percentOf(item: SeenItem): number {
  if (item.parcel.kind !== 'attachment' || item.parcel.file.bytes === 0) return 0
  return Math.min(100, Math.floor((item.sentBytes / item.parcel.file.bytes) * 100))
}

/** 出路 for this page: late, and by which way. */
export function wayOutOf(given: {
  local: SeenItem | undefined
  report: ReportView | undefined
  waitedSeconds: number
  isQuiet: boolean
  fix: { lng: number; lat: number } | undefined
  what: string
  now: Moment
  /** For how long this page has shown it, by a clock that nobody can set. */
  shownForSeconds: number
}): readonly WayOut[] {
  const { local, report, isQuiet } = given
  const body = local?.parcel.kind === 'report' ? local.parcel.body : undefined
  const place = report?.placeWords ?? body?.place?.words
  const canSpeak = report?.callSafe ?? body?.callSafe
  return wayOut({
    isQuiet,
    ...(canSpeak === undefined ? {} : { canSpeak }),
    ...(report?.desk ? { desk: report.desk.id } : {}),
    words: smsWords({
      ...(place ? { place } : {}),
      what: given.what,
      ...(given.fix ? { fix: given.fix } : {}),
    }),
    ...(report
      ? {
          delivered: {
            isReceived: report.ladder.some(({ step }) => step === 'received'),
            waitedSeconds: given.waitedSeconds,
            // Nobody sits there: waiting would be a lie.
            fallbackAfterSeconds: report.guidance === 'guidance.no-desk' ? 0 : report.fallbackAfterSeconds,
          },
        }
      : {}),
    unsentForSeconds:
      local && local.shows !== 'delivered' && local.shows !== 'ask'
        ? // A phone whose clock was set back must not hide the way out.
          Math.max(secondsBetween(local.agreedAt, given.now), given.shownForSeconds)
        : 0,
  })
}

const quietWords: Readonly<Record<string, WordKey>> = {
  'guidance.no-desk': 'silent.no-desk',
  'guidance.no-place': 'silent.no-place',
  'guidance.out-of-area': 'silent.out-of-area',
  'guidance.overseas': 'silent.overseas',
  'guidance.offshore': 'silent.offshore',
}

/** What a quiet page says of the place or the desk: the same facts, and no word of making a call (promise 3). */
export function quietGuidance(say: Say, guidance: string): string | undefined {
  const key = quietWords[guidance]
  return key && say(key)
}

/** For so long a told time of arrival holds. What takes longer than the last step is reckoned anew sooner. */
export function helpSeconds(help: Pick<Help, 'withinMinutes' | 'isLonger'>): number {
  return (help.isLonger ? 5 : help.withinMinutes) * 60
}

/** What became of an addition: with the officers, and read by them. Nothing where the server says nothing of it. */
export function sentOnWords(
  say: Say,
  supplement: ReportView['supplements'][number],
  timeOf: (moment: string) => string,
): string {
  const { isSentOn, acknowledgedAt } = supplement
  if (!isSentOn) return ''
  const read = acknowledgedAt && say('add.acknowledged', { time: timeOf(acknowledgedAt) })
  return [say('add.sent-on'), read].filter(Boolean).join(',')
}
