import { sayOr } from '@open110/core/words/console'
import { feedbackCounts } from '@open110/modules/dispatch'
import { useKept } from '../Boards/useBoard.ts'
import { useDesk } from '../Desk/desk.tsx'
import { BoardHead, BoardState } from '../parts/BoardHead.tsx'
import { ageText } from '../Queue/age.state.ts'
import { Bars } from './Bars.tsx'
import { rangeNames, shareText, spans, type Ranges } from './figures.state.ts'
import { useFigures } from './useFigures.ts'
import '../Boards/Boards.css'
import './Figures.css'

const clocks = ['sign', 'depart', 'feedback'] as const
const shown = feedbackCounts.filter((name) => name !== 'boats' && name !== 'lossYuan')

/** 统计 — the weekly sheet (签收、出警、反馈 by ranges), what was sent in and out, and the sums of the feedbacks. */
export function Figures() {
  const { say } = useDesk()
  const [span, setSpan] = useKept('figures.span', spans, 'week')
  const figures = useFigures(span)
  const { value } = figures
  const seconds = (whole: number | undefined) => (whole === undefined ? '—' : ageText(whole))
  const cells = () =>
    value
      ? [
          [say('console.view.figures'), value.sheets.from, value.sheets.to],
          ...(['single', 'several'] as const).flatMap((sheet) =>
            clocks.map((clock) => [
              say(`console.sheet.${sheet}`),
              say(`deadline.clock.${clock}`),
              ...value.sheets[sheet][clock].counts,
            ]),
          ),
          ...shown.map((name) => [say(`feedback.field.${name}`), value.sums.total[name]]),
          [say('console.volume.reports'), value.volume.reports],
          [say('console.volume.incidents'), value.volume.incidents],
          ...value.channels.channels.map((row) => [
            say(`channel.${row.channel}`),
            row.reports,
            row.receivedMedianSeconds ?? '',
          ]),
        ]
      : []
  return (
    <section className="board" aria-label={say('console.view.figures')}>
      <BoardHead title={say('console.view.figures')} cells={cells}>
        <div role="group" aria-label={say('console.span')} className="scopes">
          {spans.map((name) => (
            <button
              key={name}
              type="button"
              className="button"
              aria-pressed={span === name}
              onClick={() => setSpan(name)}
            >
              {say(`console.span.${name}`)}
            </button>
          ))}
          <button type="button" className="button is-quiet" onClick={figures.again}>
            {say('console.count-again')}
          </button>
        </div>
      </BoardHead>
      <BoardState board={figures} isEmpty={false} empty={null} onAgain={figures.again} />
      {value ? (
        <div className="figures">
          {clocks.map((clock) => (
            <article key={clock} className="sheet">
              <h3>{say(`console.sheet.${clock}`)}</h3>
              <Bars
                label={say(`console.sheet.${clock}`)}
                names={rangeNames(value.sheets.single[clock].ends)}
                counts={value.sheets.single[clock].counts}
              />
              <SheetTable single={value.sheets.single[clock]} several={value.sheets.several[clock]} />
            </article>
          ))}
          <article className="sheet">
            <h3>{say('console.volume')}</h3>
            <dl className="counts">
              <div>
                <dt>{say('console.volume.reports')}</dt>
                <dd>{value.volume.reports}</dd>
              </div>
              <div>
                <dt>{say('console.volume.effective')}</dt>
                <dd>{value.volume.effective}</dd>
              </div>
              <div>
                <dt>{say('console.volume.merged')}</dt>
                <dd>{value.volume.mergedReports}</dd>
              </div>
              <div>
                <dt>{say('console.volume.incidents')}</dt>
                <dd>{value.volume.incidents}</dd>
              </div>
            </dl>
            <table>
              <thead>
                <tr>
                  <th scope="col">{say('console.column.level')}</th>
                  <th scope="col">{say('console.volume.incidents')}</th>
                </tr>
              </thead>
              <tbody>
                {value.volume.byLevel.map((row) => (
                  <tr key={row.level}>
                    <td>{sayOr(say, `level.${row.level}`)}</td>
                    <td className="figure">{row.incidents}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </article>
          <article className="sheet">
            <h3>{say('console.sums')}</h3>
            <p className="note">{say('console.sums.note', { count: value.sums.total.feedbacks })}</p>
            <dl className="counts">
              {shown.map((name) => (
                <div key={name}>
                  <dt>{say(`feedback.field.${name}`)}</dt>
                  <dd>{value.sums.total[name]}</dd>
                </div>
              ))}
            </dl>
          </article>
          <article className="sheet">
            <h3>{say('channel.counts')}</h3>
            <table>
              <thead>
                <tr>
                  {(['channel', 'reports', 'received', 'accepted', 'effective'] as const).map((head) => (
                    <th key={head} scope="col">
                      {say(`channel.column.${head}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {value.channels.channels.map((row) => (
                  <tr key={row.channel}>
                    <td>{say(`channel.${row.channel}`)}</td>
                    <td className="figure">{row.reports}</td>
                    <td className="figure">{seconds(row.receivedMedianSeconds)}</td>
                    <td className="figure">{seconds(row.acceptedMedianSeconds)}</td>
                    <td className="figure">{shareText(row.effective, row.reports)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </article>
        </div>
      ) : null}
    </section>
  )
}

function SheetTable({ single, several }: { single: Ranges; several: Ranges }) {
  const { say } = useDesk()
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say('console.sheet.range')}</th>
          <th scope="col">{say('console.sheet.single')}</th>
          <th scope="col">{say('console.sheet.share')}</th>
          <th scope="col">{say('console.sheet.several')}</th>
        </tr>
      </thead>
      <tbody>
        {rangeNames(single.ends).map((name, index) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="figure">{single.counts[index] ?? 0}</td>
            <td className="figure">{shareText(single.counts[index] ?? 0, single.total)}</td>
            <td className="figure">{several.counts[index] ?? 0}</td>
          </tr>
        ))}
        <tr>
          <td>{say('console.sheet.running')}</td>
          <td className="figure">{single.running}</td>
          <td className="figure">—</td>
          <td className="figure">{several.running}</td>
        </tr>
      </tbody>
    </table>
  )
}
