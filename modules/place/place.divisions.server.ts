import { areaList } from '@vant/area-data'
import { successions, type Succession } from './data/successors.ts'

/**
 * 行政区划树 — names and parents by GB/T 2260 code, from `@vant/area-data`. 160 KB: for the server; a client
 * asks for the few names it shows.
 */
export type DivisionLevel = 'province' | 'prefecture' | 'county'

export interface DivisionEntry {
  readonly code: string
  readonly name: string
  readonly level: DivisionLevel
  readonly parent?: string
}

/** 6-digit codes say their own place: 33|11|02. */
function levelOf(code: string): DivisionLevel {
  return code.endsWith('0000') ? 'province' : code.endsWith('00') ? 'prefecture' : 'county'
}

const namesByLevel: Record<DivisionLevel, Record<string, string>> = {
  province: areaList.province_list,
  prefecture: areaList.city_list,
  county: areaList.county_list,
}

/** The prefecture if there is a real one, else the province: 429004 仙桃 answers to 湖北, not to a "省直辖县". */
function parentOf(code: string, level: DivisionLevel): string | undefined {
  const province = `${code.slice(0, 2)}0000`
  if (level === 'province') return undefined
  const prefecture = `${code.slice(0, 4)}00`
  const name = areaList.city_list[prefecture]
  return level === 'county' && name !== undefined && !/直辖|^县$/.test(name) ? prefecture : province
}

/** A division by its code; codes that the outlines still use after they were retired have their old names. */
export function divisionByCode(code: string): DivisionEntry | undefined {
  const level = levelOf(code)
  const name = namesByLevel[level][code] ?? successionOf(code)?.name
  if (name === undefined) return undefined
  const parent = parentOf(code, level)
  return { code, name, level, ...(parent && { parent }) }
}

/** From the province down: 浙江省, 丽水市, 莲都区. Empty for a code nobody knows. */
export function pathOf(code: string): DivisionEntry[] {
  const entry = divisionByCode(code)
  if (!entry) return []
  return entry.parent ? [...pathOf(entry.parent), entry] : [entry]
}

/** Codes of the counties now in force under a province or prefecture. */
export function countiesOf(parent: string): string[] {
  const stem = parent.replace(/(00)+$/, '')
  return Object.keys(areaList.county_list).filter((code) => code.startsWith(stem))
}

/** What became of a code, when something did. */
export function successionOf(code: string): Succession | undefined {
  return successions.find((one) => one.code === code)
}
