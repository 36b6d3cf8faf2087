import { commandNames } from '../Command/command.state.ts'
import { sayOr, type Say } from '@open110/core/words/console'
import { useDesk } from '../Desk/desk.tsx'
import { keyTable, type Act } from './keys.state.ts'
import './Help.css'

/** 键位 — drawn from the table that hears them. It lies beside the work and stops nothing. */
export function Help({ onClose }: { onClose: () => void }) {
  const { say } = useDesk()
  return (
    <aside className="help" aria-label={say('console.help')}>
      <header className="zone-head">
        <h2>{say('console.help')}</h2>
        <button type="button" className="button is-quiet" onClick={onClose}>
          {say('action.close')} <kbd className="key">?</kbd>
        </button>
      </header>
      <dl>
        {keyTable.map((row) =>
          row.shown ? (
            <div key={`${row.act}-${row.shown}`}>
              <dt>{row.shown}</dt>
              <dd>{sayAct(say, row.act)}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <h3>{say('console.command.list')}</h3>
      <dl>
        {commandNames.map((name) => (
          <div key={name}>
            <dt>/{name}</dt>
            <dd>{say(`console.command.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </aside>
  )
}

/** A key that only leads to a view is named by the view. */
const sayAct = (say: Say, act: Act): string =>
  act.startsWith('view-')
    ? say('console.key.view', { view: sayOr(say, `console.view.${act.slice('view-'.length)}`) })
    : sayOr(say, `console.key.${act}`)
