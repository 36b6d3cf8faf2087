import { useId, useRef, useState } from 'react'
import { categories, categoryPath } from '@open110/modules/incident/category'
import { closings } from '@open110/modules/incident/close'
import { quickQuestions, type QuestionKey } from '@open110/modules/thread'
import { useDesk, useRoom, useWish } from '../Desk/desk.tsx'
import { views } from '../Header/views.state.ts'
import {
  commandNames,
  completions,
  parse,
  recall,
  remember,
  type History,
  type Vocabulary,
} from './command.state.ts'
import './CommandBar.css'

const leaves = categories.map((category) => ({
  value: category.name,
  label: `${category.code} ${categoryPath(category.code)}`,
}))

/** 命令行 — opened with / or Ctrl+K over the foot of the page; the call beneath stays where it is. */
export function CommandBar() {
  const { say, bus } = useDesk()
  const units = useRoom((room) => room.units)
  const slips = useRoom((room) => room.slips)
  const similar = useRoom((room) => room.similar)
  const [line, setLine] = useState<string>()
  const [at, setAt] = useState(0)
  const [said, setSaid] = useState('')
  const history = useRef<History>({ lines: [], at: 0 })
  const back = useRef<Element | null>(null)
  const id = useId()
  const isOpen = line !== undefined

  useWish('command', () => {
    back.current = document.activeElement
    setSaid('')
    setAt(0)
    setLine('/')
  })
  const close = () => {
    setLine(undefined)
    if (back.current instanceof HTMLElement) back.current.focus()
  }
  if (!isOpen) return null

  const vocabulary: Vocabulary = {
    lv: ([1, 2, 3, 4] as const).map((level) => ({
      value: String(level),
      label: `${level} ${say(`level.${level}`)}`,
    })),
    type: leaves,
    unit: (units ?? []).map((unit) => ({
      value: unit.name,
      label: `${unit.name} ${say(`unit.state.${unit.state}`)}`,
    })),
    urge: (slips ?? []).map((slip) => ({
      value: slip.unitName,
      label: `${slip.unitName} ${say(`slip.state.${slip.state}`)}`,
    })),
    close: closings.map(({ name }) => ({ value: name, label: name })),
    hold: ['10分钟', '30分钟', '1小时', '1天'].map((value) => ({ value: `${value} `, label: value })),
    link: ['视频', '短信', '应用内'].map((value) => ({ value, label: value })),
    go: views.map((view) => ({ value: say(`console.view.${view}`), label: say(`console.view.${view}`) })),
    merge: (similar ?? []).flatMap(({ incident }) =>
      incident ? [{ value: incident.number, label: `${incident.number} ${incident.gist}` }] : [],
    ),
    ask: (Object.keys(quickQuestions) as QuestionKey[]).map((key) => ({
      value: key,
      label: `${key} ${say(`question.${key}`)}`,
    })),
  }
  const offers = completions(line, vocabulary)
  const chosen = offers[Math.min(at, offers.length - 1)]

  const run = async () => {
    const parsed = parse(line)
    if (parsed.is === 'empty') return close()
    if (parsed.is === 'unknown') return setSaid(say('console.command.unknown', { word: parsed.word }))
    if (parsed.is === 'incomplete')
      return setSaid(
        say('console.command.incomplete', {
          name: parsed.name,
          takes: say(`console.command.${parsed.name}`),
        }),
      )
    history.current = remember(history.current, line.trim())
    const outcome = bus.send(`/${parsed.name}`, parsed.argument)
    if (outcome === 'unheard') return setSaid(say('console.command.not-here', { name: parsed.name }))
    const why = await outcome
    if (typeof why === 'string') setSaid(why)
    else close()
  }
  return (
    <div className="command" role="dialog" aria-label={say('console.command')}>
      {said ? (
        <p className="said" role="alert">
          {said}
        </p>
      ) : null}
      <ul className="command-list" role="listbox" id={`${id}-list`} aria-label={say('console.command.list')}>
        {offers.map((offer, index) => (
          <li
            key={offer.value}
            id={`${id}-${index}`}
            role="option"
            aria-selected={offer === chosen}
            onPointerDown={(event) => {
              event.preventDefault()
              setLine(offer.value)
              setAt(0)
            }}
          >
            {isName(offer.label) ? (
              <>
                <code>/{offer.label}</code>{' '}
                <span className="note">{say(`console.command.${offer.label}`)}</span>
              </>
            ) : (
              offer.label
            )}
          </li>
        ))}
      </ul>
      <input
        className="input command-line"
        type="text"
        role="combobox"
        aria-label={say('console.command')}
        aria-expanded={offers.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen ? `${id}-${offers.indexOf(chosen)}` : undefined}
        autoComplete="off"
        spellCheck={false}
        // Opened by the person's own key, so the caret belongs here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={line}
        onChange={(event) => {
          setLine(event.target.value)
          setAt(0)
          setSaid('')
          history.current = { ...history.current, at: 0 }
        }}
        onBlur={() => setLine(undefined)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          const take = (act: () => void) => {
            event.preventDefault()
            act()
          }
          if (event.code === 'Tab') take(() => chosen && setLine(chosen.value))
          else if (event.code === 'Escape') take(close)
          else if (event.code === 'Enter') take(() => void run())
          else if (event.code === 'ArrowUp' || event.code === 'ArrowDown') {
            take(() => {
              const by = event.code === 'ArrowUp' ? 1 : -1
              // On a fresh line the arrows recall what was typed before; else they walk what Tab would take.
              if (line === '/' || history.current.at > 0) {
                const recalled = recall(history.current, by)
                history.current = recalled.history
                setLine(recalled.line || '/')
              } else setAt(Math.max(0, Math.min(offers.length - 1, at - by)))
            })
          }
        }}
      />
      <p className="note command-foot">{say('console.command.foot')}</p>
    </div>
  )
}

const isName = (label: string): label is (typeof commandNames)[number] =>
  (commandNames as readonly string[]).includes(label)
