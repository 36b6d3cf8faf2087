import { useEffect, useState } from 'react'
import { Bell, BellOff, Keyboard, LogOut, Moon, Sun } from 'lucide-react'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import { clockText } from '../Queue/age.state.ts'
import type { Theme } from '../theme.ts'
import './Header.css'

/** 页眉 — desk, seat, clock, how fresh the link is, and the switches. 48 px, always there. */
export function Header({
  theme,
  onTheme,
  isMuted,
  isLocked,
  onMute,
  onHelp,
  onSignOut,
  children,
}: {
  theme: Theme
  onTheme: () => void
  isMuted: boolean
  /** The browser lets no sound out until a person has pressed something. */
  isLocked: boolean
  onMute: () => void
  onHelp: () => void
  onSignOut: () => void
  children: React.ReactNode
}) {
  const { say, session } = useDesk()
  const deskName = useRoom((room) => room.deskName) ?? session.staff.orgName
  const nowMs = useNow()
  return (
    <header className="bar">
      <div className="bar-who">
        <h1>{deskName}</h1>
        <span>
          {session.seat === undefined ? say('console.watching') : say('console.seat', { seat: session.seat })}
        </span>
        <span className="note">{session.staff.name}</span>
        {session.staff.isDemo ? <span className="demo">{say('console.demo')}</span> : null}
      </div>
      {children}
      <div className="bar-tools">
        <LinkAge />
        <time className="clock">{clockText(nowMs)}</time>
        <button
          type="button"
          className="button is-quiet is-icon"
          aria-pressed={!isMuted}
          data-locked={isLocked || undefined}
          title={`${say(isLocked ? 'console.sound-locked' : isMuted ? 'console.sound-off' : 'console.sound-on')}  Ctrl+.`}
          onClick={onMute}
        >
          {isMuted || isLocked ? (
            <BellOff size={18} strokeWidth={1.75} aria-hidden="true" />
          ) : (
            <Bell size={18} strokeWidth={1.75} aria-hidden="true" />
          )}
          <span className="visually-hidden">{say(isMuted ? 'console.sound-off' : 'console.sound-on')}</span>
        </button>
        <button
          type="button"
          className="button is-quiet is-icon"
          title={say('console.theme')}
          onClick={onTheme}
        >
          {theme === 'dark' ? (
            <Sun size={18} strokeWidth={1.75} aria-hidden="true" />
          ) : (
            <Moon size={18} strokeWidth={1.75} aria-hidden="true" />
          )}
          <span className="visually-hidden">{say('console.theme')}</span>
        </button>
        <button
          type="button"
          className="button is-quiet is-icon"
          title={`${say('console.help')}  ?`}
          onClick={onHelp}
        >
          <Keyboard size={18} strokeWidth={1.75} aria-hidden="true" />
          <span className="visually-hidden">{say('console.help')}</span>
        </button>
        <button
          type="button"
          className="button is-quiet is-icon"
          title={say('console.sign-out')}
          onClick={onSignOut}
        >
          <LogOut size={18} strokeWidth={1.75} aria-hidden="true" />
          <span className="visually-hidden">{say('console.sign-out')}</span>
        </button>
      </div>
    </header>
  )
}

/** 链路 — seconds since the server was last heard; the figure is the proof, not the socket. */
function LinkAge() {
  const { say, room } = useDesk()
  const live = useRoom((workplace) => workplace.live)
  const [silentMs, setSilent] = useState(0)
  useEffect(() => {
    const watch = setInterval(() => setSilent(room.silentMs()), 500)
    return () => clearInterval(watch)
  }, [room])
  const isLive = live === 'live'
  return (
    <span className="link-age" data-live={isLive || undefined}>
      <span aria-hidden="true">{isLive ? '●' : '▲'}</span>{' '}
      {live === 'connecting'
        ? say('console.link.connecting')
        : say(isLive ? 'console.link.live' : 'console.link.stale', { seconds: Math.floor(silentMs / 1000) })}
    </span>
  )
}
