import { useEffect, useState } from 'react'
import type { ReportView } from '@open110/modules/report'
import { urge as urgeIt } from '@open110/modules/report/api'
import { usualAnswer } from '@open110/modules/report/urge'
import { useAct } from '../app/act.ts'
import { usePhone, useSpoken, useTick } from '../app/hooks.ts'
import { clockOf, timeOf } from '../app/spell.ts'
import { helpSeconds } from './report.state.ts'

/** 等待 — how far help is, and the button for whoever has waited too long. The server leaves it out where it could betray. */
export function Waiting({ of, report }: { of: string; report: ReportView }) {
  const { say, call, newId, now, language, watch } = usePhone()
  const spoken = useSpoken()
  const act = useAct()
  const { help, urge } = report
  const helpLeft = useLeft(help, help ? helpSeconds(help) : 0)
  const urgeLeft = useLeft(urge, urge?.againInSeconds ?? 0)
  useTick(helpLeft > 0 || urgeLeft > 0)
  const isReckonedAnew = help !== undefined && helpLeft <= 0
  // What was reckoned has run out: it is asked for once more, and not again before the next one has run out.
  useEffect(() => {
    if (isReckonedAnew) watch.refresh()
  }, [isReckonedAnew, watch])
  if (!urge || !report.ladder.some(({ step }) => step === 'received')) return null
  const press = () => void act.run(() => call(urgeIt, { params: { report: of }, body: {}, key: newId() }))
  // Whoever has them at the door waits for nobody: what was asked and not answered has been answered by that.
  const hasArrived = report.ladder.some(({ step }) => step === 'on-scene')
  if (hasArrived && !help && !urge.answeredAt) return null
  return (
    <section className="card waiting" aria-label={say('urge.title')}>
      {help && (
        <p role={spoken} className="waiting-help">
          <strong>
            {isReckonedAnew
              ? say('help.on-the-way')
              : say(help.isLonger ? 'help.longer' : 'help.within', { minutes: help.withinMinutes })}
          </strong>
          {!isReckonedAnew && (
            <small>{say('help.reckoned', { time: timeOf(help.at, now(), language) })}</small>
          )}
        </p>
      )}
      {urge.at && (!hasArrived || urge.answeredAt) && <p role={spoken}>{answerWords()}</p>}
      {!hasArrived && (
        <button type="button" className="button" disabled={urgeLeft > 0 || act.isBusy} onClick={press}>
          {urgeLeft > 0 ? say('urge.again', { time: clockOf(urgeLeft) }) : say('urge.press')}
        </button>
      )}
      {act.problem && <p role={spoken}>{act.problem}</p>}
    </section>
  )

  function answerWords(): string {
    if (!urge?.answeredAt) return say('urge.waiting', { time: timeOf(urge?.at ?? '', now(), language) })
    if (!urge.answer) return say('urge.answered-talk')
    return say('urge.answered', { words: urge.answer === usualAnswer ? say('urge.usual') : urge.answer })
  }
}

/** Seconds left of what was told with `from`, by this page's own count: the phone's clock may be wrong. */
function useLeft(from: object | undefined, seconds: number): number {
  const { nowMs } = usePhone()
  const [since, setSince] = useState({ from, atMs: nowMs() })
  if (since.from !== from) setSince({ from, atMs: nowMs() })
  return Math.ceil(seconds - (nowMs() - since.atMs) / 1_000)
}
