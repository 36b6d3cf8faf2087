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

test('[EV26] the body camera is read out at the station: within twelve hours it is kept, and marked late', async () => {
  const { id, incident, slip } = await sentTo()
  for (const move of ['sign', 'arrive'] as const) await 民警.moves(slip, move)
  const begun = await begins(民警, 9_000, incident)
  await 赵敏.moves(slip, 'stand-down', { reason: '已控制' })
  town.passes(11 * 3_600)
  民警 = await town.staff('unit-1@lishui')
  赵敏 = await town.staff('zhaomin@lishui')
  expect((await upload(民警, await picture(31), { incident })).status).toBe(201)
  const late = await begins(民警, 9_000, incident)
  town.passes(2 * 3_600)
  expect((await upload(民警, await picture(32), { incident })).status).toBe(404)
  // Begun in time is begun: the rest of a long film comes when it comes, and is as late as its beginning.
  const film = Buffer.concat([await picture(33), Buffer.alloc(9_000)]).subarray(0, 9_000)
  const second = Buffer.concat([await picture(34), Buffer.alloc(9_000)]).subarray(0, 9_000)
  expect([await goesOn(民警, begun, film), await goesOn(民警, late, second)]).toEqual([204, 204])
  const listed = granted(await 赵敏.call(evidence.list, { params: { report: id } }))
  expect(listed.map(({ isLate, bytes }) => [isLate ?? false, bytes === 9_000])).toEqual([
    [true, false],
    [false, true],
    [true, true],
  ])
})

const tus = (who: { token: string }) => ({ authorization: `Bearer ${who.token}`, 'tus-resumable': '1.0.0' })
/** Says how long it will be, and what it is about; what a phone calls `begun-at` counts for nothing. */
async function begins(who: { token: string }, bytes: number, incident: string): Promise<string> {
  const said = { incident, 'begun-at': '2020-01-01T00:00:00.000Z' }
  const metadata = Object.entries(said).map(
    ([word, value]) => `${word} ${Buffer.from(value).toString('base64')}`,
  )
  const answer = await fetch(new URL('/api/v1/uploads', base), {
    method: 'POST',
    headers: { ...tus(who), 'upload-length': String(bytes), 'upload-metadata': metadata.join(',') },
  })
  return answer.headers.get('location') ?? ''
}
async function goesOn(who: { token: string }, location: string, file: Buffer): Promise<number> {
  const headers = {
    ...tus(who),
    'upload-offset': '0',
    'content-type': 'application/offset+octet-stream',
  }
  return (await fetch(new URL(location, base), { method: 'PATCH', headers, body: Uint8Array.from(file) }))
    .status
}
