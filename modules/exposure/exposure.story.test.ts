import { afterAll, beforeAll, expect, test } from 'vitest'
import * as exposure from '@open110/modules/exposure/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 绍兴值班长: StaffHere
let report: string
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  绍兴值班长 = await town.staff('officer@shaoxing')
  const 林秋 = await town.citizen('林秋')
  report = await 林秋.sends({ words: '照片里的人受伤了', fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' } })
})
afterAll(() => town.close())

const opens = (who: StaffHere, object: string) =>
  who.call(exposure.open, { body: { kind: 'attachment', object, report } })
const closes = (who: StaffHere, id: string) =>
  who.call(exposure.close, { params: { exposure: id }, body: {} })
const renews = async (who: StaffHere, id: string) =>
  granted(await who.call(exposure.renew, { params: { exposure: id }, body: {} })).isOpen
const figures = async () => granted(await 值班长.call(exposure.figures))

test('[EX1] an opened picture is counted until it is covered, and one whose browser died until shortly after its last sign', async () => {
  const { id } = granted(await opens(赵敏, 'ev_a'))
  await town.after(40)
  // The same picture in a tab that was loaded anew is the same view.
  expect(granted(await opens(赵敏, 'ev_a')).id).toBe(id)
  await town.after(20)
  expect(granted(await closes(赵敏, id)).seconds).toBe(60)
  await town.after(500)
  expect(granted(await closes(赵敏, id)).seconds).toBe(60)

  const film = granted(await opens(赵敏, 'ev_b')).id
  await town.after(60)
  expect(await renews(赵敏, film)).toBe(true)
  await town.after(3_600)
  expect(await renews(赵敏, film)).toBe(false)
  expect(granted(await closes(赵敏, film)).seconds).toBe(150)
  const mine = granted(await 赵敏.call(exposure.mine))
  expect(mine).toMatchObject({ seconds: 210, views: 2, longestSeconds: 150 })
})

test('[EX3] nobody opens what they may not see, closes the view of another, or reads the figures of others', async () => {
  expect(refusedBy(await opens(绍兴值班长, 'ev_a'))).toBe('report.not-found')
  const { id } = granted(await opens(赵敏, 'ev_c'))
  expect(refusedBy(await closes(值班长, id))).toBe('exposure.not-found')
  granted(await closes(赵敏, id))
  expect(refusedBy(await 赵敏.call(exposure.figures))).toBe('permission.denied')
  expect(granted(await 绍兴值班长.call(exposure.figures)).people).toEqual([])
})

test('[EX4] who has looked too long is named as somebody to relieve, and may still look', async () => {
  const { limitMinutes } = await figures()
  const { id } = granted(await opens(赵敏, 'ev_long'))
  for (let minute = 0; minute < limitMinutes + 1; minute += 1) {
    await town.after(60)
    expect(await renews(赵敏, id)).toBe(true)
  }
  const [first] = (await figures()).people
  expect(first).toMatchObject({ name: '赵敏', shouldRest: true })
  granted(await opens(赵敏, 'ev_next'))
})
