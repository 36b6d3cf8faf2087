import { useId, useRef, useState } from 'react'
import { categoryPath } from '@open110/modules/incident/category'
import { useDesk } from '../Desk/desk.tsx'
import { findCategories } from './acceptance.state.ts'

/** 类别 — typed, walked with the arrows, taken with Enter; what was chosen stays until another is. */
export function CategoryPicker({
  value,
  onChoose,
  label,
}: {
  value: string | undefined
  onChoose: (code: string) => void
  label: string
}) {
  const { say } = useDesk()
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState<string>()
  const [at, setAt] = useState(0)
  const isOpen = typed !== undefined
  const found = isOpen ? findCategories(typed).slice(0, 60) : []
  const chosen = found[Math.min(at, found.length - 1)]
  const choose = (code: string) => {
    onChoose(code)
    setTyped(undefined)
  }
  return (
    <div className="picker">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <input
        id={id}
        ref={field}
        className="input"
        type="text"
        role="combobox"
        autoComplete="off"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen && chosen ? `${id}-${chosen.code}` : undefined}
        placeholder={say('console.category-search')}
        value={typed ?? (value ? `${value} ${categoryPath(value)}` : '')}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onBlur={() => setTyped(undefined)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
          if (event.code === 'ArrowDown' || event.code === 'ArrowUp') {
            event.preventDefault()
            if (!isOpen) {
              setTyped('')
              setAt(0)
            } else setAt(Math.max(0, Math.min(found.length - 1, at + (event.code === 'ArrowDown' ? 1 : -1))))
          } else if (event.code === 'Enter') {
            event.preventDefault()
            if (chosen) choose(chosen.code)
          } else if (event.code === 'Escape' && isOpen) {
            event.preventDefault()
            setTyped(undefined)
          }
        }}
      />
      {isOpen ? (
        <ul className="picker-list" id={`${id}-list`} role="listbox" aria-label={label}>
          {found.map((category) => (
            <li
              key={category.code}
              id={`${id}-${category.code}`}
              role="option"
              aria-selected={category.code === chosen?.code}
              // The press must not take the focus before it has chosen.
              onPointerDown={(event) => {
                event.preventDefault()
                choose(category.code)
              }}
            >
              <span className="picker-code">{category.code}</span>
              <span>{categoryPath(category.code)}</span>
              <span className="picker-level">{say(`level.${category.level}`)}</span>
            </li>
          ))}
          {found.length === 0 ? <li className="picker-none">{say('console.category-none')}</li> : null}
        </ul>
      ) : null}
    </div>
  )
}
