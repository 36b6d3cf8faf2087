import { useEffect, useRef } from 'react'
import { isNews, type Fix } from '@open110/core/fix'
import { useCell, usePhone } from '../app/hooks.ts'
import { pressFix } from '../app/press.ts'

/** 续报位置 — tells the desk of every place that is news, by the outbox: what waits is replaced by what is newer. */
export function useTelling({
  of,
  isOn,
  first,
}: {
  of: string
  isOn: boolean
  first?: Fix | undefined
}): void {
  const phone = usePhone()
  const { locator } = phone
  const { fix } = useCell(locator.sight)
  // What was known when the button was pressed went along with the report.
  const sent = useRef<Fix | undefined>(first)
  useEffect(() => (isOn ? locator.follow() : undefined), [isOn, locator])
  useEffect(() => {
    if (!isOn || !fix || !isNews(sent.current, fix)) return
    sent.current = fix
    void pressFix(phone, of, fix)
  }, [fix, isOn, of, phone])
}
