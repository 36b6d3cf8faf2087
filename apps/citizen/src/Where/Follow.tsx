import { useEffect } from 'react'
import type { ReportRow } from '@open110/core/watch'
import { openReportStates } from '@open110/modules/report'
import { useCell, usePhone } from '../app/hooks.ts'
import { loadTracking, tracking } from './tracking.ts'
import { useTelling } from './useTelling.ts'

/** The newest open report that is about where its sender is, unless they have stopped it or its own page is doing it. */
export function followed(
  rows: readonly ReportRow[] | undefined,
  stopped: ReadonlySet<string>,
  path: string,
): string | undefined {
  return rows?.find(
    ({ id, mode, state }) =>
      (mode === 'silent' || mode === 'location') &&
      openReportStates.some((each) => each === state) &&
      !stopped.has(id) &&
      path !== `/r/${id}`,
  )?.id
}

/** 续报位置 after a reload, from under the cover and from any other page; nobody is asked for a permission here. */
export function Follow({ path }: { path: string }) {
  const { watch, locator, store } = usePhone()
  const { rows } = useCell(watch.list)
  const { state } = useCell(locator.sight)
  const of = followed(rows, useCell(tracking), path)
  useEffect(() => void loadTracking(store), [store])
  return of && state === 'found' ? <Telling key={of} of={of} /> : null
}

function Telling({ of }: { of: string }) {
  useTelling({ of, isOn: true })
  return null
}
