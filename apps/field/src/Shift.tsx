import { useState } from 'react'
import { Button } from '@open110/ui/button'
import type { Staff } from '@open110/modules/staff'
import type { Unit } from '@open110/modules/unit'
import type { ShiftGiven } from './post.state.ts'
import { equipmentOf, shiftHours, shiftOf, type ShiftDraft } from './shift.state.ts'
import { say } from './words.ts'
import './sheet.css'
import './shift.css'

const isDriven: readonly Unit['kind'][] = ['car', 'motorcycle', 'boat', 'agency']

/** 上岗登记 — nobody is sent a slip before it is known who would go. */
export function ShiftForm(given: {
  unit: Unit
  staff: Staff
  isBusy: boolean
  /** Drawn again each second; the planned end is counted from it. */
  now: number
  onStart: (shift: ShiftGiven) => void
}) {
  const { unit, staff } = given
  const [draft, setDraft] = useState<ShiftDraft>({
    members: [{ name: staff.name, badge: staff.badge ?? '' }],
    vehicle: '',
    equipment: [],
    hours: 12,
  })
  const change = (part: Partial<ShiftDraft>) => setDraft({ ...draft, ...part })
  const member = (index: number, part: Partial<ShiftDraft['members'][number]>) =>
    change({ members: draft.members.map((one, at) => (at === index ? { ...one, ...part } : one)) })
  const shift = shiftOf(draft, given.now)
  return (
    <form
      className="sheet shift"
      aria-label={say('field.shift')}
      onSubmit={(event) => {
        event.preventDefault()
        if (shift) given.onStart(shift)
      }}
    >
      <h1>{say('field.shift')}</h1>
      <fieldset>
        <legend>{say('field.shift.members')}</legend>
        {draft.members.map((one, index) => (
          // Rows are only added at the end and changed in place.
          <div className="shift-member" key={index}>
            <input
              aria-label={say('field.shift.name', { number: index + 1 })}
              placeholder={say('field.shift.name.hint')}
              autoComplete="off"
              maxLength={40}
              value={one.name}
              onChange={({ target }) => member(index, { name: target.value })}
            />
            <input
              aria-label={say('field.shift.badge', { number: index + 1 })}
              placeholder={say('field.shift.badge.hint')}
              inputMode="numeric"
              autoComplete="off"
              maxLength={20}
              value={one.badge}
              onChange={({ target }) => member(index, { badge: target.value })}
            />
          </div>
        ))}
        <Button onPress={() => change({ members: [...draft.members, { name: '', badge: '' }] })}>
          {say('field.shift.more')}
        </Button>
      </fieldset>
      {isDriven.includes(unit.kind) ? (
        <label>
          {say('field.shift.vehicle')}
          <input
            autoComplete="off"
            maxLength={40}
            value={draft.vehicle}
            onChange={({ target }) => change({ vehicle: target.value })}
          />
        </label>
      ) : undefined}
      {equipmentOf(unit.kind).length > 0 ? (
        <fieldset>
          <legend>{say('field.shift.equipment')}</legend>
          <div className="shift-checks">
            {equipmentOf(unit.kind).map((thing) => (
              <label key={thing}>
                <input
                  type="checkbox"
                  checked={draft.equipment.includes(thing)}
                  onChange={({ target }) =>
                    change({
                      equipment: target.checked
                        ? [...draft.equipment, thing]
                        : draft.equipment.filter((other) => other !== thing),
                    })
                  }
                />
                <span>{thing}</span>
              </label>
            ))}
          </div>
        </fieldset>
      ) : undefined}
      <fieldset>
        <legend>{say('field.shift.hours')}</legend>
        <div className="shift-checks">
          {shiftHours.map((hours) => (
            <label key={hours}>
              <input
                type="radio"
                name="hours"
                checked={draft.hours === hours}
                onChange={() => change({ hours })}
              />
              <span>{say('field.shift.hours.count', { hours })}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Button
        kind="primary"
        size="large"
        isSubmit
        isBusy={given.isBusy}
        isDisabled={!shift}
        {...(shift ? {} : { why: say('field.shift.nobody') })}
      >
        {say('field.shift.start')}
      </Button>
    </form>
  )
}
