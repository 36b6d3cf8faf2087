import { useEffect, useState } from 'react'
import { cell } from '@open110/core/cell'
import type { SeenItem } from '@open110/core/item'
import { ladderOf, type Rung, type WayOut } from '@open110/core/ladder'
import { rungsOf, type Sight } from '@open110/core/watch'
import { sayOr } from '@open110/core/words/citizen'
import { useCell, useItems, usePhone, useTick } from '../app/hooks.ts'
import { go, place } from '../app/path.ts'
import { hide, isOpened, rememberQuiet } from '../app/quiet.ts'
import { localReport, quietGuidance, wayOutOf } from './report.state.ts'

const nothing = cell<Sight>({})

/** 一份报警 — what this phone and the server know of a report, and how quiet a page about it must be. */
export type One = {
  readonly local: SeenItem | undefined
  /** The server's id, once there is one. */
  readonly server: string | undefined
  readonly sight: Sight
  readonly mode: string | undefined
  readonly isQuiet: boolean
  /** Found in the browser's own history: the cover is shown, and under it the report for whoever knows the way back. */
  readonly isFound: boolean
}

/**
 * The report that an address means. The address becomes the server's as soon as there is one (`part` stays behind it),
 * and a silent report turns quiet wherever it is opened.
 */
export function useOneReport(id: string, part = ''): One {
  const { watch } = usePhone()
  const items = useItems()
  const local = localReport(id, items)
  const server = local?.receipt?.id ?? (id.startsWith('rp_') ? id : undefined)
  useEffect(() => (server ? watch.look(server) : undefined), [server, watch])
  const sight = useCell(server ? watch.sight(server) : nothing)
  const mode = sight.report?.mode ?? (local?.parcel.kind === 'report' ? local.parcel.body.mode : undefined)
  const { isQuiet: isHushed, isUnsure } = useCell(place)
  // An address opened from the history tells nothing: quiet until it is known that the report is not.
  const isQuiet = mode === 'silent' || (isHushed && !(isUnsure && mode !== undefined))
  const isOpen = useCell(isOpened)
  const isFound = mode === 'silent' && isUnsure === true && !isOpen

  useEffect(() => {
    const { path } = place.get()
    const right = `/r/${server ?? id}${part}`
    if (!path.startsWith('/r/')) return rememberQuiet(right) // covered
    if (isFound) {
      rememberQuiet(right)
      return hide()
    }
    if (path !== right || isQuiet !== isHushed) go(right, { replace: true, quiet: isQuiet })
  }, [server, id, part, isQuiet, isHushed, isFound])

  return { local, server, sight, mode, isQuiet, isFound }
}

/** How far the report has come, the way out where nobody answers in time, and what is said of place and desk. */
export function useTruth({ local, sight, isQuiet }: One): {
  readonly rungs: readonly Rung[]
  readonly ways: readonly WayOut[]
  readonly told: string | undefined
  readonly tag: string | undefined
} {
  const { say, now, nowMs, locator } = usePhone()
  const { report } = sight
  const { fix } = useCell(locator.sight)
  const isReceived = report?.ladder.some(({ step }) => step === 'received') ?? false
  useTick(!isReceived)
  const { rungs, waitedSeconds } = report
    ? rungsOf(sight, now(), nowMs())
    : { rungs: ladderOf({ ...(local ? { local: local.shows } : {}), waitedSeconds: 0 }), waitedSeconds: 0 }
  const said = local?.parcel.kind === 'report' ? local.parcel.body : undefined
  const tag = report?.tag ?? said?.tag
  const words = report?.words ?? said?.words
  const what = [tag && sayOr(say, `tag.${tag}`), words].filter(Boolean).join(' ').slice(0, 60)
  const [shownSince] = useState(nowMs)
  const shownForSeconds = (nowMs() - shownSince) / 1_000
  const ways = wayOutOf({ local, report, waitedSeconds, isQuiet, fix, what, now: now(), shownForSeconds })
  // What was true of the desk before somebody opened the report is not true afterwards.
  const isUnstaffed = report?.guidance === 'guidance.no-desk'
  const guidance = isReceived && isUnstaffed ? undefined : report?.guidance
  const told = guidance && (isQuiet ? quietGuidance(say, guidance) : sayOr(say, guidance))
  return { rungs, ways, told, tag }
}
