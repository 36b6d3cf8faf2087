import { useEffect } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { ExposureKind } from '@open110/modules/exposure'
import * as exposures from '@open110/modules/exposure/api'
import { useDesk } from '../Desk/desk.tsx'

/**
 * 查看计时 — while `object` is open on this page and the page is in sight, this person is exposed to it, and the log says
 * so. What the network loses is made good by the server: a view that is not renewed ends by itself.
 */
export function useExposed(
  isOpen: boolean,
  kind: ExposureKind,
  object: string,
  report: string | undefined,
): void {
  const { call } = useDesk()
  useEffect(() => {
    if (!isOpen || report === undefined) return
    let seen = look()
    function look() {
      return document.visibilityState === 'visible' ? openView() : undefined
    }
    function openView() {
      let id: string | undefined
      let isEnded = false
      let renewal: ReturnType<typeof setInterval> | undefined
      const tell = async (act: () => Promise<unknown>) => {
        try {
          await act()
        } catch (cause) {
          // Named degradation: the view goes on, and the server ends it by its last sign.
          if (!(cause instanceof Unanswered)) throw cause
        }
      }
      const close = (exposure: string) =>
        tell(() => call(exposures.close, { params: { exposure }, body: {} }))
      const begin = () =>
        tell(async () => {
          const opened = await call(exposures.open, { body: { kind, object, report: report! } })
          if (isRefusal(opened)) return
          id = opened.id
          if (isEnded) return close(opened.id)
          clearInterval(renewal)
          renewal = setInterval(() => void renew(opened.id), (opened.renewWithinSeconds * 1_000) / 2)
        })
      const renew = (exposure: string) =>
        tell(async () => {
          const answer = await call(exposures.renew, { params: { exposure }, body: {} })
          if (!isRefusal(answer) && !answer.isOpen && !isEnded) await begin()
        })
      void begin()
      return () => {
        isEnded = true
        clearInterval(renewal)
        if (id) void close(id)
      }
    }
    const turn = () => {
      seen?.()
      seen = look()
    }
    document.addEventListener('visibilitychange', turn)
    return () => {
      document.removeEventListener('visibilitychange', turn)
      seen?.()
    }
  }, [call, isOpen, kind, object, report])
}
