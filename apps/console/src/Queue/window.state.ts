import { groups, type Group, type Order } from './queue.state.ts'

/** 可视窗 — which rows are drawn: a queue of thousands costs what fits on the screen. Heights in CSS pixels. */
export const rowHeight = 64
export const headHeight = 28
const margin = 6

export type GroupWindow = {
  readonly group: Group
  readonly count: number
  readonly isOpen: boolean
  readonly height: number
  readonly top: number
  /** The drawn rows and the index of the first. */
  readonly ids: readonly string[]
  readonly from: number
}

export function windowOf(
  order: Order,
  open: ReadonlySet<Group>,
  scrollTop: number,
  viewHeight: number,
): { groups: GroupWindow[]; height: number } {
  let top = 0
  const windows = groups.map((group): GroupWindow => {
    const count = order[group].length
    const isOpen = open.has(group)
    const body = isOpen ? count * rowHeight : 0
    const first = Math.max(0, Math.floor((scrollTop - top - headHeight) / rowHeight) - margin)
    const last = Math.ceil((scrollTop + viewHeight - top - headHeight) / rowHeight) + margin
    const ids = isOpen ? order[group].slice(first, Math.max(first, last)) : []
    const window = { group, count, isOpen, height: headHeight + body, top, ids, from: Math.min(first, count) }
    top += window.height
    return window
  })
  return { groups: windows, height: top }
}

/** Where a row lies in the list, or nothing when its group is folded. */
export function topOf(order: Order, open: ReadonlySet<Group>, id: string): number | undefined {
  let top = 0
  for (const group of groups) {
    const at = open.has(group) ? order[group].indexOf(id) : -1
    if (at >= 0) return top + headHeight + at * rowHeight
    top += headHeight + (open.has(group) ? order[group].length * rowHeight : 0)
  }
  return undefined
}

/** The row at a height of the list. */
export function rowAt(order: Order, open: ReadonlySet<Group>, y: number): string | undefined {
  for (const window of windowOf(order, open, 0, 0).groups) {
    if (y < window.top + window.height) {
      return window.isOpen
        ? order[window.group][Math.floor((y - window.top - headHeight) / rowHeight)]
        : undefined
    }
  }
  return undefined
}

/** The scroll position that brings a row into view with the least movement. */
export function scrollTo(top: number, scrollTop: number, viewHeight: number): number {
  if (top - headHeight < scrollTop) return Math.max(0, top - headHeight)
  if (top + rowHeight > scrollTop + viewHeight) return top + rowHeight - viewHeight
  return scrollTop
}
