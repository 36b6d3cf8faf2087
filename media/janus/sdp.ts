import type { TrackKind } from '../port.ts'

/** A far side without candidates is started by none; this one leads nowhere, and the first packet shows the true one. */
const nowhere = 'a=candidate:1 1 udp 1 127.0.0.1 9 typ host'

/**
 * What Janus can begin with at once: it waits for candidates before it answers checks, and names of browsers that hide
 * their address (`….local`) mean nothing to it. It learns where the browser is from the browser's own checks.
 */
export function startable(sdp: string): string {
  const lines = sdp.split(/\r?\n/).filter((line) => !/^a=candidate:.* \S+\.local \d+ typ /.test(line))
  const first = lines.findIndex((line) => line.startsWith('m='))
  if (first < 0 || lines.some((line) => line.startsWith('a=candidate:'))) return lines.join('\r\n')
  const rest = lines.findIndex((line, at) => at > first && !/^[ci]=/.test(line))
  return [...lines.slice(0, rest), nowhere, ...lines.slice(rest)].join('\r\n')
}

/** The sections that carry something, each by its mid. */
export function kindsIn(sdp: string): Map<TrackKind, string> {
  const kinds = new Map<TrackKind, string>()
  for (const section of sdp.split(/^(?=m=)/m).slice(1)) {
    const kind = /^m=(audio|video) (\d+)/.exec(section)
    const mid = /^a=mid:(.+?)\r?$/m.exec(section)?.[1]
    if (!kind || kind[2] === '0' || mid === undefined || /^a=inactive\r?$/m.test(section)) continue
    if (!kinds.has(kind[1] as TrackKind)) kinds.set(kind[1] as TrackKind, mid)
  }
  return kinds
}
