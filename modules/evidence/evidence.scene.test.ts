import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as evidence from '@open110/modules/evidence/api'
import * as report from '@open110/modules/report/api'
import { granted, openTown, type CitizenHere, type StaffHere, type Town } from '@open110/town'

let town: Town
let base: string
let 林秋: CitizenHere
let 赵敏: StaffHere
let 民警: StaffHere
beforeAll(async () => {
  town = await openTown()
  base = await town.listen()
  林秋 = await town.citizen('林秋')
  赵敏 = await town.staff('zhaomin@lishui')
  民警 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

const picture = (red: number) =>
  sharp({ create: { width: 48, height: 32, channels: 3, background: { r: red, g: 90, b: 20 } } })
    .jpeg()
    .toBuffer()

/** Sends the whole file with the first request, as a phone does on a good line. */
async function upload(who: { token: string }, file: Buffer, said: Record<string, string>) {
  const metadata = Object.entries(said)
    .map(([word, value]) => `${word} ${Buffer.from(value).toString('base64')}`)
    .join(',')
  const answer = await fetch(new URL('/api/v1/uploads', base), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${who.token}`,
      'tus-resumable': '1.0.0',
      'upload-length': String(file.length),
      'upload-metadata': metadata,
      'content-type': 'application/offset+octet-stream',
    },
    body: Uint8Array.from(file),
  })
  return { status: answer.status, attachment: answer.headers.get('open110-attachment') ?? '' }
}

async function sentTo(): Promise<{ id: string; incident: string; slip: string }> {
  const id = await 林秋.sends()
  await 赵敏.receives(id)
  const incident = await 赵敏.accepts(id)
  return { id, incident, slip: await 赵敏.sends(incident, '城东-1') }
}

test('[EV26] 城东-1 photographs the lock: the desk has it with the phone’s own time and place, 林秋 does not', async () => {
  const { id, incident } = await sentTo()
  const said = {
    incident,
    filetype: 'image/jpeg',
    'taken-at': '2026-11-21T02:11:00.000Z',
    'taken-fix': '119.9231,28.4538,wgs84,12',
  }
  const { status, attachment } = await upload(民警, await picture(200), said)
  expect(status).toBe(201)
  const listed = granted(await 赵敏.call(evidence.list, { params: { report: id } }))
  expect(listed).toMatchObject([{ id: attachment, bySide: 'unit', takenAt: said['taken-at'] }])
  const { rows } = await town.db.pool.query<{ taken_place: { wgs84: unknown; accuracyMetres: number } }>(
    'select taken_place from attachment where id = $1',
    [attachment],
  )
  expect(rows[0]!.taken_place).toMatchObject({ wgs84: { lng: 119.9231, lat: 28.4538 }, accuracyMetres: 12 })

  expect(granted(await 林秋.call(evidence.list, { params: { report: id } }))).toEqual([])
  expect(granted(await 林秋.call(report.get, { params: { report: id } })).attachments).toEqual([])
  await town.settle()
  const seen = async (who: { token: string }) =>
    (
      await fetch(new URL(`/api/v1/attachments/${attachment}/view`, base), {
        headers: { authorization: `Bearer ${who.token}` },
      })
    ).status
  expect([await seen(赵敏), await seen(民警), await seen(林秋)]).toEqual([200, 200, 404])
  const { rows: told } = await town.db.pool.query<{ hearers: string[] }>(
    `select hearers from event where data->>'attachment' = $1`,
    [attachment],
  )
  expect(told.length).toBeGreaterThan(0)
  expect(told.flatMap(({ hearers }) => hearers).filter((hearer) => hearer.startsWith('citizen:'))).toEqual([])
})

test('[EV26] who is not sent there, or no longer, adds nothing, and no unit names a report of its choice', async () => {
  const { id, incident, slip } = await sentTo()
  const file = await picture(10)
  const other = await town.staff('unit-2@lishui')
  expect((await upload(other, file, { incident })).status).toBe(404)
  expect((await upload(民警, file, { report: id })).status).toBe(404)
  expect((await upload(民警, file, { incident, 'taken-fix': 'here' })).status).toBe(201)
  await 赵敏.moves(slip, 'cancel', { reason: '另派' })
  expect((await upload(民警, await picture(11), { incident })).status).toBe(404)
})
