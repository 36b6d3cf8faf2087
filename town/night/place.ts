import type { LngLat, Resolution } from '@open110/modules/place'

/** Two desks with a border between them; what has no place goes to the first. */
export const duty = 'lishui'
export const desks = ['lishui', 'shaoxing'] as const
export type DeskName = (typeof desks)[number]

export const fixes: Readonly<Record<DeskName, LngLat>> = {
  lishui: { lng: 119.92, lat: 28.45 },
  shaoxing: { lng: 120.58, lat: 30.05 },
}

export function resolve({ lat }: LngLat): Resolution {
  const id = lat < 29.5 ? 'lishui' : 'shaoxing'
  return {
    how: 'inside',
    division: { code: id === 'lishui' ? '331100' : '330600', name: id } as Resolution['division'],
    desk: { id, name: id },
    share: 1,
    alternatives: [],
    edition: 'night',
  }
}
