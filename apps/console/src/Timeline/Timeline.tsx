import type { Incident } from '@open110/modules/incident'
import type { ReportView } from '@open110/modules/report'
import { sayOr, type Say } from '@open110/core/words/console'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { momentText } from '../Queue/age.state.ts'
import { useVideosOf } from '../Video/useVideos.ts'
import { stepsOf } from '../Video/video.state.ts'

/** 经过 — everything that has happened to the report and the incident, the newest first. */
export function Timeline({
  report,
  incident,
}: {
  report: ReportView | undefined
  incident: Incident | undefined
}) {
  const { say } = useDesk()
  const nowMs = useNow()
  const { calls } = useVideosOf(report?.id)
  const entries: Incident['timeline'] = [
    ...(report?.timeline ?? []),
    ...(incident?.timeline ?? []),
    ...(calls ?? []).flatMap(stepsOf),
  ].sort((a, b) => (a.at < b.at ? 1 : -1))
  if (entries.length === 0) return <p className="empty">{say('console.timeline-empty')}</p>
  return (
    <ol className="timeline">
      {entries.map((entry, index) => (
        <li key={`${entry.at}-${entry.what}-${index}`}>
          <time dateTime={entry.at}>{momentText(entry.at, nowMs)}</time>
          <span>
            {sayWhat(say, entry.what)}
            {entry.note ? <span className="note"> {entry.note}</span> : null}
          </span>
          <span className="note">{entry.by}</span>
        </li>
      ))}
    </ol>
  )
}

/** Rungs of the ladder have their own words; the rest is named by the event. */
function sayWhat(say: Say, what: string): string {
  return sayOr(say, what.startsWith('ladder.') ? what : `timeline.${what}`)
}
