import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { handTurned } from './fake/timers.fake.ts'
import { fakePolice, type Fate } from './fake/police.fake.ts'
import { openOutbox, type Outbox } from './outbox.ts'
import { fakeSeal } from './fake/seal.fake.ts'
import { sealedStore } from './seal.ts'
import { memoryStore, type KeyStore } from './store.ts'

const fates = ['ok', 'lost-before', 'lost-after', 'fault', 'busy'] as const
const acts = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('report' as const), photos: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('message' as const, 'supplement' as const, 'picture' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('pass' as const), ms: fc.nat(20_000) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('wake' as const) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('kill' as const) }) },
  // Dies inside the nth touch of the store or the line from here, before or after that touch took effect.
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('doom' as const), touches: fc.nat(9), isAfter: fc.boolean() }),
  },
)

/** A phone whose page can die at any touch of the world: from then on that life touches nothing any more. */
function openWorld(script: readonly Fate[]) {
  const clock = handTurned()
  const disk = new Map<string, unknown>()
  let next = 0
  let isCalm = false
  const police = fakePolice(() => (isCalm ? 'ok' : (script[next++ % script.length] ?? 'ok')))
  let life = 0
  let doom: { touches: number; isAfter: boolean } | undefined
  let keys = 0
  const forever = new Promise<never>(() => {})

  const touching =
    (mine: number) =>
    async <T>(work: () => Promise<T>): Promise<T> => {
      if (mine !== life) return forever
      const isDoomed = doom !== undefined && doom.touches-- === 0
      if (isDoomed && !doom!.isAfter) {
        life += 1
        return forever
      }
      const done = work()
      if (isDoomed) {
        life += 1
        done.catch(() => {}) // nobody is left to hear it
        return forever
      }
      const answer = await done
      return mine === life ? answer : forever
    }
  const launch = (): Outbox => {
    life += 1
    doom = undefined
    const mine = life
    const touch = touching(mine)
    const kept = memoryStore(disk)
    const store: KeyStore = {
      get: (key) => touch(() => kept.get(key)),
      list: (prefix) => touch(() => kept.list(prefix)),
      put: (entries) => touch(() => kept.put(entries)),
    }
    const outbox = openOutbox({
      // Half of the worlds seal what waits.
      store: script.length % 2 ? sealedStore(store, async () => fakeSeal()) : store,
      call: ((contract: never, sent: never) => touch(() => police.call(contract, sent))) as never,
      upload: (given) => touch(() => police.upload(given)),
      session: { ready: async () => {}, renew: async () => {} },
      timers: {
        ...clock.timers,
        after: (ms, act) => clock.timers.after(ms, () => mine === life && act()),
      },
      now: clock.now,
      newKey: () => `key-${++keys}`,
      alone: async (act) => (await act(), true),
    })
    outbox.wake()
    return outbox
  }
  return {
    clock,
    disk,
    police,
    launch,
    isDead: (mine: number) => mine !== life,
    life: () => life,
    doom: (touches: number, isAfter: boolean) => (doom = { touches, isAfter }),
    calm: () => (isCalm = true),
  }
}

test('[CO1][CO2][CO3][CO6] whatever dies and whenever, what was kept is delivered once, in order, and never claimed before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(acts, { minLength: 1, maxLength: 12 }),
      fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 30 }),
      async (plan, script) => {
        const world = openWorld(script)
        let outbox = world.launch()
        const isKept = new Set<string>()
        const hung: [owner: string, id: string][] = []
        let serial = 0
        let lastReport: string | undefined
        const honest = () => {
          for (const { key, parcel, shows, receipt } of outbox.items()) {
            // What is called unsent is not there.
            if (shows === 'queued' && parcel.kind !== 'attachment')
              expect(world.police.kept.filter((each) => each.key === key)).toEqual([])
            if (parcel.kind !== 'report' || shows !== 'delivered') continue
            const there = world.police.kept.some(
              ({ answer }) => (answer as { id: string }).id === receipt?.id,
            )
            expect(there).toBe(true)
          }
        }
        // A page has the report that it shows, and calls it as the server does as soon as there is a name.
        const shown = () => outbox.items().find(({ id }) => id === lastReport)
        for (const step of plan) {
          const of = shown()?.receipt?.id ?? shown()?.id
          if (step.act === 'report') {
            const id = `a${serial++}`
            for (let index = 0; index < step.photos; index++) hung.push([id, `${id}p${index}`])
            const photos = Array.from({ length: step.photos }, (_, index) => ({
              id: `${id}p${index}`,
              of: id,
              file: 'x',
              parcel: {
                kind: 'attachment' as const,
                isSaid: false,
                file: { name: 'p', type: 'image/jpeg', bytes: 400, sha256: `${id}p${index}` },
              },
            }))
            const parcel = {
              kind: 'report' as const,
              body: { mode: serial % 2 ? ('silent' as const) : ('text' as const), words: id },
            }
            void outbox.press([{ id, parcel }, ...photos]).then(() => isKept.add(id))
            lastReport = id
          }
          if ((step.act === 'message' || step.act === 'supplement') && lastReport && of) {
            const id = `${step.act[0]}${serial++}`
            const parcel = { kind: step.act, body: { words: id } }
            hung.push([lastReport, id])
            void outbox.press([{ id, of, parcel }]).then(() => isKept.add(id))
          }
          // Said in the dialogue: first the file, then the message that shows it.
          if (step.act === 'picture' && lastReport && of) {
            const id = `${lastReport}p-${serial++}`
            const file = { name: 'p', type: 'image/jpeg', bytes: 400, sha256: id }
            const parcel = { kind: 'attachment' as const, isSaid: true, file }
            hung.push([lastReport, id])
            void outbox.press([{ id, of, parcel, file: 'x' }]).then(() => isKept.add(id))
          }
          if (step.act === 'pass') await world.clock.pass(step.ms)
          if (step.act === 'wake') outbox.wake()
          if (step.act === 'doom') world.doom(step.touches, step.isAfter)
          await world.clock.settle()
          honest()
          if (step.act === 'kill') outbox = world.launch()
        }
        world.calm()
        outbox = world.launch()
        await world.clock.pass(120_000)
        honest()

        const bodies = world.police.kept.map(({ body }) => JSON.parse(body) as Record<string, string>)
        const sent = bodies.map(({ words, clientId }) => words ?? clientId!.replace(/-said$/, ''))
        expect(new Set(sent).size).toBe(sent.length)
        // A press that resolved has arrived, and so has a picture with its message. What hangs on a report that was
        // never kept waits for it.
        const reports = new Set(sent.filter((each) => /^a\d+$/.test(each)))
        const isThere = (id: string) =>
          sent.includes(id) || world.police.attachments.some(({ sha256 }) => sha256 === id)
        for (const id of isKept) if (/^a\d+$/.test(id)) expect(sent).toContain(id)
        for (const [owner, id] of hung)
          if (isKept.has(id) && reports.has(owner)) expect([id, isThere(id)]).toEqual([id, true])
        const pictures = world.police.attachments.filter(({ sha256 }) => sha256.includes('p-'))
        expect(pictures.filter(({ sha256 }) => !sent.includes(sha256))).toEqual([])
        const digests = world.police.attachments.map(({ sha256 }) => sha256)
        expect(new Set(digests).size).toBe(digests.length)
        for (const { sha256, report } of world.police.attachments) {
          const owner = world.police.kept.find(({ answer }) => (answer as { id: string }).id === report)
          expect(JSON.parse(owner!.body)).toMatchObject({ words: sha256.slice(0, sha256.indexOf('p')) })
        }
        // Nothing waits any more but words for a report that was never kept, and no photo is left on the phone.
        const waiting = outbox.items().filter(({ shows }) => shows !== 'delivered')
        expect(waiting.filter(({ of }) => outbox.items().some(({ id }) => id === of))).toEqual([])
        expect([...world.disk.keys()].filter((key) => key.startsWith('file/'))).toEqual([])
      },
    ),
    { numRuns: 400, seed: 110 },
  )
}, 60_000)
