import { useId } from 'react'
import { Button } from '@open110/ui/button'
import type { FeedbackField } from '@open110/modules/dispatch'
import { categories, categoryPath } from '@open110/modules/incident/category'
import { stepped } from './feedback.state.ts'
import { say, sayOr } from './words.ts'

export const fieldWords = (name: string) => sayOr(`feedback.field.${name}`)

/** 反馈项 — one line of the form, as its kind asks: gloves press, they do not type. */
export function FeedbackLine(given: {
  field: FeedbackField
  value: string
  isLacking: boolean
  onChange: (text: string) => void
}) {
  const { field, value, onChange } = given
  const id = useId()
  const label = (
    <>
      {fieldWords(field.name)}
      {given.isLacking ? <em>{say('field.feedback.lacks')}</em> : undefined}
    </>
  )
  const choices = field.kind === 'yes-no' ? ['yes', 'no'] : field.choices
  if (choices) {
    const words = (choice: string) =>
      field.kind === 'yes-no'
        ? say(choice === 'yes' ? 'field.yes' : 'field.no')
        : sayOr(field.name === 'outcome' ? `outcome.${choice}` : `feedback.${field.name}.${choice}`)
    return (
      <fieldset data-lacking={given.isLacking || undefined}>
        <legend>{label}</legend>
        <div className="feedback-choices">
          {choices.map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name={field.name}
                checked={value === choice}
                onChange={() => onChange(choice)}
              />
              <span>{words(choice)}</span>
            </label>
          ))}
        </div>
      </fieldset>
    )
  }
  if (field.kind === 'count') {
    return (
      <div className="feedback-count" data-lacking={given.isLacking || undefined}>
        <label htmlFor={id}>{label}</label>
        <Button
          label={say('field.feedback.fewer', { field: fieldWords(field.name) })}
          onPress={() => onChange(stepped(value, -1))}
        >
          −
        </Button>
        <input
          id={id}
          name={field.name}
          inputMode="numeric"
          autoComplete="off"
          placeholder="0"
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
        <Button
          label={say('field.feedback.more-by-one', { field: fieldWords(field.name) })}
          onPress={() => onChange(stepped(value, 1))}
        >
          +
        </Button>
      </div>
    )
  }
  return (
    <label data-lacking={given.isLacking || undefined}>
      <span>{label}</span>
      {field.kind === 'category' ? (
        <select name={field.name} value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">{say('field.feedback.category.same')}</option>
          {categories.map(({ code }) => (
            <option key={code} value={code}>
              {categoryPath(code)}
            </option>
          ))}
        </select>
      ) : field.name === 'words' || field.name === 'forReporter' ? (
        <textarea
          name={field.name}
          rows={field.name === 'words' ? 4 : 2}
          maxLength={field.name === 'words' ? 5_000 : 500}
          placeholder={say(
            field.name === 'words' ? 'field.feedback.words.hint' : 'field.feedback.for-reporter.hint',
          )}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      ) : (
        <input
          name={field.name}
          inputMode={field.kind === 'yuan' ? 'decimal' : 'text'}
          autoComplete="off"
          maxLength={500}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </label>
  )
}
