import { useEffect, useReducer, useRef, useState } from 'react'
import * as dispatches from '@open110/modules/dispatch/api'
import { useBoard } from '../Boards/useBoard.ts'
import type { GoTo } from '../Boards/goto.ts'
import { ContactNotices } from '../Contact/ContactNotices.tsx'
import { useAct } from '../Desk/act.tsx'
import { useDesk, useRoom, useWish } from '../Desk/desk.tsx'
import { BackupNotice } from './BackupNotice.tsx'
import { useMakeRoom } from './makeRoom.ts'
import { nothingTold, tell } from './notices.state.ts'
import { PanicNotice } from './PanicNotice.tsx'
import { Urges } from './Urges.tsx'
import './Notices.css'

const most = 4

/** 提示条 — lies over the heads of the page and moves nothing under a hand: who is in danger, who asks for more, who is waiting to hear. */
export function Notices({ onGo }: { onGo: (to: GoTo) => void }) {
  const { say, call, boards, room, bus } = useDesk()
  const panics = useBoard('panics').value ?? []
  const backups = useBoard('backups').value ?? []
  const queue = useRoom((workplace) => workplace.queue)
  const units = useRoom((workplace) => workplace.units)
  const [told, hear] = useReducer(tell, nothingTold)
  const [folded, fold] = useState<ReadonlySet<string>>(new Set<string>())
  const acting = useAct()
  const list = useRef<HTMLElement>(null)
  useMakeRoom(list)
  useEffect(() => room.hearFrames({ frame: hear, refetch: () => undefined }), [room])
  const raised = panics.filter(({ state }) => state === 'raised')
  useWish('panic', async () => {
    const [first] = raised
    // The key is the danger's first; with nobody in danger it keeps what the picture shows.
    if (!first) {
      const kept = bus.send('snapshot')
      return kept === 'unheard' ? say('console.panic.none') : kept
    }
    await acting.run(() => call(dispatches.acknowledgePanic, { params: { unit: first.unit } }))
    boards.refresh(['panics'])
    return undefined
  })
  const nameOf = (unit: string | undefined) => units?.find(({ id }) => id === unit)?.name ?? ''
  const calm = [
    ...[...told.proposed].map(([slip, { incident, next }]) => ({
      id: `proposed:${slip}`,
      words: next ? say('console.next-proposed', { unit: nameOf(next) }) : say('console.next-none'),
      incident,
    })),
    ...[...told.unread].map(([slip, { incident, unit }]) => ({
      id: `unread:${slip}`,
      words: say('console.unit-unread', { unit: nameOf(unit) }),
      incident,
    })),
  ].filter(({ id }) => !folded.has(id))
  const waiting = backups.filter(({ id }) => !folded.has(id))
  const all = [
    ...panics
      .filter(({ id, state }) => state === 'raised' || !folded.has(id))
      .map((panic) => <PanicNotice key={panic.id} panic={panic} isFirst={panic === raised[0]} onGo={onGo} />),
    ...waiting.map((backup) => <BackupNotice key={backup.id} backup={backup} onGo={onGo} />),
    ...calm.map(({ id, words, incident }) => (
      <article key={id} className="notice">
        <p role="status">{words}</p>
        <div className="notice-acts">
          <button type="button" className="button" onClick={() => onGo({ incident, wish: 'go-units' })}>
            {say('console.open-incident')}
          </button>
        </div>
      </article>
    )),
  ]
  const hide = () =>
    fold(
      new Set([
        ...folded,
        ...panics.map(({ id }) => id as string),
        ...backups.map(({ id }) => id as string),
        ...calm.map(({ id }) => id),
      ]),
    )
  return (
    <section ref={list} className="notice-list" aria-label={say('console.notices')}>
      {all.slice(0, most)}
      <ContactNotices queue={queue ?? []} onGo={onGo} />
      <Urges queue={queue ?? []} onGo={onGo} />
      {all.length > 0 ? (
        <p className="notice-foot">
          {all.length > most ? say('console.notices.more', { count: all.length - most }) : null}
          <button type="button" className="button is-quiet" onClick={hide}>
            {say('console.notices.fold')}
          </button>
        </p>
      ) : null}
    </section>
  )
}
