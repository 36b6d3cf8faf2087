/** 页面 — the views of the desk. Each has an address of its own, so that two screens can show two of them. */
export const views = [
  'desk',
  'board',
  'overdue',
  'loops',
  'duty',
  'incidents',
  'follow-ups',
  'escalations',
  'handover',
  'videos',
  'figures',
  'seats',
] as const
export type View = (typeof views)[number]

export const addressOf = (view: View): string => `#/${view}`

export function viewAt(hash: string): View | undefined {
  const name = /^#\/([a-z-]+)/.exec(hash)?.[1]
  return views.find((view) => view === name)
}
