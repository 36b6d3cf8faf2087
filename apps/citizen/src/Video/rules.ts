import { useEffect, useState } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import { rules } from '@open110/modules/video/api'
import { usePhone } from '../app/hooks.ts'

export type Rules = GivesOf<typeof rules>

/** Whether and how this report may have video, and the call that is open; kept true by its events. */
export function useRules(report: string | undefined): Rules | undefined {
  const { call, session, watch } = usePhone()
  const [known, setKnown] = useState<{ of: string; rules: Rules }>()
  useEffect(() => {
    if (!report) return undefined
    let isGone = false
    let asked = 0
    const ask = async () => {
      const mine = ++asked
      await session.ready()
      const answer = await call(rules, { params: { report } })
      if (!isGone && mine === asked && !isRefusal(answer)) setKnown({ of: report, rules: answer })
    }
    const again = () => void ask().catch(() => undefined) // the next event asks again
    again()
    const stop = watch.hear((frame) => {
      const data = frame?.data as { report?: unknown } | undefined
      if (!frame || (frame.type.startsWith('video.') && data?.report === report)) again()
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
