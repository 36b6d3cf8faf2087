import { buildGrid } from '../../modules/place/place.grid.build.ts'
import { covering } from '../../modules/place/place.grid.ts'
import { openOracle } from './postgis.ts'
import { pointsOf, type PointKind, type Points, type Shape } from './points.ts'

export interface Exactness {
  readonly oracle: string
  readonly rows: readonly ExactnessRow[]
}

export interface ExactnessRow {
  readonly kind: PointKind
  readonly points: number
  readonly covered: number
  /** Covered by two outlines or more: overlaps, and points exactly on a shared border. */
  readonly shared: number
  readonly differences: number
}

const batch = 50_000

function wkt({ parts }: Shape): string {
  const ring = (flat: Int32Array): string => {
    const pairs: string[] = []
    for (let i = 0; i < flat.length; i += 2) pairs.push(`${flat[i]} ${flat[i + 1]}`)
    return `(${pairs.join(',')})`
  }
  return `MULTIPOLYGON(${parts.map((rings) => `(${rings.map(ring).join(',')})`).join(',')})`
}

/**
 * Every point is asked of both; a difference is a point for which the two lists of outlines are not the
 * same. The oracle works on whole units too, so that it is exact itself.
 */
export async function compareWithPostgis(
  shapes: readonly Shape[],
  amounts: Readonly<Record<PointKind, number>>,
): Promise<Exactness | { readonly missing: string }> {
  const opened = await openOracle()
  if ('missing' in opened) return opened
  const { client, close } = opened
  try {
    const version = await client.query<{ v: string }>('select postgis_full_version() as v')
    await client.query('create table shape (ref int, area geometry)')
    for (const shape of shapes)
      await client.query('insert into shape values ($1, ST_GeomFromText($2))', [shape.ref, wkt(shape)])
    const invalid = await client.query('select ref from shape where not ST_IsValid(area)')
    if (invalid.rowCount) throw new Error('the outlines are not valid; the oracle would have no opinion')

    const grid = buildGrid(shapes.map(({ ref, parts }) => ({ ref, rings: parts.flat() })))
    const compare = async ({ kind, xs, ys }: Points): Promise<ExactnessRow> => {
      await client.query('drop table if exists point')
      await client.query('create table point (id int, at geometry)')
      for (let from = 0; from < xs.length; from += batch)
        await client.query(
          'insert into point select $3 + i - 1, ST_MakePoint(x, y) from unnest($1::int[], $2::int[]) with ordinality as t(x, y, i)',
          [[...xs.subarray(from, from + batch)], [...ys.subarray(from, from + batch)], from],
        )
      await client.query('create index on point using gist (at)')
      await client.query('analyze point')
      const theirs = Array.from({ length: xs.length }, (): number[] => [])
      // one outline at a time, so that the oracle prepares each of them once
      for (const { ref } of shapes) {
        const found = await client.query<{ id: number }>(
          'select id from point, shape where ref = $1 and at && area and ST_Covers(area, at)',
          [ref],
        )
        for (const { id } of found.rows) theirs[id]!.push(ref)
      }
      let [covered, shared, differences] = [0, 0, 0]
      for (let i = 0; i < xs.length; i++) {
        const mine = covering(grid, xs[i]!, ys[i]!)
        if (mine.length > 0) covered++
        if (mine.length > 1) shared++
        if (mine.join() !== theirs[i]!.join()) differences++
      }
      return { kind, points: xs.length, covered, shared, differences }
    }
    const rows: ExactnessRow[] = []
    for (const [kind, count] of Object.entries(amounts) as [PointKind, number][])
      rows.push(await compare(pointsOf(kind, count, shapes)))
    return { oracle: /POSTGIS="([\d.]+)/.exec(version.rows[0]!.v)?.[1] ?? 'unknown', rows }
  } finally {
    await close()
  }
}
