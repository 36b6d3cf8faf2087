import type { Step } from '@open110/modules/video'
import { useDesk } from '../Desk/desk.tsx'
import type { Seen } from './session.state.ts'
import { qualityOf } from './video.state.ts'

const bars = { good: '▮▮▮', fair: '▮▮▯', poor: '▮▯▯' } as const

/** 线路 — how much comes in here, in figures; a shape and a word, never colour alone. */
export function Quality({ seen, step }: { seen: Seen; step: Step | undefined }) {
  const { say } = useDesk()
  const { figures } = seen
  if (!figures || seen.isLost || step === 'stills' || step === 'text') return null
  const quality = qualityOf(figures)
  return (
    <span className="video-quality figure" data-quality={quality}>
      <span aria-hidden="true">{bars[quality]}</span> {say(`video.quality.${quality}`)}
      <span className="note">
        {' '}
        {figures.kbps} kbps
        {figures.roundTripMs === undefined ? '' : ` · ${figures.roundTripMs} ms`}
        {figures.lost === undefined
          ? ''
          : ` · ${say('video.loss', { percent: Math.round(figures.lost * 100) })}`}
      </span>
    </span>
  )
}
