import L from 'leaflet'

type Ground = L.Canvas & { _ctx?: CanvasRenderingContext2D }
const drawing = L.Canvas.prototype as unknown as { _redraw(this: Ground): void }

/**
 * 底图画布 — Leaflet's canvas, which a redraw asked for before the map was left finds gone: it forgets the request when it
 * redraws at once, so taking the map away cannot call it off.
 */
const GroundCanvas = L.Canvas.extend({
  _redraw(this: Ground) {
    if (this._ctx) drawing._redraw.call(this)
  },
}) as new (options: L.RendererOptions) => L.Canvas

export const groundCanvas = (options: L.RendererOptions): L.Canvas => new GroundCanvas(options)
