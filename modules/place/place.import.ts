import { toWgs84 } from './place.datum.ts'
import { buildGrid } from './place.grid.build.ts'
import { toE7 } from './place.grid.ts'
import { compareWith, lookAlongBorders, squareKilometresOf, type Coverage } from './place.import.coverage.ts'
import { faultsOf, signedArea, type Part, type RingFault } from './place.import.rings.ts'
import type { Division, JurisdictionKind, LngLat } from './place.ts'
import type { Outline } from './place.resolve.ts'

/** CGCS2000 differs from WGS-84 by decimetres at most and is taken as the same (domain §2.11). */
export type DeclaredDatum = 'wgs84' | 'cgcs2000' | 'gcj02' | 'bd09'

/** 导入说明 — what the bureau says about its file, and what we know about codes and desks. */
export interface ImportOrder {
  readonly datum: DeclaredDatum
  readonly kind: JurisdictionKind
  readonly priority?: number
  /** The divisions that the file should cover: all counties of the declared province or prefecture. */
  readonly expected: readonly Division[]
  readonly nameOf: (code: string) => string | undefined
  readonly deskOf: (code: string) => string | undefined
}

const fatalKinds = {
  'text-invalid': '不是JSON',
  'collection-missing': '不是GeoJSON的FeatureCollection,或者里面什么都没有',
  'geometry-unsupported': '不是Polygon或MultiPolygon',
  'code-missing': '没有code:六位区划代码;派出所用十二位机构代码',
  'code-duplicate': '同一个代码出现两次',
  'desk-missing': '没有哪个接警台负责这个代码',
  'position-invalid': '坐标不是数字',
  'axes-swapped': '经度和纬度颠倒了',
  'outside-china': '点不在中国范围内,请核对坐标基准和单位',
  'ring-open': '边界没有闭合',
  'ring-short': '边界少于三个不同的点',
  'ring-crosses': '边界自相交、重叠或有尖刺',
  'ring-misplaced': '岛或洞的位置不对',
  'edge-too-long': '相邻两点相距3度以上',
} as const satisfies Record<RingFault, string> & Record<string, string>

const lesserKinds = {
  'code-unknown': '区划代码表里没有这个代码',
  'name-differs': '名称与区划代码表不同',
  'edge-long': '相邻两点相距20公里以上,可能缺点',
  'ring-turned': '外环应为逆时针、内环应为顺时针;不影响使用',
} as const

export type ProblemKind = keyof typeof fatalKinds | keyof typeof lesserKinds

export interface Problem {
  readonly kind: ProblemKind
  /** A fatal problem anywhere means that nothing is imported. */
  readonly isFatal: boolean
  readonly words: string
  /** Position in the file, from 0; absent when the file as a whole is meant. */
  readonly feature?: number
  readonly code?: string
  /** Where to look: WGS-84, or the numbers of the file when they could not be read as a ring. */
  readonly at?: LngLat
}

export interface Imported {
  /** Empty as soon as one problem is fatal. */
  readonly outlines: readonly Outline[]
  readonly problems: readonly Problem[]
  /** Absent when a problem is fatal. */
  readonly coverage?: Coverage
}

function problem(kind: ProblemKind, where: Pick<Problem, 'feature' | 'code' | 'at'> = {}): Problem {
  const isFatal = kind in fatalKinds
  const words = { ...fatalKinds, ...lesserKinds }[kind]
  return { kind, isFatal, words, ...where }
}

/** Mainland, islands and the nine-dash south, generously: only to catch wrong units and swapped axes. */
const isInChinaBox = (lng: number, lat: number): boolean => lng > 73 && lng < 136 && lat > 3 && lat < 54

type Where = Pick<Problem, 'feature' | 'code'>
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** One raw ring → a closed ring of whole units, or why not. */
function readRing(raw: unknown, datum: DeclaredDatum, where: Where): number[] | Problem {
  if (!Array.isArray(raw) || raw.length === 0) return problem('position-invalid', where)
  const ring: number[] = []
  for (const position of raw as readonly unknown[]) {
    const [lng, lat] = Array.isArray(position) ? (position as readonly unknown[]) : []
    if (typeof lng !== 'number' || typeof lat !== 'number' || !Number.isFinite(lng) || !Number.isFinite(lat))
      return problem('position-invalid', where)
    if (!isInChinaBox(lng, lat))
      return problem(isInChinaBox(lat, lng) ? 'axes-swapped' : 'outside-china', {
        ...where,
        at: { lng, lat },
      })
    const wgs84 = toWgs84({ lng, lat, crs: datum === 'cgcs2000' ? 'wgs84' : datum })
    const [x, y] = [toE7(wgs84.lng), toE7(wgs84.lat)]
    if (ring.length === 0 || ring.at(-2) !== x || ring.at(-1) !== y) ring.push(x, y)
  }
  const [first, last] = [raw[0], raw.at(-1)] as [readonly number[], readonly number[]]
  if (raw.length > 1 && (first[0] !== last[0] || first[1] !== last[1]))
    return problem('ring-open', { ...where, at: { lng: last[0]!, lat: last[1]! } })
  return ring
}

function partsOf(geometry: unknown): readonly (readonly unknown[])[] | undefined {
  if (!isRecord(geometry) || !Array.isArray(geometry.coordinates)) return undefined
  const coordinates = geometry.coordinates as readonly unknown[]
  const parts =
    geometry.type === 'Polygon' ? [coordinates] : geometry.type === 'MultiPolygon' ? coordinates : []
  return parts.length > 0 && parts.every(Array.isArray) ? (parts as readonly unknown[][]) : undefined
}

/** Lesser doubts about rings that are sound. */
function doubtsOf(parts: readonly Part[], where: Where): Problem[] {
  const doubts: Problem[] = []
  const turned = parts.find(({ ring, isHole }) => signedArea(ring) > 0 === isHole)
  if (turned) doubts.push(problem('ring-turned', where))
  for (const { ring } of parts)
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const metres = Math.hypot(ring[i + 2]! - ring[i]!, ring[i + 3]! - ring[i + 1]!) * 0.0111
      if (metres < 20_000) continue
      return [
        ...doubts,
        problem('edge-long', { ...where, at: { lng: ring[i]! / 1e7, lat: ring[i + 1]! / 1e7 } }),
      ]
    }
  return doubts
}

interface Read {
  readonly problems: readonly Problem[]
  readonly outline?: Outline
  readonly parts?: readonly Part[]
}

function readFeature(raw: unknown, feature: number, order: ImportOrder): Read {
  const properties = isRecord(raw) && isRecord(raw.properties) ? raw.properties : {}
  const full = typeof properties.code === 'number' ? String(properties.code) : properties.code
  const form = order.kind === 'station' ? /^[1-9]\d{11}$/ : /^[1-9]\d{5}$/
  if (typeof full !== 'string' || !form.test(full))
    return { problems: [problem('code-missing', { feature })] }
  const where: Where = { feature, code: full }
  const code = full.slice(0, 6)
  const desk = order.deskOf(code)
  if (desk === undefined) return { problems: [problem('desk-missing', where)] }
  const rawParts = partsOf(isRecord(raw) ? raw.geometry : undefined)
  if (!rawParts) return { problems: [problem('geometry-unsupported', where)] }

  const parts: Part[] = []
  for (const rings of rawParts)
    for (const [at, ring] of rings.entries()) {
      const read = readRing(ring, order.datum, where)
      if (!Array.isArray(read)) return { problems: [read] }
      parts.push({ ring: read, isHole: at > 0 })
    }
  const faults = faultsOf(parts)
  if (faults.length > 0)
    return {
      problems: faults.map(({ fault, x, y }) =>
        problem(fault, { ...where, at: { lng: x / 1e7, lat: y / 1e7 } }),
      ),
    }

  const problems = doubtsOf(parts, where)
  const known = order.nameOf(code)
  const name = typeof properties.name === 'string' ? properties.name : (known ?? full)
  if (known === undefined) problems.push(problem('code-unknown', where))
  else if (order.kind === 'county' && known !== name) problems.push(problem('name-differs', where))
  const id = typeof properties.id === 'string' ? properties.id : `${order.kind}-${full}`
  const outline: Outline = {
    ...{ id, kind: order.kind, code, name, priority: order.priority ?? 0, desk },
    ...(order.kind === 'station' && { station: { code: full, name } }),
    rings: parts.map(({ ring }) => Int32Array.from(ring)),
  }
  return { problems, outline, parts }
}

function readText(text: string): readonly unknown[] | Problem {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return problem('text-invalid') // a file that is no JSON is an answer to the engineer, not an accident
  }
  const features = isRecord(read) && read.type === 'FeatureCollection' ? read.features : undefined
  return Array.isArray(features) && features.length > 0 ? features : problem('collection-missing')
}

/**
 * 导入 — official outlines with a declared datum, checked before anybody is routed by them. All or nothing:
 * one fatal problem and no outline comes out. GeoJSON; coordinates in degrees.
 */
export function importOutlines(text: string, order: ImportOrder): Imported {
  const features = readText(text)
  if (!Array.isArray(features)) return { outlines: [], problems: [features as Problem] }
  const read = (features as readonly unknown[]).map((raw, at) => readFeature(raw, at, order))
  const all = read.flatMap((one) => one.problems)
  const problems = all.filter(({ kind }) => kind !== 'ring-turned')
  if (problems.length < all.length) problems.push(problem('ring-turned')) // a habit of the file: said once
  const seen = new Map<string, number>()
  read.forEach(({ outline }, feature) => {
    if (!outline) return
    if (seen.has(outline.id)) problems.push(problem('code-duplicate', { feature, code: outline.code }))
    seen.set(outline.id, feature)
  })
  if (problems.some(({ isFatal }) => isFatal)) return { outlines: [], problems }

  const outlines = read.map(({ outline }) => outline!)
  const squareKilometres = read.map(({ outline, parts }) => ({
    code: outline!.code,
    name: outline!.name,
    area: squareKilometresOf(outline!.rings, (ring) => parts![ring]!.isHole),
  }))
  return {
    outlines,
    problems,
    coverage: {
      ...compareWith(order.expected, outlines),
      squareKilometres,
      totalSquareKilometres: squareKilometres.reduce((sum, { area }) => sum + area, 0),
      ...lookAlongBorders(outlines, buildGrid(outlines.map(({ rings }, ref) => ({ ref, rings })))),
    },
  }
}
