import { useState, type ReactNode } from 'react'
import { ageClock } from '@open110/ui/age'
import { Priority } from '@open110/ui/priority'
import { StaleBar } from '@open110/ui/stale'
import type { SlipMove } from '@open110/modules/dispatch'
import { Arrival } from './Arrival.tsx'
import { asking, cries, mayChime, ownPanic, sorted, type Ask } from './asks.state.ts'
import { Bar } from './Bar.tsx'
import { Card } from './Card.tsx'
import type { Chime } from './chime.ts'
import type { Duty, Extra } from './duty.state.ts'
import { Ended } from './Ended.tsx'
import { Interrupt } from './Interrupt.tsx'
import type { Act, Seen, TurnedDown } from './outbox.state.ts'
import { Cries, PanicState } from './Panic.tsx'
import type { OpenPicture } from './picture.ts'
import type { Post, PostFault } from './post.state.ts'
import type { Session } from './session.state.ts'
import { ShiftForm } from './Shift.tsx'
import type { Shelf } from './shelf.ts'
import { Task } from './Task.tsx'
import type { Track } from './track.state.ts'
import { Waiting } from './Waiting.tsx'
import type { VideoPorts } from './Video.tsx'
import { say } from './words.ts'
import { Work, type EvidenceHere } from './Work.tsx'

/** 处警单 — the officer's one screen: what is known above, the next step under the thumb. */
export function Screen(given: {
  duty: Duty
  track: Track
  now: number
  silentSeconds: number
  isOffline: boolean
  session: Session
  shelf: Shelf
  chime: Chime
  evidence: EvidenceHere
  openPicture: OpenPicture
  video: VideoPorts
  onPress: (...acts: readonly Act[]) => void
  onUndo: (key: string) => void
  onRead: (ask: Ask) => void
  onDismiss: (down: TurnedDown) => void
  post: Post
  onReconnect: () => void
  onSignOut: () => void
}) {
  const { duty, track, now } = given
  const { open, ended } = sorted(duty)
  const [chosen, setChosen] = useState<{ slip: string; knew: readonly string[] }>()
  const [fault, setFault] = useState<PostFault>()
  const [isBusy, setIsBusy] = useState(false)
  const asked = async (answer: Promise<PostFault>) => {
    setIsBusy(true)
    setFault(await answer)
    setIsBusy(false)
  }
  const { unit } = duty
  const unsigned = open.filter(({ state }) => state === 'issued')
  // What was chosen stays in front, until a slip comes that was not there when it was chosen.
  const arrived = unsigned.find(({ card }) => !chosen?.knew.includes(card.slip.id))
  const current = arrived ?? open.find(({ card }) => card.slip.id === chosen?.slip) ?? open[0]
  const [ask, ...more] = asking(duty)
  const own = ownPanic(duty)
  const panic = () => given.onPress({ act: 'panic', ...(current ? { slip: current.card.slip.id } : {}) })
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
        onPanic={panic}
        fault={fault}
        isBusy={isBusy}
        onStandAs={(state) => void asked(given.post.standAs(state))}
        onEndShift={() => void asked(given.post.endShift())}
        onSignOut={given.onSignOut}
      >
        {given.session.staff.isDemo ? <p className="demo">{say('field.demo')}</p> : undefined}
        {own ? (
          <PanicState own={own} onAgain={panic} onEnd={(how) => given.onPress({ act: 'panic-end', how })} />
        ) : undefined}
        <Cries panics={cries(duty)} own={track.last} shelf={given.shelf} />
        {duty.link === 'stale' ? (
          <StaleBar
            words={say(given.isOffline ? 'field.link.offline' : 'field.link.stale')}
            age={ageClock(given.silentSeconds)}
            action={say('field.link.reconnect')}
            onReconnect={given.onReconnect}
          />
        ) : undefined}
        <Waiting
          duty={duty}
          parcels={
            given.evidence.parcels.filter(({ state }) => state === 'waiting' || state === 'sending').length
          }
          isOffline={given.isOffline && duty.link !== 'stale'}
          onDismiss={given.onDismiss}
        />
      </Bar>
      {open.length > 1 ? (
        <Slips
          open={open}
          current={current}
          asked={new Set(asking(duty).map(({ slip }) => slip))}
          onChoose={(slip) => setChosen({ slip, knew: unsigned.map(({ card }) => card.slip.id) })}
        />
      ) : undefined}
      {current?.card.slip.kind === 'task' ? (
        <Task
          key={current.card.slip.id}
          seen={current}
          now={now}
          own={track.last}
          held={duty.held}
          isInterrupted={ask !== undefined}
          shelf={given.shelf}
          onPress={(names, extra) =>
            given.onPress(
              ...names.map((move): Act => ({ act: 'move', slip: current.card.slip.id, move, ...extra })),
            )
          }
          onUndo={given.onUndo}
        />
      ) : (
        <>
          <main>
            {current?.state === 'issued' ? (
              <Arrival seen={current} own={track.last} />
            ) : current ? (
              <Card
                key={current.card.slip.id}
                seen={current}
                now={now}
                own={track.last}
                shelf={given.shelf}
                openPicture={given.openPicture}
                video={given.video}
              />
            ) : (
              <Nothing duty={duty}>
                {unit && unit.onDutyAt === undefined ? (
                  <ShiftForm
                    key={unit.id}
                    unit={unit}
                    staff={given.session.staff}
                    isBusy={isBusy}
                    now={now}
                    onStart={(shift) => void asked(given.post.startShift(shift))}
                  />
                ) : undefined}
              </Nothing>
            )}
            {current?.state === 'issued' ? undefined : <Ended cards={ended.map(({ card }) => card)} />}
          </main>
          {current && !ask ? (
            <Work
              key={`work ${current.card.slip.id}`}
              seen={current}
              duty={duty}
              now={now}
              shelf={given.shelf}
              evidence={given.evidence}
              onPress={given.onPress}
              onStep={(move: SlipMove, extra?: Extra) =>
                given.onPress({ act: 'move', slip: current.card.slip.id, move, ...extra })
              }
              onUndo={given.onUndo}
            />
          ) : undefined}
        </>
      )}
      {ask ? (
        <Interrupt
          ask={ask}
          place={
            ask.slip === current?.card.slip.id
              ? undefined
              : open.find(({ card }) => card.slip.id === ask.slip)?.card.incident.placeWords
          }
          more={more.length}
          onRead={() => given.onRead(ask)}
        />
      ) : undefined}
    </div>
  )
}

/** 手上的单 — one tab each; a new one and one with unread words say so. */
function Slips(given: {
  open: readonly Seen[]
  current: Seen | undefined
  asked: ReadonlySet<string>
  onChoose: (slip: string) => void
}) {
  return (
    <nav className="slips" aria-label={say('field.slips')}>
      {given.open.map(({ card, state }) => (
        <button
          type="button"
          key={card.slip.id}
          aria-current={card === given.current?.card || undefined}
          onClick={() => given.onChoose(card.slip.id)}
        >
          <Priority level={card.incident.level} />
          <span className="slips-place">{card.incident.placeWords ?? card.slip.number}</span>
          {state === 'issued' || given.asked.has(card.slip.id) ? (
            <span className="new">{say('field.new')}</span>
          ) : (
            <span>{say(`slip.state.${state}`)}</span>
          )}
        </button>
      ))}
    </nav>
  )
}

/** Says what will come here, or why nothing can; whoever is not on duty yet comes on duty here. */
function Nothing(given: { duty: Duty; children: ReactNode }) {
  const { phase, unit } = given.duty
  if (phase === 'loading') return <p className="nothing">{say('field.loading')}</p>
  if (phase === 'denied') return <p className="nothing">{say('field.denied')}</p>
  if (given.children) return given.children
  const isOff = unit?.state === 'off' || unit?.state === 'out'
  return (
    <div className="nothing">
      <h1>{say('field.empty')}</h1>
      <p>{isOff ? say('field.empty.off') : say('field.empty.ready')}</p>
    </div>
  )
}
