import { sayOr } from '@open110/core/words/console'
import type { Handover } from '@open110/modules/desk/handover'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { momentText } from '../Queue/age.state.ts'
import { Priority } from '../parts/Priority.tsx'

const counted = ['dialogues', 'clocks', 'escalations', 'followups'] as const

/** 交接单 — what is open, in the order in which it came, and how much else waits. */
export function Sheet({
  sheet: { items, counts },
  notes,
  onOpen,
}: {
  sheet: Pick<Handover, 'items' | 'counts'>
  notes?: string
  onOpen?: (item: { report: string } | { incident: string }) => void
}) {
  const { say } = useDesk()
  const nowMs = useNow()
  return (
    <>
      {notes ? <p className="handover-notes">{notes}</p> : null}
      <ul className="handover-counts">
        {counted.map((name) => (
          <li key={name}>{say(`handover.count.${name}`, { count: counts[name] })}</li>
        ))}
      </ul>
      {items.length > 0 ? (
        <div className="handover-scroll">
          <table>
            <thead>
              <tr>
                {(['number', 'state', 'gist', 'place', 'since'] as const).map((column) => (
                  <th key={column} scope="col">
                    {say(`handover.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.id}>
                  <td className="is-figure">
                    {item.level ? <Priority level={item.level} say={say} /> : null}{' '}
                    {onOpen ? (
                      <button
                        type="button"
                        className="link"
                        onClick={() =>
                          onOpen(item.kind === 'incident' ? { incident: item.id } : { report: item.id })
                        }
                      >
                        {item.number}
                      </button>
                    ) : (
                      item.number
                    )}
                  </td>
                  <td>{sayOr(say, `${item.kind}.state.${item.state}`)}</td>
                  <td>{item.gist}</td>
                  <td>{item.place}</td>
                  <td className="is-figure">{momentText(item.since, nowMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </>
  )
}
