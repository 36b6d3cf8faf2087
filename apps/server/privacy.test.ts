import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import * as fleet from '@open110/modules/unit/api'
import * as evidence from '@open110/modules/evidence/api'
import * as incident from '@open110/modules/incident/api'
import * as person from '@open110/modules/person/api'
import * as place from '@open110/modules/place/api'
import * as report from '@open110/modules/report/api'
import { logout } from '@open110/modules/staff/api'
import * as thread from '@open110/modules/thread/api'
import { granted, openTown, type Town } from '@open110/town'
import { personCalled } from '@open110/town/people'
import { drawPicture } from '@open110/town/replay.picture'
import { demoPassword } from '@open110/town/staff'

let town: Town
let base: string
beforeAll(async () => {
  town = await openTown()
  base = await town.listen()
})
afterAll(() => town.close())

const words = {
  report: '有人在撬我家的门,我躲在衣柜里',
  place: '囿山路16号3楼东边那户',
  message: '他进客厅了,穿灰色外套',
  supplement: '他手里有一把螺丝刀',
  desk: '别出声,民警马上到',
  narrative: '独居女子家中进贼,嫌疑人持工具',
  slip: '绕到后门,不要鸣笛',
  feedback: '在阳台抓获一名男子,门锁被撬坏',
  reason: '嫌疑人已带回所里',
  broken: '这句话写不进去',
  file: '林秋家门口.jpg',
}
const fix = { lng: 119.92317, lat: 28.45382, crs: 'wgs84', accuracyMetres: 12, source: 'gps' }

/** One report from the first word to the closed case, and everything secret that it touched. */
async function wholeLife(): Promise<string[]> {
  const who = personCalled('林秋')
  const 林秋 = await town.citizen('林秋')
  granted(await 林秋.call(person.requestCode, { body: { phone: who.phone } }))
  const code = /\d{4,8}/.exec(town.sms.sent[0]!.words)![0]
  granted(await 林秋.call(person.verifyPhone, { body: { phone: who.phone, code } }))
  granted(await 林秋.call(person.saveProfile, { body: { name: who.name } }))
  const id = await 林秋.sends({ words: words.report, place: { words: words.place, pin: fix }, fix })
  const { receiptCode } = await 林秋.view(id)

  const photo = new FormData()
  photo.set('file', new Blob([await drawPicture('privacy')], { type: 'image/jpeg' }), words.file)
  const headers = { authorization: `Bearer ${林秋.token}`, 'idempotency-key': 'photo' }
  const sent = await fetch(`${base}/api/v1/reports/${id}/attachments`, {
    method: 'POST',
    headers,
    body: photo,
  })
  expect(sent.status).toBe(201)
  const attachment = (await sent.json()) as { id: string; sha256: string }

  const 赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(1)
  expect(await 赵敏.queue()).toContain(id)
  await 赵敏.receives(id)
  await 林秋.writes(id, words.message)
  await 林秋.adds(id, words.supplement)
  await 赵敏.writes(id, words.desk)
  granted(await 赵敏.call(report.get, { params: { report: id } }))
  granted(await 赵敏.call(thread.listMessages, { params: { report: id } }))
  granted(
    await 赵敏.call(place.resolve, { query: { lng: String(fix.lng), lat: String(fix.lat), crs: 'wgs84' } }),
  )
  granted(await 赵敏.call(evidence.list, { params: { report: id } }))
  const seen = await fetch(`${base}/api/v1/attachments/${attachment.id}/view`, {
    headers: { authorization: `Bearer ${赵敏.token}` },
  })
  await seen.arrayBuffer()
  const accepted = granted(
    await 赵敏.call(incident.accept, {
      body: { report: id, category: '1003', level: 1, words: words.narrative },
    }),
  )
  granted(await 赵敏.call(incident.list, { query: { search: words.place } }))
  const unit = granted(await 赵敏.call(fleet.units)).find(({ name }) => name === '城东-1')!
  const slip = granted(
    await 赵敏.call(dispatch.issue, {
      params: { incident: accepted.id },
      body: { unit: unit.id, words: words.slip },
    }),
  ).id
  const 民警 = await town.staff('unit-1@lishui')
  granted(
    await 民警.call(fleet.fixes, {
      params: { unit: unit.id },
      body: { fixes: [{ ...fix, at: town.clock.now() }] },
    }),
  )
  for (const move of ['sign', 'depart', 'arrive', 'settle'] as const) await 民警.moves(slip, move)
  await 民警.moves(slip, 'report', { feedback: { outcome: 'arrested', words: words.feedback } })
  const 值班长 = await town.staff('officer@lishui')
  await 值班长.moves(slip, 'close')
  await 值班长.closes(accepted.id, words.reason)
  granted(await town.caller()(report.byCode, { params: { code: receiptCode } }))
  await town.settle()
  granted(await 赵敏.call(logout))

  const names = ['林秋', '赵敏', who.homeWords]
  const phones = [who.phone, `${who.phone.slice(0, 3)}****`]
  const places = ['119.92', '28.4538', '囿山路', '中山街', '城东']
  const tokens = [林秋, 赵敏, 民警, 值班长].map(({ token }) => token)
  const numbers = [
    receiptCode,
    receiptCode.replaceAll('-', ''),
    accepted.number,
    attachment.sha256,
    code,
    demoPassword,
  ]
  return [...names, ...phones, ...places, ...tokens, ...numbers, ...Object.values(words)]
}

/** What goes wrong in the middle of it: each of these makes PostgreSQL or a parser quote what was written. */
async function faults(): Promise<void> {
  const run = (sql: string) => town.db.pool.query(sql)
  const 林秋 = await town.citizen('林秋')
  const id = await 林秋.sends({ words: words.report })
  const write = () => 林秋.call(report.supplement, { params: { report: id }, body: { words: words.broken } })
  await run(`alter table supplement add constraint refuses check (words <> '${words.broken}')`)
  await expect(write()).rejects.toThrow('not answered')
  await run('alter table supplement drop constraint refuses')
  await run('alter table supplement rename column words to lost')
  await expect(write()).rejects.toThrow('not answered')
  await run('alter table supplement rename column lost to words')
  await run('alter table supplement alter column words type varchar(3) using null')
  await expect(write()).rejects.toThrow('not answered')
  for (const body of [`{"words": "${words.broken}`, `{"fix": {"lng": ${fix.lng}`]) {
    const headers = { authorization: `Bearer ${林秋.token}`, 'content-type': 'application/json' }
    expect(
      (await fetch(`${base}/api/v1/reports/${id}/supplements`, { method: 'POST', headers, body })).status,
    ).toBe(422)
  }
  await fetch(`${base}/api/v1/receipts/${encodeURIComponent(words.place)}%ZZ`)
  await fetch(`${base}/api/v1/nowhere/${encodeURIComponent(words.place)}`)
}

test('[LG1] from the first word to the closed case, and when it breaks, no line logged and no figure tells whom or what it was', async () => {
  const secrets = await wholeLife()
  await faults()
  const said = town.logged()
  const figures = await (await fetch(`${base}/metrics`)).text()
  expect(said.match(/"fault"/g)?.length).toBeGreaterThanOrEqual(3)
  for (const operation of [
    'report.send',
    'attachment.attach',
    'incident.accept',
    'dispatch.move',
    'sql 23514',
    'sql 42703',
    'sql 22001',
  ]) {
    expect(said).toContain(operation)
  }
  expect(figures).toContain('report.send')
  expect(secrets.filter((secret) => said.includes(secret))).toEqual([])
  expect(secrets.filter((secret) => figures.includes(secret))).toEqual([])
})
