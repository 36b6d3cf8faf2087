import { useBoard } from '../Boards/useBoard.ts'
import type { GoTo } from '../Boards/goto.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import { Exposures } from '../Exposure/Exposures.tsx'
import { rowKeys } from '../parts/rows.ts'
import { ageText, clockText, secondsSince } from '../Queue/age.state.ts'
import { presentIn, reporterOf, stageOf, titleOf } from './video.state.ts'
import './Video.css'

/** 视频督察 — the calls that are open at this desk; whoever supervises sees into them without being seen (NY-41). */
export function LiveCalls({ onGo }: { onGo: (to: GoTo) => void }) {
  const { say, session, videos, boards } = useDesk()
  const { value: calls, fault } = useBoard('videos')
  const queue = useRoom((room) => room.queue)
  const nowMs = useNow()
  const acting = useAct()
  const maySupervise = session.staff.permissions.includes('video.supervise')
  const watch = async (video: string, report: string) => {
    const done = await acting.run(() => videos.enter(video, 'supervisor'))
    if (done) onGo({ report })
  }
  return (
    <section className="video-page" aria-label={say('console.view.videos')}>
      <header className="zone-head">
        <h2>{say('console.view.videos')}</h2>
        <p className="note">{say(maySupervise ? 'video.page-note' : 'video.page-note-desk')}</p>
      </header>
      {fault ? (
        <p className="said" role="alert">
          {say(calls ? 'console.part-stale' : 'console.unanswered')}{' '}
          <button type="button" className="button" onClick={() => boards.refresh(['videos'])}>
            {say('action.retry')}
          </button>
        </p>
      ) : null}
      <Said text={acting.said} />
      {!calls && !fault ? <p className="empty">{say('console.loading')}</p> : null}
      {calls?.length === 0 ? <p className="empty">{say('video.page-empty')}</p> : null}
      {calls?.length ? (
        // Arrows walk the rows.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
        <table className="video-table" onKeyDown={rowKeys}>
          <thead>
            <tr>
              {(['report', 'state', 'began', 'lasted', 'line', 'present', 'acts'] as const).map((name) => (
                <th key={name} scope="col">
                  {say(`video.column.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {calls.map((video) => {
              const row = queue?.find(({ report }) => report === video.report)
              const step = reporterOf(video)?.step
              return (
                <tr key={video.id} data-row tabIndex={0}>
                  <td>
                    <span className="figure">{row?.receiptCode ?? video.report}</span>{' '}
                    {video.isCovert ? <span className="chip is-striped">{say('video.covert')}</span> : null}{' '}
                    <span className="note">{row?.gist}</span>
                  </td>
                  <td>
                    <span className={video.state === 'lost' ? 'chip is-strong' : 'chip'}>
                      {say(`video.stage.${stageOf(video)}`)}
                    </span>{' '}
                    {video.isTalking ? <span className="chip is-talking">{say('video.talk')}</span> : null}
                  </td>
                  <td className="figure">{clockText(video.startedAt ?? video.openedAt)}</td>
                  <td className="figure">
                    {ageText(secondsSince(video.startedAt ?? video.openedAt, nowMs))}
                  </td>
                  <td>{step ? say(`video.stage.${step}`) : ''}</td>
                  <td>
                    {presentIn(video)
                      .map(({ role, name }) => titleOf(say(`video.role.${role}`), name))
                      .join('、')}
                  </td>
                  <td className="video-acts">
                    {maySupervise && video.state !== 'invited' ? (
                      <button
                        type="button"
                        className="button"
                        data-open
                        disabled={acting.isBusy}
                        title={say('video.enter-unseen-hint')}
                        onClick={() => void watch(video.id, video.report)}
                      >
                        {say('video.enter-unseen')}
                      </button>
                    ) : null}
                    <button
                      type="button"
                      className="button"
                      data-open={maySupervise ? undefined : true}
                      onClick={() => onGo({ report: video.report })}
                    >
                      {say('console.open-incident')}
                    </button>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      ) : null}
      {maySupervise ? <Exposures /> : null}
    </section>
  )
}
