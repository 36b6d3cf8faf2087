import type { Whereabouts } from './whereabouts.ts'

const refused = new Set<string>()

/** 没给的权限 — told by whoever was refused, so that the desk does not ask for what cannot come (ZJ-19). */
export function noteRefused(permission: 'microphone' | 'camera'): void {
  refused.add(permission)
}

export function deniedHere(location: Whereabouts['state']): string[] {
  return [...(location === 'denied' ? ['location'] : []), ...refused]
}
