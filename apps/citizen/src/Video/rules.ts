import { useEffect, useState } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import { rules } from '@open110/modules/video/api'
import { usePhone } from '../app/hooks.ts'

export type Rules = GivesOf<typeof rules>

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** Whether and how this report may have video, and the call that is open; kept true by its events. */
export function useRules(report: string | undefined): Rules | undefined {
  const { call, session, watch } = usePhone()
  const [known, setKnown] = useState<{ of: string; rules: Rules }>()
  useEffect(() => {
    if (!report) return undefined
    let isGone = false
    let asked = 0
    // Nobody answers, or the server is busy: asked again a few times, and by the next event.
    const again = async () => {
      const mine = ++asked
      const isOld = () => isGone || mine !== asked
      for (const waitMs of [0, 500, 1_500, 3_000, 5_000]) {
        await pause(waitMs)
        if (isOld()) return
        try {
          await session.ready()
          const answer = await call(rules, { params: { report } })
          if (isOld()) return
          if (!isRefusal(answer)) return setKnown({ of: report, rules: answer })
          if (answer.refused === 'report.not-found') return
        } catch {
          // Not heard; once more.
        }
      }
    }
    void again()
    const stop = watch.hear((frame) => {
      const data = frame?.data as { report?: unknown } | undefined
      if (!frame || (frame.type.startsWith('video.') && data?.report === report)) void again()
    })
    return () => {
      isGone = true
      stop()
      // Whoever follows it again waits for the truth of then: an invitation of before may be over.
      setKnown(undefined)
    }
  }, [report, call, session, watch])
  return known && known.of === report ? known.rules : undefined
}
