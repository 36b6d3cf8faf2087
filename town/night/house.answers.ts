import { move } from '@open110/kit/moves'
import { isRefusal, refuse } from '@open110/kit/refuse'
import type { Contract } from '@open110/kit/route'
import type { SteadyClock } from '@open110/kit/time'
import { defaultPolicy, takeOver } from '@open110/modules/desk'
import { queue, signIn } from '@open110/modules/desk/api'
import { list as attachmentList } from '@open110/modules/evidence/api'
import { accept } from '@open110/modules/incident/api'
import { openSession } from '@open110/modules/person/api'
import {
  byTurn,
  isOffered,
  reportMoves,
  type Mode,
  type QueueRow,
  type ReportState,
} from '@open110/modules/report'
import { get, list, receive, send, supplement, take } from '@open110/modules/report/api'
import {
  reportDelivered,
  reportMoved,
  reportReceived,
  reportSupplemented,
  reportTaken,
} from '@open110/modules/report/events'
import { markRead, sendMessage } from '@open110/modules/thread/api'
import { messageSent } from '@open110/modules/thread/events'
import * as z from 'zod/mini'
import { deviceMoment, hasUnreadable, routeOf } from '../../modules/report/report.routing.ts'
import { receiptCode } from '../../modules/report/report.code.ts'
import { asksForSilence, raisedBy, urgencyOf } from '../../modules/report/report.urgency.ts'
import type { Committed, Tx } from './base.ts'
import { duty, resolve } from './place.ts'
import type { openSeats } from './house.seats.ts'
import type { AttachmentRow } from './house.upload.ts'
import { tagOf } from './witness.ts'
import type { World } from './world.ts'

export type ReportRow = {
  id: string
  citizen: string
  desk: string
  mode: Mode
  words: string
  state: ReportState
  urgency: number
  reasons: readonly string[]
  callSafe: boolean
  deliveredAt: string
  receivedAt?: string
  receivedSeat?: number
  owner?: string
  ownerSeat?: number
  ownerSince?: string
  fallbackAfterSeconds: number
  receiptCode: string
  messages: number
}
type MessageRow = {
  id: string
  report: string
  seq: number
  at: string
  from: 'citizen' | 'desk'
  words: string
  clientId?: string
  attachment?: string
}

export type Around = {
  readonly me: string
  readonly org: string | undefined
  readonly isStaff: boolean
  readonly now: string
  readonly params: Readonly<Record<string, string>>
  readonly body: unknown
}
export type Work = {
  readonly look?: (rows: Committed, around: Around) => unknown
  readonly change?: (tx: Tx, around: Around, rows: Committed) => Promise<unknown>
}

const idOf = (prefix: string, serial: number) => `${prefix}_${String(serial).padStart(26, '0')}`

const patterns = [
  openSession,
  send,
  get,
  list,
  supplement,
  sendMessage,
  markRead,
  attachmentList,
  signIn,
  queue,
  receive,
  take,
  accept,
].map((contract) => {
  const [method = '', path = ''] = contract.at.split(' ')
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
  return {
    contract: contract as unknown as Contract,
    method,
    names,
    shape: new RegExp(`^${path.replace(/:\w+/g, '([^/]+)')}$`),
  }
})

/** 应答 — what the house answers to each contract that a night uses: the pure parts decide, the rows remember. */
export function contractsOf(near: { world: World; clock: SteadyClock; seats: ReturnType<typeof openSeats> }) {
  const { world, seats } = near
  const { witness } = world
  const about = ({ id, citizen, desk }: ReportRow) => ({ report: id, citizen, desk })
  const visible = (row: ReportRow | undefined, { me, org, isStaff }: Around): row is ReportRow =>
    row !== undefined && (isStaff ? row.desk === org : row.citizen === me)

  /** 外发 — a push to the reporter's device, if their answer to 是否方便接听电话 allows any (promise 3). */
  const push = (tx: Tx, row: ReportRow, why: string) => {
    const isSafe = world.has('covert-push') && why === 'accepted' ? true : row.callSafe
    if (isSafe) tx.onCommit(() => witness.signalled(row.citizen, row.words, why))
  }
  const own = (tx: Tx, row: ReportRow, around: Around, how: 'receive' | 'take' | 'reclaim', seat: number) => {
    const next: ReportRow = { ...row, owner: around.me, ownerSeat: seat, ownerSince: around.now }
    if (how === 'receive')
      Object.assign(next, { state: 'received', receivedAt: around.now, receivedSeat: seat })
    tx.put('report', row.id, next)
    tx.onCommit(() => witness.granted(row.id, around.me, how))
    return next
  }
  const queueRow = (rows: Committed, row: ReportRow): QueueRow =>
    ({
      report: row.id,
      state: row.state,
      urgency: row.urgency,
      mode: row.mode,
      gist: row.words,
      deliveredAt: row.deliveredAt,
      ...(row.owner
        ? {
            owner: {
              staff: row.owner,
              name: row.owner,
              seat: row.ownerSeat,
              state: seats.stateOf(rows, row.owner),
            },
          }
        : {}),
    }) as unknown as QueueRow

  const works: Record<string, Work> = {
    [openSession.name]: {
      change: async (tx) => {
        const serial = world.newSerial()
        const citizen = idOf('ct', serial)
        tx.put('session', `token-${serial}`, { citizen })
        return {
          token: `token-${serial}`,
          citizen: { id: citizen, assurance: 'none', needs: [], language: 'zh' },
        }
      },
    },
    [send.name]: {
      change: async (tx, { me, now, body: sent }, rows) => {
        const body = z.parse(send.takes, sent)
        const routing = routeOf(body, resolve, duty)
        const flags = [...routing.flags]
        const callSafe = body.callSafe ?? !(body.mode === 'silent' || asksForSilence(body.words ?? ''))
        if (deviceMoment(body.madeAt, now).isWrong) flags.push('clock-wrong')
        if (hasUnreadable(sent, body)) flags.push('part-unreadable')
        const urgency = urgencyOf({ ...body, callSafe }, flags)
        const serial = world.newSerial()
        const row: ReportRow = {
          id: idOf('rp', serial),
          citizen: me,
          desk: routing.desk,
          mode: body.mode,
          words: body.words ?? '',
          state: 'delivered',
          urgency: urgency.level,
          reasons: urgency.reasons,
          callSafe,
          deliveredAt: now,
          fallbackAfterSeconds:
            body.mode === 'silent' ? defaultPolicy.fallbackSilentSeconds : defaultPolicy.fallbackSeconds,
          receiptCode: receiptCode(
            Uint8Array.from([0, 0, 0, serial >> 24, serial >> 16, serial >> 8, serial]),
          ),
          messages: 0,
        }
        await tx.insert('report', row.id, row)
        tx.tell(reportDelivered, now, { ...about(row), urgency: row.urgency, mode: row.mode, at: now })
        tx.onCommit(() => witness.stored(tagOf(row.words), row.id))
        const isStaffed = rows
          .all<{ desk: string; staff?: string; silentSince?: string }>('seat')
          .some((seat) => seat.desk === row.desk && seat.staff && !seat.silentSince)
        const guidance = isStaffed ? routing.guidance : 'guidance.no-desk'
        return z.parse(send.gives, {
          id: row.id,
          receiptCode: row.receiptCode,
          state: 'delivered',
          deliveredAt: now,
          desk: { id: row.desk, name: row.desk },
          ...(guidance ? { guidance } : {}),
          fallbackAfterSeconds: row.fallbackAfterSeconds,
        })
      },
    },
    [supplement.name]: {
      change: async (tx, around) => {
        const body = z.parse(supplement.takes, around.body)
        const row = await tx.hold<ReportRow>('report', around.params['report']!)
        if (!visible(row, around)) return refuse('report.not-found')
        if (!body.words?.trim() && !body.fix) return refuse('supplement.words-missing')
        const id = idOf('sp', world.newSerial())
        tx.put('supplement', id, { id, report: row.id, words: body.words })
        tx.tell(reportSupplemented, around.now, { ...about(row), supplement: id, units: [] })
        tx.onCommit(() => witness.stored(tagOf(body.words ?? ''), row.id))
        return { id, at: around.now, ...(body.words === undefined ? {} : { words: body.words }) }
      },
    },
    [sendMessage.name]: {
      change: async (tx, around, rows) => {
        const body = z.parse(sendMessage.takes, around.body)
        const row = await tx.hold<ReportRow>('report', around.params['report']!)
        if (!visible(row, around)) return refuse('report.not-found')
        if (
          body.attachment &&
          !rows
            .all<AttachmentRow>('attachment')
            .some(({ id, report }) => id === body.attachment && report === row.id)
        )
          return refuse('attachment.not-found')
        const words = body.words ?? ''
        const raised = raisedBy({ level: row.urgency, reasons: [...row.reasons] }, words)
        const id = idOf('ms', world.newSerial())
        const seq = row.messages + 1
        const from = around.isStaff ? ('desk' as const) : ('citizen' as const)
        const message: MessageRow = {
          id,
          report: row.id,
          seq,
          at: around.now,
          from,
          words,
          ...(body.clientId ? { clientId: body.clientId } : {}),
          ...(body.attachment ? { attachment: body.attachment } : {}),
        }
        const next = { ...row, messages: seq }
        if (!around.isStaff) {
          if (raised) Object.assign(next, { urgency: raised.level, reasons: raised.reasons })
          // Who asks for silence is not rung from then on (RP14).
          if (asksForSilence(words)) next.callSafe = false
        }
        tx.put('report', row.id, next)
        tx.put('message', id, message)
        tx.tell(messageSent, around.now, { ...about(row), message: id, seq, from, kind: 'words' })
        if (around.isStaff) push(tx, next, 'message')
        else tx.onCommit(() => witness.stored(tagOf(body.clientId ?? ''), row.id))
        return { id, seq, at: around.now }
      },
    },
    [markRead.name]: { change: async (_, { body }) => ({ delivered: 0, read: 0, ...(body as object) }) },
    [attachmentList.name]: {
      look: (rows, around) =>
        visible(rows.get<ReportRow>('report', around.params['report']!), around)
          ? rows
              .all<AttachmentRow>('attachment')
              .filter(({ report }) => report === around.params['report'])
              .map(({ id, sha256 }) => ({ id, sha256 }))
          : refuse('report.not-found'),
    },
    [list.name]: {
      look: (rows, { me }) =>
        rows
          .all<ReportRow>('report')
          .filter(({ citizen }) => citizen === me)
          .map(({ id, state, deliveredAt }) => ({ id, state, deliveredAt, desk: null, unread: 0 })),
    },
    [get.name]: {
      look: (rows, around) => {
        const row = rows.get<ReportRow>('report', around.params['report']!)
        if (!visible(row, around)) return refuse('report.not-found')
        const ladder = [
          { step: 'delivered', at: row.deliveredAt },
          ...(row.receivedAt ? [{ step: 'received', at: row.receivedAt }] : []),
        ]
        const messages = rows.all<MessageRow>('message').filter(({ report }) => report === row.id)
        return {
          id: row.id,
          state: row.state,
          deliveredAt: row.deliveredAt,
          ladder,
          messages,
          attachments: [],
          supplements: [],
          fallbackAfterSeconds: row.fallbackAfterSeconds,
          callSafe: row.callSafe,
        }
      },
    },
    [signIn.name]: {
      change: async (tx, { me, org, params, now }) => {
        if (params['desk'] !== org) return refuse('desk.not-found')
        const row = await seats.sit(tx, params['desk']!, params['seat']!, me, now)
        if (row.staff !== me) return refuse('desk.seat-taken', { by: row.staff })
        return { seat: { desk: row.desk, seat: row.seat, staff: me, state: 'live' }, policy: defaultPolicy }
      },
    },
    [queue.name]: {
      look: (rows, { org, params }) => {
        if (params['desk'] !== org) return refuse('desk.not-found')
        const found = rows
          .all<ReportRow>('report')
          .filter(({ desk }) => desk === org)
          .map((row) => queueRow(rows, row))
        const ordered = found.toSorted(byTurn)
        witness.queued(
          ordered
            .filter((row) => row.state === 'delivered' || isOffered(row))
            .map((row) => ({
              id: row.report,
              urgency: row.urgency,
              deliveredAt: row.deliveredAt,
              isOffered: isOffered(row),
            })),
        )
        return ordered
      },
    },
    [receive.name]: {
      change: async (tx, around, rows) => {
        const id = around.params['report']!
        const row = world.has('both-accepts-win')
          ? rows.get<ReportRow>('report', id)
          : await tx.hold<ReportRow>('report', id)
        if (!visible(row, around)) return refuse('report.not-found')
        const seat = seats.seatOf(rows, around.me)
        if (!seat) return refuse('desk.not-signed-in')
        const next = move(reportMoves, row.state, 'receive', ['call-taker'])
        if (isRefusal(next))
          return refuse('report.already-received', { by: row.owner, isMine: row.owner === around.me })
        own(tx, row, around, 'receive', seat.seat)
        tx.tell(reportReceived, around.now, { ...about(row), seat: seat.seat, at: around.now })
        push(tx, row, 'received')
        return { state: 'received', at: around.now, by: around.me, seat: seat.seat }
      },
    },
    [take.name]: {
      change: async (tx, around, rows) => {
        const row = await tx.hold<ReportRow>('report', around.params['report']!)
        if (!visible(row, around)) return refuse('report.not-found')
        if (!row.owner || !row.ownerSince) return refuse('report.not-received')
        const seat = seats.seatOf(rows, around.me)
        if (!seat) return refuse('desk.not-signed-in')
        const claim = { receivedAt: row.ownerSince, ownerState: seats.stateOf(rows, row.owner) }
        const how = takeOver(claim, { isSupervisor: false, reason: undefined }, around.now, defaultPolicy)
        if (how !== 'take' && how !== 'reclaim') return refuse('report.take-denied', { by: row.owner })
        own(tx, row, around, how, seat.seat)
        tx.tell(reportTaken, around.now, { ...about(row), seat: seat.seat, how })
        return { how, at: around.now, by: around.me }
      },
    },
    [accept.name]: {
      change: async (tx, around) => {
        const { report: id } = around.body as { report: string }
        const row = await tx.hold<ReportRow>('report', id)
        if (!visible(row, around)) return refuse('report.not-found')
        if (row.owner !== around.me) return refuse('report.not-received')
        const next = move(reportMoves, row.state, 'accept', ['call-taker'])
        if (isRefusal(next)) return next
        tx.put('report', id, { ...row, state: next })
        tx.tell(reportMoved, around.now, { ...about(row), state: next })
        push(tx, row, 'accepted')
        return { id: idOf('in', world.newSerial()), number: '330000202611210000010', state: 'accepted' }
      },
    },
  }

  return {
    find(method: string, path: string) {
      for (const { contract, method: own_, names, shape } of patterns) {
        const found = method === own_ ? shape.exec(path) : null
        if (!found) continue
        const params = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1]!)]))
        return { contract, params, work: works[contract.name]! }
      }
      return undefined
    },
  }
}
