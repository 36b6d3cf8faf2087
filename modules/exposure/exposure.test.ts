import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exposedMs, figuresOf, type Span } from './exposure.ts'

const spans = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 60 }))
    .map(([from, long]): Span => ({ fromMs: from * 1_000, toMs: (from + long) * 1_000 })),
  { maxLength: 30 },
)

test('[EX2] the time exposed is every second in which something was open, once', () => {
  fc.assert(
    fc.property(spans, (views) => {
      const seconds = new Set<number>()
      for (const { fromMs, toMs } of views)
        for (let at = fromMs / 1_000; at < toMs / 1_000; at += 1) seconds.add(at)
      expect(exposedMs(views)).toBe(seconds.size * 1_000)
    }),
    { seed: 110 },
  )
})

test('[EX2] the views of a person add up to their log: every one is counted, and none longer than it was', () => {
  fc.assert(
    fc.property(spans, fc.integer({ min: 0, max: 300 }), (views, since) => {
      const figures = figuresOf(views, since * 1_000)
      const within = views.filter(({ toMs }) => toMs > since * 1_000)
      expect(figures.views).toBe(within.length)
      const sum = within.reduce((all, { fromMs, toMs }) => all + toMs - Math.max(fromMs, since * 1_000), 0)
      expect(figures.seconds * 1_000).toBeLessThanOrEqual(sum)
      expect(figures.seconds).toBeGreaterThanOrEqual(figures.longestSeconds)
    }),
    { seed: 110 },
  )
})
