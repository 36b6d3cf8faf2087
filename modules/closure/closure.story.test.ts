import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as deadline from '@open110/modules/deadline/api'
import * as dispatch from '@open110/modules/dispatch/api'
import * as followup from '@open110/modules/followup/api'
import { granted, openTown, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import * as api from './closure.api.ts'
import { invariants, type Finding, type InvariantName } from './closure.ts'

let town: Town
let 林秋: CitizenHere
let 赵敏: StaffHere
let 民警: StaffHere
/** A new day at the desk: sessions do not live so long. */
async function comeToWork(): Promise<void> {
  林秋 = await town.citizen('林秋')
  赵敏 = await town.staff('zhaomin@lishui')
  民警 = await town.staff('unit-1@lishui')
  await 赵敏.sits(1)
}
beforeAll(async () => {
  town = await openTown()
  await comeToWork()
})
afterAll(() => town.close())

async function received(): Promise<string> {
  const report = await 林秋.sends()
  await 赵敏.receives(report)
  return report
}
const accepted = async (level = 3) => 赵敏.accepts(await received(), { level })
const board = async () => granted(await 赵敏.call(api.board)).loops
async function gapsOf(id: string): Promise<Finding[]> {
  const found = (await board()).find(({ incident, report }) => incident === id || report === id)
  return found?.gaps.map(({ finding }) => finding) ?? []
}
/** The whole of one slip, from its issue to the close of its incident. */
async function done(id: string): Promise<void> {
  const slip = await 赵敏.sends(id, '城东-1')
  for (const move of ['sign', 'depart', 'arrive', 'settle'] as const) await 民警.moves(slip, move)
  await 民警.moves(slip, 'report', { feedback: { outcome: 'helped', words: '已劝离' } })
  await 赵敏.moves(slip, 'close')
  await 赵敏.closes(id, '已处置')
}
/** Whatever is still open of it, ended with its reason. */
async function closeDown(id: string): Promise<void> {
  const slips = granted(await 赵敏.call(dispatch.slipsOf, { params: { incident: id } }))
  for (const { id: slip, openMoves } of slips)
    for (const move of ['cancel', 'stand-down'] as const)
      if (openMoves.includes(move)) await 赵敏.moves(slip, move, { reason: '误报' })
  await 赵敏.closes(id, '重复')
}
async function invariant(name: InvariantName, who = 赵敏) {
  const found = granted(await who.call(api.invariants)).find((one) => one.name === name)
  return found!
}

test('[CL5] before there is anything to look at, an invariant says so', async () => {
  expect((await invariant('6-bytes')).state).toBe('untested')
  await town.after(31)
  expect(await invariant('6-bytes')).toMatchObject({ state: 'untested', checkedAt: expect.any(String) })
  expect((await invariant('4-one-number')).state).toBe('holds')
})

test('[CL1] a report stands there until it is decided, its incident until it is closed with its ground', async () => {
  const report = await received()
  expect(await gapsOf(report)).toEqual(['not-decided'])
  const id = await 赵敏.accepts(report, { level: 3 })
  expect(await gapsOf(report)).toEqual([])
  expect(await gapsOf(id)).toEqual(['not-dispatched'])
  const slip = await 赵敏.sends(id, '城东-1')
  expect(await gapsOf(id)).toEqual(['not-signed'])
  await 民警.moves(slip, 'sign')
  expect(await gapsOf(id)).toEqual(['not-arrived'])
  await 民警.moves(slip, 'arrive')
  expect(await gapsOf(id)).toEqual(['no-feedback'])
  await 赵敏.moves(slip, 'stand-down', { reason: '误报' })
  expect(await gapsOf(id)).toEqual(['not-dispatched'])
  await done(id)
  expect(await gapsOf(id)).toEqual([])
})

test('[CL2] an unsigned slip turns red on the board with its unit', async () => {
  const id = await accepted()
  await 赵敏.sends(id, '城东-1')
  await town.after(185)
  const line = (await board()).find(({ incident }) => incident === id)
  expect(line?.gaps[0]).toMatchObject({ finding: 'overdue', clock: 'sign', unitName: '城东-1' })
  expect(line?.number).toMatch(/^\d{21}$/)
})

test('[CL3] when the one who accepted it leaves and nobody takes over, nobody answers for it', async () => {
  const 汪韬 = await town.staff('wangtao@lishui')
  await 汪韬.sits(3)
  const report = await 林秋.sends()
  await 汪韬.receives(report)
  const id = await 汪韬.accepts(report, { level: 3 })
  expect(await gapsOf(id)).toEqual(['not-dispatched'])
  await 汪韬.leaves(3)
  expect((await gapsOf(id))[0]).toBe('no-owner')
  await 赵敏.closes(id, '重复')
})

test('[CL2] a major incident whose follow-up is late comes back to the board, until it is done', async () => {
  const id = await accepted(1)
  await done(id)
  expect(await gapsOf(id)).toEqual([])
  await town.after(86_500)
  await comeToWork()
  expect(await gapsOf(id)).toEqual(['follow-up-missing'])
  const clocks = granted(await 赵敏.call(deadline.ofIncident, { params: { incident: id } }))
  expect(clocks.at(-1)).toMatchObject({ clock: 'follow-up', state: 'overdue', escalatedTo: ['supervisor'] })
  const { rows } = await town.db.pool.query<{ id: string }>('select id from follow_up where incident = $1', [
    id,
  ])
  for (const { id: task } of rows) {
    const params = { followup: task }
    const body = {
      channel: 'message' as const,
      hasReached: true,
      words: '情况都好吗',
      result: { satisfaction: 5 },
    }
    granted(await 赵敏.call(followup.attempt, { params, body }))
  }
  expect(await gapsOf(id)).toEqual([])
})

test('[CL7] a shift of ten incidents, some in vain, some merged away by a reason, leaves an empty board and every invariant whole', async () => {
  for (const one of await board()) if (one.incident) await closeDown(one.incident)
  const ids: string[] = []
  for (let n = 0; n < 10; n++) ids.push(await accepted(n % 4 === 0 ? 2 : 3))
  expect(await board()).toHaveLength(10)
  for (const [n, id] of ids.entries()) {
    if (n % 5 === 1) await 赵敏.closes(id, '重复')
    else if (n % 5 === 2) {
      const slip = await 赵敏.sends(id, '城东-1')
      await 赵敏.moves(slip, 'cancel', { reason: '派错' })
      await done(id)
    } else await done(id)
    await town.after(60)
    for (const name of invariants)
      expect([name, (await town.house.closure.look(town.db, name, town.clock.now())).offenders]).toEqual([
        name,
        [],
      ])
  }
  expect(await board()).toEqual([])
})

const hands: [InvariantName, string, string][] = [
  [
    '3-grounded',
    `update incident set state = 'closed', close_reason = null where id = :incident`,
    `update incident set close_reason = '重复' where id = :incident`,
  ],
  [
    '3-watched',
    `delete from deadline where incident = :incident`,
    `update incident set state = 'closed', close_reason = '重复' where id = :incident`,
  ],
  [
    '4-one-number',
    `alter table incident drop constraint incident_number_key;
     update incident set number = (select min(number) from incident) where id = :incident`,
    `update incident set number = number || 'x' where id = :incident`,
  ],
  [
    '4-one-incident',
    `update report set incident = null where id = :report`,
    `update report set incident = :incident where id = :report`,
  ],
  [
    '9-covert',
    `update report set call_safe = false where id = :report;
     insert into phone_call (id, ref, direction, state, desk, citizen, report, called, rang_at)
     select 'x_1', 'x_1', 'out', 'ended', desk, citizen, id, '110', delivered_at from report where id = :report`,
    `delete from phone_call where id = 'x_1'`,
  ],
  [
    '9-covert',
    `update report set call_safe = false where id = :report;
     insert into follow_up (id, incident, incident_number, report, desk, reason, is_major, state, due_at, opened_at)
     select 'fu_' || substr(i.id, 4), i.id, i.number, :report, i.desk, 'sample', false, 'done', now(), i.accepted_at
       from incident i where i.id = :incident;
     insert into follow_up_attempt (follow_up, channel, has_reached, at, by, by_name)
     select 'fu_' || substr(i.id, 4), 'call', true, i.accepted_at, 'st_1', '某人' from incident i where i.id = :incident`,
    `delete from follow_up_attempt where by = 'st_1'`,
  ],
  [
    '9-covert',
    `update report set call_safe = true, flags = array_append(flags, 'missed-call') where id = :report;
     insert into text_out (id, report, kind, words, state, due_at, at, pieces, sent_at)
     select 'tx_1', id, 'dialogue', '在吗', 'sent', delivered_at, delivered_at, 1, delivered_at from report
      where id = :report`,
    `delete from text_out where id = 'tx_1'`,
  ],
  [
    '8-sums',
    `update report set mode = 'fax' where id = :report`,
    `update report set mode = 'text' where id = :report`,
  ],
  [
    '12-datum',
    `update report_fix set raw_crs = 'gps' where report = :report`,
    `update report_fix set raw_crs = 'wgs84' where report = :report`,
  ],
]

test.each(hands)(
  '[CL4] %s: a hand in the database is found, and found to be mended',
  async (name, breaks, mends) => {
    const report = await received()
    const incident = await 赵敏.accepts(report, { level: 3 })
    const run = (sql: string) =>
      town.db.pool.query(sql.replaceAll(':report', `'${report}'`).replaceAll(':incident', `'${incident}'`))
    await town.after(31)
    const before = (await invariant(name)).offenders.length
    expect(before).toBe(0)
    await run(breaks)
    await town.after(31)
    const broken = await invariant(name)
    expect(broken.state).toBe('broken')
    expect(broken.offenders.some(({ id }) => id === report || id === incident)).toBe(true)
    await run(mends)
    await town.after(31)
    expect((await invariant(name)).state).toBe('holds')
  },
)

test('[CL4] a call before somebody asked for silence is none that betrayed them', async () => {
  const fix = { lng: 119.9231, lat: 28.4538, crs: 'wgs84', source: 'gps' as const, at: town.clock.now() }
  const report = await (await town.citizen('陈国强')).sends({ callSafe: true, fix })
  await 赵敏.receives(report)
  await 赵敏.accepts(report, { level: 3 })
  const call = `insert into phone_call (id, ref, direction, state, desk, citizen, report, called, rang_at)
     select 'x_2', 'x_2', 'out', 'ended', desk, citizen, id, '110', received_at from report where id = $1`
  await town.db.pool.query(call, [report])
  const hush = `update report set call_safe = false, hushed_at = received_at + interval '1 minute' where id = $1`
  await town.db.pool.query(hush, [report])
  await town.after(31)
  expect((await invariant('9-covert')).state).toBe('holds')
  await town.db.pool.query(`update phone_call set rang_at = rang_at + interval '2 minutes' where id = 'x_2'`)
  await town.after(31)
  expect((await invariant('9-covert')).offenders.map(({ id }) => id)).toEqual([report])
  // Opened by two people for that minute, it was no betrayal.
  const override = `insert into contact_override (id, report, receipt_code, desk, way, reason, level, by_staff, by_name, at,
       stands_from) select 'co_1', id, receipt_code, desk, 'call', '核实', 1, 'st_1', '某人', received_at,
       received_at + interval '1 minute' from report where id = $1`
  await town.db.pool.query(override, [report])
  await town.after(31)
  expect((await invariant('9-covert')).state).toBe('holds')
  await town.db.pool.query(`delete from contact_override where id = 'co_1'`)
  await town.db.pool.query(`delete from phone_call where id = 'x_2'`)
  await town.after(31)
})

test('[CL4] a report that is shown to nobody else is found though the sweep that should show it is dead', async () => {
  const report = await 林秋.sends()
  const stop = `create or replace function test_stop() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger test_stop before update on report for each row execute function test_stop()`
  await town.db.pool.query(stop)
  await town.after(31)
  expect((await invariant('1-attended')).offenders.map(({ id }) => id)).toContain(report)
  await town.db.pool.query('drop trigger test_stop on report')
  await town.settle()
  await 赵敏.receives(report)
  await town.after(31)
  expect((await invariant('1-attended')).state).toBe('holds')
})

test('[CL4] a changed byte of an original is found, and a restored one is found to be whole', async () => {
  const report = await received()
  const edge = 'edge-of-a-part'
  const photo = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const attached = await town.house.app.inject({
    method: 'POST',
    url: `/api/v1/reports/${report}/attachments`,
    headers: {
      authorization: `Bearer ${林秋.token}`,
      'content-type': `multipart/form-data; boundary=${edge}`,
    },
    payload: Buffer.concat([
      Buffer.from(`--${edge}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n`),
      photo,
      Buffer.from(`\r\n--${edge}--\r\n`),
    ]),
  })
  const { id } = attached.json<{ id: string }>()
  await town.after(31)
  expect((await invariant('6-bytes')).state).toBe('holds')
  const path = join(town.folder, 'evidence', id.slice(-2), id, 'original')
  const whole = await readFile(path)
  const changed = Buffer.from(whole)
  changed[20]! ^= 1
  await chmod(path, 0o600)
  await writeFile(path, changed)
  await town.after(31)
  expect((await invariant('6-bytes')).offenders.map((one) => one.id)).toEqual([id])
  await writeFile(path, whole)
  await town.after(31)
  expect((await invariant('6-bytes')).state).toBe('holds')
})

const tampers: [string, string][] = [
  ['a changed one', `update audit set actor = 'nobody' where id = (select min(id) + 2 from audit)`],
  ['a lost one', 'delete from audit where id = (select min(id) + 4 from audit)'],
]
test.each(tampers)("[AU4] an entry behind everybody's back is found: %s", async (_, sql) => {
  await town.after(130)
  expect((await invariant('7-audit')).state).not.toBe('untested')
  const client = await town.db.pool.connect()
  await client.query('begin')
  await client.query('alter table audit disable trigger audit_stays')
  await client.query(sql)
  await client.query('alter table audit enable trigger audit_stays')
  await client.query('commit')
  client.release()
  await town.after(31)
  expect((await invariant('7-audit')).state).toBe('broken')
})

test("[CL6] another desk sees nothing of ours; what is no desk's is everybody's", async () => {
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  const id = await accepted()
  await town.db.pool.query(`update incident set state = 'closed', close_reason = null where id = $1`, [id])
  await town.after(31)
  expect((await invariant('3-grounded')).state).toBe('broken')
  expect(await invariant('3-grounded', 绍兴)).toMatchObject({ state: 'holds', offenders: [] })
  expect((await invariant('7-audit', 绍兴)).state).toBe('broken')
  expect(granted(await 绍兴.call(api.board)).loops).toEqual([])
  expect(await gapsOf(id)).toEqual(['closed-without-ground'])
})
