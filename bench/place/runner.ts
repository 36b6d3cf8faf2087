/**
 * One index in a process of its own, so that neither spoils the other's compiled code or caches. Started by
 * place.bench.ts with the name of the index; answers each order with the time it took.
 */
import Flatbush from 'flatbush'
import pointInPolygon from 'point-in-polygon-hao'
import { buildGrid } from '../../modules/place/place.grid.build.ts'
import { covering, firstCovering } from '../../modules/place/place.grid.ts'
import { boxOf, pointsOf, type PointKind, type Points, type Shape } from './points.ts'
import { readShapes } from './shapes.ts'

export interface Order {
  readonly kind: PointKind
  readonly count: number
  readonly passes: number
}

export interface Timing {
  readonly perSecond: number
  readonly perCpuSecond: number
  readonly covered: number
}

export const indexes = ['covering', 'firstCovering', 'flatbush+hao'] as const
export type IndexName = (typeof indexes)[number]

type Run = (points: Points) => number

function gridRun(shapes: readonly Shape[], name: IndexName): Run {
  const grid = buildGrid(shapes.map(({ ref, parts }) => ({ ref, rings: parts.flat() })))
  if (name === 'covering')
    return ({ xs, ys }) => {
      let covered = 0
      for (let i = 0; i < xs.length; i++) covered += covering(grid, xs[i]!, ys[i]!).length
      return covered
    }
  return ({ xs, ys }) => {
    let covered = 0
    for (let i = 0; i < xs.length; i++) if (firstCovering(grid, xs[i]!, ys[i]!) !== undefined) covered++
    return covered
  }
}

/** The best pair of libraries measured for this work: a packed box tree, then a robust point-in-polygon. */
function libraryRun(shapes: readonly Shape[]): Run {
  const tree = new Flatbush(shapes.length)
  for (const shape of shapes) tree.add(...boxOf(shape))
  tree.finish()
  const polygons = shapes.map(({ parts }) =>
    parts.map((rings) =>
      rings.map((ring) =>
        Array.from({ length: ring.length / 2 }, (_, i) => [ring[i * 2]!, ring[i * 2 + 1]!]),
      ),
    ),
  )
  return ({ xs, ys }) => {
    let covered = 0
    for (let i = 0; i < xs.length; i++) {
      const point: [number, number] = [xs[i]!, ys[i]!]
      const found: number[] = []
      for (const ref of tree.search(xs[i]!, ys[i]!, xs[i]!, ys[i]!))
        if (polygons[ref]!.some((polygon) => pointInPolygon(point, polygon) !== false)) found.push(ref)
      covered += found.length
    }
    return covered
  }
}

const name = indexes.find((one) => one === process.argv[2])
if (name && process.send) {
  const shapes = readShapes()
  const run = name === 'flatbush+hao' ? libraryRun(shapes) : gridRun(shapes, name)
  run(pointsOf('weighted', 50_000, shapes)) // warm
  process.on('message', ({ kind, count, passes }: Order) => {
    const points = pointsOf(kind, count, shapes)
    const [cpu, start] = [process.cpuUsage(), performance.now()]
    let covered = 0
    for (let pass = 0; pass < passes; pass++) covered = run(points)
    const seconds = (performance.now() - start) / 1000
    const used = process.cpuUsage(cpu)
    const timing: Timing = {
      perSecond: (count * passes) / seconds,
      perCpuSecond: (count * passes) / ((used.user + used.system) / 1e6),
      covered,
    }
    process.send!(timing)
  })
  process.send('ready')
}
