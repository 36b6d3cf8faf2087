import { useState } from 'react'
import { openCall } from '@open110/kit/client/call'
import { browserTransport } from '@open110/kit/client/browser'
import { openChime } from './chime.ts'
import { askToNotify } from './notify.ts'
import { OnDuty } from './OnDuty.tsx'
import { forget, keptSession, type Session } from './session.state.ts'
import type { Shelf } from './shelf.ts'
import { SignIn } from './SignIn.tsx'

const transport = browserTransport()
const callFor = (token: () => string | undefined) =>
  openCall({ base: '', transport, token, language: () => 'zh-CN' })
const callOpenly = callFor(() => undefined)

/** 处警端 — either somebody signs in, or a unit is on duty. */
export function App(given: { shelf: Shelf }) {
  const { shelf } = given
  const [session, setSession] = useState<Session | undefined>(() => keptSession(shelf))
  const [wasEnded, setWasEnded] = useState(false)
  const [chime] = useState(openChime)
  const leave = (ended: boolean) => {
    forget(shelf)
    setSession(undefined)
    setWasEnded(ended)
  }
  if (!session?.staff.unit) {
    return (
      <SignIn
        call={callOpenly}
        shelf={shelf}
        wasEnded={wasEnded}
        onSession={(next) => {
          askToNotify()
          // The press on 登录 is the touch that browsers want before they play anything.
          void chime.unlock().then(
            () => chime.ring('ordinary'),
            () => undefined,
          )
          setSession(next)
        }}
      />
    )
  }
  return (
    <OnDuty
      key={session.token}
      call={callFor(() => session.token)}
      session={session}
      unit={session.staff.unit}
      shelf={shelf}
      chime={chime}
      onLeave={leave}
    />
  )
}
