import { useEffect, useState } from 'react'
import { Navigation } from 'lucide-react'
import { Button } from '@open110/ui/button'
import type { SlipCard } from '@open110/modules/dispatch'
import { mapPrograms, metresBetween, type MapProgram } from './navigate.state.ts'
import type { Shelf } from './shelf.ts'
import type { OwnFix } from './track.state.ts'
import { ageWords, distanceWords, say } from './words.ts'
import './place.css'

/** GCJ-02 needs the outline of the shifted zone, which is most of this page's weight: it is fetched after the words. */
function useGcj(wgs84: { lng: number; lat: number } | undefined) {
  const [gcj, setGcj] = useState<{ lng: number; lat: number }>()
  const { lng, lat } = wgs84 ?? {}
  useEffect(() => {
    if (lng === undefined || lat === undefined) return
    let isWanted = true
    import('@open110/modules/place/datum').then(
      ({ fromWgs84 }) => isWanted && setGcj(fromWgs84({ lng, lat }, 'gcj02')),
      // Not loaded and no network: the links that need it stay away, the other one works.
      () => undefined,
    )
    return () => {
      isWanted = false
    }
  }, [lng, lat])
  return wgs84 ? gcj : undefined
}

const datumNames = { gcj02: 'GCJ-02', wgs84: 'WGS-84' } as const

/** 导航 — one press into the map program that this officer uses; another one is chosen once and remembered. */
export function Way(given: { wgs84: { lng: number; lat: number }; name: string; shelf: Shelf }) {
  const { wgs84, name, shelf } = given
  const gcj = useGcj(wgs84)
  const [isChoosing, setIsChoosing] = useState(false)
  const [chosen, setChosen] = useState<MapProgram>(() => shelf.read<MapProgram>('map') ?? 'amap')
  const points = { gcj02: gcj, wgs84 }
  const programs = Object.keys(mapPrograms) as MapProgram[]
  const program = points[mapPrograms[chosen].datum] ? chosen : 'geo'
  const { datum, link } = mapPrograms[program]
  const point = points[datum] ?? wgs84
  return (
    <>
      <div className="place-links">
        <a
          className="place-link"
          href={link(point, name)}
          {...(link(point, name).startsWith('https:') ? { target: '_blank', rel: 'noreferrer' } : {})}
        >
          <Navigation size={22} strokeWidth={1.75} aria-hidden="true" />
          {say(`field.navigate.${program}`)}
          <small>{datumNames[datum]}</small>
        </a>
        <Button kind="quiet" isExpanded={isChoosing} onPress={() => setIsChoosing(!isChoosing)}>
          {say('field.navigate.other')}
        </Button>
      </div>
      {isChoosing ? (
        <div className="place-programs" role="group" aria-label={say('field.navigate.other')}>
          {programs.map((one) => (
            <Button
              key={one}
              isPressed={one === chosen}
              onPress={() => {
                setChosen(one)
                shelf.write('map', one)
                setIsChoosing(false)
              }}
            >
              {say(`field.navigate.${one}`)}
            </Button>
          ))}
        </div>
      ) : undefined}
    </>
  )
}

/** 地点 — words first, then how far, how sure and how old; then the way there. */
export function Place(given: {
  incident: Pick<SlipCard['incident'], 'number' | 'placeWords' | 'wgs84' | 'accuracyMetres' | 'lastFixAt'>
  now: number
  own: OwnFix | undefined
  shelf: Shelf
}) {
  const { placeWords, wgs84, accuracyMetres, lastFixAt } = given.incident
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
          <Way wgs84={wgs84} name={placeWords || given.incident.number} shelf={given.shelf} />
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
