import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import * as person from '@open110/modules/person/api'
import { granted, openTown, type Town } from '@open110/town'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

test('[PE5] sealed with a secret that this server does not have, a name is not shown and a report is taken', async () => {
  const 林秋 = await town.citizen('林秋')
  granted(await 林秋.call(person.saveProfile, { body: { name: '林秋' } }))
  const spoil = query({
    name: 'test.spoil',
    takes: z.object({ id: z.string() }),
    sql: `update citizen set name_sealed = 'AAAA', phone_sealed = reverse(coalesce(name_sealed, '')) where id = :id`,
  })
  await town.db.run(spoil, { id: 林秋.id })
  const report = await 林秋.sends()
  expect(await 林秋.sees(report)).toEqual(['已送达'])
  const me = granted(await 林秋.call(person.me))
  expect([me.name, me.phone, me.needs]).toEqual([undefined, undefined, ['mute']])
  granted(await 林秋.call(person.saveProfile, { body: { name: '林秋' } }))
  expect(granted(await 林秋.call(person.me)).name).toBe('林秋')
})

test('[PE5] two pages that save different parts at once both keep theirs', async () => {
  for (let n = 0; n < 5; n++) {
    const 林秋 = await town.citizen('林秋')
    await Promise.all([
      林秋.call(person.saveProfile, { body: { name: '林秋' } }),
      林秋.call(person.saveProfile, { body: { needs: ['deaf'] } }),
      林秋.call(person.saveProfile, { body: { language: 'it' } }),
    ])
    expect(granted(await 林秋.call(person.me))).toMatchObject({
      name: '林秋',
      needs: ['deaf'],
      language: 'it',
    })
    granted(await 林秋.call(person.saveProfile, { body: { name: '', needs: [] } }))
    expect(granted(await 林秋.call(person.me))).toMatchObject({ needs: [], language: 'it' })
  }
})
