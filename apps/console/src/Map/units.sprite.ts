import type { Unit } from '@open110/modules/unit'

/** 警力符号 — drawn once for each look and then copied: state by colour and shape, an old position hollow. */
export type Look = {
  readonly state: Unit['state']
  readonly isStale: boolean
  readonly isSent: boolean
  readonly isCivil: boolean
}
export type UnitColours = {
  readonly good: string
  readonly warn: string
  readonly brand: string
  readonly ink: string
  readonly ink2: string
  readonly surface: string
  readonly line: string
  readonly face: string
}

const side = 26
const middle = side / 2

const colourOf = ({ state }: Look, colours: UnitColours): string =>
  state === 'ready'
    ? colours.good
    : state === 'on-scene'
      ? colours.brand
      : state === 'off' || state === 'out'
        ? colours.ink2
        : colours.warn

/** ● ready, ◐ assigned, ▶ under way, ■ on the scene, ✕ out of service. */
const outlines: Readonly<Record<Unit['state'], (pen: CanvasRenderingContext2D) => void>> = {
  ready: (pen) => pen.arc(middle, middle, 5.5, 0, 2 * Math.PI),
  assigned: (pen) => pen.arc(middle, middle, 6, 0, 2 * Math.PI),
  'en-route': (pen) => {
    pen.moveTo(middle - 5, middle - 6.5)
    pen.lineTo(middle + 7, middle)
    pen.lineTo(middle - 5, middle + 6.5)
    pen.closePath()
  },
  'on-scene': (pen) => pen.rect(middle - 5.5, middle - 5.5, 11, 11),
  out: cross,
  off: cross,
}
function cross(pen: CanvasRenderingContext2D): void {
  pen.moveTo(middle - 4.5, middle - 4.5)
  pen.lineTo(middle + 4.5, middle + 4.5)
  pen.moveTo(middle + 4.5, middle - 4.5)
  pen.lineTo(middle - 4.5, middle + 4.5)
}

function drawn(look: Look, colours: UnitColours, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = Math.ceil(side * ratio)
  const pen = canvas.getContext('2d')
  if (!pen) return canvas
  pen.scale(ratio, ratio)
  const colour = colourOf(look, colours)
  if (look.isSent) {
    pen.strokeStyle = colours.brand
    pen.lineWidth = 2.5
    pen.beginPath()
    pen.arc(middle, middle, 11, 0, 2 * Math.PI)
    pen.stroke()
  }
  pen.lineJoin = 'round'
  pen.beginPath()
  outlines[look.state](pen)
  const isCross = look.state === 'out' || look.state === 'off'
  pen.strokeStyle = colours.surface
  pen.lineWidth = 4
  pen.stroke()
  const isFilled = !look.isStale && !isCross && look.state !== 'assigned'
  pen.fillStyle = isFilled ? colour : colours.surface
  if (!isCross) pen.fill()
  pen.strokeStyle = colour
  pen.lineWidth = look.isStale ? 1.5 : 2
  if (look.isCivil) pen.setLineDash([2, 2])
  pen.stroke()
  if (look.state === 'assigned' && !look.isStale) {
    pen.setLineDash([])
    pen.beginPath()
    pen.arc(middle, middle, 6, -Math.PI / 2, Math.PI / 2)
    pen.closePath()
    pen.fillStyle = colour
    pen.fill()
  }
  return canvas
}

export function openSprites(colours: UnitColours, ratio: number) {
  const made = new Map<string, HTMLCanvasElement>()
  return {
    side,
    of(look: Look): HTMLCanvasElement {
      const key = `${look.state}${look.isStale ? '-' : ''}${look.isSent ? '+' : ''}${look.isCivil ? '~' : ''}`
      let sprite = made.get(key)
      if (!sprite) made.set(key, (sprite = drawn(look, colours, ratio)))
      return sprite
    },
  }
}
