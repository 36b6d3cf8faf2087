import { useState, type FormEvent } from 'react'
import { rate } from '@open110/modules/followup/api'
import { ratingItems, type After, type Rating } from '@open110/modules/report/after'
import { useAct } from '../app/act.ts'
import { usePhone, useSpoken } from '../app/hooks.ts'
import { Stars } from './Stars.tsx'
import { ratingOf } from './after.state.ts'

/** 评价 — one stage: stars, and whatever the person wants to add. Nobody is asked; it lies there. */
export function Rate(props: {
  of: string
  stage: Rating['stage']
  given: After['ratings'][number] | undefined
  isOpen: boolean
}) {
  const { say, call, newId } = usePhone()
  const spoken = useSpoken()
  const act = useAct()
  const { of, stage, given, isOpen } = props
  const [isChanging, setChanging] = useState(false)
  const [stars, setStars] = useState(given?.stars ?? 0)
  const [items, setItems] = useState<NonNullable<Rating['items']>>(given?.items ?? {})
  const [words, setWords] = useState(given?.words ?? '')
  if (!given && !isOpen) return null
  const send = async (event: FormEvent) => {
    event.preventDefault()
    const body = ratingOf(stage, { stars, items, words })
    const isDone = await act.run(() => call(rate, { params: { report: of }, body, key: newId() }))
    if (isDone) setChanging(false)
  }
  const title = say(`rate.title.${stage}`)
  if (given && !isChanging) {
    return (
      <section className="card rate" aria-label={title}>
        <h2>{title}</h2>
        <div className="row">
          <p role={spoken}>
            {say('rate.given', {
              stars: given.stars,
              said: say(`rate.said.${given.stars as 1 | 2 | 3 | 4 | 5}`),
            })}
          </p>
          {isOpen && (
            <button type="button" className="button plain" onClick={() => setChanging(true)}>
              {say('rate.change')}
            </button>
          )}
        </div>
        {given.words && <p className="about">{given.words}</p>}
      </section>
    )
  }
  return (
    <form className="card rate" aria-label={title} onSubmit={(event) => void send(event)}>
      <h2>{title}</h2>
      <Stars name={`stars-${stage}`} legend={title} stars={stars} onPick={setStars} />
      {stars > 0 && (
        <>
          <details>
            <summary>{say('rate.items')}</summary>
            {ratingItems.map((item) => (
              <Stars
                key={item}
                name={`${stage}-${item}`}
                legend={say(`rate.item.${item}`)}
                stars={items[item] ?? 0}
                isSmall
                onPick={(picked) => setItems({ ...items, [item]: picked })}
              />
            ))}
          </details>
          <textarea
            rows={2}
            maxLength={2_000}
            aria-label={say('rate.words')}
            placeholder={say('rate.words')}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          <button type="submit" className="button" disabled={act.isBusy}>
            {say('rate.send')}
          </button>
        </>
      )}
      {act.problem && <p role={spoken}>{act.problem}</p>}
    </form>
  )
}
