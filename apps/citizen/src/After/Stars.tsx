import { Star } from 'lucide-react'
import { usePhone } from '../app/hooks.ts'

const five = [1, 2, 3, 4, 5] as const

/** 星级 — five, one of which is chosen; arrows move between them. */
export function Stars(props: {
  name: string
  legend: string
  stars: number
  isSmall?: boolean
  onPick: (stars: number) => void
}) {
  const { say } = usePhone()
  const chosen = five.find((each) => each === props.stars)
  return (
    <fieldset className={props.isSmall ? 'stars stars-small' : 'stars'}>
      <legend className={props.isSmall ? undefined : 'aside'}>{props.legend}</legend>
      <div className="stars-row">
        {five.map((each) => (
          <label key={each} data-lit={each <= props.stars || undefined}>
            <input
              type="radio"
              name={props.name}
              value={each}
              checked={each === props.stars}
              aria-label={say('rate.stars', { stars: each, said: say(`rate.said.${each}`) })}
              onChange={() => props.onPick(each)}
            />
            <Star aria-hidden strokeWidth={1.75} />
          </label>
        ))}
      </div>
      {!props.isSmall && (
        <span className="about">{chosen ? say(`rate.said.${chosen}`) : say('rate.pick')}</span>
      )}
    </fieldset>
  )
}
