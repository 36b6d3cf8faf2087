import { signIn, signOut, queue } from '@open110/modules/desk/api'
import { accept, get as getIncident, mergeReport, moveIncident } from '@open110/modules/incident/api'
import { moveReport, receive } from '@open110/modules/report/api'
import { ask, sendMessage } from '@open110/modules/thread/api'
import { login } from '@open110/modules/staff/api'
import { isRefusal } from '@open110/kit/refuse'
import { openLive, type OpenSocket } from '@open110/kit/client/live'
import type { Call } from '@open110/kit/client/call'
import { cityAt } from './orgs.ts'
import { demoPassword, staffAt } from './people.ts'
import { again, granted, Refused, type Stage } from './replay.stage.ts'
import type { Cast } from './replay.reporter.ts'
import type { Wants } from './day.ts'
import { openCrew, sendUnits, type Crew } from './replay.unit.ts'

/** 接警台 — one desk with its call-taker, its duty officer and its units, working through the public API alone. */
export type DeskPlay = { close(): Promise<void> }

type Accepts = Extract<Wants, { do: 'accept' }>

export async function signInStaff(stage: Stage, account: string): Promise<{ call: Call; token: string }> {
  const body = { account, password: demoPassword }
  const answer = granted(await again(stage, () => stage.caller()(login, { body, key: stage.key() })))
  return { call: stage.caller(answer.token), token: answer.token }
}

/** What the scenes of one desk know of each other. */
type Scene = {
  stage: Stage
  cast: Cast
  desk: string
  taker: Call
  officer: Call
  crew: Crew
  /** Script id → incident, for those that are merged into it. */
  incidents: Map<string, string>
}

export async function openDesk(stage: Stage, cast: Cast, desk: string): Promise<DeskPlay> {
  const name = cityAt(desk)?.name ?? desk
  const taker = await signInStaff(stage, `zhaomin@${desk}`)
  const officer = await signInStaff(stage, `officer@${desk}`)
  const seat = await sitDown(stage, taker.call, desk)
  stage.tell(name, `${staffAt(`zhaomin@${desk}`)?.name ?? '接警员'} 在 ${seat} 号席上岗`)
  const scene: Scene = {
    stage,
    cast,
    desk,
    taker: taker.call,
    officer: officer.call,
    crew: new Map(),
    incidents: new Map(),
  }
  await openCrew(stage, desk, scene.crew)

  let isWanted = true
  const live = openLive(
    {
      open: socketTo(stage.base),
      timers: {
        nowMs: () => performance.now(),
        after: (ms, act) => {
          const id = setTimeout(act, ms)
          return () => clearTimeout(id)
        },
        random: Math.random,
      },
      token: () => taker.token,
      topics: [`desk:${desk}`],
      heartbeatMs: 5_000,
      beatMs: 2_000,
    },
    { event: () => (isWanted = true), refetch: () => (isWanted = true), state: () => undefined },
  )
  const scenes = new Set<Promise<void>>()
  const begun = new Set<string>()
  const work = async () => {
    for (;;) {
      await stage.wait(4)
      if (!isWanted) continue
      isWanted = false
      for (const row of granted(await again(stage, () => taker.call(queue, { params: { desk } })))) {
        // A report that is not of this script belongs to whoever is trying the console by hand.
        if (row.state !== 'delivered' || begun.has(row.report) || !cast.has(row.report)) continue
        begun.add(row.report)
        const acted: Promise<void> = act(scene, row.report).finally(() => scenes.delete(acted))
        scenes.add(acted)
        await stage.wait(3)
      }
    }
  }
  const working = work().catch((fault: unknown) => {
    if (!stage.signal.aborted) stage.tell(name, `接警台停下了:${reasonOf(fault)}`)
  })
  return {
    async close() {
      live.close()
      await working
      const leave = stage.leaver(taker.token)
      // The server may be the one that went away; an empty seat is then found by its missing heartbeat.
      await leave(signOut, { params: { desk, seat: String(seat) }, key: stage.key() }).catch(() => undefined)
    },
  }
}

/** One report from the first look to the last word. A refusal ends the scene, never the play. */
async function act(scene: Scene, report: string) {
  const { stage, cast, taker, desk } = scene
  const script = cast.get(report)?.script
  if (!script) return
  const name = cityAt(desk)?.name ?? desk
  try {
    const received = await again(stage, () => taker(receive, { params: { report }, key: stage.key() }))
    if (isRefusal(received) && received.refused === 'report.already-received') return
    granted(received)
    await stage.wait(8)
    const { wants } = script
    if (wants.do === 'accept') await work(scene, report, wants)
    else if (wants.do === 'merge') await join(scene, report, wants.with)
    else await turnAway(scene, report, wants)
  } catch (fault) {
    if (!stage.signal.aborted) stage.fail(name, `${script.id} ${reasonOf(fault)}`)
  }
}

async function work(scene: Scene, report: string, wants: Accepts) {
  const { stage, taker, officer, desk } = scene
  const name = cityAt(desk)?.name ?? desk
  const script = scene.cast.get(report)?.script
  if (wants.reply) await write(stage, taker, report, wants.reply)
  const { category, level } = wants
  const body = { report, category, level, ...(wants.dangers ? { dangers: [...wants.dangers] } : {}) }
  const incident = granted(await again(stage, () => taker(accept, { body, key: stage.key() })))
  if (script) scene.incidents.set(script.id, incident.id)
  stage.tell(name, `受理 ${incident.number}`)
  for (const question of wants.asks ?? []) {
    await stage.wait(6)
    granted(
      await again(stage, () => taker(ask, { params: { report }, body: { question }, key: stage.key() })),
    )
  }
  if (wants.instead) {
    const nextAt = new Date(Date.now() + 2 * 3_600_000).toISOString()
    const move = { move: wants.instead.move, reason: wants.instead.reason, nextAt }
    granted(
      await again(stage, () =>
        taker(moveIncident, { params: { incident: incident.id }, body: move, key: stage.key() }),
      ),
    )
    stage.tell(name, `${incident.number} 挂起:${wants.instead.reason}`)
    return
  }
  await sendUnits({ stage, taker, officer, desk, crew: scene.crew }, incident, wants)
  const { state } = granted(
    await again(stage, () => officer(getIncident, { params: { incident: incident.id } })),
  )
  if (state !== 'reported') return
  await stage.wait(15)
  const close = { move: 'close', reason: wants.feedback?.words ?? '处置完毕' }
  granted(
    await again(stage, () =>
      officer(moveIncident, { params: { incident: incident.id }, body: close, key: stage.key() }),
    ),
  )
  stage.tell(name, `办结 ${incident.number}`)
}

/** 不予受理与无效 — with the reason that the reporter reads; what looks like danger to life takes the duty officer. */
async function turnAway(scene: Scene, report: string, wants: Extract<Wants, { reason: string }>) {
  const { stage, taker, officer, desk } = scene
  const body = { move: wants.do, reason: wants.reason }
  const sent = () => ({ params: { report }, body, key: stage.key() })
  const answer = await again(stage, () => taker(moveReport, sent()))
  const isDenied = isRefusal(answer) && answer.refused === 'report.supervisor-denied'
  granted(isDenied ? await again(stage, () => officer(moveReport, sent())) : answer)
  const act = wants.do === 'decline' ? '不予受理' : '判为无效'
  stage.tell(cityAt(desk)?.name ?? desk, `${isDenied ? '值班长' : ''}${act}:${wants.reason}`)
}

/** Waits for the incident it belongs to, which another reporter may be a moment ahead with. */
async function join(scene: Scene, report: string, main: string) {
  for (let tries = 0; tries < 60; tries++) {
    const incident = scene.incidents.get(main)
    if (incident) {
      const sent = { params: { incident }, body: { report }, key: scene.stage.key() }
      granted(await again(scene.stage, () => scene.taker(mergeReport, sent)))
      scene.stage.tell(cityAt(scene.desk)?.name ?? scene.desk, '并入同一警情')
      return
    }
    await scene.stage.wait(5)
  }
}

async function write(stage: Stage, call: Call, report: string, words: string) {
  const key = stage.key()
  granted(
    await again(stage, () => call(sendMessage, { params: { report }, body: { words, clientId: key }, key })),
  )
}

/** From the far end, so that somebody who tries seat 1 by hand finds it free. */
async function sitDown(stage: Stage, call: Call, desk: string): Promise<number> {
  for (const seat of [4, 3, 2, 1]) {
    const answer = await again(stage, () =>
      call(signIn, { params: { desk, seat: String(seat) }, key: stage.key() }),
    )
    if (!isRefusal(answer)) return seat
    if (answer.refused !== 'desk.seat-taken') throw new Refused(answer.refused)
  }
  throw new Refused('desk.seat-taken')
}

const socketTo =
  (base: string): OpenSocket =>
  (on) => {
    const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/api/v1/live`)
    socket.onopen = () => on.open()
    socket.onmessage = (message) => on.message(String(message.data))
    socket.onclose = () => on.close()
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text)
      },
      close: () => socket.close(),
    }
  }

export function reasonOf(fault: unknown): string {
  return fault instanceof Refused ? fault.code : fault instanceof Error ? fault.message : String(fault)
}
