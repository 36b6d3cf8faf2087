import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLog } from '@open110/kit/server/log'
import { granted, openTown, type Town } from '@open110/town'
import { health as healthContract } from '@open110/kit/health'
import { openHouseHealth } from './health.ts'
import { losses } from './health.words.ts'
import { zh } from '@open110/core/words/zh'

let town: Town
let folder: string
beforeAll(async () => {
  town = await openTown()
  folder = await mkdtemp(join(tmpdir(), 'open110-health-'))
})
afterAll(async () => {
  await town.close()
  await rm(folder, { recursive: true, force: true })
})

const GiB = 1024 ** 3
/** The probes with everything well, and what a test breaks of it. */
const open = (broken: Partial<Parameters<typeof openHouseHealth>[0]> = {}) =>
  openHouseHealth({
    db: town.db,
    clock: { now: () => new Date().toISOString(), steadyMs: () => performance.now(), wrongMs: () => 0 },
    log: openLog('silent'),
    mediaFolder: folder,
    dataFolder: folder,
    keepFreeBytes: GiB / 4,
    dutyDesk: 'hangzhou',
    desksUnstaffed: () => Promise.resolve([]),
    desksWaiting: () => Promise.resolve([]),
    heldBackMs: () => 0,
    invariantsBroken: () => Promise.resolve([]),
    lacks: () => [],
    freeBytes: () => Promise.resolve(50 * GiB),
    ...broken,
  })
const lookAt = async (house: ReturnType<typeof open>, times = 3) => {
  for (let n = 0; n < times; n++) await house.look()
  return Object.fromEntries(house.degraded().map(({ name, facts }) => [name, facts]))
}

test('[SV40] a house with nothing wrong says nothing', async () => {
  const house = open()
  expect([await lookAt(house), await house.whyNot()]).toEqual([{}, undefined])
})

test('[SV40] a database that commits slowly, does not answer, or answers late is told apart', async () => {
  const slow = open({
    db: {
      ...town.db,
      tx: async (work) => (await new Promise((later) => setTimeout(later, 450)), town.db.tx(work)),
    },
  })
  expect(Object.keys(await lookAt(slow, 1))).toEqual([])
  expect((await lookAt(slow, 2))['database.slow']).toEqual({ commitMs: expect.any(Number) })
  const gone = open({ db: { ...town.db, tx: () => Promise.reject(new Error('gone')) } })
  expect([await lookAt(gone, 1), await gone.whyNot()]).toEqual([
    { 'database.unavailable': {} },
    'database.unavailable',
  ])
  const stuck = open({ db: { ...town.db, tx: () => new Promise(() => {}) } })
  expect(Object.keys(await lookAt(stuck, 1))).toEqual(['database.unavailable'])
  expect(await stuck.whyNot()).toBe('database.unavailable')
})

test('[SV40] the disks: media first, then data; a report is refused only when nothing can be written at all', async () => {
  let data = 50 * GiB
  let media = GiB / 3
  const other = join(folder, 'media')
  const house = open({
    mediaFolder: folder,
    dataFolder: other,
    freeBytes: (at) => Promise.resolve(at === other ? data : media),
  })
  expect([await lookAt(house), await house.whyNot()]).toEqual([
    { 'media.nearly-full': { freeMegabytes: 341 } },
    undefined,
  ])
  media = GiB * 0.55
  expect(Object.keys(await lookAt(house, 9))).toEqual(['media.nearly-full'])
  media = GiB
  expect(await lookAt(house)).toEqual({})
  data = GiB / 2
  expect([await lookAt(house), await house.whyNot()]).toEqual([
    { 'disk.nearly-full': { freeMegabytes: 512 } },
    undefined,
  ])
  data = GiB / 64
  await house.look()
  expect(await house.whyNot()).toBe('disk.full')
})

test('[SV40] a media store that cannot be written, a held-back log, a lacking engine and a wrong clock have their names', async () => {
  const house = open({
    mediaFolder: join(folder, 'nowhere'),
    heldBackMs: () => 7_300,
    lacks: () => [{ engine: 'ffmpeg', why: 'not installed' }],
    clock: {
      now: () => new Date(Date.now() - 60_000).toISOString(),
      steadyMs: () => performance.now(),
      wrongMs: () => 60_000,
    },
  })
  expect(await lookAt(house)).toEqual({
    'media.store-down': {},
    'log.held-back': { heldBackMs: 7300 },
    'evidence.ffmpeg': { why: 'not installed' },
    'clock.wrong': { machineAheadSeconds: 60, databaseAheadSeconds: 60 },
  })
})

test('[SV40] what must always hold and does not is named with its names', async () => {
  const house = open({ invariantsBroken: () => Promise.resolve(['3-grounded']) })
  expect(await lookAt(house)).toEqual({ 'invariant.broken': { invariants: ['3-grounded'] } })
})

test('[SV40] desks where somebody waits and nobody sits, and the duty desk, are named; a seat ends it', async () => {
  const desks = open({
    desksUnstaffed: () => Promise.resolve(['hangzhou', 'lishui', 'shaoxing']),
    desksWaiting: () => Promise.resolve(['lishui', 'ningbo']),
  })
  expect(await lookAt(desks)).toEqual({ 'desk.none-live': { desks: ['hangzhou', 'lishui'] } })

  const none = async () => {
    for (let n = 0; n < 2; n++) await town.house.health.look()
    const { degraded } = granted(await town.caller()(healthContract))
    return degraded.find(({ name }) => name === 'desk.none-live')?.facts['desks']
  }
  const 林秋 = await town.citizen('林秋')
  const 赵敏 = await town.staff('zhaomin@lishui')
  expect(await none()).toEqual(['hangzhou'])
  const id = await 林秋.sends()
  expect(await none()).toEqual(['hangzhou', 'lishui'])
  await 赵敏.sits(1)
  expect(await none()).toEqual(['hangzhou'])
  await 赵敏.receives(id)
})

test('[SV40] a jump of the date is said by name while seats, sessions and reports go on', async () => {
  const 林秋 = await town.citizen('林秋')
  const clockSaid = async () => {
    for (let n = 0; n < 2; n++) await town.house.health.look()
    const one = town.house.health.degraded().find(({ name }) => name === 'clock.wrong')
    return one?.facts['machineAheadSeconds']
  }
  town.jumps(30 * 86_400)
  expect(await clockSaid()).toBe(30 * 86_400)
  const before = town.clock.now()
  expect((await 林秋.view(await 林秋.sends())).deliveredAt.slice(0, 10)).toBe(before.slice(0, 10))
  town.jumps(-30 * 86_400)
  expect(await clockSaid()).toBe(0)
})

test('[SV40] with the media disk full a report of words is taken all the same', async () => {
  const full = await openTown({ keepFreeBytes: 2 ** 60 })
  try {
    await full.house.health.look()
    expect(full.house.health.degraded().map(({ name }) => name)).toContain('media.nearly-full')
    const 林秋 = await full.citizen('林秋')
    expect(await 林秋.sees(await 林秋.sends())).toEqual(['已送达'])
    expect(await full.house.health.whyNot()).toBeUndefined()
  } finally {
    await full.close()
  }
})

test('[SV40] every loss has its sentence in both languages, and for the desk what still works and what to do', () => {
  const words: Readonly<Record<string, string>> = zh
  for (const [name, { zh: said, en }] of Object.entries(losses)) {
    expect([name, said.length > 8, en.length > 20]).toEqual([name, true, true])
    for (const part of ['what', 'works', 'act'])
      expect(words[`health.${name}.${part}`], `${name} ${part}`).toBeTruthy()
  }
})
