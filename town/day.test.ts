import { expect, test } from 'vitest'
import { categoryOf } from '@open110/modules/incident/category'
import { Phone } from '@open110/modules/person'
import { toWgs84 } from '@open110/modules/place/datum'
import { drawMap, resolve } from '@open110/modules/place/resolve'
import { demoDesks, demoSeats, readDemoOutlines } from '@open110/modules/place/server'
import { NewReport } from '@open110/modules/report'
import { filledBy } from '@open110/modules/thread'
import { day, hour, variedDay, writtenDay, type DayReport } from './day.ts'
import { cities, orgs, type LngLat } from './orgs.ts'
import { people, staff } from './people.ts'
import { units } from './units.ts'

const map = drawMap({
  edition: 'test',
  outlines: readDemoOutlines(),
  seats: demoSeats,
  desks: new Map(demoDesks.map(({ id, name }) => [id, name])),
})
const deskAt = (point: LngLat) => resolve(map, point).desk?.id

/** Abroad on purpose: no desk of the town is competent. */
const abroad = ['lishui-abroad']
const everyReport: DayReport[] = [...writtenDay, ...variedDay('monday', 200), ...variedDay('tuesday', 200)]

test('stations, units and homes lie on the ground of their own city', () => {
  for (const { id, level, wgs84, parent } of orgs) {
    if (level === 'station') expect([id, deskAt(wgs84)]).toEqual([id, parent])
  }
  for (const { account, org, wgs84 } of units) expect([account, deskAt(wgs84)]).toEqual([account, org])
  for (const { name, home, desk } of people) {
    if (name !== '李想') expect([name, deskAt(home)]).toEqual([name, desk])
  }
})

test('every report rings where the story says, by its pin and else by its fix', () => {
  for (const { id, desk, pin, fix } of everyReport) {
    const point = pin ?? fix
    if (!point || abroad.includes(id)) continue
    const crs = point.crs === 'gcj02' || point.crs === 'bd09' ? point.crs : 'wgs84'
    expect([id, deskAt(toWgs84({ lng: point.lng, lat: point.lat, crs }))]).toEqual([id, desk])
  }
})

test('every report is one that the contract takes whole, and every scripted answer is an option', () => {
  for (const { id, mode, tag, words, fix, pin, answers, wants } of everyReport) {
    const read = NewReport.parse({ mode, tag, words, fix, place: { pin } })
    expect([id, read.fix, read.place?.pin]).toEqual([id, fix, pin])
    for (const [question, option] of Object.entries(answers ?? {})) {
      expect([id, question, filledBy(question, option)]).not.toEqual([id, question, undefined])
    }
    if (wants.do === 'accept') expect([id, categoryOf(wants.category)?.code]).toEqual([id, wants.category])
    if (wants.do === 'merge') expect(writtenDay.some((one) => one.id === wants.with)).toBe(true)
  }
})

test('a silent reporter is never written to be rung, and is accepted at once', () => {
  for (const { id, mode, callSafe, wants } of writtenDay) {
    if (mode !== 'silent') continue
    expect([id, callSafe]).not.toEqual([id, true])
    if (wants.do === 'accept') expect([id, wants.level <= 2]).toEqual([id, true])
  }
})

test('the same seed tells the same day, busiest at ten and asleep at five', () => {
  expect(day('monday')).toEqual(day('monday'))
  expect(day('monday')).not.toEqual(day('tuesday'))
  const perHour = Array.from(
    { length: 24 },
    (_, at) => day().filter((one) => Number(one.at.slice(0, 2)) === at).length,
  )
  expect(perHour.indexOf(Math.max(...perHour))).toBe(10)
  expect(perHour[5]).toBe(Math.min(...perHour))
})

test('an hour keeps the order of the day and gives each desk something to do', () => {
  for (const desk of [...cities.map((city) => city.desk), 'all']) {
    const reports = hour(desk)
    expect(reports.length).toBeGreaterThanOrEqual(20)
    expect(reports.map((one) => one.startSeconds)).toEqual(
      reports.map((one) => one.startSeconds).sort((a, b) => a - b),
    )
    expect(reports.every(({ startSeconds }) => startSeconds < 3600)).toBe(true)
  }
})

test('accounts are those of the contract at every desk, and phones are nobody’s', () => {
  const accounts = new Set(staff.map(({ account }) => account))
  for (const { desk } of cities) {
    const own = ['zhaomin', 'wangtao', 'officer', 'unit-1', 'unit-4', 'mediator', 'admin'].map(
      (one) => `${one}@${desk}`,
    )
    for (const account of [...own, `operator@12345.${desk}`]) expect(accounts).toContain(account)
  }
  expect(accounts.size).toBe(staff.length)
  expect(staff.find(({ account }) => account === 'zhaomin@lishui')?.name).toBe('赵敏')
  for (const { phone } of people) {
    expect(Phone.safeParse(phone).success).toBe(true)
    expect(phone).toMatch(/^(1990000|\+\d*00000|\+447700900)/)
  }
})
