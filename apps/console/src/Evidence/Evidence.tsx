import type { ReportView } from '@open110/modules/report'
import { useDesk } from '../Desk/desk.tsx'
import { MyExposure } from '../Exposure/Exposures.tsx'
import { Piece } from './Piece.tsx'

/** 附件页 — everything attached, with the digests that the originals are sealed under. */
export function Evidence({ report }: { report: ReportView | undefined }) {
  const { say } = useDesk()
  if (!report || report.attachments.length === 0)
    return <p className="empty">{say('console.evidence-empty')}</p>
  return (
    <div className="evidence">
      <p className="note">{say('exposure.covered')}</p>
      {report.attachments.map((piece) => (
        <div key={piece.id} className="evidence-item">
          <Piece piece={piece} report={report.id} />
          <p className="digest" title={`SHA-256 ${piece.sha256}\nSM3 ${piece.sm3}`}>
            SHA-256 {piece.sha256.slice(0, 16)}…
          </p>
        </div>
      ))}
      <MyExposure />
    </div>
  )
}
