import { useEffect, useState } from 'react'
import type { IncidentPlace } from '@open110/modules/incident'
import * as incidents from '@open110/modules/incident/api'
import type { ReportView } from '@open110/modules/report'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useRoom, useWish } from '../Desk/desk.tsx'
import { ageText, metresText, secondsSince } from '../Queue/age.state.ts'
import { adoptedFrom, placesSent } from '../Report/acceptance.state.ts'
import { truthOf } from '../Report/record.state.ts'

/** 定位到图 — what the picture shows has a place: the phone's newest one, or a press on the map. Confirmed by a person, never by itself. */
export function PinPlace({ report, onDone }: { report: ReportView; onDone: () => void }) {
  const { say, call, room, bus } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const incident = useRoom((workplace) => workplace.incident)
  const [isPicking, pick] = useState(false)
  const { fix } = placesSent(report.staff?.fixes ?? [])
  const place = fix && adoptedFrom(fix)

  const put = async (wanted: IncidentPlace) => {
    if (!incident) {
      // Not accepted yet: it stands in the form, where it can still be changed.
      void bus.send('adopt-place', JSON.stringify(wanted))
      return onDone()
    }
    const { words } = truthOf(incident.place)
    const done = await acting.run(() =>
      call(incidents.correct, {
        params: { incident: incident.id },
        body: { version: incident.version, place: { ...wanted, ...(words ? { words } : {}) } },
      }),
    )
    room.refresh(['incident', 'queue'])
    if (done) onDone()
  }
  useWish('point-picked', (argument) => {
    const [lng, lat] = argument.split(' ').map(Number)
    pick(false)
    if (lng !== undefined && lat !== undefined) void put({ wgs84: { lng, lat }, from: 'desk' })
  })
  useEffect(() => {
    if (!isPicking) return
    void bus.send('pick-point', 'on')
    return () => void bus.send('pick-point', 'off')
  }, [isPicking, bus])
  return (
    <section className="video-part" aria-label={say('video.part.place')}>
      <div className="video-acts">
        <button
          type="button"
          className="button"
          disabled={!place || acting.isBusy}
          onClick={() => place && void put(place)}
        >
          {fix
            ? say('video.place-fix', {
                age: ageText(secondsSince(fix.receivedAt, nowMs)),
                accuracy: fix.accuracyMetres === undefined ? '' : ` ±${metresText(fix.accuracyMetres)}`,
              })
            : say('console.no-fix-sent')}
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={isPicking}
          disabled={acting.isBusy}
          onClick={() => pick(!isPicking)}
        >
          {say('video.place-pick')}
        </button>
      </div>
      <p className="note" role="status">
        {say(isPicking ? 'video.place-picking' : incident ? 'video.place-confirms' : 'video.place-drafts')}
      </p>
      <Said text={acting.said} />
    </section>
  )
}
