import { useState, type ReactNode } from 'react'
import { Menu } from 'lucide-react'
import { Button } from '@open110/ui/button'
import type { LiveState } from '@open110/kit/client/live'
import type { Unit } from '@open110/modules/unit'
import type { Chime } from './chime.ts'
import { PanicButton } from './Panic.tsx'
import type { PostFault } from './post.state.ts'
import type { Shelf } from './shelf.ts'
import { Sound } from './Sound.tsx'
import { keptTheme, nextTheme, showTheme } from './theme.ts'
import type { Track } from './track.state.ts'
import { refusalWords, say } from './words.ts'
import './bar.css'

const linkWords = {
  live: 'field.link.live',
  connecting: 'field.link.connecting',
  stale: 'field.link.connecting',
  'signed-out': 'field.link.connecting',
} as const satisfies Record<LiveState, string>

const trackWords = ({ state, last }: Track) =>
  state === 'on' ? say('field.track.on', { metres: last?.accuracyMetres ?? 0 }) : say(`field.track.${state}`)

/** 警力条 — who I am, as what I stand, whether the desk can see and reach me, and the call for help. */
export function Bar(given: {
  unit: Unit | undefined
  link: LiveState
  track: Track
  isQuiet: boolean
  waiting: number
  chime: Chime
  shelf: Shelf
  onPanic: () => void
  fault: PostFault
  isBusy: boolean
  onStandAs: (state: 'ready' | 'out') => void
  onEndShift: () => void
  onSignOut: () => void
  /** What must stay in sight while the card scrolls. */
  children: ReactNode
}) {
  const { unit, link, track, chime, shelf, fault, isBusy } = given
  const [isOpen, setIsOpen] = useState(false)
  const [theme, setTheme] = useState(() => keptTheme(shelf))
  const isOnShift = unit?.onDutyAt !== undefined
  const isAway = isOnShift && (unit?.state === 'off' || unit?.state === 'out')
  const turn = () => {
    const next = nextTheme(theme)
    shelf.write('theme', next)
    showTheme(next)
    setTheme(next)
  }
  return (
    <header className="bar">
      <div className="bar-line">
        <span className="bar-link" data-link={link} role="img" aria-label={say(linkWords[link])} />
        <div className="bar-who">
          <b>{unit?.name ?? say('field.title')}</b>
          <span className="bar-line-2">
            {unit ? <span className="bar-state">{say(`unit.state.${unit.state}`)}</span> : undefined}
            {track.state === 'on' ? <small>{trackWords(track)}</small> : undefined}
          </span>
        </div>
        <PanicButton onPanic={given.onPanic} />
        <Button kind="quiet" isExpanded={isOpen} label={say('field.menu')} onPress={() => setIsOpen(!isOpen)}>
          <Menu size={24} strokeWidth={1.75} aria-hidden="true" />
        </Button>
      </div>
      {track.state === 'on' && track.waiting <= 5 ? undefined : (
        <p className="bar-track" data-track={track.state}>
          {track.state === 'on' ? '' : trackWords(track)}{' '}
          {track.waiting > 5 ? say('field.track.waiting', { count: track.waiting }) : ''}
        </p>
      )}
      {isAway ? (
        <div className="bar-more">
          <Button kind="primary" isBusy={isBusy} onPress={() => given.onStandAs('ready')}>
            {say('unit.state.ready')}
          </Button>
        </div>
      ) : undefined}
      <div role="alert">
        {fault ? (
          <p className="fault">
            {fault === 'unanswered' ? say('field.stand.unanswered') : refusalWords(fault)}
          </p>
        ) : undefined}
      </div>
      <Sound chime={chime} isQuiet={given.isQuiet} />
      {isOpen ? (
        <div className="bar-more">
          {isOnShift && !isAway ? (
            <Button isBusy={isBusy} onPress={() => given.onStandAs('out')}>
              {say('unit.state.out')}
            </Button>
          ) : undefined}
          {isOnShift ? (
            <Button isBusy={isBusy} onPress={given.onEndShift}>
              {say('field.shift.end')}
            </Button>
          ) : undefined}
          <Button onPress={turn}>{say(`field.theme.${nextTheme(theme)}`)}</Button>
          <Button onPress={given.onSignOut}>{say('field.sign-out')}</Button>
          {given.waiting > 0 ? (
            <p className="note">{say('field.sign-out.kept', { count: given.waiting })}</p>
          ) : undefined}
        </div>
      ) : undefined}
      {given.children}
    </header>
  )
}
