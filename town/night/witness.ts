import type { StoredEvent } from './base.ts'
import type { Asked } from './network.ts'
import type { Time } from './time.ts'

/** What must hold, by the names of `faults.md` where it has one; RULES.md says each in a sentence. */
export const invariants = {
  I1: 'acknowledged, and not there exactly once',
  I2: 'there twice',
  I3: 'a stream with a gap, a repetition or a wrong order',
  I4: 'two owners, or none for too long, or back in the wrong place',
  I7: 'a sign that betrays a covert reporter',
  I8: 'lost without a word, or not converged',
  I9: 'an alarm turned away',
  R5: 'a stale screen that says it is live',
  R7: 'a medium that is neither stored whole nor shown as not sent',
  L1: 'a retry that makes an overload worse',
  M1: 'text that waited behind media',
} as const
export type InvariantName = keyof typeof invariants
export type Broken = { readonly invariant: InvariantName; readonly words: string; readonly atMs: number }

/** What a person pressed send for: one press, whatever became of it. */
export type Press = {
  readonly tag: string
  readonly phone: string
  readonly kind: 'report' | 'message' | 'supplement' | 'medium' | 'saying'
  readonly isCovert: boolean
  readonly digest?: string
  readonly atMs: number
  /** The phone has shown it as kept: from then on no death may lose it. */
  isKept: boolean
  saysDelivered: boolean
}

/** `林秋-1` of `…#林秋-1`, of `林秋-1.2` and of `林秋-1.2-said`, which is another thing and keeps its ending. */
export function tagOf(words: string): string {
  const tag = words.slice(words.lastIndexOf('#') + 1)
  const dot = tag.indexOf('.')
  return dot < 0 ? tag : tag.slice(0, dot) + (tag.endsWith('-said') ? '-said' : '')
}

/** Where everybody's waits would lie if nothing spread them. */
const usualMs = [1_000, 2_000, 2_500, 4_000, 8_000, 15_000]

type Heard = { topics: ReadonlySet<string>; last: number | undefined; by: string }

export type Witness = ReturnType<typeof openWitness>

/** 目击者 — stands outside, sees everything, and says what is broken the moment it is. Nobody in the night can hear it. */
export function openWitness({ time, say }: { time: Time; say(line: () => string): void }) {
  let broken: Broken | undefined
  const presses = new Map<string, Press>()
  const stored = new Map<string, { report: string; digest: string | undefined; times: number }>()
  const covert = new Set<string>()
  const told: { cursor: number; topics: readonly string[]; atMs: number }[] = []
  const heard = new Map<object, Heard>()
  const beatenAtMs = new Map<string, number>()
  const isSilent = new Set<string>()
  const backAtMs = new Map<string, number>()
  const owners = new Map<string, { staff: string; atMs: number }>()
  const deliveredAtMs = new Map<string, number>()
  const ages = new Map<string, string>()
  const firmUntilMs = new Map<string, number>()
  const failedAtMs = new Map<string, number>()
  let waits = 0
  let deafAtMs = -Infinity
  let isMisdated = false
  let alike = 0
  let sent = 0
  const seen = new Set<string>()
  const drafts = new Map<string, string>()
  const items = new Map<string, { id: string; key: string }>()

  const fail = (invariant: InvariantName, words: string) => {
    if (broken) return
    broken = { invariant, words, atMs: time.nowMs() }
    say(() => `BROKEN ${invariant} ${invariants[invariant]}: ${words}`)
  }
  /** What may have been missed on this connection below the cursor that it has just been told. */
  const missed = (line: Heard, upTo: number) =>
    told.find(
      ({ cursor, topics }) =>
        cursor > line.last! && cursor < upTo && topics.some((topic) => line.topics.has(topic)),
    )
  const silentMs = (staff: string) => time.nowMs() - (beatenAtMs.get(staff) ?? -Infinity)

  return {
    broken: () => broken,
    fail,
    presses,
    silentMs,
    timesStored: (tag: string) => stored.get(tag)?.times ?? 0,
    isWhole: (tag: string) => stored.get(tag)?.digest === presses.get(tag)?.digest,
    wasAsked: (key: string) => seen.has(key),
    drafts,
    /** What the form on a phone has kept for whoever was interrupted. */
    typed: (tag: string, phone: string) => void drafts.set(tag, phone),
    itemOf: (tag: string) => items.get(tag)?.id,
    /** Whether it has been on the line; whoever was there at the press knows that. */
    hasLeft: (tag: string) => seen.has(items.get(tag)?.key ?? ''),
    load: () => ({ sent, presses: seen.size }),

    // What the phones do
    pressed(press: Omit<Press, 'isKept' | 'saysDelivered' | 'atMs'>) {
      if (presses.has(press.tag)) return
      presses.set(press.tag, { ...press, isKept: false, saysDelivered: false, atMs: time.nowMs() })
      if (press.isCovert) covert.add(press.tag)
    },
    /** What a phone shows of it. 已送达 is true or it is not said (CO6). */
    shown(tag: string, item: { id: string; key: string; shows: string; isKept: boolean }) {
      const press = presses.get(tag)
      if (!press) return
      if (item.key) items.set(tag, item)
      if (item.isKept) press.isKept = true
      if (item.shows !== 'delivered' || press.saysDelivered) return
      press.saysDelivered = true
      say(() => `${press.phone} shows ${tag} as delivered`)
      if (!stored.has(tag))
        fail(press.kind === 'medium' ? 'R7' : 'I1', `${tag} is shown as delivered and is not there`)
    },
    asked(page: string, key: string) {
      const id = `${page} ${key}`
      sent += 1
      seen.add(key.split('~')[0]!)
      const nowMs = time.nowMs()
      const firmMs = firmUntilMs.get(id)
      if (firmMs !== undefined && nowMs < firmMs - 1)
        fail('L1', `${page} asks again ${Math.round(firmMs - nowMs)} ms before it was told to`)
      const waitMs = nowMs - (failedAtMs.get(id) ?? nowMs)
      failedAtMs.delete(id)
      // Shorter ones are not chosen by the phone but by what woke it.
      if (waitMs <= 101) return
      waits += 1
      if (usualMs.some((ms) => waitMs >= ms && waitMs < ms + 10)) alike += 1
      if (waits >= 6 && alike / waits > 0.66)
        fail('L1', `${alike} of ${waits} retries came after the same waits: nothing spreads them`)
    },
    unanswered(page: string, key: string, retryAfterSeconds: number | undefined) {
      failedAtMs.set(`${page} ${key}`, time.nowMs())
      if (retryAfterSeconds !== undefined)
        firmUntilMs.set(`${page} ${key}`, time.nowMs() + retryAfterSeconds * 1_000)
    },

    // What the house does
    stored(tag: string, report: string, digest?: string) {
      const times = (stored.get(tag)?.times ?? 0) + 1
      stored.set(tag, { report, digest, times })
      say(() => `${tag} is stored in ${report}${times > 1 ? ` for the ${times}. time` : ''}`)
      if (!deliveredAtMs.has(report)) deliveredAtMs.set(report, time.nowMs())
      if (times > 1) fail('I2', `${tag} is there ${times} times`)
      const press = presses.get(tag)
      if (press?.kind === 'medium' && press.digest !== digest)
        fail('R7', `${tag} is not what was sent: ${digest} for ${press.digest}`)
    },
    signalled(citizen: string, words: string, why: string) {
      say(() => `push to ${citizen}: ${why}`)
      const tag = tagOf(words)
      if (covert.has(tag)) fail('I7', `a push to the covert reporter of ${tag}, because of ${why}`)
    },
    turnedAway({ method, url, by }: Asked) {
      say(() => `server turns away ${by} ${method} ${url}`)
      const isAlarm = method === 'POST' && (url.endsWith('/reports') || url.endsWith('/sessions'))
      if (isAlarm) fail('I9', `${method} ${url} of ${by} was told to come again`)
    },
    beaten: (staff: string) => void beatenAtMs.set(staff, time.nowMs()),
    seated(staff: string) {
      if (isSilent.delete(staff)) backAtMs.set(staff, time.nowMs())
      beatenAtMs.set(staff, time.nowMs())
    },
    /** A look at the seats has failed: from here on everything counts anew. */
    deaf: () => void (deafAtMs = time.nowMs()),
    deafAtMs: () => deafAtMs,
    /** A process has begun that takes a wrong date for the right one: ages across its start compare no more. */
    misdated: () => void (isMisdated = true),
    /** The verdict that somebody is silent. */
    silenced(staff: string) {
      say(() => `${staff} is found silent`)
      if (silentMs(staff) < 5_000)
        fail('I4', `${staff} was heard ${Math.round(silentMs(staff))} ms ago and is called silent`)
      isSilent.add(staff)
    },
    granted(report: string, staff: string, how: 'receive' | 'take' | 'reclaim') {
      say(() => `${report} now belongs to ${staff} (${how})`)
      const before = owners.get(report)
      owners.set(report, { staff, atMs: time.nowMs() })
      if (!before || before.staff === staff) return
      if (how === 'receive') fail('I4', `${report} was received by ${before.staff} and by ${staff}`)
      const isFresh = time.nowMs() - before.atMs <= 22_000
      // Whoever comes back in the moment in which another takes over comes too late.
      const isBack = time.nowMs() - (backAtMs.get(before.staff) ?? -Infinity) < 1_500
      if (how === 'reclaim' && !isSilent.has(before.staff) && !isBack)
        fail('I4', `${report} was reclaimed from ${before.staff}, who is there`)
      if (how === 'take' && !isFresh) fail('I4', `${report} was taken from ${before.staff}, who is there`)
    },
    /** The undealt part of a queue as a desk is shown it. */
    queued(rows: readonly { id: string; urgency: number; deliveredAt: string; isOffered: boolean }[]) {
      for (const { id, deliveredAt } of rows) {
        const first = ages.get(id) ?? deliveredAt
        ages.set(id, first)
        if (first !== deliveredAt) fail('I4', `${id} has lost its age: ${deliveredAt} for ${first}`)
      }
      for (let at = 1; at < rows.length; at++) {
        const [a, b] = [rows[at - 1]!, rows[at]!]
        if (a.urgency !== b.urgency) continue
        const soonerMs = (deliveredAtMs.get(a.id) ?? 0) - (deliveredAtMs.get(b.id) ?? 0)
        if (b.isOffered && !a.isOffered) fail('I4', `${b.id} was dropped and stands behind ${a.id}`)
        if (a.isOffered === b.isOffered && soonerMs > 4_000 && !isMisdated)
          fail('I4', `${b.id} has waited ${Math.round(soonerMs)} ms longer and stands behind ${a.id}`)
      }
    },

    // What the lines carry
    told({ cursor, topics, type, data }: StoredEvent) {
      say(() => `committed ${type} ${cursor} ${JSON.stringify(data)}`)
      for (const line of heard.values())
        if (line.last !== undefined && line.last >= cursor && topics.some((topic) => line.topics.has(topic)))
          fail('I3', `${type} ${cursor} comes after ${line.by} was told everything up to ${line.last}`)
      let at = told.length
      while (at > 0 && told[at - 1]!.cursor > cursor) at -= 1
      told.splice(at, 0, { cursor, topics, atMs: time.nowMs() })
    },
    greeted(line: object, text: string) {
      const frame = JSON.parse(text) as { topics?: string[]; since?: number; beat?: boolean }
      const had = heard.get(line)
      if (frame.beat || !frame.topics) return
      if (!had) heard.set(line, { topics: new Set(frame.topics), last: frame.since, by: '' })
      // From now on other topics: what was told before says nothing of them.
      else heard.set(line, { ...had, topics: new Set(), last: undefined })
    },
    frame(line: object, page: string, text: string) {
      const own = heard.get(line)
      if (!own || own.topics.size === 0) return
      own.by = page
      const frame = JSON.parse(text) as { cursor?: number; head?: number; gap?: boolean }
      if (frame.gap) own.last = undefined
      const upTo = frame.cursor ?? (frame.head === undefined ? undefined : frame.head + 1)
      if (upTo === undefined) return
      if (own.last !== undefined) {
        const gone = missed(own, upTo)
        if (gone) fail('I3', `${page} was told ${upTo} and never ${gone.cursor}`)
        if (frame.cursor !== undefined && frame.cursor <= own.last)
          fail('I3', `${page} was told ${frame.cursor} after ${own.last}`)
      }
      own.last = Math.max(own.last ?? 0, frame.cursor ?? frame.head!)
    },
    /** A screen that says it is live has heard what happened some seconds ago. */
    looked(page: string, topic: string, cursor: number) {
      const edgeMs = time.nowMs() - 4_500
      for (let at = told.length - 1; at >= 0 && told[at]!.cursor > cursor; at--) {
        const one = told[at]!
        if (one.atMs < edgeMs && one.topics.includes(topic))
          fail(
            'R5',
            `${page} says it is live and has not heard ${one.cursor} for ${Math.round(time.nowMs() - one.atMs)} ms`,
          )
      }
    },
  }
}
