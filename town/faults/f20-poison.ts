import { list } from '@open110/modules/evidence/api'
import { granted } from '../town.ts'
import type { Fault } from './fault.ts'
import { openGround } from './ground.ts'
import { openCrowd } from './phones.ts'
import { within } from './until.ts'
import { beginUpload, fileOf } from './upload.ts'
import { openWatch } from './watch.ts'

/** 一像素 — the smallest picture that can be looked at. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

export const poison: Fault = {
  id: 'F20',
  does: "one desk's policy is nonsense, an event is of a kind that nobody knows, a picture cannot be read",
  holds:
    'reports at that desk are taken all the same, the alarms of all others sound, consoles hear on, the next picture is seen; the poisoned thing is named',
  async run({ seed }) {
    // Of its own: what is poisoned here would stay for the faults after it.
    const here = await openGround({ seed })
    const breaches: string[] = []
    const figures: Record<string, number | string> = {}
    const sick = await openCrowd({ base: here.base, count: 1, mark: 'F20s', desk: 'zhoushan' })
    const well = await openCrowd({ base: here.base, count: 1, mark: 'F20w', desk: 'taizhou' })
    const { token } = await here.login('zhaomin@taizhou')
    const watch = openWatch({ base: here.base, token, topics: ['desk:taizhou'] })
    const press = async ({ phones: [phone], history }: typeof sick, mostSeconds: number) => {
      const words = phone!.press()
      return (await within(mostSeconds, () => history.acked.has(words))) && history.acked.get(words)
    }
    try {
      await watch.live()
      const before = await press(sick, 20)
      if (!before) breaches.push('a report is not taken before anything is poisoned')
      await here.rows(
        `insert into desk_policy (desk, valid_from, policy) values ('zhoushan', now(), '{"staleSeconds": "seven", "overflowSeconds": []}')`,
      )
      await here.rows(
        `insert into event (cursor, type, version, at, topics, hearers, data)
         values (pg_current_xact_id()::text::bigint << 12, 'report.of-tomorrow', 99, now(), '{desk:taizhou}', '{org:taizhou}', '{"words": 1}')`,
      )
      const began = performance.now()
      const after = await press(well, 20)
      if (!after) breaches.push('a report at a healthy desk is not taken')
      if (!(await press(sick, 8))) breaches.push('a report at the desk with the poisoned policy is not taken')
      if (after && (await within(20, () => watch.has(after))) === undefined)
        breaches.push('a console hears nothing after an event of an unknown kind')
      const alarm = after && (await within(60, () => watch.has(after, 'report.unreceived')))
      if (alarm === undefined) breaches.push('the alarm of a healthy desk does not sound')
      else
        figures['alarm for an unreceived report after, s'] = Math.round((performance.now() - began) / 1_000)
      if (!/zhoushan|policy/.test(here.said())) breaches.push('nothing names what is poisoned')

      if (after) {
        const { token: phone } = well.phones[0]!
        const base = () => here.base
        for (const bytes of [fileOf('unreadable', 4_096), pixel])
          await (await beginUpload({ base, token: phone, report: after, bytes })).send()
        const seen = await within(60, async () => {
          const shown = granted(await here.call(phone)(list, { params: { report: after } }))
          figures.pictures = shown.map(({ bytes, view }) => `${bytes}: ${view}`).join(', ')
          return shown.find(({ bytes }) => bytes === pixel.length)?.view !== 'pending'
        })
        if (seen === undefined) breaches.push('a good picture waits behind one that cannot be read')
      }
      return { breaches, figures }
    } finally {
      sick.close()
      well.close()
      watch.close()
      await here.close()
    }
  },
}
