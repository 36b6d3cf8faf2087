import { isSilent, type SeenItem } from '@open110/core/item'
import type { ReportRow } from '@open110/core/watch'

/** Of what was sent, what a page may show to whoever holds the phone (CI15). */
export type Shown = { readonly items: readonly SeenItem[]; readonly rows: readonly ReportRow[] | undefined }

/** Without the way back only reports that are known not to be silent, and only what is known to belong to them. */
export function shownOf(
  items: readonly SeenItem[],
  rows: readonly ReportRow[] | undefined,
  isOpened: boolean,
): Shown {
  if (isOpened) return { items, rows }
  const openly = rows?.filter(({ mode }) => mode !== 'silent')
  const hidden = new Set(rows?.filter(({ mode }) => mode === 'silent').map(({ id }) => id))
  const own = items.filter(({ parcel }) => parcel.kind === 'report').filter((item) => !isSilent(item))
  const known = new Set([
    ...own.flatMap(({ id, receipt }) => (receipt ? [id, receipt.id] : [id])),
    ...(openly ?? []).map(({ id }) => id),
  ])
  const isOpen = ({ id, of, parcel }: SeenItem) =>
    !hidden.has(of) && known.has(parcel.kind === 'report' ? id : of)
  return { items: items.filter(isOpen), rows: openly }
}

/** One silent report, for the page to which the way back leads: what has not left, then what the server has. */
export type SilentLine = {
  readonly id: string
  readonly at: string
  readonly state: SeenItem['shows'] | ReportRow['state']
  readonly isUnsent: boolean
  readonly tag?: string
  readonly unread: number
}

export function silentLines(
  items: readonly SeenItem[],
  rows: readonly ReportRow[] | undefined,
): readonly SilentLine[] {
  const unsent = items
    .filter((item) => isSilent(item) && item.shows !== 'delivered')
    .map(({ id, madeAt, shows, parcel }): SilentLine => {
      const tag = parcel.kind === 'report' ? parcel.body.tag : undefined
      return { id, at: madeAt, state: shows, isUnsent: true, unread: 0, ...(tag ? { tag } : {}) }
    })
  const sent = (rows ?? [])
    .filter(({ mode }) => mode === 'silent')
    .map(({ id, deliveredAt, state, tag, unread }): SilentLine => ({
      id,
      at: deliveredAt,
      state,
      isUnsent: false,
      unread,
      ...(tag ? { tag } : {}),
    }))
  return [...unsent, ...sent]
}
