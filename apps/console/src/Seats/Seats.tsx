import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import { ageText, clockText, secondsSince } from '../Queue/age.state.ts'

/** 席位 — who sits where, whose heartbeat is late, and what each has in hand. */
export function Seats() {
  const { say } = useDesk()
  const seats = useRoom((room) => room.seats)
  const queue = useRoom((room) => room.queue)
  const nowMs = useNow()
  return (
    <section className="seats" aria-label={say('console.view.seats')}>
      <div className="incidents-table">
        {seats === undefined ? <p className="empty">{say('console.loading')}</p> : null}
        {seats ? (
          <table>
            <thead>
              <tr>
                {(['seat', 'state', 'who', 'since', 'beat', 'in-hand', 'unread'] as const).map((head) => (
                  <th key={head} scope="col">
                    {say(`console.seat-column.${head}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {seats.map((seat) => {
                const own = (queue ?? []).filter((row) => row.owner?.seat === seat.seat)
                const beat = seat.lastBeatAt ? secondsSince(seat.lastBeatAt, nowMs) : undefined
                return (
                  <tr key={seat.seat}>
                    <td>{say('console.seat', { seat: seat.seat })}</td>
                    <td className="row-owner" data-state={seat.state}>
                      {say(`console.seat-state.${seat.state}`)}
                    </td>
                    <td>{seat.staffName ?? ''}</td>
                    <td className="figure">
                      {seat.signedInAt && seat.state !== 'empty' ? clockText(seat.signedInAt) : ''}
                    </td>
                    <td className="figure">
                      {beat === undefined || seat.state === 'empty' ? '' : ageText(beat)}
                    </td>
                    <td className="figure">{own.length}</td>
                    <td className="figure">{own.reduce((sum, row) => sum + row.unread, 0)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        ) : null}
      </div>
    </section>
  )
}
