import { useState } from 'react'
import { ageClock } from '@open110/ui/age'
import { Priority } from '@open110/ui/priority'
import { StaleBar } from '@open110/ui/stale'
import type { SlipMove } from '@open110/modules/dispatch'
import type { Refusal } from '@open110/kit/refuse'
import { Bar } from './Bar.tsx'
import { Card } from './Card.tsx'
import type { Chime } from './chime.ts'
import { mayChime, sorted, unread, type Duty, type Extra } from './duty.state.ts'
import { Ended } from './Ended.tsx'
import type { Seen, TurnedDown } from './outbox.state.ts'
import type { OpenPicture } from './picture.ts'
import type { Session } from './session.state.ts'
import type { Shelf } from './shelf.ts'
import { Steps } from './Steps.tsx'
import type { Track } from './track.state.ts'
import { refusalWords, say } from './words.ts'

/** 处警单 — the officer's one screen: what is known above, the next step under the thumb. */
export function Screen(given: {
  duty: Duty
  track: Track
  now: number
  silentSeconds: number
  session: Session
  shelf: Shelf
  chime: Chime
  openPicture: OpenPicture
  onPress: (slip: string, name: SlipMove, extra?: Extra) => void
  onRead: (card: Seen['card']) => void
  onDismiss: (down: TurnedDown) => void
  onStandAs: (state: 'ready' | 'out' | 'off') => Promise<Refusal | 'unanswered' | undefined>
  onReconnect: () => void
  onSignOut: () => void
}) {
  const { duty, track, now } = given
  const { open, ended } = sorted(duty)
  const [chosen, setChosen] = useState<string>()
  const current = open.find(({ card }) => card.slip.id === chosen) ?? open[0]
  const isStale = duty.link === 'stale'
  return (
    <div className="screen">
      <Bar
        unit={duty.unit}
        link={duty.link}
        track={track}
        isQuiet={!mayChime(duty)}
        waiting={duty.presses.length}
        chime={given.chime}
        shelf={given.shelf}
        onStandAs={given.onStandAs}
        onSignOut={given.onSignOut}
      >
        {given.session.staff.isDemo ? <p className="demo">{say('field.demo')}</p> : undefined}
        {isStale ? (
          <StaleBar
            words={say('field.link.stale')}
            age={ageClock(given.silentSeconds)}
            action={say('field.link.reconnect')}
            onReconnect={given.onReconnect}
          />
        ) : undefined}
        {duty.turnedDown.map((down) => (
          <div className="turned-down" role="alert" key={down.press.key}>
            <p>
              {say('field.turned-down', {
                move: say(`slip.move.${down.press.move}`),
                why: refusalWords(down.refusal),
              })}
            </p>
            <button type="button" onClick={() => given.onDismiss(down)}>
              {say('field.turned-down.read')}
            </button>
          </div>
        ))}
      </Bar>
      {open.length > 1 ? (
        <nav className="slips" aria-label={say('field.slips')}>
          {open.map(({ card, state }) => {
            const isNew = state === 'issued' || unread(card, duty.readUntil).length > 0
            return (
              <button
                type="button"
                key={card.slip.id}
                aria-current={card === current?.card || undefined}
                onClick={() => setChosen(card.slip.id)}
              >
                <Priority level={card.incident.level} />
                <span className="slips-place">{card.incident.placeWords ?? card.slip.number}</span>
                {isNew ? (
                  <span className="new">{say('field.new')}</span>
                ) : (
                  <span>{say(`slip.state.${state}`)}</span>
                )}
              </button>
            )
          })}
        </nav>
      ) : undefined}
      <main>
        {current ? (
          <Card
            key={current.card.slip.id}
            seen={current}
            now={now}
            own={track.last}
            fresh={unread(current.card, duty.readUntil)}
            openPicture={given.openPicture}
            onRead={() => given.onRead(current.card)}
          />
        ) : (
          <Nothing duty={duty} />
        )}
        <Ended cards={ended.map(({ card }) => card)} />
      </main>
      {current ? (
        <Steps
          key={`steps ${current.card.slip.id}`}
          seen={current}
          isSending={duty.isSending}
          shelf={given.shelf}
          onPress={(name, extra) => given.onPress(current.card.slip.id, name, extra)}
        />
      ) : undefined}
    </div>
  )
}

/** Says what will come here, or why nothing can. */
function Nothing(given: { duty: Duty }) {
  const { phase, unit } = given.duty
  if (phase === 'loading') return <p className="nothing">{say('field.loading')}</p>
  if (phase === 'denied') return <p className="nothing">{say('field.denied')}</p>
  const isOff = unit?.state === 'off' || unit?.state === 'out'
  return (
    <div className="nothing">
      <h1>{say('field.empty')}</h1>
      <p>{isOff ? say('field.empty.off') : say('field.empty.ready')}</p>
    </div>
  )
}
