import type { Call } from '@open110/kit/client/call'
import { Unanswered } from '@open110/kit/client/call'
import type { OpenSocket, Timers } from '@open110/kit/client/live'
import type { Refusal } from '@open110/kit/refuse'
import type { Panic, SlipCard, SlipState } from '@open110/modules/dispatch'
import type { Unit } from '@open110/modules/unit'
import { openDuty } from './duty.state.ts'
import type { Shelf } from './shelf.ts'

/** 林间路上的一部手机 — a field phone with its network in the test's hand. */
export const unitId = 'un_00000000000000000000000001' as const
export const slipId = 'sl_00000000000000000000000001' as const

export function mapShelf(): Shelf & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    read: (name) => (kept.has(name) ? JSON.parse(kept.get(name)!) : undefined),
    write: (name, value) => void kept.set(name, JSON.stringify(value)),
    drop: (name) => void kept.delete(name),
  }
}

export function handTimers(): Timers & { pass(ms: number): Promise<void> } {
  let now = 0
  let due: { at: number; act: () => void }[] = []
  const settle = async () => {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve()
  }
  return {
    nowMs: () => now,
    random: () => 0.5,
    after: (ms, act) => {
      const entry = { at: now + ms, act }
      due.push(entry)
      return () => {
        due = due.filter((other) => other !== entry)
      }
    },
    async pass(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const next = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        due = due.filter((other) => other !== next)
        now = next.at
        next.act()
        await settle()
      }
      now = end
    },
  }
}

export const unitOf = (state: Unit['state'] = 'ready'): Unit => ({
  id: unitId,
  name: '城东-1',
  org: 'lishui',
  kind: 'car',
  state,
  skills: [],
  members: 2,
  openSlips: 1,
})

export const cardOf = (
  state: SlipState,
  change: Partial<SlipCard['incident']> = {},
  slip: Partial<SlipCard['slip']> = {},
): SlipCard => ({
  slip: {
    id: slipId,
    number: '331102202611210000015-P01',
    incident: 'in_00000000000000000000000001',
    unit: unitId,
    unitName: '城东-1',
    state,
    issuedAt: '2026-11-21T14:00:00.000Z',
    issuedBy: '赵敏',
    kind: 'police',
    times:
      state === 'issued'
        ? []
        : [
            {
              move: 'sign',
              at: '2026-11-21T14:01:00.000Z',
              happenedAt: '2026-11-21T14:01:00.000Z',
              by: '城东-1',
            },
          ],
    feedbacks: [],
    dialogue: [],
    unread: [],
    backups: [],
    openMoves: [],
    ...slip,
  },
  incident: {
    id: 'in_00000000000000000000000001',
    number: '331102202611210000015',
    level: 1,
    category: '刑事类 / 入室盗窃',
    categoryCode: '1003',
    dangers: ['armed'],
    raised: [],
    facts: { weapon: 'knife' },
    narrative: '有人在撬我家的门,我不能出声',
    placeWords: '丽水市莲都区紫金路18号2幢',
    callSafe: false,
    supplements: [],
    attachments: [],
    ...change,
  },
  others: [],
})

/** The desk's side: what it answers, what it was asked, and whether it can be reached at all. */
export function handServer(card: SlipCard) {
  const server = {
    isReachable: true,
    card,
    state: card.slip.state,
    panics: [] as Panic[],
    asked: [] as { name: string; key?: string; body?: unknown }[],
    /** Contracts whose answer does not come while everything else is answered. */
    slow: new Set<string>(),
    refuses: undefined as Refusal | undefined,
    refusesOnce: undefined as Refusal | undefined,
    /** The network goes as soon as this has been answered. */
    failsAfter: undefined as string | undefined,
    tell: (_text: string) => {},
  }
  const seenKeys = new Set<string>()
  const call = (async (contract: { name: string }, sent: { key?: string; body?: { move?: string } } = {}) => {
    if (!server.isReachable) throw new Unanswered('no network')
    if (server.slow.has(contract.name)) return new Promise(() => undefined)
    server.asked.push({ name: contract.name, ...sent })
    if (contract.name === server.failsAfter) server.isReachable = false
    if (contract.name === 'unit.mine') return { unit: unitOf(), cards: [server.card], panics: server.panics }
    if (contract.name === 'dispatch.move') {
      if (server.refuses) return server.refuses
      const once = server.refusesOnce
      server.refusesOnce = undefined
      if (once) return once
      if (!seenKeys.has(sent.key ?? '')) seenKeys.add(sent.key ?? '')
      const to = {
        sign: 'signed',
        depart: 'en-route',
        arrive: 'on-scene',
        settle: 'scene-done',
        report: 'reported',
      }[sent.body?.move ?? ''] as SlipState
      server.card = { ...server.card, slip: { ...server.card.slip, state: to } }
      return { state: to, at: '2026-11-21T14:10:00.000Z', slip: server.card.slip }
    }
    if (server.refuses && contract.name.startsWith('dispatch.')) return server.refuses
    return { kept: 1 }
  }) as unknown as Call
  const socket: OpenSocket = (on) => {
    server.tell = on.message
    return { send: () => undefined, close: () => undefined }
  }
  return { server, call, socket }
}

let keys = 0

export function openPhone(card: SlipCard, shelf: Shelf = mapShelf(), unit: string = unitId) {
  const timers = handTimers()
  const { server, call, socket } = handServer(card)
  const heard: string[] = []
  let minute = 0
  const duty = openDuty({
    unit,
    call,
    socket,
    timers,
    shelf,
    token: () => 'token',
    now: () => `2026-11-21T14:${String(minute++).padStart(2, '0')}:00.000Z`,
    makeKey: () => `key-${++keys}`,
    onNew: (what) => heard.push(what),
  })
  return { duty, timers, server, shelf, heard }
}
