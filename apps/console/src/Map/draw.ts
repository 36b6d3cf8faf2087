import L from 'leaflet'
import type { Say } from '@open110/core/words/console'
import type { Outlines } from '../Live/workplace.state.ts'
import { ageText, metresText } from '../Queue/age.state.ts'
import type { Mark } from './map.state.ts'
import type { UnitColours } from './units.sprite.ts'

/** A label beside a sign; built of elements, so that a name can never become markup. */
function sign(className: string, shape: string, name: string, age: string): HTMLElement {
  const box = document.createElement('div')
  box.className = `sign ${className}`
  for (const [part, words] of [
    ['shape', shape],
    ['name', name],
    ['age', age],
  ] as const) {
    if (words === '') continue
    const span = document.createElement('span')
    span.className = `sign-${part}`
    span.textContent = words
    box.append(span)
  }
  return box
}

const icon = (html: HTMLElement) => L.divIcon({ html, className: 'sign-anchor', iconSize: [0, 0] })

export function drawMarks(layer: L.LayerGroup, marks: readonly Mark[], say: Say, colours: Colours): void {
  layer.clearLayers()
  const fixes = marks.filter((mark) => mark.kind === 'fix')
  if (fixes.length > 1) {
    L.polyline(
      fixes.map((fix): L.LatLngTuple => [fix.at.lat, fix.at.lng]),
      { color: colours.brand, weight: 2, opacity: 0.7, dashArray: '2 5', interactive: false },
    ).addTo(layer)
  }
  for (const fix of fixes) {
    if (fix.isNewest && fix.accuracyMetres !== undefined) {
      L.circle([fix.at.lat, fix.at.lng], {
        radius: fix.accuracyMetres,
        color: colours.brand,
        weight: 1.5,
        fillOpacity: 0.12,
        interactive: false,
      }).addTo(layer)
    }
    L.circleMarker([fix.at.lat, fix.at.lng], {
      radius: fix.isNewest ? 5 : 2.5,
      color: colours.brand,
      weight: 2,
      fillColor: colours.surface,
      fillOpacity: 1,
      interactive: false,
    }).addTo(layer)
  }
  for (const mark of marks) {
    const age = 'seconds' in mark && Number.isFinite(mark.seconds) ? ageText(mark.seconds) : ''
    if (mark.kind === 'fix' && mark.isNewest) {
      const accuracy = mark.accuracyMetres === undefined ? '' : ` ±${metresText(mark.accuracyMetres)}`
      put(sign('is-fix', '', say('console.map.fix') + accuracy, age))
    } else if (mark.kind === 'pin') put(sign('is-pin', '▼', say('console.map.pin'), age))
    else if (mark.kind === 'place') put(sign('is-place', '✚', say('console.map.place'), ''))
    function put(html: HTMLElement) {
      L.marker([mark.at.lat, mark.at.lng], { icon: icon(html), interactive: false, keyboard: false }).addTo(
        layer,
      )
    }
  }
}

export type Colours = { readonly brand: string; readonly line: string; readonly surface: string }

/** Canvas takes colours by value; they are read from the page, so both themes hold. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return { brand: of('--brand'), line: of('--line-strong'), surface: of('--surface') }
}

export function unitColoursOf(element: Element): UnitColours {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return {
    good: of('--good'),
    warn: of('--warn'),
    brand: of('--brand'),
    ink: of('--ink'),
    ink2: of('--ink-2'),
    surface: of('--surface'),
    line: of('--line-strong'),
    face: of('--face'),
  }
}

/** 辖区线 and the stations inside it. */
export function drawOutlines(layer: L.LayerGroup, outlines: Outlines, colours: Colours): L.LatLngBounds {
  layer.clearLayers()
  const lines = L.geoJSON(outlines.geojson as GeoJSON.GeoJsonObject, {
    style: { color: colours.line, weight: 1.2, opacity: 0.9 },
    interactive: false,
    onEachFeature: (feature, drawn) => {
      const name: unknown = feature.properties?.['name']
      if (typeof name !== 'string' || !(drawn instanceof L.Polyline)) return
      L.marker(drawn.getBounds().getCenter(), {
        icon: icon(sign('is-area', '', name, '')),
        interactive: false,
        keyboard: false,
      }).addTo(layer)
    },
  }).addTo(layer)
  for (const station of outlines.stations) {
    L.marker([station.lat, station.lng], {
      icon: icon(sign('is-station', '▪', station.name, '')),
      interactive: false,
      keyboard: false,
    }).addTo(layer)
  }
  return lines.getBounds()
}
