import { useState, type RefObject } from 'react'
import { momentOf } from '@open110/kit/time'
import * as videos from '@open110/modules/video/api'
import { Said, useAct, type Acting } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { clockText } from '../Queue/age.state.ts'
import type { Joined } from './session.state.ts'
import { reporterOf } from './video.state.ts'

type Snapshot = {
  readonly key: string
  readonly at: string
  /** What the hand saw when it pressed; the evidence is the server's own frame. */
  readonly preview?: string
  readonly sha256?: string
  readonly isFailed?: boolean
}
export type SnapshotStrip = Acting & { readonly all: readonly Snapshot[]; take(): Promise<void> }

/** 抓拍 — what is seen now is kept: shown here at once, and as evidence as soon as the server has it from the journal (NY-16). */
export function useSnapshots(joined: Joined, box: RefObject<HTMLElement | null>): SnapshotStrip {
  const { call } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const [all, keep] = useState<readonly Snapshot[]>([])
  const take = async () => {
    const reporter = reporterOf(joined.video)
    if (!reporter) return
    const key = makeKey()
    const at = momentOf(nowMs)
    const preview = frameIn(box.current)
    keep((last) => [{ key, at, ...(preview ? { preview } : {}) }, ...last])
    const done = await acting.run(() =>
      call(videos.snapshot, { params: { video: joined.video.id }, body: { of: reporter.id }, key }),
    )
    keep((last) =>
      last.map((one) =>
        one.key !== key
          ? one
          : done
            ? { ...one, at: done.at, sha256: done.sha256 }
            : { ...one, isFailed: true },
      ),
    )
  }
  return { ...acting, all, take }
}

function frameIn(box: HTMLElement | null): string | undefined {
  const shown = box?.querySelector<HTMLVideoElement | HTMLImageElement>('.video-picture :is(video, img)')
  if (!shown) return undefined
  const [width, height] =
    shown instanceof HTMLVideoElement
      ? [shown.videoWidth, shown.videoHeight]
      : [shown.naturalWidth, shown.naturalHeight]
  if (width === 0) return undefined
  const canvas = document.createElement('canvas')
  canvas.width = 160
  canvas.height = Math.round((160 * height) / width)
  canvas.getContext('2d')?.drawImage(shown, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/jpeg', 0.7)
}

export function Snapshots({ snapshots: { all, said } }: { snapshots: SnapshotStrip }) {
  const { say } = useDesk()
  if (all.length === 0) return said ? <Said text={said} /> : null
  return (
    <>
      <ul className="video-snapshots" aria-label={say('video.snapshots')}>
        {all.map(({ key, at, preview, sha256, isFailed }) => (
          <li key={key}>
            {preview ? <img src={preview} alt="" /> : <span className="video-nothing" />}
            <span className="figure">{clockText(at)}</span>
            <span className="note" title={sha256 ? `SHA-256 ${sha256}` : undefined}>
              {sha256
                ? say('video.snapshot-kept', { hash: sha256.slice(0, 8) })
                : say(isFailed ? 'video.snapshot-failed' : 'video.snapshot-keeping')}
            </span>
          </li>
        ))}
      </ul>
      <Said text={said} />
    </>
  )
}
