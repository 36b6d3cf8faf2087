/**
 * 巡查 — everybody once in each span, without a timer of their own: the span is cut into slices, each tick visits one, and
 * newcomers are spread over the slices, so that no tick is long however many came at once.
 */
export type Round<Member> = {
  add(member: Member): void
  remove(member: Member): void
  readonly size: () => number
  stop(): void
}

const tickMs = 50
/** What could not be visited is made up for by so many slices with each tick. */
const madeUpFor = 4

export function openRound<Member>(
  spanMs: number,
  /** Nothing can be done just now: whoever was due is visited as soon as it can. */
  isPossible: () => boolean,
  visit: (members: ReadonlySet<Member>) => void,
): Round<Member> {
  const slices = Array.from({ length: Math.max(1, Math.round(spanMs / tickMs)) }, () => new Set<Member>())
  const sliceMs = spanMs / slices.length
  const sliceOf = new Map<Member, Set<Member>>()
  const owed = new Set<Set<Member>>()
  const beganMs = performance.now()
  let visited = 0
  let added = 0

  const tick = () => {
    const due = Math.floor((performance.now() - beganMs) / sliceMs)
    // After a pause everybody is due once, not once for each span that has passed.
    for (visited = Math.max(visited, due - slices.length); visited < due; visited++)
      owed.add(slices[visited % slices.length]!)
    let left = Math.max(madeUpFor, 1)
    for (const slice of owed) {
      if (left-- === 0 || !isPossible()) return
      owed.delete(slice)
      if (slice.size > 0) visit(slice)
    }
  }
  const timer = setInterval(tick, sliceMs)

  return {
    add(member) {
      // The next slice but a few, then the one after it: spread evenly, and nobody waits longer than the span.
      const slice = slices[added++ % slices.length]!
      slice.add(member)
      sliceOf.set(member, slice)
    },
    remove(member) {
      sliceOf.get(member)?.delete(member)
      sliceOf.delete(member)
    },
    size: () => sliceOf.size,
    stop: () => clearInterval(timer),
  }
}
