import { useEffect, useState } from 'react'
import { Navigation } from 'lucide-react'
import type { SlipCard } from '@open110/modules/dispatch'
import { amapLink, geoLink, metresBetween, roughly } from './navigate.state.ts'
import type { OwnFix } from './track.state.ts'
import { ageWords, say } from './words.ts'

/** GCJ-02 needs the outline of the shifted zone, which is most of this page's weight: it is fetched after the words. */
function useGcj(wgs84: { lng: number; lat: number } | undefined) {
  const [gcj, setGcj] = useState<{ lng: number; lat: number }>()
  const { lng, lat } = wgs84 ?? {}
  useEffect(() => {
    if (lng === undefined || lat === undefined) return
    let isWanted = true
    import('@open110/modules/place/datum').then(
      ({ fromWgs84 }) => isWanted && setGcj(fromWgs84({ lng, lat }, 'gcj02')),
      // Not loaded and no network: the link that needs it stays away, the other one works.
      () => undefined,
    )
    return () => {
      isWanted = false
    }
  }, [lng, lat])
  return wgs84 ? gcj : undefined
}

const distanceWords = (metres: number) => {
  const rough = roughly(metres)
  return 'metres' in rough
    ? say('field.place.distance.metres', { count: rough.metres })
    : say('field.place.distance.kilometres', { count: rough.kilometres })
}

/** 地点 — words first, then how far, how sure and how old; then the way there. */
export function Place(given: { incident: SlipCard['incident']; now: number; own: OwnFix | undefined }) {
  const { placeWords, wgs84, accuracyMetres, lastFixAt } = given.incident
  const gcj = useGcj(wgs84)
  const name = placeWords || given.incident.number
  const notes = [
    wgs84 && given.own ? distanceWords(metresBetween(given.own, wgs84)) : undefined,
    accuracyMetres === undefined
      ? undefined
      : say('field.place.circle', { metres: Math.round(accuracyMetres) }),
    lastFixAt ? say('field.place.fix-age', { age: ageWords(lastFixAt, given.now) }) : undefined,
  ].filter((note) => note !== undefined)
  return (
    <section className="place">
      <h2>{say('field.place')}</h2>
      {placeWords || !wgs84 ? (
        <p className="place-words">{placeWords || say('field.place.unknown')}</p>
      ) : undefined}
      {notes.length > 0 ? (
        <p className="place-notes">
          {notes.map((note) => (
            <span key={note}>{note}</span>
          ))}
        </p>
      ) : undefined}
      {wgs84 ? (
        <>
          <div className="place-links">
            {gcj ? (
              <a className="place-link" href={amapLink(gcj, name)} target="_blank" rel="noreferrer">
                <Navigation size={20} strokeWidth={1.75} aria-hidden="true" />
                {say('field.navigate.amap')}
                <small>GCJ-02</small>
              </a>
            ) : undefined}
            <a className="place-link" href={geoLink(wgs84, name)}>
              {say('field.navigate.geo')}
              <small>WGS-84</small>
            </a>
          </div>
          <p className="place-notes">
            <bdi>
              WGS-84 {wgs84.lng.toFixed(5)}, {wgs84.lat.toFixed(5)}
            </bdi>
          </p>
        </>
      ) : undefined}
    </section>
  )
}
