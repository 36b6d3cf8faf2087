import { readdir, readlink, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as evidence from '@open110/modules/evidence/api'
import { granted, openTown, type CitizenHere, type Town } from '@open110/town'

let town: Town
let base: string
let 林秋: CitizenHere
beforeAll(async () => {
  town = await openTown()
  base = await town.listen()
  林秋 = await town.citizen('林秋')
})
afterAll(() => town.close())

const photo = (red: number) =>
  sharp({ create: { width: 48, height: 32, channels: 3, background: { r: red, g: 20, b: 20 } } })
    .jpeg()
    .toBuffer()

type Who = { readonly token: string }
const tus = (
  who: Who,
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: Uint8Array,
  at = base,
) =>
  fetch(new URL(url, at), {
    method,
    headers: { 'tus-resumable': '1.0.0', authorization: `Bearer ${who.token}`, ...headers },
    ...(body && { body: Uint8Array.from(body) }),
  })
const begin = async (who: Who, report: string, bytes: number, at = base) => {
  const note = `report ${Buffer.from(report).toString('base64')}`
  const answer = await tus(
    who,
    'POST',
    '/api/v1/uploads',
    { 'upload-length': String(bytes), 'upload-metadata': note },
    undefined,
    at,
  )
  return { status: answer.status, url: answer.headers.get('location') ?? '', body: await answer.text() }
}
const slice = (who: Who, url: string, offset: number, body: Uint8Array) =>
  tus(
    who,
    'PATCH',
    url,
    { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body,
  )
const attach = (report: string, file: Uint8Array, at = base, who: Who = 林秋) => {
  const form = new FormData()
  form.set('file', new Blob([Uint8Array.from(file)], { type: 'image/jpeg' }), 'a.jpg')
  const headers = { authorization: `Bearer ${who.token}` }
  return fetch(`${at}/api/v1/reports/${report}/attachments`, { method: 'POST', headers, body: form })
}
const landed = () => readdir(join(town.folder, 'uploads'))

test('[EV18] on a full disk an upload is refused before it begins, and words still arrive', async () => {
  const full = await openTown({ keepFreeBytes: 2 ** 52 })
  try {
    const at = await full.listen()
    const here = await full.citizen('林秋')
    const id = await here.sends()
    const begun = await begin(here, id, 1_000, at)
    expect([begun.status, begun.body]).toEqual([503, expect.stringContaining('attachment.disk-unavailable')])
    expect((await attach(id, await photo(1), at, here)).status).toBe(503)
    expect(await readdir(join(full.folder, 'uploads'))).toEqual([])
    await here.adds(id, '他还在门外')
  } finally {
    await full.close()
  }
})

test('[EV19] half an upload is kept for a week and then taken away; one that somebody goes on with stays', async () => {
  const id = await 林秋.sends()
  const bytes = await photo(19)
  const [left, gone] = [await begin(林秋, id, bytes.length), await begin(林秋, id, bytes.length)]
  const folder = join(town.folder, 'uploads')
  await writeFile(join(folder, 'cut.part'), 'x')
  const old = new Date(Date.parse(town.clock.now()) - 8 * 86_400_000)
  for (const { url } of [left, gone])
    for (const ending of ['', '.json'])
      await utimes(join(folder, `${url.split('/').at(-1)}${ending}`), old, old)
  await utimes(join(folder, 'cut.part'), old, old)
  expect((await slice(林秋, left.url, 0, bytes.subarray(0, 100))).status).toBe(204)
  await town.settle()
  const name = left.url.split('/').at(-1)
  expect((await landed()).toSorted()).toEqual([name, `${name}.json`])
  expect((await slice(林秋, gone.url, 0, bytes)).status).toBe(404)
  expect((await slice(林秋, left.url, 100, bytes.subarray(100))).status).toBe(204)
  expect(await landed()).toEqual([])
})

test('[EV20] a copy is tried again later, not three times at once; one whose last try was cut off is called off', async () => {
  const id = await 林秋.sends()
  const sent = (await (await attach(id, await photo(20))).json()) as { id: string }
  const state = async () =>
    granted(await 林秋.call(evidence.list, { params: { report: id } })).map(({ view }) => view)
  const change = (tries: number) =>
    town.db.run(
      query({
        name: 'test.tries',
        takes: z.object({ id: z.string(), tries: z.number() }),
        sql: `update attachment set view_tries = :tries where id = :id`,
      }),
      { id: sent.id, tries },
    )
  await change(1)
  await town.settle()
  expect(await state()).toEqual(['pending'])
  await town.after(31)
  expect(await state()).toEqual(['ready'])

  const second = (await (await attach(id, await photo(121))).json()) as { id: string }
  await town.db.run(
    query({ name: 'test.cut-off', sql: `update attachment set view_tries = 3 where view = 'pending'` }),
  )
  await town.after(1_000)
  expect(await state()).toEqual(['ready', 'pending'])
  await town.after(3_000)
  const [, last] = granted(await 林秋.call(evidence.list, { params: { report: id } }))
  expect(last).toMatchObject({ id: second.id, view: 'unavailable', warnings: ['view-unavailable'] })
})

test('[EV21] an address that ends in another’s upload does not lead there', async () => {
  const 陈国强 = await town.citizen('陈国强')
  const bytes = await photo(22)
  const hers = await begin(林秋, await 林秋.sends(), bytes.length)
  const his = await begin(陈国强, await 陈国强.sends(), bytes.length)
  const name = hers.url.split('/').at(-1)
  const answer = await slice(陈国强, `${his.url}?a=/${name}`, 0, bytes.subarray(0, 50))
  expect(answer.status).toBe(204)
  const offset = async (who: Who, url: string) => (await tus(who, 'HEAD', url)).headers.get('upload-offset')
  expect([await offset(林秋, hers.url), await offset(陈国强, his.url)]).toEqual(['0', '50'])
})

test('[EV21] attachments that break off in the middle leave no file and hold none open', async () => {
  const id = await 林秋.sends()
  const before = await landed()
  for (let n = 0; n < 5; n++) {
    await new Promise<void>((gone) => {
      const sending = request(`${base}/api/v1/reports/${id}/attachments`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${林秋.token}`,
          'content-type': 'multipart/form-data; boundary=x',
          'content-length': 5_000_000,
        },
      })
      sending.on('error', () => gone())
      sending.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n')
      sending.write(Buffer.alloc(200_000, 7))
      setTimeout(() => sending.destroy(), 100)
    })
  }
  await expect.poll(landed).toEqual(before)
  await expect.poll(async () => (await openFiles()).filter((path) => path.includes('.part'))).toEqual([])
})

async function openFiles(): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd').catch(() => [])
  return Promise.all(numbers.map((n) => readlink(`/proc/self/fd/${n}`).catch(() => '')))
}
