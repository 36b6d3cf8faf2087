import { expect, test } from 'vitest'
import { refuse } from '@open110/kit/refuse'
import type { Call } from '@open110/kit/client/call'
import type { LiveFrame } from '@open110/kit/event'
import type { Participant, VideoCall } from '@open110/modules/video'
import type { Line } from './lines.state.ts'
import { openVideoDesk, type Carrier, type Heard } from './session.state.ts'

const at = '2026-11-22T02:00:00.000Z'
const who = (id: string, role: Participant['role'], more: Partial<Participant> = {}) =>
  ({ id, role, name: role, joinedAt: at, step: 'video', ...more }) as Participant
const 赵敏 = who('vp_me', 'call-taker')
const 林秋 = who('vp_her', 'reporter', { feed: { generation: 1, kinds: ['audio', 'video'] } })
const call = (more: Partial<VideoCall> = {}) =>
  ({
    id: 'vc_1',
    report: 'rp_1',
    state: 'live',
    openedBy: 'reporter',
    by: 'app',
    isCovert: false,
    isTalking: false,
    openedAt: at,
    participants: [林秋, 赵敏],
    openMoves: [],
    ...more,
  }) as VideoCall

/** A desk whose server, lines and microphone are told by the test what to do. */
function openDesk(
  given: {
    video?: VideoCall
    hasMicrophone?: boolean
    answers?: Record<string, unknown>
    me?: Participant
  } = {},
) {
  let video = given.video ?? call()
  const asked: { name: string; body: unknown }[] = []
  const watched: { line: Line; on: Heard; done: string[] }[] = []
  const kept = new Map<string, string>()
  let hear: { frame(frame: LiveFrame): void; refetch(): void } | undefined
  let isSpeaking = false
  const ask = (async (contract: { name: string }, sent?: { body?: unknown }) => {
    asked.push({ name: contract.name, body: sent?.body })
    const own = given.answers?.[contract.name]
    if (own !== undefined) return own
    if (contract.name === 'video.join')
      return { video, me: given.me ?? 赵敏, iceServers: [], maxVideoKbps: 1_500, stillSeconds: 3 }
    return contract.name === 'video.leave' ? {} : video
  }) as unknown as Call
  const carrier: Carrier = {
    watch(_entry, line, on) {
      const done: string[] = []
      watched.push({ line, on, done })
      return {
        hear: (isOn) => void done.push(isOn ? 'heard' : 'silent'),
        raised: () => void done.push('raised'),
        close: () => void done.push('closed'),
      }
    },
    speak: async () => {
      if (given.hasMicrophone === false) return undefined
      isSpeaking = true
      return { close: () => void (isSpeaking = false) }
    },
  }
  const desk = openVideoDesk({
    call: ask,
    carrier,
    keep: {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
    },
    wallMs: () => Date.parse(at),
    timers: {
      nowMs: () => 0,
      after: (_, act) => {
        act()
        return () => undefined
      },
    },
    hearFrames: (on) => {
      hear = on
      return () => undefined
    },
  })
  return {
    desk,
    asked,
    watched,
    kept,
    isSpeaking: () => isSpeaking,
    becomes: (next: VideoCall) => void (video = next),
    tell: (type: string, data: object) =>
      hear?.frame({
        cursor: 1,
        type,
        at,
        data: { video: 'vc_1', report: 'rp_1', desk: 'lishui', citizens: [], units: [], ...data },
      }),
  }
}
const feed = (generation: number, state = 'up') => ({
  participant: 'vp_her',
  generation,
  state,
  kinds: ['audio', 'video'],
})
const settle = () => new Promise((done) => setImmediate(done))

test('[CS63] the line of the reporter is watched with the answer to joining, and by the event alone when it comes up later', async () => {
  const there = openDesk()
  await there.desk.enter('vc_1')
  expect(there.watched.map(({ line }) => line.of)).toEqual(['vp_her'])

  const later = openDesk({ video: call({ participants: [who('vp_her', 'reporter'), 赵敏] }) })
  await later.desk.enter('vc_1')
  expect(later.watched).toEqual([])
  later.tell('video.feed', feed(1))
  expect(later.watched).toHaveLength(1)
  expect(later.asked.map(({ name }) => name)).toEqual(['video.join'])
})

test('[CS63] a line that was lost and came back is the same picture; nothing is watched twice', async () => {
  const { desk, watched, tell } = openDesk()
  await desk.enter('vc_1')
  watched[0]!.on.moving()
  tell('video.feed', feed(1, 'lost'))
  expect(desk.get()?.seen[0]).toMatchObject({ isMoving: true, isLost: true })
  tell('video.feed', feed(2))
  expect(watched).toHaveLength(1)
  expect(watched[0]!.done).toContain('raised')
  expect(desk.get()?.seen[0]?.generation).toBe(2)
})

test('[CS64] nothing sounds before it is asked for, and it is silent again when it is put away', async () => {
  const { desk, watched } = openDesk()
  await desk.enter('vc_1')
  expect(watched[0]!.done).toEqual(['silent'])
  desk.listen(true)
  desk.listen(false)
  expect(watched[0]!.done).toEqual(['silent', 'heard', 'silent'])
})

test('[CS65] the microphone opens after the server has agreed; a refusal or a missing microphone leaves the scene quiet', async () => {
  const agreed = openDesk({ answers: { 'video.talk': call({ isTalking: true }) } })
  await agreed.desk.enter('vc_1')
  await agreed.desk.talk(true)
  expect(agreed.asked.at(-1)).toEqual({ name: 'video.talk', body: { on: true, isConfirmed: true } })
  expect([agreed.desk.get()?.talking, agreed.isSpeaking()]).toEqual(['on', true])

  const covert = openDesk({ answers: { 'video.talk': refuse('contact.forbidden', {}) } })
  await covert.desk.enter('vc_1')
  await covert.desk.talk(true)
  expect([covert.desk.get()?.talking, covert.isSpeaking()]).toEqual(['off', false])

  const dumb = openDesk({ answers: { 'video.talk': call({ isTalking: true }) }, hasMicrophone: false })
  await dumb.desk.enter('vc_1')
  expect(await dumb.desk.talk(true)).toBe('no-microphone')
  expect(dumb.asked.at(-1)).toEqual({ name: 'video.talk', body: { on: false } })
  expect(dumb.desk.get()?.talking).toBe('off')
})

test('[CS65] who stops speaking is silent at once, and so is whoever is stopped by another', async () => {
  const { desk, isSpeaking, becomes, tell } = openDesk({
    answers: { 'video.talk': call({ isTalking: true }) },
  })
  await desk.enter('vc_1')
  await desk.talk(true)
  becomes(call({ isTalking: false }))
  tell('video.moved', { state: 'live', isTalking: false })
  await settle()
  expect([desk.get()?.talking, isSpeaking()]).toEqual(['off', false])
})

test('[CS65] whoever leaves while speaking stops speaking first, here and at the phone', async () => {
  const { desk, asked, isSpeaking } = openDesk({ answers: { 'video.talk': call({ isTalking: true }) } })
  await desk.enter('vc_1')
  await desk.talk(true)
  await desk.leave()
  expect(isSpeaking()).toBe(false)
  expect(asked.slice(-2).map(({ name }) => name)).toEqual(['video.talk', 'video.leave'])
})

test('[CS66] a call that was joined is found again after a reload, and not after it was left or is over', async () => {
  const { desk, kept, becomes, tell, watched } = openDesk()
  await desk.enter('vc_1')
  expect(desk.kept()).toEqual({ report: 'rp_1', video: 'vc_1' })
  becomes(call({ state: 'ended' }))
  tell('video.moved', { state: 'ended', isTalking: false })
  await settle()
  expect(desk.get()).toBeUndefined()
  expect(desk.kept()).toBeUndefined()
  expect(watched[0]!.done.at(-1)).toBe('closed')
  await desk.enter('vc_1')
  await desk.leave()
  expect(kept.size).toBe(0)
})

test('[CS66] a call that is asked for twice at once is joined once, and whoever saw unseen comes back unseen', async () => {
  const twice = openDesk()
  await Promise.all([twice.desk.enter('vc_1'), twice.desk.enter('vc_1')])
  expect(twice.asked).toHaveLength(1)
  expect(twice.watched).toHaveLength(1)

  const unseen = openDesk({ me: who('vp_me', 'supervisor') })
  await unseen.desk.enter('vc_1', 'supervisor')
  expect(unseen.desk.kept()).toEqual({ report: 'rp_1', video: 'vc_1', as: 'supervisor' })
})

test('[CS66] whoever is shown out of a call watches nothing of it any more', async () => {
  const { desk, becomes, tell, watched } = openDesk()
  await desk.enter('vc_1')
  becomes(call({ participants: [林秋, { ...赵敏, leftAt: at } as Participant] }))
  tell('video.participant', { participant: 'vp_me', role: 'call-taker', isIn: false, step: 'video' })
  await settle()
  expect(desk.get()).toBeUndefined()
  expect(watched[0]!.done.at(-1)).toBe('closed')
})

test('[CS70] a supervisor comes in as one, sees and hears, and has nothing to send', async () => {
  const { desk, asked, watched } = openDesk({ me: who('vp_me', 'supervisor') })
  await desk.enter('vc_1', 'supervisor')
  expect(asked).toEqual([{ name: 'video.join', body: { as: 'supervisor' } }])
  expect(watched).toHaveLength(1)
})
