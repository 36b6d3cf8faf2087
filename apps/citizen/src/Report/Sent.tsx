import type { SeenItem } from '@open110/core/item'
import { sayOr } from '@open110/core/words/citizen'
import type { ReportView } from '@open110/modules/report'
import { usePhone, useSpoken } from '../app/hooks.ts'
import { filesOf, percentOf } from './report.state.ts'

/** 您发的内容 — the original as it was sent, and where each file is. */
export function Sent(props: {
  report: ReportView | undefined
  local: SeenItem | undefined
  items: readonly SeenItem[]
}) {
  const { say, outbox } = usePhone()
  const spoken = useSpoken()
  const { report } = props
  const body = props.local?.parcel.kind === 'report' ? props.local.parcel.body : undefined
  const words = report?.words ?? body?.words
  const tag = report?.tag ?? body?.tag
  const place = report?.placeWords ?? body?.place?.words
  const { there, here } = filesOf(report, props.items)
  return (
    <section className="card sent">
      <h2>{say('sent.title')}</h2>
      <p className="sent-words">
        {tag && <b>{sayOr(say, `tag.${tag}`)} </b>}
        {words ?? (tag ? '' : say('sent.no-words'))}
      </p>
      {place && (
        <p className="about">
          {say('sent.place')}:{place}
        </p>
      )}
      {there.length + here.length > 0 && (
        <ul className="sent-files" aria-label={say('sent.files')}>
          {there.map(({ id, kind }, index) => (
            <li key={id}>
              <span>
                {say(`sent.file.${kind}`)} {index + 1}
              </span>
              <span className="about">{say('file.delivered')}</span>
            </li>
          ))}
          {here.map((item) => (
            <li key={item.id}>
              <span>{item.parcel.kind === 'attachment' ? item.parcel.file.name : ''}</span>
              <span className="about" role={spoken}>
                {fileWords(item)}
              </span>
              {item.shows === 'refused' && (
                <button type="button" className="button plain" onClick={() => void outbox.drop(item.id)}>
                  {say('ladder.drop')}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {report && (
        <p className="about">
          {say('report.receipt')} <b className="code">{report.receiptCode}</b>
        </p>
      )}
    </section>
  )

  function fileWords(item: SeenItem): string {
    const percent = percentOf(item)
    switch (item.shows) {
      case 'sending':
        return say('file.sending', { percent })
      case 'queued':
      case 'unknown':
        return !report
          ? say('file.waiting')
          : percent > 0
            ? say('file.paused', { percent })
            : say('file.queued')
      case 'refused': {
        const { refused = '', facts = {} } = item.refusal ?? {}
        return say('file.refused', {
          reason: sayOr(say, `refusal.${refused}`, facts as Record<string, string>),
        })
      }
      default:
        return say(`file.${item.shows}`)
    }
  }
}
