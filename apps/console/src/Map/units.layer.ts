import L from 'leaflet'
import { civilKinds } from '@open110/modules/unit'
import type { Dot, Places } from '../Live/places.state.ts'
import { worldOf } from '../Live/places.state.ts'
import { ageText } from '../Queue/age.state.ts'
import type { LngLat } from './map.state.ts'
import { openSprites, type UnitColours } from './units.sprite.ts'
import {
  clustersOf,
  dotAt,
  isDense,
  nextDot,
  pixelOf,
  visibleDots,
  type Filter,
  type View,
} from './units.state.ts'

/** A position older than this is drawn hollow. */
const staleMs = 300_000
const fullTurn = 2 * Math.PI
const namesFromZoom = 14
/** Among very many a sign is so much of its size. */
const denseSize = 0.62
const mostNames = 80

/** What the map shows of units, beside where they are. */
export type Shown = {
  readonly filter: Filter
  readonly sent: ReadonlySet<string>
  readonly chosen: string | undefined
  readonly isFollowing: boolean
  readonly trail: readonly LngLat[]
  readonly nowMs: () => number
}
export type UnitsLayer = {
  show(next: Partial<Shown>): void
  colour(colours: UnitColours): void
  next(from: string | undefined, step: 1 | -1): Dot | undefined
  /** Brings a unit into the middle of what is free of the card. */
  centre(unit: string, leastZoom?: number): void
  close(): void
}

/**
 * 警力图层 — all units on one canvas that covers the window of the map. It is drawn once in a frame of the screen, and only
 * when something has changed: the view, a position, or what is asked to be shown.
 */
export function openUnitsLayer(
  map: L.Map,
  places: Places,
  on: {
    choose(unit: string): void
    count(shown: number, all: number): void
    /** How many pixels at the lower edge lie under the card. */
    covered(): number
  },
  first: Shown,
  firstColours: UnitColours,
): UnitsLayer {
  const pane = map.createPane('units')
  pane.style.zIndex = '450'
  pane.style.pointerEvents = 'none'
  const canvas = document.createElement('canvas')
  canvas.dataset['layer'] = 'units'
  pane.append(canvas)
  const pen = canvas.getContext('2d')
  const ratio = Math.min(2, window.devicePixelRatio || 1)
  let colours = firstColours
  let sprites = openSprites(colours, ratio)
  let shown = first
  let visible: Dot[] = []
  let hovered: string | undefined
  let frame = 0

  const viewNow = (): View => {
    const { x: width, y: height } = map.getSize()
    const corner = map.getPixelBounds().min
    const zoom = map.getZoom()
    return { worldSize: 256 * 2 ** zoom, left: corner?.x ?? 0, top: corner?.y ?? 0, width, height, zoom }
  }
  const change = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0
      draw()
    })
  }

  function draw(): void {
    if (!pen) return
    const view = viewNow()
    const { width, height } = view
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]))
    if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
      canvas.width = width * ratio
      canvas.height = height * ratio
      canvas.style.width = `${width}px`
      canvas.style.height = `${height}px`
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    const dots = places.dots()
    visible = visibleDots(dots, view, shown.filter)
    on.count(visible.length, dots.length)
    drawTrail(pen, view)
    const { clusters, singles } = clustersOf(visible, view)
    const nowMs = shown.nowMs()
    const side = sprites.side * (isDense(visible.length, view) ? denseSize : 1)
    for (const dot of singles) {
      const { px, py } = pixelOf(dot, view)
      const { state, kind, id } = dot.unit
      const look = {
        state,
        isStale: nowMs - dot.fixMs > staleMs,
        isSent: shown.sent.has(id),
        isCivil: (civilKinds as readonly string[]).includes(kind),
      }
      pen.drawImage(sprites.of(look), Math.round(px - side / 2), Math.round(py - side / 2), side, side)
    }
    for (const cluster of clusters) drawCluster(pen, cluster)
    const isNamed = view.zoom >= namesFromZoom && singles.length <= mostNames
    for (const dot of singles) {
      const { id } = dot.unit
      const isWatched = id === hovered || id === shown.chosen
      if (isNamed || isWatched || shown.sent.has(id)) drawName(pen, dot, view, isWatched, nowMs)
    }
  }

  function drawTrail(on: CanvasRenderingContext2D, view: View): void {
    if (shown.trail.length < 2) return
    on.beginPath()
    for (const { lng, lat } of shown.trail) {
      const { px, py } = pixelOf(worldOf(lng, lat), view)
      on.lineTo(px, py)
    }
    on.strokeStyle = colours.brand
    on.lineWidth = 2.5
    on.stroke()
  }
  function drawCluster(
    on: CanvasRenderingContext2D,
    of: { px: number; py: number; count: number; ready: number },
  ): void {
    const radius = 11 + Math.min(8, Math.log2(of.count))
    on.beginPath()
    on.arc(of.px, of.py, radius, 0, fullTurn)
    on.fillStyle = colours.surface
    on.fill()
    on.lineWidth = 3
    on.strokeStyle = colours.line
    on.stroke()
    on.beginPath()
    on.arc(of.px, of.py, radius, -fullTurn / 4, -fullTurn / 4 + (fullTurn * of.ready) / of.count)
    on.strokeStyle = colours.good
    on.stroke()
    on.fillStyle = colours.ink
    on.font = `600 12px ${colours.face}`
    on.textAlign = 'center'
    on.textBaseline = 'middle'
    on.fillText(String(of.count), of.px, of.py)
  }
  function drawName(
    on: CanvasRenderingContext2D,
    dot: Dot,
    view: View,
    isWatched: boolean,
    nowMs: number,
  ): void {
    const { px, py } = pixelOf(dot, view)
    const age = Math.max(0, (nowMs - dot.fixMs) / 1_000)
    const text = isWatched ? `${dot.unit.name} ${ageText(age)}` : dot.unit.name
    on.font = `${isWatched ? 600 : 400} 12px ${colours.face}`
    on.textAlign = 'left'
    on.textBaseline = 'middle'
    if (isWatched) {
      on.beginPath()
      on.arc(px, py, 12, 0, fullTurn)
      on.strokeStyle = colours.ink
      on.lineWidth = 2
      on.stroke()
    }
    const width = on.measureText(text).width
    on.fillStyle = colours.surface
    on.globalAlpha = 0.88
    on.fillRect(px + 13, py - 9, width + 6, 18)
    on.globalAlpha = 1
    on.fillStyle = colours.ink
    on.fillText(text, px + 16, py)
  }

  function follow(): void {
    if (shown.isFollowing && shown.chosen) centre(shown.chosen)
  }
  function centre(unit: string, leastZoom = 0): void {
    const dot = places.of(unit)
    if (!dot || Number.isNaN(dot.lng)) return
    map.setView([dot.lat, dot.lng], Math.max(map.getZoom(), leastZoom), { animate: false })
    map.panBy([0, on.covered() / 2], { animate: false })
  }
  const point = (event: L.LeafletMouseEvent) => {
    const { x, y } = event.containerPoint
    const next = dotAt(visible, viewNow(), x, y)?.unit.id
    map.getContainer().style.cursor = next ? 'pointer' : ''
    if (next === hovered) return
    hovered = next
    change()
  }
  const press = (event: L.LeafletMouseEvent) => {
    const { x, y } = event.containerPoint
    const dot = dotAt(visible, viewNow(), x, y)
    if (dot) on.choose(dot.unit.id)
  }
  map.on('move zoom resize viewreset', change)
  map.on('mousemove', point)
  map.on('click', press)
  const stop = places.subscribe(() => {
    follow()
    change()
  })
  // Ages grow, and a position that nobody renews becomes hollow.
  const aging = setInterval(change, 5_000)
  change()

  return {
    show(next) {
      shown = { ...shown, ...next }
      follow()
      change()
    },
    colour(next) {
      colours = next
      sprites = openSprites(next, ratio)
      change()
    },
    next: (from, step) => nextDot(visible, viewNow(), from, step),
    centre,
    close() {
      stop()
      clearInterval(aging)
      cancelAnimationFrame(frame)
      map.off('move zoom resize viewreset', change)
      map.off('mousemove', point)
      map.off('click', press)
      pane.remove()
    },
  }
}
