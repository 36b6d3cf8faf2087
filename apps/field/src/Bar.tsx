import { useState, type ReactNode } from 'react'
import { Menu } from 'lucide-react'
import { Button } from '@open110/ui/button'
import type { LiveState } from '@open110/kit/client/live'
import type { Refusal } from '@open110/kit/refuse'
import type { Unit } from '@open110/modules/unit'
import type { Chime } from './chime.ts'
import type { Shelf } from './shelf.ts'
import { keptTheme, showTheme } from './theme.ts'
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

/** 警力条 — who I am, as what I stand, and whether the desk can see and reach me. */
export function Bar(given: {
  unit: Unit | undefined
  link: LiveState
  track: Track
  isQuiet: boolean
  waiting: number
  chime: Chime
  shelf: Shelf
  onStandAs: (state: 'ready' | 'out' | 'off') => Promise<Refusal | 'unanswered' | undefined>
  onSignOut: () => void
  /** What must stay in sight while the card scrolls. */
  children: ReactNode
}) {
  const { unit, link, track, chime, shelf } = given
  const [isOpen, setIsOpen] = useState(false)
  const [theme, setTheme] = useState(() => keptTheme(shelf))
  const [fault, setFault] = useState<Refusal | 'unanswered'>()
  const [isBusy, setIsBusy] = useState(false)
  const [, setUnlocked] = useState(0)
  const standAs = async (state: 'ready' | 'out' | 'off') => {
    setIsBusy(true)
    setFault(await given.onStandAs(state))
    setIsBusy(false)
  }
  const isAway = unit?.state === 'off' || unit?.state === 'out'
  const turn = () => {
    const next = theme === 'dark' ? 'light' : 'dark'
    shelf.write('theme', next)
    showTheme(next)
    setTheme(next)
  }
  return (
    <header className="bar">
      <div className="bar-line">
        <span className="bar-link" data-link={link} role="img" aria-label={say(linkWords[link])} />
        <b>{unit?.name ?? say('field.title')}</b>
        {unit ? <span className="bar-state">{say(`unit.state.${unit.state}`)}</span> : undefined}
        {track.state === 'on' ? <span className="bar-fix">{trackWords(track)}</span> : undefined}
        {unit && isAway ? (
          <Button kind="primary" isBusy={isBusy} onPress={() => void standAs('ready')}>
            {say('unit.state.ready')}
          </Button>
        ) : undefined}
        <Button kind="quiet" isExpanded={isOpen} label={say('field.menu')} onPress={() => setIsOpen(!isOpen)}>
          <Menu size={22} strokeWidth={1.75} aria-hidden="true" />
        </Button>
      </div>
      {track.state === 'on' && track.waiting <= 5 ? undefined : (
        <p className="bar-track" data-track={track.state}>
          {track.state === 'on' ? '' : trackWords(track)}{' '}
          {track.waiting > 5 ? say('field.track.waiting', { count: track.waiting }) : ''}
        </p>
      )}
      <div role="alert">
        {fault ? (
          <p className="fault">
            {fault === 'unanswered' ? say('field.stand.unanswered') : refusalWords(fault)}
          </p>
        ) : undefined}
      </div>
      {isOpen ? (
        <div className="bar-more">
          {unit && !isAway ? (
            <Button isBusy={isBusy} onPress={() => void standAs('out')}>
              {say('unit.state.out')}
            </Button>
          ) : undefined}
          <Button onPress={turn}>
            {theme === 'dark' ? say('field.theme.light') : say('field.theme.dark')}
          </Button>
          <Button
            isDisabled={chime.isReady()}
            onPress={() => void chime.unlock().then(() => setUnlocked((times) => times + 1))}
          >
            {given.isQuiet
              ? say('field.sound.quiet')
              : chime.isReady()
                ? say('field.sound.on')
                : say('field.sound.off')}
          </Button>
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
