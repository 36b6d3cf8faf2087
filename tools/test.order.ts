import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take a minute and more, for they wait for real time to pass. */
const longest = ['town/page/video.page.', 'town/faults/faults.', 'apps/server/start.']
/** A browser, a server process or a media engine of one's own: slow, and hungry for a core. */
const heavy = /\.page\.test\.|\b(kill|embedded|janus|night|wholeday|property)\.test\./

/**
 * 次序 — the longest first, so that none is waited for at the end; then the heavy ones evenly among the light ones, so that
 * browsers do not all run at once.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId))
    const rankOf = ({ moduleId }: TestSpecification) => longest.findIndex((name) => moduleId.includes(name))
    const first = sorted.filter((file) => rankOf(file) >= 0).toSorted((a, b) => rankOf(a) - rankOf(b))
    const rest = sorted.filter((file) => rankOf(file) < 0)
    const [slow, quick] = [true, false].map((is) =>
      rest.filter(({ moduleId }) => heavy.test(moduleId) === is),
    )
    return [...first, ...evenly(slow ?? [], quick ?? [])]
  }
}

/** Both in their order, the fewer spread over the more. */
function evenly<One>(some: readonly One[], others: readonly One[]): One[] {
  const placed = [some, others].flatMap((list) =>
    list.map((one, at) => ({ one, at: (at + 0.5) / list.length })),
  )
  return placed.toSorted((a, b) => a.at - b.at).map(({ one }) => one)
}
