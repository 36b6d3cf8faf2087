import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { json, type Database, type Tx } from '@open110/kit/server/db'
import { plusSeconds, type Clock, type Moment } from '@open110/kit/time'
import { permitReceipt, type Permit } from '@open110/modules/contact'
import type { Contacts } from '@open110/modules/contact/server'
import type { People } from '@open110/modules/person/server'
import type { Bringing, Reports } from '@open110/modules/report/server'
import type { Callers } from './channel.callers.server.ts'
import { fixOf } from './channel.call.server.ts'
import { divisionOfArea } from './channel.caller.store.ts'
import { textMoved } from './channel.events.ts'
import { areaOf, isMobile, numberOf } from './channel.number.ts'
import type { TextGateway, TextIn, TextReceipt } from './channel.sms.port.ts'
import * as store from './channel.text.store.ts'
import { allowsCalls, belongsTo, mergeSeconds, piecesOf, placeWordsOf, readable } from './channel.text.ts'
import type { TextState } from './channel.ts'

export type Texts = ReturnType<typeof openTexts>

/** As the report is by now: who has asked for silence since is not answered either. */
const mayAcknowledge = (report: Stored, now: Moment) =>
  permitReceipt({ ...report, isHushed: report.reasons.includes('cue.hush') }, now)

type Stored = NonNullable<Awaited<ReturnType<Reports['byId']>>>

/** A missing piece of a long text is waited for so long; a cry for help is not held back for its last words. */
const pieceSeconds = 10
/** Whoever wrote, rang or stood at the counter reads what is written to them on the telephone whose number is known. */
const writtenTo: readonly string[] = ['sms', 'phone', 'walk-in']
const sendAgainSeconds = 30
const mostTries = 3

/** 12110短信 — texts become reports or join them; what goes out asks the contact policy first, and again when it is sent. */
export function openTexts(near: {
  db: Database
  ids: Ids
  clock: Clock
  callers: Callers
  people: People
  bringing: Bringing
  reports: Reports
  contacts: Pick<Contacts, 'permitFor' | 'permitUnder' | 'use'>
  gateway: TextGateway | undefined
  /** The desk of a division, where there is one. */
  deskOfDivision: (division: string) => Promise<string | undefined>
  divisionOf: (desk: string) => Promise<string | undefined>
  /** 已收到。 — all that is ever said by itself. */
  receiptWords: string
}) {
  const { bringing, reports, ids } = near

  async function deskOf(tx: Tx, called: string): Promise<string | undefined> {
    const area = areaOf(called)
    const known = area && (await tx.maybe(divisionOfArea, { area }))
    return known ? near.deskOfDivision(known.division) : undefined
  }

  /** One whole text finds its report, or makes it. */
  async function settle(tx: Tx, texts: readonly store.StoredTextIn[], now: Moment): Promise<void> {
    const [first] = texts
    if (!first) return
    const words = texts.map((text) => text.words).join('')
    const place = texts.find((text) => text.place)?.place
    const fix = fixOf(place, first.at)
    const textIds = texts.map(({ id }) => id)
    const open = await bringing.openOf(tx, first.citizen, 'sms', plusSeconds(now, -mergeSeconds))
    const said = await tx.all(store.saidIn, { reports: open.map(({ id }) => id) })
    const own = open.map(({ id }) => ({
      id,
      said: said.filter(({ report }) => report === id).map((one) => one.words),
    }))
    const home = belongsTo(words, own)
    const report = open.find(({ id }) => id === home?.id)
    if (home && report) {
      if (home.how === 'repeat') await reports.heard(tx, report.id, { words }, now)
      else await bringing.add(tx, report, { words, fix }, now)
      await tx.run(store.placeTexts, { ids: textIds, report: report.id, how: home.how })
      return
    }
    const desk = await deskOf(tx, first.called)
    const citizen = await near.people.citizen(tx, first.citizen)
    const brought = await bringing.bring(
      tx,
      {
        mode: 'sms',
        citizen,
        words,
        placeWords: placeWordsOf(words) ?? place?.words,
        fix,
        // 12110 is what one writes to who must not be heard: only their own word makes them reachable.
        callSafe: allowsCalls(words),
        desk: desk ? { id: desk, isFinal: false } : undefined,
        sent: { words, called: first.called, place },
      },
      now,
    )
    await tx.run(store.placeTexts, { ids: textIds, report: brought.id, how: 'report' })
    const may = permitReceipt({ ...brought, mode: 'sms' }, now)
    const held = isRefusal(may) ? 'covert' : undefined
    await put(tx, brought.id, { kind: 'receipt', words: near.receiptWords, held }, now)
  }

  async function put(
    tx: Tx,
    report: string,
    text: {
      kind: 'receipt' | 'dialogue'
      words: string
      message?: string
      seq?: number
      held?: string | undefined
      override?: string | undefined
    },
    now: Moment,
  ): Promise<void> {
    const { held, ...what } = text
    const id = ids.make('tx')
    const state = held ? ('held' as const) : ('queued' as const)
    const pieces = piecesOf(text.words).length
    const isNew = await tx.run(store.addTextOut, { id, report, state, why: held, pieces, now, ...what })
    if (isNew > 0) await tell(tx, id, report, state, now)
  }

  async function tell(tx: Tx, text: string, report: string, state: TextState, now: Moment): Promise<void> {
    tx.emit(textMoved, now, { text, report, desk: await reports.deskOf(tx, report), state })
  }

  async function mark(
    text: { id: string; report: string },
    to: { state: TextState; why?: string; refs?: readonly string[] },
  ): Promise<void> {
    await near.db.tx(async (tx) => {
      const now = near.clock.now()
      if (to.refs) await tx.run(store.addPieces, { text: text.id, refs: [...to.refs] })
      const sentAt = to.state === 'sent' ? now : undefined
      await tx.run(store.markText, { text: text.id, state: to.state, why: to.why, sentAt })
      await tell(tx, text.id, text.report, to.state, now)
    })
  }

  /** Asked anew when it is sent: a text written under an override goes out under that one or not at all. */
  const mayStill = (
    report: Stored,
    text: { kind: 'receipt' | 'dialogue'; override?: string | undefined },
    now: Moment,
  ): Promise<Permit<'sms' | 'receipt'> | Refusal<'contact.forbidden'>> => {
    if (text.kind === 'receipt') return Promise.resolve(mayAcknowledge(report, now))
    return text.override
      ? near.contacts.permitUnder(near.db, text.override, 'sms', now)
      : near.contacts.permitFor(near.db, report.id, 'sms', now)
  }

  return {
    /** 来信 — taken only when it is kept; the same text twice is one. */
    async text(came: TextIn): Promise<void> {
      await near.db.of('alarm').tx(async (tx) => {
        const now = near.clock.now()
        const { id: citizen } = await near.callers(tx, { number: numberOf(came.number) }, now)
        const pieceGroup = came.piece?.group
        const isNew = await tx.run(store.addTextIn, {
          id: ids.make('ti'),
          ref: came.ref,
          citizen,
          called: came.called.slice(0, 30),
          words: readable(came.words),
          at: now,
          pieceGroup,
          piece: came.piece?.number,
          pieces: came.piece?.of,
          place: json(came.place),
        })
        if (isNew === 0) return
        const loose = await tx.all(store.looseOf, { citizen, pieceGroup })
        if (loose.length >= (came.piece?.of ?? 1)) await settle(tx, loose, now)
      })
    },

    async receipt({ ref, isDelivered }: TextReceipt): Promise<void> {
      await near.db.tx(async (tx) => {
        const now = near.clock.now()
        const text = await tx.maybe(store.notePiece, { ref, isDelivered, at: now })
        if (text) await tell(tx, text.id, text.report, text.state, now)
      })
    },

    /** 回复 — what a desk writes in the dialogue of somebody who has no app to read it in. */
    async reply(tx: Tx, reportId: string, said: { id: string; seq: number; words: string }, now: Moment) {
      const report = await reports.byId(tx, reportId)
      if (!report || !writtenTo.includes(report.mode)) return
      const may = await near.contacts.permitFor(tx, report.id, 'sms', now)
      const isLetOut = !isRefusal(may) && (await near.contacts.use(tx, may, now))
      const held = isLetOut ? undefined : whyHeld(may)
      const override = isRefusal(may) ? undefined : may.override
      const { id: message, seq, words } = said
      await put(tx, report.id, { kind: 'dialogue', words, message, seq, held, override }, now)
    },

    /** 视频邀请 — a link to the telephone of whoever reported; false where no mobile number is known. */
    async invite(tx: Tx, may: Permit<'sms'>, reportId: string, words: string, now: Moment): Promise<boolean> {
      const report = await reports.byId(tx, reportId)
      const number = report && (await near.people.phoneOf(tx, report.citizen))
      if (!report || !number || !isMobile(number)) return false
      const isLetOut = await near.contacts.use(tx, may, now)
      const held = isLetOut ? undefined : 'covert'
      await put(tx, report.id, { kind: 'dialogue', words, held, override: may.override }, now)
      return true
    },

    /** Pieces that have waited for the rest long enough are taken as what they are. */
    async settleLoose(): Promise<number> {
      const before = plusSeconds(near.clock.now(), -pieceSeconds)
      const groups = await near.db.all(store.looseGroups, { before })
      for (const group of groups)
        await near.db.of('alarm').tx(async (tx) => {
          await settle(tx, await tx.all(store.looseOf, group), near.clock.now())
        })
      return groups.length
    },

    /** 外发 — one text that is due; asked again whether it may, for much can have been said since. */
    async sendDue(): Promise<number> {
      const { gateway } = near
      const now = near.clock.now()
      const text = await near.db.maybe(store.takeDue, { now, again: plusSeconds(now, sendAgainSeconds) })
      if (!text) return 0
      const report = await reports.byId(near.db, text.report)
      const division = report?.division ?? (report && (await near.divisionOf(report.desk))) ?? ''
      const line = await near.db.maybe(store.calledBy, { report: text.report, division })
      const number = report && (await near.people.phoneOf(near.db, report.citizen))
      const may = report && (await mayStill(report, text, now))
      if (!report || !may || isRefusal(may)) await mark(text, { state: 'held', why: whyHeld(may) })
      else if (!number || !isMobile(number) || !line) await mark(text, { state: 'failed', why: 'no-number' })
      else if (!gateway) await mark(text, { state: 'failed', why: 'gateway' })
      else {
        try {
          const refs = await gateway.send(may, {
            from: line.called,
            to: number,
            pieces: piecesOf(text.words),
          })
          await mark(text, { state: 'sent', refs })
        } catch {
          // Named degradation: it is tried again, and the desk sees it when it was tried often enough.
          if (text.tries >= mostTries) await mark(text, { state: 'failed', why: 'gateway' })
        }
      }
      return 1
    },
  }
}

/** What the desk reads beside a text that was not let out. */
const whyHeld = (no: unknown): 'call-only' | 'covert' =>
  isRefusal(no) && no.facts['mode'] === 'call-only' ? 'call-only' : 'covert'
