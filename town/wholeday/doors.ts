import { createHmac, randomUUID } from 'node:crypto'
import type { Call } from '@open110/kit/client/call'
import * as channel from '@open110/modules/channel/api'
import * as desk from '@open110/modules/desk/api'
import * as person from '@open110/modules/person/api'
import * as report from '@open110/modules/report/api'
import { granted, type Town } from '../town.ts'
import type { Crew } from './crew.ts'
import type { Planned } from './plan.ts'

/** What a call-taker does to open what has come in; gives the report. */
export type Opening = (taker: Call) => Promise<string>

const key = () => randomUUID()
const silentTags: Readonly<Record<string, string>> = { '1003': 'burglary', '2002': 'domestic-violence' }
/** 12110 and the last figures of the area code of 丽水. */
const textLine = '12110578'

/** 入口 — each report of the day comes in by its own door. */
export function openDoors(town: Town, crew: Crew, at: string) {
  let count = 0
  /** Numbers that belong to nobody. */
  const aNumber = () => `1990${String(1_000_000 + count++).padStart(7, '0')}`
  const device = { id: 'day-bank-1', key: '' }

  async function rings({ words, lng, lat }: Planned): Promise<Opening> {
    const number = aNumber()
    const place = { lng, lat, accuracyMetres: 120, source: 'cell' as const }
    const line = await town.cti.ring({ number, desk: at, place })
    return async (taker) => {
      const calls = granted(await taker(channel.calls, { params: { desk: at } }))
      const call = calls.find((one) => one.number === number && one.state === 'ringing')
      if (!call) throw new Error('a call that rings is not shown')
      const { report: id } = granted(
        await taker(channel.answerCall, { params: { call: call.id }, key: key() }),
      )
      granted(await taker(channel.statement, { params: { report: id }, body: { words }, key: key() }))
      await town.cti.putDown(line)
      return id
    }
  }

  async function texts({ words }: Planned): Promise<Opening> {
    const number = aNumber()
    await town.texts.write({ number, called: textLine, words })
    // A text came twice is one report.
    await town.texts.write({ number, called: textLine, words })
    return receives((row) => row.mode === 'sms' && row.gist.startsWith(words.slice(0, 8)))
  }

  async function sends({ door, words, lng, lat, ending }: Planned): Promise<Opening> {
    const { token } = granted(
      await town.caller()(person.openSession, { body: { language: 'zh-CN' }, key: key() }),
    )
    const fix = { lng, lat, crs: 'wgs84', accuracyMetres: 25, source: 'gps', at: town.clock.now() }
    const mode = door === 'silent' || door === 'video' || door === 'location' ? door : ('text' as const)
    const category = ending.do === 'work' ? ending.category : ''
    const tag = door === 'silent' ? (silentTags[category] ?? 'followed') : undefined
    const body = { mode, words, fix, madeAt: town.clock.now(), ...(tag && { tag }) }
    const { id } = granted(await town.caller(token)(report.send, { body, key: key() }))
    return receives((row) => row.report === id)
  }

  async function presses(): Promise<Opening> {
    const alarm = key()
    const now = town.clock.now()
    const signature = createHmac('sha256', device.key)
      .update(`${device.id}\nalarm\n${alarm}\n${now}`)
      .digest('hex')
    const pressed = granted(
      await town.caller()(channel.alarm, {
        params: { device: device.id },
        body: { alarm, at: now, signature },
        key: key(),
      }),
    )
    return receives((row) => row.receiptCode === pressed.receiptCode)
  }

  async function handsOver({ words, lng, lat }: Planned): Promise<Opening> {
    const body = { externalNumber: `GD${++count}`, words, place: { lng, lat, crs: 'wgs84' } }
    const { id } = granted(await crew.operator()(channel.sendFromAgency, { body, key: key() }))
    return receives((row) => row.report === id)
  }

  type Row = { report: string; mode: string; gist: string; receiptCode: string }
  const receives =
    (isIt: (row: Row) => boolean): Opening =>
    async (taker) => {
      const rows = granted(await taker(desk.queue, { params: { desk: at } }))
      const row = rows.find((one) => one.state === 'delivered' && isIt(one))
      if (!row) throw new Error('what came in is not in the queue')
      granted(await taker(report.receive, { params: { report: row.report }, key: key() }))
      return row.report
    }

  return {
    /** Puts up what hangs at a wall. */
    async build(centre: { lng: number; lat: number }): Promise<void> {
      const body = {
        id: device.id,
        name: '中山街储蓄所',
        placeWords: '中山街218号储蓄所',
        wgs84: centre,
        level: 1 as const,
        beatSeconds: 60,
      }
      const added = granted(await crew.admin()(channel.addDevice, { params: { desk: at }, body, key: key() }))
      device.key = added.key
    },
    enter(planned: Planned): Promise<Opening> {
      switch (planned.door) {
        case 'phone':
          return rings(planned)
        case 'sms':
          return texts(planned)
        case 'panic':
          return presses()
        case 'agency':
          return handsOver(planned)
        default:
          return sends(planned)
      }
    },
  }
}
export type Doors = ReturnType<typeof openDoors>
