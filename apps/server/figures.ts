import { Histogram } from 'prom-client'
import type { Http } from '@open110/kit/server/http'

/** 推荐耗时 — how long it takes to find the nearest units, without the way there and back. */
export function suggestFigure(metrics: Http['metrics']): (seconds: number) => void {
  const seconds = new Histogram({
    name: 'open110_suggest_seconds',
    help: 'Time to find the nearest fitting units among all of a bureau',
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01, 0.05],
    registers: [metrics],
  })
  return (took) => seconds.observe(took)
}
