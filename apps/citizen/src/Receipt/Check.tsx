import { useCallback, useEffect, useState, type FormEvent } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import { ladderOf, waitedSince } from '@open110/core/ladder'
import { sayOr } from '@open110/core/words/citizen'
import { byCode } from '@open110/modules/report/api'
import { readReceiptCode } from '@open110/modules/report/code'
import { usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { Lines } from '../Home/Lines.tsx'
import { Ladder } from '../parts/Ladder.tsx'
import { Top } from '../parts/Top.tsx'

type Found = GivesOf<typeof byCode>

/** 查回执 — for somebody who has only the code. A wrong letter is found here, before anything is asked. */
export function Check({ code }: { code: string | undefined }) {
  const { say, call, now } = usePhone()
  const [typed, setTyped] = useState(code ?? '')
  const [found, setFound] = useState<Found | undefined>()
  const [problem, setProblem] = useState<string | undefined>()
  const [isAsking, setAsking] = useState(false)

  const look = useCallback(
    async (wanted: string) => {
      setFound(undefined)
      const right = readReceiptCode(wanted)
      if (!right) return setProblem(say('check.wrong'))
      setProblem(undefined)
      setAsking(true)
      try {
        const answer = await call(byCode, { params: { code: right } })
        if (isRefusal(answer))
          setProblem(sayOr(say, `refusal.${answer.refused}`, answer.facts as Record<string, string>))
        else setFound(answer)
      } catch {
        setProblem(say('check.unanswered'))
      } finally {
        setAsking(false)
      }
    },
    [call, say],
  )
  useEffect(() => {
    if (code) void look(code)
  }, [code, look])

  const ask = (event: FormEvent) => {
    event.preventDefault()
    const right = readReceiptCode(typed)
    if (right && right !== code) go(`/check/${right}`, { replace: true })
    else void look(typed)
  }
  return (
    <>
      <Top title={say('check.title')} />
      <main className="stack">
        <Lines />
        <form className="stack" onSubmit={ask}>
          <div className="field">
            <label htmlFor="code">{say('check.code')}</label>
            <input
              id="code"
              type="text"
              className="code"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              aria-describedby="code-hint"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <span id="code-hint" className="about">
              {say('check.hint')}
            </span>
          </div>
          <button type="submit" className="button main" disabled={isAsking || !typed.trim()}>
            {say('check.go')}
          </button>
        </form>
        <p role="status">{isAsking ? say('report.loading') : problem}</p>
        {found && (
          <>
            <Ladder
              rungs={ladderOf({ report: found, waitedSeconds: waitedSince(found.deliveredAt, now(), 0) })}
              report={found}
              isQuiet={false}
            />
            {found.incident && (
              <p>
                {say('check.number', { number: '' })}
                <b className="code">{found.incident.number}</b>
              </p>
            )}
          </>
        )}
      </main>
    </>
  )
}
