import L from 'leaflet'
import 'leaflet/dist/leaflet.css'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useDesk, useNow, useRoom, useWish } from '../Desk/desk.tsx'
import { groundCanvas } from './canvas.ts'
import { coloursOf, drawMarks, drawOutlines } from './draw.ts'
import { marksOf, pointsToFit, sentUnits, shouldFit } from './map.state.ts'
import { UnitCard } from './UnitCard.tsx'
import { UnitFilter } from './UnitFilter.tsx'
import { usePicking } from './usePicking.ts'
import { useUnits } from './useUnits.ts'
import './Map.css'

const nothing: never[] = []

/** 地图 — borders and signs on an empty ground: there is no licensed base map, and it says so. */
export function MapView({ theme }: { theme: string }) {
  const { say, room } = useDesk()
  const report = useRoom((room) => room.report)
  const incident = useRoom((room) => room.incident)
  const slips = useRoom((room) => room.slips) ?? nothing
  const outlines = useRoom((room) => room.outlines)
  const opened = useRoom((room) => room.open?.report ?? room.open?.incident ?? '')
  const nowMs = Math.floor(useNow() / 5_000) * 5_000
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<{ map: L.Map; lines: L.LayerGroup; signs: L.LayerGroup }>(undefined)
  const area = useRef<L.LatLngBounds>(undefined)
  const [leaflet, setLeaflet] = useState<L.Map>()
  const [isLocked, lock] = useState(false)
  const fitted = useRef({ opened: '', isLocked: false, hadPoints: false })

  useEffect(() => {
    const element = box.current
    if (!element) return
    const made = L.map(element, {
      renderer: groundCanvas({ padding: 0.5 }),
      zoomControl: false,
      attributionControl: false,
      zoomAnimation: false,
      keyboard: true,
    }).setView([28.45, 119.92], 9)
    L.control
      .zoom({
        position: 'topright',
        zoomInTitle: say('console.map.in'),
        zoomOutTitle: say('console.map.out'),
      })
      .addTo(made)
    L.control.scale({ imperial: false, position: 'bottomright' }).addTo(made)
    setLeaflet(made)
    map.current = { map: made, lines: L.layerGroup().addTo(made), signs: L.layerGroup().addTo(made) }
    // A hand on the map: from now on only a press on 复位 moves it.
    const touched = () => {
      fitted.current.isLocked = true
      lock(true)
    }
    made.on('dragstart', touched)
    element.addEventListener('wheel', touched, { passive: true })
    const zoomed = () => element.toggleAttribute('data-near', made.getZoom() >= 11)
    made.on('zoomend', zoomed)
    zoomed()
    const watch = new ResizeObserver(() => made.invalidateSize({ animate: false }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      map.current = undefined
      setLeaflet(undefined)
      made.remove()
    }
  }, [say])

  const marks = useMemo(
    () => marksOf({ fixes: report?.staff?.fixes ?? [], incident }, nowMs),
    [report, incident, nowMs],
  )
  const sent = useMemo(() => sentUnits(slips), [slips])
  const units = useUnits(box, leaflet, sent, theme)
  const isPicking = usePicking(leaflet, box)
  const toFit = () =>
    pointsToFit(
      marks,
      [...sent].flatMap((unit) => {
        const dot = room.places.of(unit)
        return dot && !Number.isNaN(dot.lng) ? [dot] : []
      }),
    )
  const fit = () => {
    const points = toFit()
    if (!map.current) return
    if (points.length > 0) {
      map.current.map.fitBounds(L.latLngBounds(points.map((point) => [point.lat, point.lng])).pad(0.3), {
        maxZoom: 15,
        animate: false,
      })
    } else if (area.current?.isValid()) map.current.map.fitBounds(area.current, { animate: false })
    fitted.current = { opened, isLocked: false, hadPoints: points.length > 0 }
    lock(false)
  }

  useEffect(() => {
    if (!outlines || !map.current || !box.current) return
    const isFirst = area.current === undefined
    area.current = drawOutlines(map.current.lines, outlines, coloursOf(box.current))
    if (isFirst && toFit().length === 0) fit()
    // oxlint-disable-next-line react/exhaustive-deps
  }, [outlines, theme])
  useEffect(() => {
    if (!map.current || !box.current) return
    drawMarks(map.current.signs, marks, say, coloursOf(box.current))
    const hasPoints = toFit().length > 0
    if (shouldFit(fitted.current, { opened, hasPoints }) && (hasPoints || opened === '')) fit()
    // oxlint-disable-next-line react/exhaustive-deps
  }, [marks, opened, theme])

  useWish('go-map', () => box.current?.focus())
  useWish('refit-map', fit)
  useWish('lock-map', () => {
    fitted.current.isLocked = !fitted.current.isLocked
    lock(fitted.current.isLocked)
  })

  return (
    <section className="map" aria-label={say('console.map')} data-picking={isPicking || undefined}>
      {/* The arrows move the map, so it must be reached by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={box} className="map-box" role="application" aria-label={say('console.map')} tabIndex={0} />
      <div className="map-acts">
        <button type="button" className="button" onClick={fit} title="Shift+Z">
          {say('console.map.refit')}
        </button>
        <UnitFilter units={units} />
        {isLocked ? <span className="chip">{say('console.map.locked')}</span> : null}
      </div>
      {units.chosen ? <UnitCard chosen={units.chosen} units={units} sent={sent} /> : null}
      <p className="map-corner">
        WGS-84 ·{' '}
        {say(
          outlines === undefined
            ? 'console.map.loading'
            : outlines.isDemo
              ? 'console.map.demo'
              : 'console.map.official',
        )}{' '}
        · {say('console.map.approval')}
      </p>
    </section>
  )
}
