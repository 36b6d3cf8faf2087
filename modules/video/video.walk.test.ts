import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf } from '@open110/kit/moves'
import { granted, openTown, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import { inCall } from '@open110/town/town.video'
import { auditedIn, pressed, walkTable } from '@open110/town/walk'
import * as video from './video.api.ts'
import { videoMoves, videoStates, type VideoState } from './video.ts'

let town: Town
let 赵敏: StaffHere
let 城东2: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  城东2 = await town.staff('unit-2@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

type Role = 'reporter' | 'desk' | 'unit' | 'stranger'
const reporters = new Map<string, CitizenHere>()
const stateOf = async (id: string) =>
  (await town.db.pool.query<{ state: VideoState }>(`select state from video_call where id = $1`, [id]))
    .rows[0]!.state

async function reach(state: VideoState): Promise<string> {
  const who = await town.citizen('林秋')
  const report = await who.sends({ mode: 'text', callSafe: true })
  await 赵敏.receives(report)
  const incident = await 赵敏.accepts(report)
  await 城东2.moves(await 赵敏.sends(incident, '城东-2'), 'sign')
  const { video: call } = granted(await 赵敏.call(video.invite, { params: { report }, body: { by: 'app' } }))
  reporters.set(call.id, who)
  const presses = async (move: string) => void granted(await inCall(who.call, call.id).moves(move))
  if (state === 'declined') await presses('decline')
  if (state === 'expired') await town.after(121)
  if (state === 'live' || state === 'lost' || state === 'ended') await presses('accept')
  if (state === 'lost') await town.after(45)
  if (state === 'ended') await presses('end')
  expect(await stateOf(call.id)).toBe(state)
  return call.id
}

test('[VC2] every state of a call and everybody who would move it: the table and nothing else', async () => {
  expect(faultsOf(videoMoves, 'invited', ['ended', 'declined', 'expired'])).toEqual({
    unreachable: [],
    deadEnds: [],
  })
  const stranger = await town.citizen('陈国强')
  const personOf = (id: string, role: Role) =>
    role === 'reporter' ? reporters.get(id)! : { desk: 赵敏, unit: 城东2, stranger }[role]
  const strays = await walkTable<VideoState, Role>({
    table: videoMoves as never,
    states: videoStates,
    roles: ['reporter', 'desk', 'unit', 'stranger'],
    outsider: (role) => (role === 'stranger' ? 'video.not-found' : undefined),
    reach,
    press: async (id, move, role) =>
      pressed(await inCall(personOf(id, role).call, id).moves(move, '处置完毕')),
    stateOf,
    audited: auditedIn(town.db),
  })
  expect(strays).toEqual([])
}, 60_000)

test('[VC9] an invitation runs out; who is not heard is lost, is found again in the same session, and at last the call ends', async () => {
  const id = await reach('lost')
  const who = reporters.get(id)!
  const { joins, sends, sees } = inCall(who.call, id)
  const me = await joins()
  expect((await sees()).state).toBe('live')
  await sends(me)
  town.media.comesUp(id, me)
  // A line that is up is a sign of life, however long.
  await town.after(120)
  expect((await sees()).state).toBe('live')
  town.media.tells('line.lost', id, me)
  await town.settle()
  expect((await sees()).participants[0]?.feed).toMatchObject({ generation: 1 })
  await town.after(60)
  expect(await stateOf(id)).toBe('lost')
  // The line comes back by itself.
  town.media.tells('line.back', id, me)
  await town.settle()
  expect(await stateOf(id)).toBe('live')
  town.media.tells('line.down', id, me)
  await town.after(60)
  expect((await sees()).participants[0]?.feed).toBeUndefined()
  expect(await stateOf(id)).toBe('lost')
  await town.after(1_801)
  expect(await stateOf(id)).toBe('ended')
  const index = granted(await 赵敏.call(video.recording, { params: { video: id } })).index
  const kinds = index.map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'lost')).toHaveLength(3)
  expect(kinds.filter((kind) => kind === 'back')).toHaveLength(2)
  expect(kinds.at(-1)).toBe('end')
  expect(await stateOf(await reach('expired'))).toBe('expired')
})
