import { useState } from 'react'
import { sayOr } from '@open110/core/words/citizen'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import { usePhone } from './hooks.ts'

/** 做一件事 — busy while it lasts; what was typed stays, and why it was not done is said beside it. */
export function useAct(): {
  readonly isBusy: boolean
  readonly problem: string
  /** Whether it was done. Either way the truth is asked for afterwards. */
  readonly run: (act: () => Promise<object | Refusal>) => Promise<boolean>
} {
  const { say, watch, session } = usePhone()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const run = async (act: () => Promise<object | Refusal>) => {
    setBusy(true)
    setProblem('')
    try {
      await session.ready()
      const answer = await act()
      if (!isRefusal(answer)) return true
      setProblem(sayOr(say, `refusal.${answer.refused}`, answer.facts as Record<string, string>))
    } catch {
      // Named degradation: not answered. It stays on the page, and the person may press again.
      setProblem(say('act.unanswered'))
    } finally {
      setBusy(false)
      watch.refresh()
    }
    return false
  }
  return { isBusy, problem, run }
}
