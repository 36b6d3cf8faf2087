import { useCallback, useState } from 'react'
import { sayOr, type Say } from '@open110/core/words/console'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import { useDesk } from './desk.tsx'

/** The text of a refusal in the reader's language, with the facts it names. */
export function sayRefusal(say: Say, refusal: Refusal): string {
  const values: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(refusal.facts)) {
    if (typeof value === 'string' || typeof value === 'number') values[name] = value
  }
  return sayOr(say, `refusal.${refusal.refused}`, values)
}

export type Acting = {
  readonly isBusy: boolean
  /** Why the last act was not done; empty after one that was. */
  readonly said: string
  readonly hush: () => void
  /** Does the act. The answer, or nothing when it was refused or not answered; then `said` tells why. */
  readonly run: <T>(act: () => Promise<T | Refusal>) => Promise<T | undefined>
}

/** 做一件事 — busy while it lasts, and what came of it beside the button; nothing typed is lost. */
export function useAct(): Acting {
  const { say } = useDesk()
  const [isBusy, setBusy] = useState(false)
  const [said, setSaid] = useState('')
  const run = useCallback(
    async <T,>(act: () => Promise<T | Refusal>): Promise<T | undefined> => {
      setBusy(true)
      setSaid('')
      try {
        const answer = await act()
        if (!isRefusal(answer)) return answer
        setSaid(sayRefusal(say, answer))
        return undefined
      } catch (cause) {
        if (!(cause instanceof Unanswered)) throw cause
        setSaid(say('console.unanswered'))
        return undefined
      } finally {
        setBusy(false)
      }
    },
    [say],
  )
  return { isBusy, said, run, hush: useCallback(() => setSaid(''), []) }
}

export function Said({ text }: { text: string }) {
  return (
    <p className="said" role="alert" hidden={text === ''}>
      {text}
    </p>
  )
}
