import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { openOutbox } from '@open110/core/outbox'
import { memoryStore } from '@open110/core/store'
import { Unanswered, type Transport } from '@open110/kit/client/call'
import { momentOf } from '@open110/kit/time'
import { openSession } from '@open110/modules/person/api'
import { cities } from '../orgs.ts'
import { granted } from '../town.ts'
import { callerAt, transport, wallClock } from '../town.server.ts'
import { until } from './until.ts'

/** 经过 — what the people did and what they were told, in the order of it. */
export type History = {
  /** Every press of the button, by its own words. */
  readonly pressed: string[]
  /** What was acknowledged, and under which name. */
  readonly acked: Map<string, string>
  /** How each try on the wire ended: answered, refused, or nobody knows. */
  readonly tries: { ok: number; refused: number; unknown: number }
}

export type Phone = {
  readonly token: string
  readonly pressed: readonly string[]
  readonly waiting: () => boolean
  /** What it shows of its oldest item that has not arrived. */
  readonly shows: () => string | undefined
  press(words?: string): string
  wake(): void
  /** Gone with everything in it; nobody will ever know what became of its last press. */
  die(): void
}

/** 众人 — phones with the citizen's own outbox, each pressing again as soon as its last report is delivered. */
export type Crowd = {
  readonly history: History
  readonly phones: readonly Phone[]
  wake(): void
  /** How many phones show what, and how their tries have ended: for whoever has to find out why nothing happens. */
  looks(): string
  /** Nobody presses again; resolves when every living phone has its receipt. */
  settle(mostSeconds?: number): Promise<number>
  close(): void
}

type Given = {
  /** Where they call; a server, or a line before it. */
  base: string
  count: number
  /** Opens the words of every report, so that they can be told from those of others. */
  mark: string
  desk?: string
  /** Pause between a receipt and the next press; undefined: only who is told to press does. */
  againMs?: number
  /** Where sessions are opened, when the line to `base` is not to be trusted yet. */
  sessionsAt?: string
}

export async function openCrowd(given: Given): Promise<Crowd> {
  const history: History = { pressed: [], acked: new Map(), tries: { ok: 0, refused: 0, unknown: 0 } }
  let goesOn = given.againMs !== undefined
  const noted: Transport = async (request) => {
    try {
      const answer = await transport(request)
      history.tries[answer.status < 400 ? 'ok' : answer.status < 500 ? 'refused' : 'unknown'] += 1
      return answer
    } catch (fault) {
      history.tries.unknown += 1
      throw fault
    }
  }
  // Whoever is not answered asks again, as a phone does.
  const session = async (again = 20): Promise<{ token: string }> => {
    try {
      return granted(await callerAt(given.sessionsAt ?? given.base)(openSession, { body: {} }))
    } catch (fault) {
      if (!(fault instanceof Unanswered) || again === 0) throw fault
      await pause(500)
      return session(again - 1)
    }
  }
  const open = async (n: number) => {
    const { token } = await session()
    return openPhone(n, token, given, noted, history, () => goesOn)
  }
  const phones = await Promise.all(Array.from({ length: given.count }, (_, n) => open(n)))
  if (goesOn) for (const phone of phones) phone.press()
  return {
    history,
    phones,
    wake: () => phones.forEach(({ wake }) => wake()),
    looks() {
      const counts: Record<string, number> = {}
      for (const phone of phones) {
        const shown = phone.waiting() ? (phone.shows() ?? 'nothing') : 'idle'
        counts[shown] = (counts[shown] ?? 0) + 1
      }
      return JSON.stringify({ phones: counts, tries: history.tries })
    },
    settle(mostSeconds) {
      goesOn = false
      return until(
        () => !phones.some(({ waiting }) => waiting()),
        'every living phone has its receipt',
        mostSeconds,
      )
    },
    close() {
      goesOn = false
      phones.forEach(({ die }) => die())
    },
  }
}

function openPhone(
  n: number,
  token: string,
  given: Given,
  network: Transport,
  history: History,
  goesOn: () => boolean,
): Phone {
  const pressed: string[] = []
  const { centre } = cities.find(({ desk }) => desk === (given.desk ?? 'lishui')) ?? cities[0]!
  // Four decimals, so that no moment in a log is taken for the place.
  const at = { lng: Number((centre.lng + 0.0021).toFixed(4)), lat: Number((centre.lat + 0.0008).toFixed(4)) }
  const fix = { ...at, crs: 'wgs84', accuracyMetres: 25, source: 'gps' } as const
  const outbox = openOutbox({
    store: memoryStore(),
    call: callerAt(given.base, token, network),
    session: { ready: async () => {}, renew: async () => {} },
    upload: () => Promise.reject(new Error('nothing is uploaded here')),
    timers: wallClock,
    now: () => momentOf(Date.now()),
    newKey: randomUUID,
    alone: async (act) => (await act(), true),
  })
  let isDead = false
  const press = (words = `${given.mark}:窗外有人${n}第${pressed.length}次`) => {
    pressed.push(words)
    history.pressed.push(words)
    const body = { mode: 'text' as const, words, fix, madeAt: momentOf(Date.now()) }
    void outbox.press([{ id: words, parcel: { kind: 'report', body } }])
    return words
  }
  outbox.watch(() => {
    for (const { id, shows, receipt } of outbox.items()) {
      if (isDead || shows !== 'delivered' || history.acked.has(id)) continue
      history.acked.set(id, receipt!.id)
      if (goesOn()) setTimeout(() => void (isDead || !goesOn() || press()), given.againMs)
    }
  })
  return {
    token,
    pressed,
    waiting: () => !isDead && pressed.some((id) => !history.acked.has(id)),
    shows: () => outbox.items().find(({ id }) => !history.acked.has(id))?.shows,
    press,
    wake: outbox.wake,
    die() {
      isDead = true
      outbox.close()
    },
  }
}
