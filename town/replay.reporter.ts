import { openSession, saveProfile } from '@open110/modules/person/api'
import { get, send, supplement } from '@open110/modules/report/api'
import { listMessages, markRead, sendMessage } from '@open110/modules/thread/api'
import type { Call } from '@open110/kit/client/call'
import type { NewFix } from '@open110/modules/report'
import type { DayReport, Later } from './day.ts'
import { cityAt } from './orgs.ts'
import { people } from './people.ts'
import { drawPicture } from './replay.picture.ts'
import { again, granted, Refused, type Stage } from './replay.stage.ts'

/** 剧本与现场 — which report of the script has become which report on the server. */
export type Cast = Map<string, { script: DayReport; report: string; desk: string | undefined }>

/** 报警人 — opens the page, sends, then adds what comes to mind and taps the answers that are asked for. */
export async function playReporter(
  stage: Stage,
  cast: Cast,
  script: DayReport,
  how: {
    isSentTwice: boolean
    /** How long the page stays open after the last scripted word, in seconds of the story. */
    staysSeconds: number
  },
) {
  const language = script.language ?? 'zh-CN'
  const open = stage.caller(undefined, language)
  const opened = granted(
    await again(stage, () => open(openSession, { body: { language }, key: stage.key() })),
  )
  const call = stage.caller(opened.token, language)
  await sayWhoIam(stage, call, script)

  const key = stage.key()
  const body = bodyOf(script)
  const receipt = granted(await again(stage, () => call(send, { body, key })))
  const repeated = how.isSentTwice ? granted(await again(stage, () => call(send, { body, key }))) : undefined
  const desk = receipt.desk?.id
  cast.set(receipt.id, { script, report: receipt.id, desk })
  const words = script.words ?? '(没有文字)'
  stage.tell(cityAt(desk ?? '')?.name ?? '无台', `${modeNames[script.mode]} ${script.by}:${words}`)
  if (repeated)
    stage.tell(
      '重发',
      `${receipt.receiptCode} 网络重发一次,${repeated.id === receipt.id ? '仍是同一件' : '变成了两件'}`,
    )

  await Promise.all([
    attach(stage, opened.token, receipt.id, script),
    ...(script.later ?? []).map((later) => follow(stage, call, receipt.id, later)),
    stayWith(stage, call, receipt.id, script, how.staysSeconds),
  ])
}

const modeNames = { text: '文字', silent: '静默', video: '视频', location: '位置', fraud: '诈骗' } as const

/** What was given in calm times: only people who are known in the town have a profile. */
async function sayWhoIam(stage: Stage, call: Call, script: DayReport) {
  const known = people.find((one) => one.name === script.by)
  if (!known) return
  const profile = { name: known.name, needs: [...known.needs], language: known.language }
  granted(await again(stage, () => call(saveProfile, { body: profile, key: stage.key() })))
}

const now = () => new Date().toISOString()
const fresh = (fix: NewFix): NewFix => ({ ...fix, at: now() })

function bodyOf(script: DayReport) {
  const { mode, tag, words, callSafe, fix, pin, placeWords, denied, language } = script
  const place = { ...(placeWords ? { words: placeWords } : {}), ...(pin ? { pin: fresh(pin) } : {}) }
  return {
    mode,
    tag,
    words,
    callSafe,
    language,
    fix: fix && fresh(fix),
    place: placeWords || pin ? place : undefined,
    madeAt: now(),
    denied: denied ? [...denied] : undefined,
  }
}

async function attach(stage: Stage, token: string, report: string, script: DayReport) {
  for (let n = 1; n <= (script.photos ?? 0); n++) {
    await stage.wait(5)
    const form = new FormData()
    const picture = await drawPicture(`${script.id} ${n}`)
    form.append('file', new Blob([picture], { type: 'image/jpeg' }), `现场${n}.jpg`)
    const key = stage.key()
    await again(stage, async () => {
      const answer = await fetch(`${stage.base}/api/v1/reports/${report}/attachments`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
        body: form,
        signal: stage.signal,
      })
      if (!answer.ok)
        throw new Refused(((await answer.json()) as { code?: string }).code ?? `${answer.status}`)
    })
  }
}

async function follow(stage: Stage, call: Call, report: string, later: Later) {
  await stage.wait(later.afterSeconds)
  const key = stage.key()
  if (later.as === 'message') {
    const body = { words: later.words, clientId: key }
    granted(await again(stage, () => call(sendMessage, { params: { report }, body, key })))
  } else {
    const body = { words: later.words, fix: later.fix && fresh(later.fix) }
    granted(await again(stage, () => call(supplement, { params: { report }, body, key })))
  }
}

/** Looks at the page again and again, taps scripted answers, and leaves when there is nothing left to wait for. */
async function stayWith(stage: Stage, call: Call, report: string, script: DayReport, staysSeconds: number) {
  const answers = { ...script.answers } as Record<string, string>
  const lastWord = Math.max(0, ...(script.later ?? []).map(({ afterSeconds }) => afterSeconds))
  const leavesAt = stage.storySeconds() + lastWord + staysSeconds
  let seen = 0
  while (stage.storySeconds() < leavesAt) {
    // However fast the story is told, nobody looks more than once a second.
    await stage.wait(Math.max(20, stage.speed))
    const messages = granted(
      await again(stage, () => call(listMessages, { params: { report }, query: { after: String(seen) } })),
    )
    const last = messages.at(-1)?.seq
    if (last !== undefined && last > seen) {
      seen = last
      granted(
        await call(markRead, { params: { report }, body: { delivered: seen, read: seen }, key: stage.key() }),
      )
    }
    for (const { question } of messages.filter(({ kind }) => kind === 'question')) {
      const option = question && answers[question]
      if (!option || !question) continue
      delete answers[question]
      await stage.wait(6)
      const key = stage.key()
      const body = { answer: { question, option }, clientId: key }
      granted(await again(stage, () => call(sendMessage, { params: { report }, body, key })))
    }
    const view = granted(await again(stage, () => call(get, { params: { report } })))
    if (['done', 'declined', 'invalid'].includes(view.state)) return
  }
}
