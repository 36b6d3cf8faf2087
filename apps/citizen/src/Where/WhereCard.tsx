import { useCell, usePhone } from '../app/hooks.ts'
import { withinMetres } from '../app/spell.ts'
import { scaleOf, whereWords } from './where.state.ts'
import './Where.css'

/** What the phone knows of its place: the circle of doubt to scale, and one sentence. */
export function WhereCard() {
  const { say, locator, now } = usePhone()
  const sight = useCell(locator.sight)
  const { fix } = sight
  return (
    <section className="where-card" role="status">
      {fix ? <Circle accuracyMetres={fix.accuracyMetres} /> : <span className="where-none" aria-hidden />}
      <p>{whereWords(say, sight, now())}</p>
    </section>
  )
}

/** The person is somewhere inside the circle; the bar gives the size. */
export function Circle({ accuracyMetres }: { accuracyMetres: number }) {
  const { say } = usePhone()
  const half = scaleOf(accuracyMetres)
  const radius = (accuracyMetres / half) * 46
  const isInKm = half >= 1000
  return (
    <figure className="circle">
      <svg
        viewBox="-50 -50 100 100"
        role="img"
        aria-label={say('where.circle', { metres: withinMetres(accuracyMetres) })}
      >
        <circle r={radius} className="circle-doubt" />
        <circle r={2.5} className="circle-point" />
      </svg>
      <figcaption>
        <i aria-hidden />
        {isInKm ? say('pin.ring-km', { km: half / 1000 }) : say('pin.ring', { metres: half })}
      </figcaption>
    </figure>
  )
}
