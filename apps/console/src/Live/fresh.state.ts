/** 刷新 — which parts of the workplace an event makes old. Events carry ids only; the rest is fetched again. */
export const parts = [
  'queue',
  'seats',
  'units',
  'report',
  'incident',
  'slips',
  'suggestions',
  'similar',
  'incidents',
  'outlines',
] as const
export type Part = (typeof parts)[number]

export type Open = { readonly report?: string; readonly incident?: string }

type Data = { readonly report?: unknown; readonly incident?: unknown }

export function staleParts(type: string, data: Data, open: Open | undefined, isListing: boolean): Part[] {
  const isReport = open?.report !== undefined && data.report === open.report
  const isIncident = open?.incident !== undefined && data.incident === open.incident
  const stale = new Set<Part>()
  const [subject] = type.split('.')
  switch (subject) {
    case 'report':
    case 'message':
    case 'attachment':
      if (type !== 'report.signal' && type !== 'message.marked') stale.add('queue')
      if (isReport && type !== 'report.signal') stale.add('report')
      if (isReport && type === 'report.moved') stale.add('similar')
      if (type === 'report.supplemented' && isIncident) stale.add('incident')
      break
    case 'incident':
      stale.add('queue')
      if (type === 'incident.hinted') return isReport ? ['similar'] : []
      if (type === 'incident.locked' || type === 'incident.unlocked') return isIncident ? ['incident'] : []
      if (isListing) stale.add('incidents')
      if (isIncident) for (const part of ['incident', 'report', 'suggestions'] as const) stale.add(part)
      if (type === 'incident.accepted' && open?.report) stale.add('similar').add('report')
      break
    case 'slip':
      if (isListing) stale.add('incidents')
      if (isIncident) for (const part of ['slips', 'incident', 'suggestions'] as const) stale.add(part)
      break
    case 'feedback':
      if (isIncident) stale.add('slips').add('incident')
      break
    case 'desk':
      stale.add('seats').add('queue')
      break
    default:
      break
  }
  return [...stale]
}

/** What belongs to the thing that is open, fetched when it is opened. */
export function partsOfOpen(open: Open): Part[] {
  return [
    ...(open.report ? (['report', 'similar'] as const) : []),
    ...(open.incident ? (['incident', 'slips', 'suggestions'] as const) : []),
  ]
}

/** Live topics: the desk and its map always, and what is open. */
export function topicsOf(desk: string, open: Open | undefined): string[] {
  return [
    `desk:${desk}`,
    `map:${desk}`,
    ...(open?.report ? [`report:${open.report}`] : []),
    ...(open?.incident ? [`incident:${open.incident}`] : []),
  ]
}
