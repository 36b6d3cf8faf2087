import { afterAll, beforeAll, expect, test } from 'vitest'
import { addTagPolicy } from './report.tags.store.ts'
import { get, tags } from '@open110/modules/report/api'
import { usualTags } from '@open110/modules/report/tags'
import { granted, openTown, type CitizenHere, type StaffHere, type Town } from '@open110/town'

let town: Town
let 林秋: CitizenHere
let 赵敏: StaffHere

beforeAll(async () => {
  town = await openTown()
  林秋 = await town.citizen('林秋')
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const inLishui = { lng: '119.92', lat: '28.45', crs: 'wgs84' }
const ownHere = async (query: Partial<typeof inLishui>) =>
  granted(await town.caller()(tags, { query })).own.map(({ tag }) => tag)
const seen = async (report: string) => granted(await 赵敏.call(get, { params: { report } }))

test("[RP51] the bureau's own two are given in its area, and nowhere else", async () => {
  expect(await ownHere(inLishui)).toEqual(['校园欺凌', '山里被困'])
  expect(await ownHere({ lng: '120.58', lat: '30.03', crs: 'wgs84' })).toEqual([])
  expect(await ownHere({ lng: '0', lat: '0', crs: 'wgs84' })).toEqual([])
  expect(await ownHere({})).toEqual([])
  expect(await ownHere({ lng: 'x', lat: 'y' })).toEqual([])
})

test('[RP51] a tag means what the policy of the day says, and one that nobody knows is a report like any other', async () => {
  const own = await 林秋.sends({ mode: 'silent', tag: '校园欺凌', words: undefined })
  expect((await seen(own)).staff?.tagged).toMatchObject({ level: 2, category: '2001' })
  const unknown = await 林秋.sends({ mode: 'silent', tag: 'of-tomorrow', words: undefined })
  expect(await seen(unknown)).toMatchObject({
    tag: 'of-tomorrow',
    staff: { tagged: { tag: 'of-tomorrow', level: 1, category: '64' } },
  })
  const untold = await 林秋.sends({ mode: 'silent', words: undefined })
  expect((await seen(untold)).staff?.tagged).toEqual({ level: 1, category: '64' })
  const usual = await 林秋.sends({ mode: 'silent', tag: 'followed', words: undefined })
  expect((await seen(usual)).staff?.tagged).toMatchObject({ category: usualTags.followed.category, level: 1 })

  const policy = JSON.stringify({ version: 1, own: [], usual: { followed: { level: 2, send: '先派便衣' } } })
  const validFrom = new Date(Date.parse(town.clock.now()) + 60_000).toISOString()
  await town.db.tx((tx) => tx.run(addTagPolicy, { desk: 'lishui', validFrom, policy }))
  expect(await ownHere(inLishui)).toHaveLength(2)
  await town.after(61)
  expect(await ownHere(inLishui)).toEqual([])
  expect((await seen(usual)).staff?.tagged).toMatchObject({ level: 2, send: '先派便衣' })
  // What was tapped reads as it was tapped.
  expect((await seen(own)).tag).toBe('校园欺凌')
})

test('[RP51] a policy that cannot be read leaves the eight', async () => {
  const validFrom = town.clock.now()
  await town.db.tx((tx) => tx.run(addTagPolicy, { desk: 'lishui', validFrom, policy: '{"own": 3}' }))
  expect(await ownHere(inLishui)).toEqual([])
  const report = await 林秋.sends({ mode: 'silent', tag: 'fire', words: undefined })
  expect((await seen(report)).staff?.tagged).toMatchObject({ category: '5001', level: 1 })
})

test('[RP52] from the tap to the unit on its way nothing is typed', async () => {
  const report = await 林秋.sends({ mode: 'silent', tag: 'burglary', words: undefined })
  await 赵敏.receives(report)
  const { category, level } = (await seen(report)).staff!.tagged!
  const incident = await 赵敏.accepts(report, { category, level })
  const slip = await 赵敏.sends(incident)
  expect(slip).toMatch(/^sl/)
  expect(await 林秋.sees(report)).toEqual(['已送达', '已接收', '已受理', '已派警'])
})
