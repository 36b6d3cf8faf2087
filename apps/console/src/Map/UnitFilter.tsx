import { useState } from 'react'
import { sayOr } from '@open110/core/words/console'
import { unitKinds, unitStates } from '@open110/modules/unit'
import { useDesk, useRoom } from '../Desk/desk.tsx'
import type { UnitsOnMap } from './useUnits.ts'

const nothing: never[] = []
const mostNames = 30

/** 筛选与查找 — which units are shown; a name brings one into the middle, the arrows go from one to the next. */
export function UnitFilter({ units }: { units: UnitsOnMap }) {
  const { say } = useDesk()
  const all = useRoom((room) => room.units) ?? nothing
  const [name, setName] = useState('')
  const [said, setSaid] = useState('')
  const [isOpen, open] = useState(false)
  const { filter, setFilter, count } = units
  const skills = [...new Set(all.flatMap((unit) => unit.skills))].toSorted()
  const find = () => {
    const found = all.find((unit) => unit.name === name) ?? all.find((unit) => unit.name.includes(name))
    setSaid(found || !name ? '' : say('map.find-none', { name }))
    if (found && name) units.goTo(found.id)
  }
  const choices = [
    ['state', unitStates, 'unit.state'],
    ['kind', unitKinds, 'unit.kind'],
    ['skill', skills, 'unit.skill'],
  ] as const
  const isNarrow = Object.values(filter).some((value) => value !== undefined)

  return (
    <>
      <div
        className="map-filter"
        role="presentation"
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !isOpen) return
          event.stopPropagation()
          open(false)
        }}
      >
        <button
          type="button"
          className="button"
          data-narrow={isNarrow || undefined}
          aria-expanded={isOpen}
          onClick={() => open(!isOpen)}
        >
          {say('map.filter')}
        </button>
        {isOpen ? (
          <div className="map-filter-box">
            {choices.map(([field, values, words]) => (
              <label key={field} className="map-filter-row">
                {say(`map.filter.${field}`)}
                <select
                  className="input"
                  value={filter[field] ?? ''}
                  onChange={({ target }) => setFilter({ ...filter, [field]: target.value || undefined })}
                >
                  <option value="">{say('map.filter.all')}</option>
                  {values.map((value) => (
                    <option key={value} value={value}>
                      {sayOr(say, `${words}.${value}`) || value}
                    </option>
                  ))}
                </select>
              </label>
            ))}
            <form
              onSubmit={(event) => {
                event.preventDefault()
                find()
              }}
            >
              <input
                className="input"
                type="search"
                list="map-unit-names"
                aria-label={say('map.find')}
                placeholder={say('map.find-hint')}
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
              <datalist id="map-unit-names">
                {all
                  .filter((unit) => unit.name.includes(name))
                  .slice(0, mostNames)
                  .map((unit) => (
                    <option key={unit.id} value={unit.name}>
                      {unit.name}
                    </option>
                  ))}
              </datalist>
            </form>
            <p className="said" role="alert" hidden={said === ''}>
              {said}
            </p>
          </div>
        ) : null}
      </div>
      <button
        type="button"
        className="button"
        aria-label={say('map.previous')}
        onClick={() => units.step(-1)}
      >
        ‹
      </button>
      <button type="button" className="button" aria-label={say('map.next')} onClick={() => units.step(1)}>
        ›
      </button>
      <span className="map-count">{say('map.count', count)}</span>
    </>
  )
}
