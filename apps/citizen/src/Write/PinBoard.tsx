import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { usePhone } from '../app/hooks.ts'
import { directionOf } from '../Where/where.state.ts'

type Pin = { readonly eastMetres: number; readonly northMetres: number }
const scales = [200, 500, 2_000, 10_000] as const
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
}

/**
 * 方位图 — says where it happens from where the person stands: rings of distance, north up, no map needed. A tap
 * or the arrow keys set the mark.
 */
export function PinBoard({ pin, onPin }: { pin: Pin | undefined; onPin: (pin: Pin | undefined) => void }) {
  const { say } = usePhone()
  const [reach, setReach] = useState<number>(500)
  const toBoard = (metres: number) => (metres / reach) * 90
  const tap = (event: PointerEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const across = ((event.clientX - box.left) / box.width) * 200 - 100
    const down = ((event.clientY - box.top) / box.height) * 200 - 100
    onPin({ eastMetres: Math.round((across / 90) * reach), northMetres: Math.round((-down / 90) * reach) })
  }
  const key = (event: KeyboardEvent) => {
    const step = steps[event.code]
    if (!step) return
    event.preventDefault()
    const { eastMetres, northMetres } = pin ?? { eastMetres: 0, northMetres: 0 }
    const within = (metres: number) => Math.max(-reach * 1.1, Math.min(reach * 1.1, metres))
    onPin({
      eastMetres: within(eastMetres + step[0] * (reach / 20)),
      northMetres: within(northMetres + step[1] * (reach / 20)),
    })
  }
  const said = pin ? directionOf(pin.eastMetres, pin.northMetres) : undefined
  return (
    <section className="card pin" aria-label={say('pin.title')}>
      <p className="label">{say('pin.title')}</p>
      <button
        type="button"
        className="pin-board"
        aria-label={say('pin.board')}
        onPointerDown={tap}
        onKeyDown={key}
      >
        <svg viewBox="-100 -100 200 200" aria-hidden>
          {[1, 2 / 3, 1 / 3].map((part) => (
            <circle key={part} r={90 * part} className="pin-ring" />
          ))}
          <path d="M0 -97V97M-97 0H97" className="pin-cross" />
          <text y={-82} className="pin-wind">
            {say('pin.n')}
          </text>
          <circle r={4} className="pin-me" />
          {pin && (
            <g transform={`translate(${toBoard(pin.eastMetres)} ${-toBoard(pin.northMetres)})`}>
              <path d="M0 0C-3 -6 -8 -9 -8 -15A8 8 0 0 1 8 -15C8 -9 3 -6 0 0Z" className="pin-mark" />
            </g>
          )}
        </svg>
      </button>
      <p role="status">
        {said
          ? say('pin.said', { direction: say(`pin.${said.wind}`), metres: said.metres })
          : say('pin.none')}
      </p>
      <fieldset>
        <legend className="about">{say('pin.scale')}</legend>
        <div className="choices">
          {scales.map((scale) => (
            <label key={scale} className="choice">
              <input type="radio" name="reach" checked={reach === scale} onChange={() => setReach(scale)} />
              <span>
                {scale < 1000 ? say('pin.ring', { metres: scale }) : say('pin.ring-km', { km: scale / 1000 })}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {pin && (
        <button type="button" className="button plain" onClick={() => onPin(undefined)}>
          {say('write.pin-clear')}
        </button>
      )}
    </section>
  )
}
